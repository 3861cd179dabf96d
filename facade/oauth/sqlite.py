"""SqliteTokenStore: grants in a file, for several processes on one machine."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from facade._core.database import Database
from facade._core.files import locks_within, unlock
from facade.oauth.failures import TokenStoreError
from facade.oauth.grant import Grant
from facade.oauth.stores import LOCK_TIMEOUT, ManagedTokenStore, lock_timeout_error


class SqliteTokenStore(ManagedTokenStore):
    """Stores grants in a file that only its owner can read; needs a local disk.

    `wait` is the longest time to wait for a lock, in seconds. The locks are files in
    `<path>-locks`, which the system releases when their holder dies. SQLite has only one lock for
    all locations, which would be held during a request to HighLevel.
    """

    def __init__(self, path: str | os.PathLike[str], *, wait: float = LOCK_TIMEOUT) -> None:
        shared = Database(path, name="the token store", failure=TokenStoreError, wait=wait)
        self._open, self._translated_errors = shared.open, shared.translated_errors
        self._path = shared.path
        self._locks = Path(f"{self._path}-locks")
        self._wait = wait
        with self._translated_errors():
            self._locks.mkdir(mode=0o700, exist_ok=True)
        # One process at a time: changing the journal mode does not wait for a lock.
        with self.lock(""), self._open() as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS grants (key TEXT PRIMARY KEY, json TEXT NOT NULL)"
            )

    def load(self, key: str, /) -> Grant | None:
        with self._open() as database:
            found = database.execute("SELECT json FROM grants WHERE key = ?", (key,)).fetchall()
            # pop, so that no local variable holds the tokens.
            return Grant.from_json(found.pop()[0]) if found else None

    def save(self, key: str, grant: Grant, /) -> None:
        with self._open() as database:
            database.execute(
                "INSERT OR REPLACE INTO grants (key, json) VALUES (?, ?)", (key, grant.to_json())
            )

    def keys(self, prefix: str, /) -> list[str]:
        with self._open() as database:
            found = database.execute(
                "SELECT key FROM grants WHERE substr(key, 1, ?) = ?", (len(prefix), prefix)
            )
            return [key for (key,) in found]

    def delete(self, key: str, /) -> None:
        with self._open() as database:
            database.execute("DELETE FROM grants WHERE key = ?", (key,))

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        """Hold the lock of a key, for all threads and processes."""
        path = self._locks / sha256(key.encode()).hexdigest()[:32]
        with self._translated_errors():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with self._translated_errors():
                if not locks_within(descriptor, self._wait):
                    raise lock_timeout_error(key, self._wait)
            yield
        finally:
            try:
                unlock(descriptor)
            finally:
                os.close(descriptor)
