"""Token stores: the protocol, and the store in memory."""

import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, runtime_checkable

from facade._core.forking import reset_after_fork
from facade.oauth.errors import TokenStoreError
from facade.oauth.grant import Grant

LOCK_TIMEOUT = 60.0  # seconds to wait for a lock; a renewal ends, or its process dies, long before


@runtime_checkable
class TokenStore(Protocol):
    """Keeps grants for all threads, processes and machines that share it.

    A key names an app and a location or agency; it holds no secret, but a grant does. Methods are
    called from any thread; those that fail raise TokenStoreError.
    """

    def load(self, key: str, /) -> Grant | None:
        """Return the grant that was saved last; None if there is none."""
        ...

    def save(self, key: str, grant: Grant, /) -> None:
        """Replace the saved grant, atomically; it is durable when this returns."""
        ...

    def lock(self, key: str, /) -> AbstractContextManager[None]:
        """Hold a key's lock, for all that share the store; a holder that dies releases it.

        Locks of different keys are independent. A grant may be loaded without its lock.
        """
        ...


class KeyedLocks:
    """One lock for each key, for the threads of this process."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Forget the locks: those who hold them are not in this process."""
        self._locks = {}

    @contextmanager
    def hold(self, key: str, wait: float = LOCK_TIMEOUT) -> Generator[None]:
        """Hold a key's lock; TokenStoreError if it is not free within `wait` seconds."""
        lock = self._locks.setdefault(key, threading.Lock())
        if not lock.acquire(timeout=wait):
            raise lock_timeout_error(key, wait)
        try:
            yield
        finally:
            lock.release()


class MemoryTokenStore:
    """Keep grants in this process, which loses them when it ends: for tests and short scripts."""

    def __init__(self, *, wait: float = LOCK_TIMEOUT) -> None:
        self._grants: dict[str, Grant] = {}
        self._locks = KeyedLocks()
        self._wait = wait

    def load(self, key: str, /) -> Grant | None:
        """Return the grant that was saved last; None if there is none."""
        return self._grants.get(key)

    def save(self, key: str, grant: Grant, /) -> None:
        """Replace the saved grant."""
        self._grants[key] = grant

    def lock(self, key: str, /) -> AbstractContextManager[None]:
        """Hold a key's lock, for all threads."""
        return self._locks.hold(key, self._wait)


def lock_timeout_error(key: str, wait: float) -> TokenStoreError:
    """Make the error for a lock that is not free in time."""
    return TokenStoreError(
        f"the lock of {key} was not free within {wait:g} s: its tokens are being renewed; try again"
    )
