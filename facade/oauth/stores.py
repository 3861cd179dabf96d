"""Token stores: the protocol, and a store in memory."""

import threading
from contextlib import AbstractContextManager
from operator import attrgetter
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

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

    if TYPE_CHECKING:

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            traceback: TracebackType | None,
        ) -> None: ...

    else:
        __exit__ = property(attrgetter("_lock.__exit__"))


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
