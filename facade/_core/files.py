"""Files that appear whole."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TextIO


@contextmanager
def atomic_writer(path: Path, encoding: str = "utf-8") -> Generator[TextIO]:
    """Open a text file that replaces `path` when the block ends; if it fails, `path` stays.

    What is no file, such as /dev/null or a pipe, is written to as it is.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding=encoding, newline="") as file:
            yield file
        return
    temporary = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        file = temporary.open("x", encoding=encoding, newline="")
    except OSError as error:
        error.filename = str(path)  # the name that its caller knows
        raise
    try:
        with file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
