"""The copy of the project for an update, and what of it is put in place."""

from pathlib import Path

import pytest

from scripts.contract import workspace
from scripts.errors import CannotRunError
from scripts.files import write_all

from .published import state

MADE = ("generated_client/errors.py", "facade/_sync/a.py", "facade/_core/operations.py")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    names = (*MADE, "openapi/a.json", "README.md", "facade/models.py", "build/x", ".git/HEAD")
    write_all({root / name: b"1" for name in names})
    (root / "link").symlink_to("nowhere")
    return root


def test_changes_of_generated_files_are_put_in_place_and_nothing_else(small: Path) -> None:
    expected = state(small)
    with workspace.copy_of(small) as tried:
        folder = tried.folder
        assert tried.changed() == []
        assert not (folder / "build").exists()
        assert tried.named(f"{folder}/openapi/a.json is wrong") == "openapi/a.json is wrong"
        written = ("openapi/a.json", "changes/+x", "docs/guide/a.md")
        caches = ("generated_client/__pycache__/x", "openapi/.mypy_cache/x")
        write_all({folder / name: b"2" for name in (*written, *caches, "facade/models.py")})
        (folder / "generated_client/errors.py").unlink()
        assert tried.changed() == sorted([*written, "generated_client/errors.py"])
        tried.bring_back()
    assert not folder.exists()
    del expected[f"{small}/generated_client/errors.py"]
    assert state(small) == {**expected, **{f"{small}/{name}": b"2" for name in written}}


def test_a_project_that_was_changed_meanwhile_is_left_alone(small: Path) -> None:
    with workspace.copy_of(small) as tried:
        write_all({tried.folder / "README.md": b"2", small / "openapi/a.json": b"3"})
        before = state(small)
        with pytest.raises(CannotRunError, match="the project was changed while the update ran"):
            tried.bring_back()
    assert state(small) == before


def test_a_copy_is_kept_in_a_new_or_empty_folder_with_broken_links(
    small: Path, tmp_path: Path
) -> None:
    kept, empty = tmp_path / "new/folder/kept", tmp_path / "empty"
    empty.mkdir()
    for place in (kept, empty):
        with workspace.copy_of(small, place) as tried:
            write_all({tried.folder / "README.md": b"2"})
            tried.keep(place)
        assert (place / "link").readlink() == Path("nowhere")
        assert (place / "README.md").read_bytes() == b"2"
    for place in (kept, kept / "README.md"):
        with pytest.raises(CannotRunError, match="is not an empty folder: name another one"):
            workspace.copy_of(small, place).__enter__()
