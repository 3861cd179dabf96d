"""Write files completely or not at all: a failed or interrupted run changes nothing."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

LeftOut = Callable[[str, list[str]], set[str]]
"""Return the names to omit when a folder with these names is copied."""


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file atomically: a reader never sees a part of it."""
    write_all({path: data})


def write_all(files: Mapping[Path, bytes]) -> None:
    """Replace files together: all steps that can fail come before the first replacement."""
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
            for path, temporary in ready.items():
                temporary.replace(path)
    finally:
        for temporary in ready.values():
            temporary.unlink(missing_ok=True)


def replace_folder(old: Path, new: Path) -> None:
    """Replace a folder by another; on failure, restore the old one."""
    with tempfile.TemporaryDirectory(
        dir=old.parent, prefix=f".{old.name}.", ignore_cleanup_errors=True
    ) as folder:
        moved = Path(folder) / old.name
        try:
            if old.exists():
                old.rename(moved)
            new.rename(old)
        except BaseException:
            if moved.exists() and not old.exists():
                moved.rename(old)
            raise


def copy_folder(folder: Path, to: Path, left_out: LeftOut | None = None) -> None:
    """Copy a folder to a new or empty one; OSError has the first failure."""
    try:
        # A symbolic link stays one, because it may be broken.
        shutil.copytree(folder, to, symlinks=True, ignore=left_out, dirs_exist_ok=True)
    except shutil.Error as error:
        source, _, why = error.args[0][0]
        raise OSError(f"cannot copy {source} to {to}: {why}") from error


@contextmanager
def restored_on_failure(paths: Sequence[Path]) -> Iterator[None]:
    """Back up files and folders of one parent, and restore them if the block raises."""
    with tempfile.TemporaryDirectory(dir=paths[0].parent, prefix=".") as folder:
        for path in paths:
            if path.is_dir():
                copy_folder(path, Path(folder) / path.name)
            elif path.exists():
                shutil.copy2(path, folder)
        try:
            yield
        except BaseException:  # includes Ctrl-C; a second one does not stop the restoring
            with _interrupts_deferred():
                for path in paths:
                    _restore(path, Path(folder) / path.name)
            raise


def _restore(path: Path, kept: Path) -> None:
    if kept.is_dir():
        replace_folder(path, kept)
    elif kept.exists():
        kept.replace(path)
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
