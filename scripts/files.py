"""Write files completely or not at all: a failed or interrupted run changes nothing."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file atomically: a reader never sees a part of it.

    What a link leads to is replaced, and a device or a pipe, such as /dev/null, is written to.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
    else:
        write_all({path.resolve(): data})


def write_all(files: Mapping[Path, bytes], gone: Sequence[Path] = ()) -> None:
    """Replace files and delete others together: all of them, or none after an error.

    A folder of which only compiled files would be left is deleted, too.
    """
    ready: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready[path] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
        _put_in_place(ready, gone)
    finally:
        for temporary in ready.values():
            temporary.unlink(missing_ok=True)


def _put_in_place(ready: Mapping[Path, Path], gone: Sequence[Path]) -> None:
    done: list[tuple[Path, bytes | None]] = []
    try:
        for path in (*ready, *gone):
            done.append((path, path.read_bytes() if path.exists() else None))
            if path in ready:
                ready[path].replace(path)
            else:
                path.unlink()
    except BaseException:
        for path, before in done:
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)
        raise
    for folder in {path.parent for path in gone}:
        if {each.name for each in folder.iterdir()} <= {"__pycache__"}:
            shutil.rmtree(folder)
