"""A copy of the project for an update, and putting its changes in place."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.contract.generate import FOLDERS, HOLDERS, TABLES
from scripts.errors import CannotRunError
from scripts.files import copy_folder, restored_on_failure, write_all

# All that an update may write; from generated folders it also deletes files.
_WRITTEN = ("openapi", *FOLDERS, *TABLES, "README.md", "changes")
_RESTORED = (*HOLDERS, "changes")
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "*_cache", ".hypothesis", ".schemathesis", "__pycache__", "build", "dist"
)
_Files = dict[str, bytes]


@dataclass
class Workspace:
    """The copy in `folder`, and the project's files at the time of copying."""

    root: Path
    folder: Path
    before: _Files
    kept: Path | None = None

    def changed(self) -> list[str]:
        """Return the names of the files that differ from the project's."""
        after = _files(self.folder)
        names = self.before.keys() | after.keys()
        return sorted(name for name in names if self.before.get(name) != after.get(name))

    def named(self, text: str) -> str:
        """Replace paths of the copy by those of the project."""
        return text.replace(f"{self.folder}/", "")

    def bring_back(self) -> None:
        """Put the changes in place in the project: all of them, or none after an error."""
        if _files(self.root) != self.before:
            raise CannotRunError("the project was changed while the update ran: run it again")
        names, after = self.changed(), _files(self.folder)
        with restored_on_failure([self.root / name for name in _RESTORED]):
            write_all({self.root / name: after[name] for name in names if name in after})
            for name in names:
                if name not in after:
                    (self.root / name).unlink()

    def keep(self) -> Path | None:
        """Copy the folder to the place where it is kept."""
        if self.kept is not None:
            self.kept.parent.mkdir(parents=True, exist_ok=True)
            copy_folder(self.folder, self.kept, _LEFT_OUT)
        return self.kept


@contextmanager
def copy_of(root: Path, kept: Path | None = None) -> Iterator[Workspace]:
    """Copy a project into a temporary folder, which may be kept in an empty or new folder."""
    if kept is not None and kept.exists() and not (kept.is_dir() and not any(kept.iterdir())):
        raise CannotRunError(f"{kept} is not an empty folder: name another one to keep it in")
    with tempfile.TemporaryDirectory(prefix="update.", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "project"
        copy_folder(root, copy, _LEFT_OUT)
        yield Workspace(root, copy, _files(copy), kept)


def _files(folder: Path) -> _Files:
    found = {}
    for name in _WRITTEN:
        top = folder / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            hidden = "__pycache__" in path.parts or any(
                part.endswith("_cache") for part in path.relative_to(folder).parts
            )
            if path.is_file() and not hidden:
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found
