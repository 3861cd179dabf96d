"""Atomic writes, private files and locks of files, and the names of files in errors."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from shutil import copymode
from typing import TextIO

_POLL_INTERVAL = 0.02  # seconds between attempts to lock or to replace a file
# Seconds for which a file is not replaced while another process reads it: Windows refuses that.
_REPLACE_TIMEOUT = 2.0

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 2**30, os.SEEK_SET)  # no other process can read what is locked
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def unlock(descriptor: int) -> None:
        """Do nothing: closing the file unlocks it."""

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def unlock(descriptor: int) -> None:
        """Unlock a file; closing is not enough if a forked process has a copy of its descriptor."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def locks_within(
    descriptor: int, seconds: float, between: Callable[[], object] = lambda: None
) -> bool:
    """Lock a file for all threads and processes; return whether that succeeds in time.

    `between` is called before each further attempt. The lock ends with the process.
    """
    return _succeeds_within(seconds, partial(_lock, descriptor), between)


def _succeeds_within(
    seconds: float, work: Callable[[], object], between: Callable[[], object] = lambda: None
) -> bool:
    end = time.monotonic() + seconds
    while True:
        with suppress(BlockingIOError, PermissionError):
            work()
            return True
        if time.monotonic() > end:
            return False
        between()
        time.sleep(_POLL_INTERVAL)


@contextmanager
def atomic_writer(path: Path, encoding: str = "utf-8") -> Generator[TextIO]:
    """Open a text file that replaces `path` when the block ends; on an error, `path` is unchanged.

    A path that is not a regular file, such as /dev/null or a pipe, is opened directly. The target
    of a symbolic link is replaced, not the link. A replaced file keeps its permissions.
    """
    if path.exists() and not path.is_file():
        with naming(path), path.open("w", encoding=encoding, newline="") as file:
            yield file
        return
    target = path.resolve()
    temporary = target.with_name(f".{target.name}.{token_hex(4)}")
    try:
        file = temporary.open("x", encoding=encoding, newline="")
    except OSError as error:
        error.filename = str(path)  # not the temporary one
        raise
    try:
        with naming(path), file:
            yield file
        if target.exists():
            copymode(target, temporary)
        replace = partial(temporary.replace, target)
        if not _succeeds_within(_REPLACE_TIMEOUT, replace):
            replace()  # raises what prevents it
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def naming(name: str | os.PathLike[str]) -> Generator[None]:
    """Name the file in an OSError that names none, such as that of a disk that is full.

    An OSError without a number is not the system's, such as the TimeoutError of an app's alarm.
    """
    try:
        yield
    except OSError as error:
        if error.errno is not None:
            error.filename = error.filename or str(name)
        raise


def make_private(path: Path) -> None:
    """Create a file that only its owner can read; SQLite's other files get the same mode.

    It is created under another name and linked, because a process loses its SQLite locks of a file
    when it closes any file descriptor of it.
    """
    if not path.exists():
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(descriptor)
        with suppress(FileExistsError):  # another process has just created it
            os.link(temporary, path)
        os.unlink(temporary)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
