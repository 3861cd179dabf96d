"""Token stores: the protocol, and those in memory and in a file of one machine."""

import os
import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from facade._core.database import Database
from facade._core.files import locks_within, unlock
from facade._core.forking import reset_after_fork
from facade.oauth.failures import TokenStoreError
from facade.oauth.grant import Grant

LOCK_TIMEOUT = 60.0  # seconds to wait for a lock; a renewal takes much less


@runtime_checkable
class TokenStore(Protocol):
    """Stores grants for all threads, processes and machines that share it.

    A key names an app and a location or agency, and is not secret; a grant is. Methods are called
    from any thread, and raise TokenStoreError if they fail.
    """

    def load(self, key: str, /) -> Grant | None:
        """Return the last saved grant; None if there is none."""
        ...

    def save(self, key: str, grant: Grant, /) -> None:
        """Replace the saved grant, atomically and durably."""
        ...

    def lock(self, key: str, /) -> AbstractContextManager[None]:
        """Hold the lock of a key, for all users of the store; it is released if its holder dies.

        Locks of different keys are independent. A grant may be loaded without its lock.
        """
        ...


@runtime_checkable
class ManagedTokenStore(TokenStore, Protocol):
    """A token store that also lists and deletes grants, for `installations` and `forget` of OAuth.

    All stores of the facade do.
    """

    def keys(self, prefix: str, /) -> list[str]:
        """Return the keys of all saved grants that begin with a text, in any order."""
        ...

    def delete(self, key: str, /) -> None:
        """Remove the saved grant, durably; do nothing if there is none."""
        ...


class _Held:
    """Holds a lock for a block; raises TokenStoreError if it is not free within `wait` seconds.

    Python may raise an interrupt, such as a KeyboardInterrupt, at each call and at each start of a
    function, but not between `__enter__` and the block. So `__enter__` releases the lock if it is
    interrupted, and `__exit__` is the lock's own, which is written in C.
    """

    def __init__(self, lock: threading.Lock, key: str, wait: float) -> None:
        self._lock = lock
        self._key = key
        self._wait = wait

    def __enter__(self) -> None:
        acquired: list[bool] = []
        try:
            # One call takes the lock and notes it: there is no interrupt between the two.
            acquired.extend(map(self._lock.acquire, [True], [self._wait]))
            if acquired == [True]:
                return
        except BaseException:
            if acquired == [True]:
                self._lock.release()
            raise
        raise lock_timeout_error(self._key, self._wait)

    __exit__: Any = property(attrgetter("_lock.__exit__"))


class KeyedLocks:
    """One lock for each key, for the threads of this process."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Discard the locks, whose holders are not in this process."""
        self._locks = {}

    def hold(self, key: str, wait: float = LOCK_TIMEOUT) -> AbstractContextManager[None]:
        """Hold the lock of a key; raise TokenStoreError if it is not free within `wait` seconds."""
        return _Held(self._locks.setdefault(key, threading.Lock()), key, wait)


class MemoryTokenStore(ManagedTokenStore):
    """Stores grants in this process, until it ends: for tests and short scripts."""

    def __init__(self, *, wait: float = LOCK_TIMEOUT) -> None:
        self._grants: dict[str, Grant] = {}
        self._locks = KeyedLocks()
        self._wait = wait

    def load(self, key: str, /) -> Grant | None:
        return self._grants.get(key)

    def save(self, key: str, grant: Grant, /) -> None:
        self._grants[key] = grant

    def keys(self, prefix: str, /) -> list[str]:
        return [key for key in list(self._grants) if key.startswith(prefix)]

    def delete(self, key: str, /) -> None:
        self._grants.pop(key, None)

    def lock(self, key: str, /) -> AbstractContextManager[None]:
        return self._locks.hold(key, self._wait)


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
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
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


def lock_timeout_error(key: str, wait: float) -> TokenStoreError:
    """Return the error for a lock that is not free in time."""
    return TokenStoreError(
        f"the lock of {key} was not free within {wait:g} s: its tokens are being renewed; try again"
    )


def managed(store: TokenStore) -> ManagedTokenStore:
    """Return a store that lists and deletes; raise TypeError, which says what another one lacks."""
    if isinstance(store, ManagedTokenStore):
        return store
    missing = [name for name in ("keys", "delete") if not hasattr(store, name)]
    raise TypeError(
        f"{type(store).__name__} has no method {' and '.join(missing)}: to use installations and "
        "forget, add keys(prefix) and delete(key), as facade.oauth.ManagedTokenStore describes them"
    )
