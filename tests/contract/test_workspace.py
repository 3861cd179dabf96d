"""The copy of the project for an update, and what of it is put in place."""

from pathlib import Path

import pytest

from scripts.contract import workspace
from scripts.contract.generate import Layout
from scripts.errors import CannotRunError
from scripts.files import write_all

from .published import state

MADE = ("generated_client/errors.py", "facade/_sync/a.py", "facade/_core/operations.py")


@pytest.fixture
def small(tmp_path: Path) -> Layout:
    """Return a project with a few files of each kind."""
    root = tmp_path / "project"
    names = (*MADE, "openapi/a.json", "README.md", "facade/models.py", "build/x", ".git/HEAD")
    write_all({root / name: b"1" for name in names})
    (root / "link").symlink_to("nowhere")
    return Layout(root)


def test_changes_of_generated_files_are_put_in_place_and_nothing_else(small: Layout) -> None:
    with workspace.copy_of(small.root) as tried:
        assert tried.changed() == []
        assert not (tried.folder / "build").exists()
        assert tried.named(f"{tried.folder}/openapi/a.json is wrong") == "openapi/a.json is wrong"
        for name in ("openapi/a.json", "facade/models.py", "generated_client/__pycache__/x"):
            write_all({tried.folder / name: b"2"})
        write_all({tried.folder / "openapi/.mypy_cache/x": b"2", tried.folder / "changes/+x": b""})
        (tried.folder / "generated_client/errors.py").unlink()
        assert tried.changed() == ["changes/+x", "generated_client/errors.py", "openapi/a.json"]
        tried.bring_back()
        folder = tried.folder
    assert not folder.exists()
    assert (small.root / "openapi/a.json").read_bytes() == b"2"
    assert (small.root / "facade/models.py").read_bytes() == b"1"
    assert not (small.package / "errors.py").exists()


def test_a_project_that_was_changed_meanwhile_is_left_alone(small: Layout) -> None:
    with workspace.copy_of(small.root) as tried:
        write_all({tried.folder / "README.md": b"2", small.root / "openapi/a.json": b"3"})
        before = state(small.root)
        with pytest.raises(CannotRunError, match="the project was changed while the update ran"):
            tried.bring_back()
    assert state(small.root) == before


def test_an_interrupt_while_files_are_put_in_place_restores_them(
    small: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(files: dict[Path, bytes]) -> None:
        next(iter(files)).write_bytes(b"half")
        raise KeyboardInterrupt

    with workspace.copy_of(small.root) as tried:
        write_all({tried.folder / "openapi/a.json": b"2", tried.folder / "README.md": b"2"})
        before = state(small.root)
        monkeypatch.setattr(workspace, "write_all", half)
        with pytest.raises(KeyboardInterrupt):
            tried.bring_back()
    assert state(small.root) == before


def test_a_copy_is_kept_in_a_new_or_empty_folder_with_broken_links(
    small: Layout, tmp_path: Path
) -> None:
    kept = tmp_path / "new/folder/kept"
    with workspace.copy_of(small.root, kept) as tried:
        assert not kept.exists()
        write_all({tried.folder / "README.md": b"2"})
        assert tried.keep() == kept
    assert (kept / "link").readlink() == Path("nowhere")
    assert (kept / "README.md").read_bytes() == b"2"
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", None):
        with workspace.copy_of(small.root, place) as tried:
            assert tried.keep() == place
    for place in (kept, kept / "README.md"):
        with (
            pytest.raises(CannotRunError, match="is not an empty folder: name another one"),
            workspace.copy_of(small.root, place),
        ):
            pass
