"""scripts.capture: its sources, and the state after a failure."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts import capture as command
from scripts.contract.errors import CannotRunError

from ..published import COMMON, ROOT, SOURCE, capture, lock, state, write
from ..serving import Serve


def test_a_later_capture_reads_the_recorded_source(empty_project: Path, serve: Serve) -> None:
    page = json.dumps({**ROOT, "paths": {}}).encode()
    url = serve({"/a.json": (200, page, None)}) + "/a.json"
    command.main([url, "--version", "v9", "--revision", "abc"])
    before = state(empty_project)
    assert command.main(["--version", "v9"]) == 0
    assert state(empty_project) == before  # the same bytes are still that revision


def test_without_a_source_the_error_names_the_argument(empty_project: Path) -> None:
    with pytest.raises(CannotRunError, match="no source is recorded for v9: give FROM"):
        command.main(["--version", "v9"])


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("other.json=common/c.json", "no reference starts with 'other.json'"),
        ("../common/c.json=/home/me/c.json", "'/home/me/c.json' is neither a relative path"),
    ],
)
def test_an_invalid_mapping_is_refused(
    mapping: str, said: str, empty_project: Path, docs: Path
) -> None:
    with pytest.raises(CannotRunError, match=said):
        capture(docs / "apps" / "a.json", "--map", mapping)
    assert state(empty_project) == {}


@pytest.mark.parametrize("mapping", ["a", "a=", "=b"])
def test_a_mapping_has_two_sides(
    mapping: str, docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        capture(docs / "apps" / "a.json", "--map", mapping)
    assert f"{mapping!r} is not REF=PLACE" in capsys.readouterr().err


def test_a_mapping_that_is_given_counts_more_than_the_recorded_one(
    empty_project: Path, docs: Path
) -> None:
    write(docs / "other.json", COMMON)
    for where in ("../common/c.json", "../other.json"):
        assert capture(docs / "apps" / "a.json", "--map", f"../common/c.json={where}") == 0
    assert lock(empty_project)["map"] == {"../common/c.json": "../other.json"}


def test_a_document_captured_again_keeps_its_source_and_says_whether_it_changed(
    empty_project: Path, docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = docs / "apps" / "a.json"
    capture(path)
    assert command.main([str(path), "--version", "v9"]) == 0
    assert lock(empty_project)["source"] == SOURCE
    assert capsys.readouterr().out == (
        f"openapi/captured/v9.json is written: 2 file(s) read from {path}\n"
        f"openapi/captured/v9.json is unchanged: 2 file(s) read from {path}\n"
    )


def with_reference(reference: str) -> dict[str, Any]:
    return {**ROOT, "components": {"schemas": {"S": {"items": {"$ref": reference}}}}}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (with_reference("#/components/schemas/None"), "points at nothing"),
        (with_reference("#S"), "points at nothing"),
        (with_reference(""), "a reference is empty"),
        (with_reference("#"), "a reference is empty"),
        (with_reference("none.json#/T"), "cannot read"),
        (with_reference("../common/c.json#/None"), "has nothing at '/None'"),
        (with_reference("http://127.0.0.1:1/c.json"), "at another origin: .*--map"),
        ({**ROOT, "paths": {"/a": {"$ref": "p.json"}}}, "cannot read"),
        ({**ROOT, "paths": {"/a": {"$ref": "#/paths/~1a"}}}, "and it refers to itself"),
        ({**ROOT, "paths": {"/a": {"$ref": "#/info/title"}}}, "and it is not an object"),
        (
            {**ROOT, "components": {"schemas": {"Error": {"type": "string"}}}},
            "two different components are named schemas/Error",
        ),
        ({"swagger": "2.0", "paths": {}}, "is a Swagger 2.0 document"),
        ({"openapi": "4.0.0", "paths": {}}, "not an OpenAPI 3.0, 3.1 or 3.2 document"),
        ({"type": "object"}, "not an OpenAPI 3.0, 3.1 or 3.2 document"),
        ("{", "neither JSON nor YAML"),
        (None, "cannot read"),
    ],
)
def test_a_failure_leaves_the_last_capture_unchanged(
    document: object, said: str, empty_project: Path, docs: Path
) -> None:
    path = docs / "apps" / "a.json"
    capture(path)
    before = state(empty_project)
    if document is None:
        path.unlink()
    elif isinstance(document, str):
        path.write_text(document)
    else:
        write(path, document)
    with pytest.raises(CannotRunError, match=rf"\A.*{said}.*\Z"):
        capture(path)
    assert state(empty_project) == before


def test_a_broken_local_reference_is_not_resolved_by_another_file(
    empty_project: Path, docs: Path
) -> None:
    # apps/a.json has no Error; common/c.json, which it refers to, has one.
    dangling = with_reference("#/components/schemas/Error")
    with pytest.raises(CannotRunError, match="'#/components/schemas/Error' points at nothing"):
        capture(write(docs / "apps" / "a.json", dangling))
    assert state(empty_project) == {}


@pytest.mark.parametrize(
    "elsewhere",
    ["https://other.example/c.json", "//other.example/c.json", "http://127.0.0.1:1/c.json"],
)
def test_a_document_of_the_web_cannot_refer_to_another_origin(
    elsewhere: str, empty_project: Path, serve: Serve
) -> None:
    page = json.dumps({**with_reference(f"{elsewhere}#/S"), "paths": {}}).encode()
    base = serve({"/apps/a.json": (200, page, None)})
    with pytest.raises(CannotRunError, match="at another origin: to read it, pass --map"):
        command.main([f"{base}/apps/a.json", "--version", "v9"])
    assert state(empty_project) == {}


def test_a_lock_that_cannot_be_written_leaves_the_document_unchanged(
    empty_project: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = docs / "apps" / "a.json"
    capture(path)
    before = state(empty_project)
    write(path, {**ROOT, "paths": {}})

    def full(path: Path, mode: int) -> None:
        if ".lock.json." in path.name:
            raise OSError("No space left on device")

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(OSError, match="No space"):
        capture(path)
    assert state(empty_project) == before


def test_an_interrupted_capture_leaves_the_last_one_unchanged(
    empty_project: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture(docs / "apps" / "a.json")
    before = state(empty_project)
    write(docs / "apps" / "a.json", {**ROOT, "paths": {}})

    def interrupt(path: Path, mode: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "chmod", interrupt)
    with pytest.raises(KeyboardInterrupt):
        capture(docs / "apps" / "a.json")
    assert state(empty_project) == before
