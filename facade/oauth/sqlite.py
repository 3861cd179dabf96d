"""Grants in an SQLite file: for several processes on one machine."""

import os
import sqlite3
import tempfile
import time
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from facade.oauth.errors import TokenStoreError
from facade.oauth.grant import Grant
from facade.oauth.stores import LOCK_TIMEOUT, lock_timeout_error

_POLL = 0.02  # seconds between two looks at a lock; only one thread of a process looks


class SqliteTokenStore:
    """Keep grants in a file that only its owner can read; needs a local disk and POSIX.

    The locks are files beside it, `<path>-locks`: the system frees them when their holder dies.
    A lock of SQLite's would be one for all locations, held while HighLevel is asked.
    """

    def __init__(self, path: str | os.PathLike[str], *, wait: float = LOCK_TIMEOUT) -> None:
        self._path = Path(path).absolute()
        self._locks = Path(f"{self._path}-locks")
        self._wait = wait
        with self._reporting():
            _make_private(self._path)
            self._locks.mkdir(mode=0o700, exist_ok=True)
        # One at a time: changing the journal's mode does not wait for others as the rest does.
        with self.lock(""), self._open() as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS grants (key TEXT PRIMARY KEY, json TEXT NOT NULL)"
            )

    def load(self, key: str, /) -> Grant | None:
        """Give what was saved last, by any process."""
        with self._open() as database:
            found = database.execute("SELECT json FROM grants WHERE key = ?", (key,)).fetchone()
            return Grant.from_json(found[0]) if found else None

    def save(self, key: str, grant: Grant, /) -> None:
        """Keep a grant in place of the last, on the disk."""
        with self._open() as database:
            database.execute(
                "INSERT OR REPLACE INTO grants (key, json) VALUES (?, ?)", (key, grant.to_json())
            )

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        """Let one at a time in, of all threads and processes."""
        import fcntl  # not on Windows, where importing facade.oauth must still work

        path = self._locks / sha256(key.encode()).hexdigest()[:32]
        until = time.monotonic() + self._wait
        with self._reporting():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise lock_timeout_error(key, self._wait) from None
                    time.sleep(_POLL)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        # Opened each time: tokens are rarely renewed, and no connection survives a fork.
        with (
            self._reporting(),
            closing(sqlite3.connect(self._path, timeout=self._wait, isolation_level=None)) as made,
        ):
            yield made

    @contextmanager
    def _reporting(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise TokenStoreError(f"the token store {self._path}: {error}") from error


def _make_private(path: Path) -> None:
    """Make a file that only its owner can read; SQLite gives its companions the same mode.

    It comes into being under another name: SQLite's locks are lost when a process that holds them
    closes any descriptor of the file.
    """
    if not path.exists():
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(descriptor)
        with suppress(FileExistsError):  # another process was quicker
            os.link(temporary, path)
        os.unlink(temporary)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
