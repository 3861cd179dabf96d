"""Files that appear whole."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def atomic_writer(path: Path, encoding: str = "utf-8") -> Generator[TextIO]:
    """Open a text file that replaces `path` when the block ends; if it fails, `path` stays."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        error.filename = str(path)  # the name that its caller knows
        raise
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
