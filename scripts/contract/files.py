"""Writing whole or not at all: a failed run leaves the last good state."""

import os
import shutil
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in place in one step; a reader sees the old bytes or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def replace_folder(old: Path, new: Path) -> None:
    """Put a folder where another stands; if that fails, the old one stands again."""
    aside = Path(tempfile.mkdtemp(dir=old.parent, prefix=f".{old.name}."))
    moved = aside / old.name
    try:
        if old.exists():
            old.rename(moved)
        try:
            new.rename(old)
        except BaseException:
            if moved.exists():
                moved.rename(old)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
