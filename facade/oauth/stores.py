"""Token stores: the protocol, and a store in memory."""

import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, runtime_checkable

from facade._core.forking import reset_after_fork
from facade.oauth.errors import TokenStoreError
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


class KeyedLocks:
    """One lock for each key, for the threads of this process."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Discard the locks, whose holders are not in this process."""
        self._locks = {}

    @contextmanager
    def hold(self, key: str, wait: float = LOCK_TIMEOUT) -> Generator[None]:
        """Hold the lock of a key; raise TokenStoreError if it is not free within `wait` seconds."""
        lock = self._locks.setdefault(key, threading.Lock())
        if not lock.acquire(timeout=wait):
            raise lock_timeout_error(key, wait)
        try:
            yield
        finally:
            lock.release()


class MemoryTokenStore:
    """Stores grants in this process, until it ends: for tests and short scripts."""

    def __init__(self, *, wait: float = LOCK_TIMEOUT) -> None:
        self._grants: dict[str, Grant] = {}
        self._locks = KeyedLocks()
        self._wait = wait

    def load(self, key: str, /) -> Grant | None:
        """Return the last saved grant; None if there is none."""
        return self._grants.get(key)

    def save(self, key: str, grant: Grant, /) -> None:
        """Replace the saved grant."""
        self._grants[key] = grant

    def lock(self, key: str, /) -> AbstractContextManager[None]:
        """Hold the lock of a key, for all threads."""
        return self._locks.hold(key, self._wait)


def lock_timeout_error(key: str, wait: float) -> TokenStoreError:
    """Return the error for a lock that is not free in time."""
    return TokenStoreError(
        f"the lock of {key} was not free within {wait:g} s: its tokens are being renewed; try again"
    )
