"""Write files completely or not at all: a failed or interrupted run changes nothing."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


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
        with _interrupts_deferred():
            _put_in_place(ready, gone)
    finally:
        for temporary in ready.values():
            temporary.unlink(missing_ok=True)


def _put_in_place(ready: Mapping[Path, Path], gone: Sequence[Path]) -> None:
    done: list[tuple[Path, bytes | None]] = []
    try:
        for path in (*ready, *gone):
            before = path.read_bytes() if path.exists() else None
            if path in ready:
                ready[path].replace(path)
            else:
                path.unlink()
            done.append((path, before))
    except BaseException:
        for path, before in done:
            if before is None:
                path.unlink()
            else:
                path.write_bytes(before)
        raise
    for folder in {path.parent for path in gone}:
        if {each.name for each in folder.iterdir()} <= {"__pycache__"}:
            shutil.rmtree(folder)


@contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """Defer Ctrl-C to the end of the block."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return
    arrived: list[tuple[int, FrameType | None]] = []
    handler = signal.signal(signal.SIGINT, lambda *each: arrived.append(each))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if arrived and callable(handler):
            handler(*arrived[0])
