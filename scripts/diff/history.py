"""The changes of documents over many commits."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.errors import CannotRunError


class DocumentChange(NamedTuple):
    """A change of one document by one commit."""

    when: str  # the day of the commit
    old: str  # the document before, as `REV:path`
    new: str


def steps(span: str, folder: Path) -> Iterator[DocumentChange]:
    """Yield how the documents of a folder changed in `REV..REV`, the oldest change first."""
    import subprocess  # slow to import

    command = ["git", "log", "--reverse", "--format=%x00%h %cs", "--name-only", "--diff-filter=M"]
    command += ["--relative", "--end-of-options", span, "--", f"{folder.as_posix()}/*.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRunError(f"cannot read the log of {span}: {done.stderr.strip()}")
    for commit in done.stdout.split("\0")[1:]:
        first, *files = filter(None, commit.splitlines())
        revision, when = first.split()
        for file in files:
            if not file.endswith("/lock.json"):
                yield DocumentChange(when, f"{revision}~:./{file}", f"{revision}:./{file}")
