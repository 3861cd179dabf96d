"""A file is written completely or not changed."""

import errno
import os
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import Mock

import pytest

from facade._core import files
from facade._core.files import atomic_writer, locks_within, make_private, unlock
from facade.cli.console import require_writable
from tests.facade.driving import Clock


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old"
    path.write_text("old")
    return path


def contents(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text() for each in folder.iterdir()}


def test_a_file_is_replaced_when_its_block_ends_unless_it_fails(old: Path) -> None:
    with pytest.raises(ZeroDivisionError), atomic_writer(old) as file:
        file.write(f"new {1 / 0}")
    assert contents(old.parent) == {"old": "old"}
    with atomic_writer(old) as file:
        file.write("new\r\n")
        assert old.read_text() == "old"
    assert old.read_bytes() == b"new\r\n"
    with atomic_writer(old.with_name("new")):
        pass
    assert old.with_name("new").stat().st_mode == old.stat().st_mode  # as of any new file


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time, which only waits move."""
    clock = Clock()

    def sleep(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(files, "time", Mock(monotonic=clock, sleep=sleep))
    return clock


@pytest.mark.parametrize(("seconds", "written"), [(1.9, "new"), (2.1, "old")])
def test_a_file_that_another_process_reads_is_replaced_if_it_is_closed_in_time(
    old: Path, time: Clock, monkeypatch: pytest.MonkeyPatch, seconds: float, written: str
) -> None:
    end = time.now + seconds

    def replace(source: Path, target: Path) -> None:
        if time.now < end:
            raise PermissionError(errno.EACCES, "as Windows answers", str(source))
        os.replace(source, target)

    monkeypatch.setattr(Path, "replace", replace)
    late = pytest.raises(PermissionError) if written == "old" else nullcontext()
    with late, atomic_writer(old) as file:
        file.write("new")
    assert contents(old.parent) == {"old": written}


@pytest.mark.posix
def test_only_its_owner_can_read_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = tmp_path / "private", os.link

    def be_late(source: str, target: str) -> None:
        assert Path(source).name.startswith(".private.")
        link(source, target)
        link(source, target)  # which another process has just made

    monkeypatch.setattr(os, "link", be_late)
    for _ in range(2):
        make_private(path)
        assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o644)
    assert contents(tmp_path) == {"private": ""}


@pytest.mark.posix
def test_a_lock_is_waited_for(old: Path, time: Clock) -> None:
    with old.open() as holder, old.open() as other:
        start, between = time.now, Mock()
        assert locks_within(holder.fileno(), 0.0)
        assert not locks_within(other.fileno(), 1.0, between)
        assert 1 < time.now - start < 1.1
        assert between.called
        assert locks_within(other.fileno(), 1.0, lambda: unlock(holder.fileno()))


@pytest.mark.posix
def test_a_link_stays_and_its_file_is_replaced_with_its_permissions(old: Path) -> None:
    link = old.parent / "folder" / "link"
    link.parent.mkdir()
    old.chmod(0o640)
    link.symlink_to(old)
    with atomic_writer(link) as file:
        file.write("new")
    assert (link.readlink(), old.read_text(), old.stat().st_mode & 0o777) == (old, "new", 0o640)
    assert [*link.parent.iterdir()] == [link]


@pytest.mark.posix
def test_a_pipe_is_written_to_without_being_opened_before(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    require_writable(path)  # without a reader, for which opening it would wait
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with atomic_writer(path, "utf-16-le") as file:
        file.write("t")
    assert (os.read(reader, 99), path.is_fifo()) == (b"t\0", True)
    os.close(reader)


@pytest.mark.posix
@pytest.mark.parametrize("name", ["missing/file", ""])
def test_the_error_names_the_file_that_was_asked_for(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for check in (require_writable, lambda path: atomic_writer(path).__enter__()):
        with pytest.raises(OSError, match=r"No such file|Is a directory") as raised:
            check(path)
        assert raised.value.filename in (path, str(path))
    assert contents(tmp_path) == {}


@pytest.mark.posix
def test_the_error_of_a_full_disk_names_the_file(old: Path) -> None:
    for name in ("new", "old"):  # what can be written is left as it is
        require_writable(old.with_name(name))
    assert contents(old.parent) == {"old": "old"}
    with pytest.raises(OSError, match="'other'"), atomic_writer(old):
        raise OSError(5, "no", "other")
    said = pytest.raises(OSError, match="No space left on device: '/dev/full'")
    with said, atomic_writer(Path("/dev/full")) as file:
        file.write("text")
