"""Atomic writes of files, and the names of files in errors."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from shutil import copymode
from typing import TextIO


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
        temporary.replace(target)
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
