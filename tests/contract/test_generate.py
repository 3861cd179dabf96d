"""The committed files are what their sources produce, and a failed run changes nothing."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import generate as command
from scripts.contract import generate as library
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Built, Layout, build_contract, edited, stale
from scripts.contract.openapi.documents import parse

from .published import state

TOP = Path(__file__).parents[2]

# Settings with which ruff would format differently, or fail.
HOSTILE = """
[tool.ruff]
line-length = 60
required-version = "==0.0.1"
[tool.ruff.format]
quote-style = "single"
"""


@pytest.fixture
def build_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Return the committed files as the build, without the second that the generator takes."""
    layout = Layout(TOP)
    names = [
        *parse(layout.manifest.read_bytes(), "manifest")["files"],
        "README.md",
        "openapi/associations.json",
        "openapi/manifest.json",
    ]
    built = Built({name: (TOP / name).read_bytes() for name in names})
    monkeypatch.setattr(command, "build", lambda _: built)


def add_action(layout: Layout, action: str) -> None:
    with layout.overlay.open("a") as file:
        file.write(f"\n  - {action}\n")


def test_the_committed_files_are_generated_ones() -> None:
    assert edited(Layout(TOP)) == []


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
    before = state(project.root)
    assert command.main(["--check"]) == 0
    assert state(project.root) == before


def test_every_captured_version_gives_a_valid_contract() -> None:
    layout = Layout(TOP)
    assert build_contract(layout) == layout.contract.read_bytes()
    for name in layout.versions:
        assert build_contract(layout, name)


def test_every_captured_document_is_in_the_lock() -> None:
    lock = json.loads((TOP / "openapi" / "captured" / "lock.json").read_bytes())
    assert sorted(lock) == sorted(Layout(TOP).versions)
    for entry in lock.values():
        assert all(place.startswith("https://") for place in [entry["source"], *entry["files"]])


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"def ", b"dEf ", 1))


def edit_text(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def add(path: Path) -> None:
    path.write_text("")


@pytest.mark.parametrize(
    ("change", "name", "by_hand"),
    [
        (edit, "generated_client/client.py", True),
        (Path.unlink, "generated_client/models/api_version.py", True),
        (Path.unlink, "generated_client/py.typed", True),
        (add, "generated_client/extra.py", True),
        (edit, "facade/_sync/client.py", True),
        (Path.unlink, "facade/_sync/relations.py", True),
        (add, "facade/_sync/extra.py", True),
        (edit_text, "facade/_core/operations.py", True),
        (edit_text, "openapi/associations.json", True),
        (edit_text, "openapi/manifest.json", False),
        (edit_text, "README.md", False),
    ],
)
@pytest.mark.usefixtures("build_once")
def test_a_stale_file_is_named_and_rebuilt(
    change: Callable[[Path], object],
    name: str,
    by_hand: bool,
    project: Layout,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fresh = state(project.root)
    change(project.root / name)
    assert edited(project) == ([name] if by_hand else [])
    assert command.main(["--check"]) == 1
    assert capsys.readouterr().out == f"stale: {name}\nrun: make generate\n"
    assert state(project.root) != fresh  # --check writes nothing
    assert command.main([]) == 0
    assert f"written: {name}\n" in capsys.readouterr().out
    assert state(project.root) == fresh
    assert command.main([]) == 0
    assert "written" not in capsys.readouterr().out


def test_files_that_python_and_tools_leave_behind_are_not_stale(project: Layout) -> None:
    for name in ("__pycache__/client.cpython-311.pyc", ".mypy_cache/x.json"):
        (project.package / name).parent.mkdir(parents=True)
        (project.package / name).write_bytes(b"")
    assert edited(project) == []


@pytest.mark.usefixtures("build_once")
def test_a_package_that_cannot_be_replaced_stays(
    project: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(project.package / "client.py")
    before = state(project.root)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if target == Path("generated_client") and path.parent.name.startswith(".generated."):
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError):
        command.main([])
    assert state(project.root) == before


@pytest.mark.usefixtures("build_once")
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_folders_that_are_in_place_go_back_if_the_files_cannot_follow(
    project: Layout, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    edit(project.package / "client.py")
    before = state(project.root)

    def fail(files: object) -> None:
        raise error

    monkeypatch.setattr(library, "write_all", fail)
    with pytest.raises(type(error)):
        command.main([])
    assert state(project.root) == before


def test_changed_and_no_longer_generated_files_are_stale(project: Layout) -> None:
    built = Built({"generated_client/client.py": b"", "facade/_core/operations.py": b""})
    shutil.rmtree(project.package / "api")
    shutil.rmtree(project.package / "models")
    shutil.rmtree(project.facade / "_sync")
    shutil.rmtree(project.facade / "bulk" / "_sync")
    assert stale(project, built) == [
        "facade/_core/operations.py",
        "generated_client/__init__.py",
        "generated_client/client.py",
        "generated_client/errors.py",
        "generated_client/py.typed",
        "generated_client/types.py",
    ]


NOTHING_TO_MEND = "{target: $.none, description: D, x-evidence: E, x-expect: 1, remove: true}"


@pytest.mark.usefixtures("build_once")
def test_an_action_that_no_longer_fits_is_a_notice_until_it_is_mended(
    project: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = project.overlay.read_text()
    line = fresh.count("\n") + 2
    add_action(project, NOTHING_TO_MEND)
    assert command.main([]) == 0
    assert command.main(["--check"]) == 1
    said = capsys.readouterr().out
    assert said.count(f"openapi/overlay.yaml:{line}: D\n") == 2
    assert (
        "to do: no Version needs it: delete the action, or correct the target of a new one" in said
    )
    assert "open notices on openapi/overlay.yaml: 1; follow them, or run: make generate" in said
    assert command.main(["--mend"]) == 0
    assert project.overlay.read_text().rstrip() == fresh.rstrip()
    assert command.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (
            "{target: $.info, description: Say no reason, x-expect: 1, update: {title: T}}",
            r"\(Say no reason\): our own actions need description, x-evidence and x-expect",
        ),
        (
            "{target: $.components.schemas.ErrorPayload, description: D, x-evidence: E, "
            "x-expect: 1, remove: true}",
            r"corrected, is not a valid contract:\n  .*ErrorPayload' points at nothing",
        ),
        ("{broken", "overlay.yaml is neither JSON nor YAML"),
    ],
)
def test_a_failed_run_gives_the_reason_and_changes_nothing(
    action: str, said: str, project: Layout
) -> None:
    add_action(project, action)
    before = state(project.root)
    with pytest.raises(CannotRunError, match=said):
        command.main([])
    assert state(project.root) == before


@pytest.mark.parametrize(
    "name", ["captured/2021-07-28.json", "overlay.yaml", "names.yaml", "generator.yaml"]
)
def test_a_source_that_is_missing_is_one_line(name: str, project: Layout) -> None:
    (project.root / "openapi" / name).unlink()
    with pytest.raises(CannotRunError, match=rf"\Acannot read openapi/{name}: .*\Z"):
        command.main(["--check"])


@pytest.mark.parametrize("broken", ["{", "[]", "{}"])
def test_a_broken_manifest_is_one_line(broken: str, project: Layout) -> None:
    project.manifest.write_text(broken)
    with pytest.raises(CannotRunError, match=r"\A.*manifest.json.*\Z"):
        edited(project)
