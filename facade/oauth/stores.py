"""Where grants are kept: the protocol, and memory."""

import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, runtime_checkable

from facade.oauth.errors import TokenStoreError
from facade.oauth.grant import Grant

LOCK_TIMEOUT = 60.0  # seconds to wait for a lock; its holder is done, or dead, long before


@runtime_checkable
class TokenStore(Protocol):
    """Keeps grants for all who share it: threads, processes, machines.

    A key names an app and a location or agency; it holds no secret, a grant does. Called from any
    thread. What fails raises TokenStoreError.
    """

    def load(self, key: str, /) -> Grant | None:
        """Give what was saved last, None when nothing was."""
        ...

    def save(self, key: str, grant: Grant, /) -> None:
        """Keep a grant in place of the last: whole or not at all, and for good on return."""
        ...

    def lock(self, key: str, /) -> AbstractContextManager[None]:
        """Let one at a time in, of all who share the store; a holder that dies lets go.

        Locks of different keys may be held at once. A grant may be loaded without its lock.
        """
        ...


class KeyedLocks:
    """A lock of this process for each key."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def hold(self, key: str, wait: float = LOCK_TIMEOUT) -> Generator[None]:
        """Hold a key's lock; TokenStoreError when it does not come free in so many seconds."""
        lock = self._locks.setdefault(key, threading.Lock())
        if not lock.acquire(timeout=wait):
            raise lock_timeout_error(key, wait)
        try:
            yield
        finally:
            lock.release()


class MemoryTokenStore:
    """Keep grants in this process; they end with it, so it is for tests and short scripts."""

    def __init__(self, *, wait: float = LOCK_TIMEOUT) -> None:
        self._grants: dict[str, Grant] = {}
        self._locks = KeyedLocks()
        self._wait = wait

    def load(self, key: str, /) -> Grant | None:
        """Give what was saved last."""
        return self._grants.get(key)

    def save(self, key: str, grant: Grant, /) -> None:
        """Keep a grant in place of the last."""
        self._grants[key] = grant

    def lock(self, key: str, /) -> AbstractContextManager[None]:
        """Let one thread at a time in."""
        return self._locks.hold(key, self._wait)


def lock_timeout_error(key: str, wait: float) -> TokenStoreError:
    """Make the error for a lock that does not come free."""
    return TokenStoreError(f"someone has been renewing {key} for more than {wait:g} s; try again")
