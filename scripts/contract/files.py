"""Writing whole or not at all: a failed run leaves the last good state."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in place in one step; a reader sees the old bytes or the new, never a part."""
    write_all({path: data})


def write_all(files: Mapping[Path, bytes]) -> None:
    """Put files in place together: all that can fail is done before the first is replaced."""
    ready: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready[path] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
        for path, temporary in ready.items():
            temporary.replace(path)
    finally:
        for temporary in ready.values():
            temporary.unlink(missing_ok=True)


def replace_folder(old: Path, new: Path) -> None:
    """Put a folder where another stands; if that fails, the old one stands again."""
    aside = Path(tempfile.mkdtemp(dir=old.parent, prefix=f".{old.name}."))
    moved = aside / old.name
    try:
        if old.exists():
            old.rename(moved)
        new.rename(old)
    except BaseException:
        if moved.exists() and not old.exists():
            moved.rename(old)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
