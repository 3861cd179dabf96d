"""A compared document may refer to files at its own origin only."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.diff.__main__ import main
from scripts.diff.load import load
from scripts.errors import CannotRunError
from tests.contract.published import write
from tests.diff.documents import Json, document, operation
from tests.openapi.conftest import Git
from tests.openapi.serving import Serve

PAGE = json.dumps(document()).encode()


def test_a_file_at_the_same_origin_is_read(serve: Serve) -> None:
    base = serve({"/in/a.json": (200, PAGE, None), "/b.json": (200, b'{"B": {}}', None)})
    assert load(f"{base}/in/a.json").fetch("../b.json") == {"B": {}}


def test_a_document_of_the_web_cannot_refer_to_another_origin(serve: Serve) -> None:
    contract = load(f"{serve({'/a.json': (200, PAGE, None)})}/a.json")
    for elsewhere in ("http://127.0.0.1:1/b.json", "//other.example/b.json"):
        with pytest.raises(CannotRunError, match="which is elsewhere"):
            contract.fetch(elsewhere)


def test_a_document_in_git_cannot_refer_to_the_web(
    tmp_path: Path, git: Callable[..., None]
) -> None:
    (tmp_path / "a.json").write_bytes(PAGE)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Publish")
    with pytest.raises(CannotRunError, match="which is elsewhere"):
        load(f"{tmp_path}@main:a.json").fetch("https://other.example/b.json")


def test_a_document_may_refer_to_a_hundred_files(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(PAGE)
    contract = load(str(tmp_path / "a"))
    contract.data |= {str(number): b"" for number in range(99)}
    assert contract.fetch("b") == document()
    with pytest.raises(CannotRunError, match="refers to more than 100 files"):
        contract.fetch("c")


def test_a_place_is_located_in_the_text_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(
        b'openapi: "3.0.3"\ninfo: {title: A, version: "1"}\npaths: {}\n'
    )
    (tmp_path / "b.json").write_text('{\n  "B": {}\n}')
    contract = load(str(tmp_path / "a.yaml"))
    contract.fetch("b.json")
    locate = contract.locator(["/paths", "b.json#/B", "c.json#/C"])
    found = [locate(place) for place in ("/paths", "b.json#/B", "c.json#/C", "/elsewhere")]
    assert found == [(3, 1), (2, 3), (1, 1), (1, 1)]


def test_a_replaced_document_is_located_in_its_own_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("paths: {}\nopenapi: 3.0.3\n")
    contract = load(str(tmp_path / "a.yaml"))
    contract.replace({"openapi": "3.0.3", "paths": {}})
    line = contract.locator(["/paths"])("/paths").line
    assert '"paths"' in contract.data[""].decode().splitlines()[line - 1]


NAME = Path("openapi/captured/v1.json")


def test_each_change_has_its_day_its_findings_and_its_verdict(
    git: Git, empty_project: Path, capsysbinary: Any
) -> None:
    git(Path(), "init", "--quiet", "--initial-branch=main")
    edits: list[Json] = [{}, {"operationId": "b"}, {}, {"deprecated": True}]
    for number, fields in enumerate(edits):
        write(NAME, operation(**fields))
        git(Path(), "add", ".")
        git(Path(), "commit", "-qm", f"x{number}", "--allow-empty", "--date=2030-01-02T00:00:00Z")
    for form in ("text", "markdown", "html"):
        assert main(["--log", "HEAD~3..HEAD", "--format", form]) == 1
        said = capsysbinary.readouterr().out.decode()
        assert said.index("has another operationId") < said.index("is deprecated")
        assert said.count("v1.json") >= 6
        assert "1 breaking" in said


def test_a_span_that_git_does_not_know_is_an_error(git: Git, empty_project: Path) -> None:
    git(Path(), "init", "--quiet")
    for span in ("a..b", "--output=x"):
        with pytest.raises(CannotRunError, match="cannot read the log of"):
            main([f"--log={span}"])
