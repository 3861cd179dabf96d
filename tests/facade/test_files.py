"""A file is written completely or not changed."""

import os
from pathlib import Path

import pytest

from facade._core.files import atomic_writer
from facade.link.console import require_writable


def test_a_file_is_replaced_when_its_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with atomic_writer(path) as file:
        file.write("new\r\n")
        assert path.read_text() == "old"
    assert path.read_bytes() == b"new\r\n"


def test_a_block_that_fails_changes_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_writer(path) as file:
        file.write(f"new {1 / 0}")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("file", "old")]


def test_a_new_file_may_be_read_by_those_who_may_read_others(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with atomic_writer(tmp_path / "file"):
        pass
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with atomic_writer(path) as file:
        file.write("text")
    assert (os.read(reader, 99), path.is_fifo()) == (b"text", True)
    os.close(reader)


def test_a_link_stays_and_its_file_is_replaced_with_its_permissions(tmp_path: Path) -> None:
    path, link = tmp_path / "file", tmp_path / "folder" / "link"
    link.parent.mkdir()
    path.touch(0o640)
    link.symlink_to(path)
    with atomic_writer(link) as file:
        file.write("new")
    assert (link.readlink(), path.read_text()) == (path, "new")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [*link.parent.iterdir()] == [link]


@pytest.mark.parametrize("name", ["missing/file", ""])
def test_the_error_names_the_file_that_was_asked_for(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with (
        pytest.raises(OSError, match=r"No such file|Is a directory") as raised,
        atomic_writer(path),
    ):
        pass
    assert raised.value.filename in (path, str(path))
    assert list(tmp_path.iterdir()) == []


def test_the_error_of_a_full_disk_names_the_file() -> None:
    with (
        pytest.raises(OSError, match="No space left on device: '/dev/full'"),
        atomic_writer(Path("/dev/full")) as file,
    ):
        file.write("text")


@pytest.mark.parametrize("name", ["new", "old"])
def test_what_can_be_written_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / "old").write_text("old")
    require_writable(tmp_path / name)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("old", "old")]


@pytest.mark.parametrize("name", ["missing/file", ""])
def test_what_cannot_be_written_is_the_error_of_writing_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"No such file|Is a directory") as raised:
        require_writable(tmp_path / name)
    assert raised.value.filename in (tmp_path / name, str(tmp_path / name))


def test_a_pipe_may_be_written_unless_its_permissions_forbid_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    require_writable(path)  # without a reader, for which opening it would wait
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
    with pytest.raises(PermissionError, match=r"Permission denied: '.*pipe'"):
        require_writable(path)
