"""The committed files are what their sources produce, and a failed run changes nothing."""

import json
import tempfile
from pathlib import Path

import pytest

from scripts.contract import generate as library
from scripts.contract.corrections import read_corrections
from scripts.contract.generate import (
    FOLDERS,
    TABLES,
    Layout,
    build,
    build_contract,
    files_of,
    read_captured,
    stale,
)
from scripts.errors import CannotRunError
from scripts.files import write_all

from .changes import answers_without_body
from .published import TOP, state

COMMITTED = Layout(TOP)
BUILT = (*FOLDERS, *TABLES, "README.md", "openapi/associations.json")

# Settings with which ruff would format differently, or fail.
HOSTILE = """
[tool.ruff]
line-length = 60
required-version = "==0.0.1"
[tool.ruff.format]
quote-style = "single"
"""
Out = pytest.CaptureFixture[str]


def test_nothing_committed_is_stale_with_any_settings_and_any_ruff(
    project: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(HOSTILE)
    other_ruff = tmp_path / "bin" / "ruff"
    other_ruff.parent.mkdir()
    other_ruff.write_text("#!/bin/sh\nexit 1\n")
    other_ruff.chmod(0o755)
    monkeypatch.setenv("PATH", str(other_ruff.parent), prepend=":")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("__pycache__", ".mypy_cache"):
        (project.package / name).mkdir()
        (project.package / name / "x").touch()
    before, built = state(project.root), build(project)
    assert built.keys() == files_of(project.root, *BUILT).keys()
    assert stale(project, built) == []
    assert state(project.root) == before


def test_every_captured_version_is_in_the_lock_and_gives_a_valid_contract_of_all_of_it() -> None:
    lock = json.loads(COMMITTED.captured("lock").read_bytes())
    assert sorted(lock) == COMMITTED.versions == [library.DEFAULT_VERSION, "v3"]
    for name, entry in lock.items():
        assert build_contract(COMMITTED, name)
        captured = read_captured(COMMITTED, name)
        assert read_corrections(COMMITTED.openapi).of(captured).sound.left_out == []
        assert all(place.startswith("https://") for place in [entry["source"], *entry["files"]])


def test_versions_and_files_that_differ_are_in_order(tmp_path: Path) -> None:
    names = ["v9", "2099-01-01", "v4", "lock", library.DEFAULT_VERSION]
    write_all({tmp_path / f"openapi/captured/{name}.json": b"" for name in names})
    assert Layout(tmp_path).versions == [library.DEFAULT_VERSION, "2099-01-01", "v4", "v9"]
    assert library.different({"b": b"1", "a": b"", "c": b""}, {"b": b"2", "c": b""}) == ["a", "b"]


ACTION = "{target: $.none, description: D, x-evidence: E, x-expect: 1, remove: true}"


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (ACTION.replace("x-evidence: E, ", ""), "'x-evidence' is a required property"),
        (
            ACTION.replace("$.none", "$.components.schemas.ErrorPayload"),
            r"2021-07-28, corrected, is not a valid contract:\n  .*ErrorPayload' points at nothing",
        ),
    ],
)
def test_a_contract_that_cannot_be_built_is_refused_with_the_reason(
    action: str, said: str, project: Layout
) -> None:
    with project.overlay.open("a") as file:
        file.write(f"\n  - {action}\n")
    with pytest.raises(CannotRunError, match=said):
        build_contract(project)


def test_a_body_that_we_name_and_that_is_gone_is_told_instead_of_what_follows_from_it(
    project: Layout,
) -> None:
    document = json.loads(project.captured(library.DEFAULT_VERSION).read_text())
    answers_without_body(document)
    project.captured(library.DEFAULT_VERSION).write_text(json.dumps(document))
    with pytest.raises(CannotRunError, match=r"\Aopenapi/names.yaml: role `.* has no body now;"):
        build_contract(project)


def test_a_source_that_is_missing_is_one_line(project: Layout) -> None:
    for name in ("generator.yaml", "captured/2021-07-28.json"):
        (project.openapi / name).unlink()
        with pytest.raises(CannotRunError, match=rf"\Acannot read \S*openapi/{name}: No such.*\Z"):
            build(project)
