"""Files and folders are replaced completely, or stay unchanged."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts import files
from scripts.files import (
    copy_folder,
    replace_folder,
    restored_on_failure,
    write_all,
    write_whole,
)


def tree(folder: Path) -> dict[str, str]:
    """Read all files below a folder, including hidden ones, and links that lead nowhere."""
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.exists() else "broken"
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def test_a_file_is_replaced_completely_and_readable_by_all_from_any_thread(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.json"
    write_whole(path, b"1")
    with ThreadPoolExecutor(1) as threads:
        threads.submit(write_whole, path, b"2").result()
    assert tree(tmp_path) == {"new/folder/a.json": "2"}
    assert path.stat().st_mode & 0o777 == 0o644
    with pytest.raises(OSError, match=r"a\.json"):  # all or nothing
        write_all({tmp_path / "b": b"3", path / "c": b"3"})
    assert tree(tmp_path) == {"new/folder/a.json": "2"}


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[object, str], None]]:
    """Press Ctrl-C at each call of a function."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt(holder: object, name: str) -> None:
        known = getattr(holder, name)

        def called(*arguments: object) -> object:
            os.kill(os.getpid(), signal.SIGINT)
            return known(*arguments)

        monkeypatch.setattr(holder, name, called)

    yield interrupt
    assert signal.signal(signal.SIGINT, handler) is signal.default_int_handler


def test_ctrl_c_between_two_files_takes_effect_after_both(
    tmp_path: Path, interrupted: Callable[[object, str], None]
) -> None:
    write_all({tmp_path / "a": b"1", tmp_path / "b": b"1"})
    interrupted(Path, "replace")
    with pytest.raises(KeyboardInterrupt):
        write_all({tmp_path / "a": b"2", tmp_path / "b": b"2"})
    assert tree(tmp_path) == {"a": "2", "b": "2"}


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    for made in ({"old/a": b"1", "new/b": b"2"}, {"new/b": b"2"}):
        write_all({tmp_path / name: data for name, data in made.items()})
        replace_folder(tmp_path / "old", tmp_path / "new")
        assert tree(tmp_path) == {"old/b": "2"}
        (tmp_path / "old").rename(tmp_path / "new")


@pytest.mark.parametrize(
    ("error", "is_late", "expected"),
    [
        (OSError, False, {"old/a": "1", "new/b": "2"}),
        (KeyboardInterrupt, False, {"old/a": "1", "new/b": "2"}),
        (KeyboardInterrupt, True, {"old/b": "2"}),
    ],
)
def test_a_folder_that_cannot_be_replaced_is_restored(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
    is_late: bool,
    expected: dict[str, str],
) -> None:
    write_all({tmp_path / "old/a": b"1", tmp_path / "new/b": b"2"})
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name == "new":
            if is_late:
                rename(path, target)
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(error):
        replace_folder(tmp_path / "old", tmp_path / "new")
    assert tree(tmp_path) == expected


def test_a_folder_is_copied_to_an_existing_one_without_what_is_left_out(tmp_path: Path) -> None:
    write_all({tmp_path / "a/x": b"1", tmp_path / "a/y": b"1", tmp_path / "b/z": b"1"})
    copy_folder(tmp_path / "a", tmp_path / "b", lambda folder, names: {"y"})
    assert tree(tmp_path / "b") == {"x": "1", "z": "1"}
    os.mkfifo(tmp_path / "a/pipe")
    with pytest.raises(OSError, match=r"\Acannot copy \S+/pipe to \S+/c: .*named pipe\Z"):
        copy_folder(tmp_path / "a", tmp_path / "c")


def start(folder: Path) -> list[Path]:
    """Write a folder, a link in it and two files; return their paths, and two absent ones."""
    write_all({folder / "code/a": b"1", folder / "code/b/c": b"1", folder / "notes": b"1"})
    (folder / "code/link").symlink_to("nowhere")
    return [folder / name for name in ("code", "notes", "later", "later-code")]


CHANGED = ("code/a", "code/d", "notes", "later", "later-code/a")


def change(folder: Path) -> None:
    write_all({folder / name: b"2" for name in CHANGED})
    (folder / "code/b/c").unlink()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("is_changed", [True, False])
@pytest.mark.parametrize("is_pressed_again", [True, False])
def test_any_failure_restores_everything_even_if_ctrl_c_is_pressed_meanwhile(
    tmp_path: Path,
    interrupted: Callable[[object, str], None],
    error: type[BaseException],
    is_changed: bool,
    is_pressed_again: bool,
) -> None:
    paths = start(tmp_path)
    before = tree(tmp_path)
    if is_pressed_again:
        interrupted(files, "_restore")
    raised = KeyboardInterrupt if is_pressed_again else error
    with pytest.raises(raised), restored_on_failure(paths):  # noqa: PT012 - both is the point
        if is_changed:
            change(tmp_path)
        raise error
    assert tree(tmp_path) == before


def test_without_a_failure_the_changes_stay_and_the_copies_are_deleted(tmp_path: Path) -> None:
    with restored_on_failure(start(tmp_path)):
        change(tmp_path)
    assert tree(tmp_path) == {**dict.fromkeys(CHANGED, "2"), "code/link": "broken"}
