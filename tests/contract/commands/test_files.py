"""Files and folders are replaced completely, or stay unchanged."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.files import write_all, write_whole


def tree(folder: Path) -> dict[str, str]:
    """Read all files below a folder, including hidden ones."""
    paths = (path for path in folder.rglob("*") if not path.is_dir())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


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


def test_a_link_stays_one_and_a_pipe_gets_the_data(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    for data in (b"1", b"2"):
        write_whole(tmp_path / "link", data)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "file").read_bytes() == data
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_whole(tmp_path / "pipe", b"3")
    assert os.read(reader, 9) == b"3"
    assert (tmp_path / "pipe").is_fifo()
    os.close(reader)
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, b"4")


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


def test_a_failure_restores_what_was_replaced_deleted_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all({tmp_path / name: b"1" for name in ("a", "gone/b", "gone/c")})
    before, unlink = tree(tmp_path), Path.unlink

    def fail(path: Path, *, missing_ok: bool = False) -> None:
        if path.name == "c":
            raise OSError(28, "full")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", fail)
    gone = [tmp_path / "gone/b", tmp_path / "gone/c"]
    with pytest.raises(OSError, match="full"):
        write_all({tmp_path / "a": b"2", tmp_path / "new": b"2"}, gone)
    assert tree(tmp_path) == before


def test_a_folder_that_would_be_left_empty_is_deleted_with_its_compiled_files(
    tmp_path: Path,
) -> None:
    names = ("gone/a.py", "gone/__pycache__/a.pyc", "kept/a.py", "kept/b.py")
    write_all({tmp_path / name: b"1" for name in names})
    write_all({}, [tmp_path / "gone/a.py", tmp_path / "kept/a.py"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]
    assert tree(tmp_path) == {"kept/b.py": "1"}
