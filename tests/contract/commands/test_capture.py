"""scripts.capture: its sources, and the state after a failure."""

import json
from pathlib import Path

import pytest

from scripts import capture as command
from scripts.errors import CannotRunError
from tests.openapi.serving import Serve

from ..published import BUNDLED, COMMON, ROOT, SOURCE, capture, captured, lock, state, write


@pytest.fixture
def path(docs: Path) -> Path:
    return docs / "apps" / "a.json"


def test_a_document_is_captured_from_the_web_and_again_from_its_recorded_source(
    empty_project: Path, path: Path, serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = {"/apps/a.json": ROOT, "/common/c.json": COMMON}
    base = serve({name: (200, json.dumps(each).encode(), None) for name, each in pages.items()})
    assert command.main([f"{base}/apps/a.json", "--version", "v9", "--revision", "abc"]) == 0
    assert captured(empty_project) == BUNDLED
    assert lock(empty_project)["source"] == f"{base}/apps/a.json"
    before = state(empty_project)
    assert command.main(["--version", "v9"]) == 0
    assert state(empty_project) == before  # the same bytes are still that revision
    assert capsys.readouterr().out.splitlines() == [
        f"openapi/captured/v9.json is {done}: 2 file(s) read from {base}/apps/a.json"
        for done in ("written", "unchanged")
    ]
    capture(f"{base}/apps/a.json")
    assert command.main([str(path), "--version", "v9"]) == 0
    assert lock(empty_project)["source"] == SOURCE  # the last one that is public


def test_a_mapping_is_recorded_until_another_is_given_or_none_is_needed(
    empty_project: Path, docs: Path, path: Path
) -> None:
    (docs / "common" / "c.json").rename(docs / "other.json")
    with pytest.raises(CannotRunError, match="pass --map REF=PLACE"):
        capture(path)
    capture(path, "--map", "../common/c.json=../other.json")
    assert lock(empty_project)["map"] == {"../common/c.json": "../other.json"}
    before = state(empty_project)
    capture(path)
    assert state(empty_project) == before
    write(docs / "more.json", COMMON)
    capture(path, "--map", "../common/c.json=../more.json")
    assert lock(empty_project)["map"] == {"../common/c.json": "../more.json"}
    capture(path, "--select", "/a")
    capture(path)
    assert lock(empty_project)["select"] == "/a"
    write(path, {**ROOT, "paths": {}})
    capture(path, "--select", "")
    assert {"map", "select"}.isdisjoint(lock(empty_project))


def test_what_cannot_be_captured_is_refused_and_nothing_is_written(
    empty_project: Path, path: Path
) -> None:
    with pytest.raises(CannotRunError, match="no source is recorded for v9: give FROM"):
        command.main(["--version", "v9"])
    with pytest.raises(CannotRunError, match="is not a Version"):
        capture(path, version="../v9")
    with pytest.raises(CannotRunError, match=r"no reference starts with 'other.json': correct or"):
        capture(path, "--map", "other.json=common/c.json")
    with pytest.raises(SystemExit, match="2"):  # without a Version
        command.main([str(path)])
    assert state(empty_project) == {}
    capture(path)
    before = state(empty_project)
    write(path, {**ROOT, "openapi": "2.0"})
    with pytest.raises(CannotRunError):
        capture(path)
    assert state(empty_project) == before


def test_a_mapping_has_two_sides(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for mapping in ("a", "a=", "=b"):
        with pytest.raises(SystemExit, match="2"):
            capture(path, "--map", mapping)
        assert f"{mapping!r} is not REF=PLACE" in capsys.readouterr().err


@pytest.mark.parametrize("error", [OSError("No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_last_capture_unchanged(
    empty_project: Path, path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    capture(path)
    before = state(empty_project)
    write(path, {**ROOT, "paths": {}})

    def fail(path: Path, mode: int) -> None:
        if ".lock.json." in path.name:  # the document is ready by then
            raise error

    monkeypatch.setattr(Path, "chmod", fail)
    with pytest.raises(type(error)):
        capture(path)
    assert state(empty_project) == before
