"""A compared document may refer to files at its own origin only."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.diff.__main__ import main
from scripts.diff.load import Contract, load
from scripts.errors import CannotRunError
from tests.contract.published import write
from tests.diff.documents import Json, document, operation
from tests.openapi.conftest import Git
from tests.openapi.serving import Serve

PAGE = json.dumps(document()).encode()


def test_a_document_refers_to_files_at_its_own_origin_only(
    serve: Serve, tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = serve({"/in/a.json": (200, PAGE, None), "/b.json": (200, b'{"B": {}}', None)})
    assert load(f"{base}/in/a.json").fetch("../b.json") == {"B": {}}
    (tmp_path / "a.json").write_bytes(PAGE)
    for words in ("init --quiet --initial-branch=main", "add .", "commit --quiet --message A"):
        git(tmp_path, *words.split())
    for name, elsewhere in (
        (f"{base}/in/a.json", "http://127.0.0.1:1/b.json"),
        (f"{base}/in/a.json", "//other.example/b.json"),
        (f"{tmp_path}@main:a.json", "https://other.example/b.json"),
    ):
        with pytest.raises(CannotRunError, match="which is elsewhere"):
            load(name).fetch(elsewhere)
    monkeypatch.chdir(tmp_path)
    for revision in ("main", "HEAD@{0}", "@{0}", "@", "main@{1 year ago}"):
        in_git = load(f"{revision}:a.json")
        assert (in_git.path, in_git.fetch("a.json")) == ("a.json", document())


def test_a_contract_is_where_its_name_says_unless_it_was_read_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(PAGE)
    contract = Contract(str(tmp_path / "a"), document())
    assert (contract.path, Contract("a", {}, path="b").path) == (contract.name, "b")
    assert contract.fetch("b") == document()


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
