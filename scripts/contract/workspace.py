"""A copy of the project for an update, and putting its changes in place."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.contract.generate import FOLDERS, TABLES, Files, different, files_of, replace_files
from scripts.errors import CannotRunError

# All that an update may write; from folders it also deletes files.
_WRITTEN = ("openapi", *FOLDERS, *TABLES, "README.md", "changes", "docs")
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "*_cache", ".hypothesis", ".schemathesis", "__pycache__", "build", "dist"
)


@dataclass
class Workspace:
    """The copy in `folder`, and the project's files at the time of copying."""

    root: Path
    folder: Path
    before: Files

    def changed(self) -> list[str]:
        return different(self.before, files_of(self.folder, *_WRITTEN))

    def named(self, text: str) -> str:
        return text.replace(f"{self.folder}/", "")

    def bring_back(self) -> None:
        """Put the changes in place in the project: all of them, or none after an error."""
        if files_of(self.root, *_WRITTEN) != self.before:
            raise CannotRunError("the project was changed while the update ran: run it again")
        after, names = files_of(self.folder, *_WRITTEN), self.changed()
        files = {name: after[name] for name in names if name in after}
        replace_files(self.root, files, {*names} - files.keys())

    def keep(self, where: Path) -> None:
        _copy(self.folder, where)


@contextmanager
def copy_of(root: Path, kept: Path | None = None) -> Iterator[Workspace]:
    """Copy a project into a temporary folder, which may be kept in an empty or new folder."""
    if kept is not None and kept.exists() and not (kept.is_dir() and not any(kept.iterdir())):
        raise CannotRunError(f"{kept} is not an empty folder: name another one to keep it in")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "project"
        _copy(root, copy)
        yield Workspace(root, copy, files_of(copy, *_WRITTEN))


def _copy(folder: Path, to: Path) -> None:
    # A symbolic link stays one, because it may be broken.
    shutil.copytree(folder, to, symlinks=True, ignore=_LEFT_OUT, dirs_exist_ok=True)
