"""Files and folders are replaced completely, or stay unchanged."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.contract import files
from scripts.contract.files import replace_folder, restored_on_failure, write_all, write_whole


def tree(folder: Path) -> dict[str, str]:
    """Read all files below a folder, including hidden ones."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_file_is_replaced_completely_and_readable_by_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.json"
    write_whole(path, b"1")
    write_whole(path, b"2")
    assert tree(tmp_path) == {"new/folder/a.json": "2"}
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_file_is_written_in_any_thread(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        threads.submit(write_whole, tmp_path / "a", b"1").result()
    assert tree(tmp_path) == {"a": "1"}


def test_no_file_is_replaced_if_one_of_them_cannot_be_written(tmp_path: Path) -> None:
    write_all({tmp_path / "a": b"1", tmp_path / "b": b"1"})
    (tmp_path / "c").write_text("not a folder")
    with pytest.raises(OSError, match="c"):
        write_all({tmp_path / "a": b"2", tmp_path / "c" / "d": b"2"})
    assert tree(tmp_path) == {"a": "1", "b": "1", "c": "not a folder"}


def test_ctrl_c_between_two_files_takes_effect_after_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all({tmp_path / "a": b"1", tmp_path / "b": b"1"})
    replace = Path.replace

    def interrupted(path: Path, target: Path) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        write_all({tmp_path / "a": b"2", tmp_path / "b": b"2"})
    assert tree(tmp_path) == {"a": "2", "b": "2"}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_all({tmp_path / "old/a": b"1", tmp_path / "new/b": b"2"})
    replace_folder(tmp_path / "old", tmp_path / "new")
    assert tree(tmp_path) == {"old/b": "2"}


def test_a_folder_that_cannot_be_replaced_is_restored(tmp_path: Path) -> None:
    write_all({tmp_path / "old/a": b"1"})
    with pytest.raises(OSError, match="new"):
        replace_folder(tmp_path / "old", tmp_path / "new")
    assert tree(tmp_path) == {"old/a": "1"}


def test_an_interrupt_between_two_folders_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all({tmp_path / "old/a": b"1", tmp_path / "new/b": b"2"})
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(tmp_path / "old", tmp_path / "new")
    assert tree(tmp_path) == {"old/a": "1", "new/b": "2"}


def start(folder: Path) -> list[Path]:
    """Write a folder and two files; return their paths, and an absent one."""
    write_all({folder / "code/a": b"1", folder / "code/b/c": b"1", folder / "notes": b"1"})
    return [folder / name for name in ("code", "notes", "later", "later-code")]


def test_a_broken_link_stays_a_link(tmp_path: Path) -> None:
    paths = start(tmp_path)
    (tmp_path / "code/link").symlink_to("nowhere")
    with pytest.raises(ValueError, match="first"), restored_on_failure(paths):
        raise ValueError("first")
    assert (tmp_path / "code/link").readlink() == Path("nowhere")


def change(folder: Path) -> None:
    """Change, add and remove files and folders."""
    write_all(
        {
            folder / "code/a": b"2",
            folder / "code/d": b"2",
            folder / "notes": b"2",
            folder / "later": b"2",
            folder / "later-code/a": b"2",
        }
    )
    (folder / "code/b/c").unlink()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_any_failure_restores_everything(tmp_path: Path, error: type[BaseException]) -> None:
    paths = start(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(error), restored_on_failure(paths):  # noqa: PT012 - both is the point
        change(tmp_path)
        raise error
    assert tree(tmp_path) == before


def test_a_failure_before_the_first_change_changes_nothing(tmp_path: Path) -> None:
    paths = start(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(ValueError, match="first"), restored_on_failure(paths):
        raise ValueError("first")
    assert tree(tmp_path) == before


def test_without_a_failure_the_changes_stay_and_the_copies_are_deleted(tmp_path: Path) -> None:
    paths = start(tmp_path)
    with restored_on_failure(paths):
        change(tmp_path)
    assert tree(tmp_path) == {
        "code/a": "2",
        "code/d": "2",
        "notes": "2",
        "later": "2",
        "later-code/a": "2",
    }


def test_a_second_ctrl_c_does_not_stop_the_restoring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = start(tmp_path)
    before = tree(tmp_path)
    restore = files._restore

    def interrupted(path: Path, kept: Path) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        restore(path, kept)

    monkeypatch.setattr(files, "_restore", interrupted)
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), restored_on_failure(paths):  # noqa: PT012 - as above
        change(tmp_path)
        raise KeyboardInterrupt
    assert tree(tmp_path) == before
    assert signal.getsignal(signal.SIGINT) is handler
