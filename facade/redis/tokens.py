"""RedisTokenStore: grants for processes on several machines."""

import time
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress

from facade.oauth.errors import TokenStoreError
from facade.oauth.grant import Grant
from facade.oauth.stores import LOCK_TIMEOUT, lock_timeout_error
from facade.redis.cipher import Cipher
from facade.redis.connection import (
    Redis,
    RedisError,
    checked,
    connect,
    hold,
    key_of,
    release,
    translated_errors,
)

_TIMEOUT = 5.0  # seconds
# Seconds after which the lock of a dead holder is free: longer than a renewal takes, and within the
# 30 s in which HighLevel responds to a repeated refresh with the same tokens.
LEASE = 20.0
_POLL_INTERVAL = 0.05  # seconds between attempts to take a lock, by one thread of a process


class RedisTokenStore:
    """Stores the grants of an app, for all workers with the same `app` and the same Redis.

    `redis` is a URL or a client. `app` is the client id, or any name; Redis stores only a digest of
    it. Anyone who can read this Redis can use the tokens, unless they are encrypted: pass an
    `encryption_key` of cryptography's `Fernet.generate_key()`, or several, of which the first one
    encrypts and all decrypt. Grants that were saved without a key can still be read. `lease` is the
    longest time that a lock is held, `wait` the longest time to wait for it, in seconds. Raises
    ValueError for an invalid URL or key.
    """

    def __init__(
        self,
        redis: "str | Redis",
        *,
        app: str,
        lease: float = LEASE,
        wait: float = LOCK_TIMEOUT,
        encryption_key: str | bytes | Sequence[str | bytes] | None = None,
    ) -> None:
        self._cipher = None if encryption_key is None else Cipher(encryption_key)
        del encryption_key  # a traceback with local variables would print it
        if self._cipher is not None:
            self._cipher.check()
        client = connect(redis, _TIMEOUT)
        del redis  # a URL may hold a password, which a traceback with local variables would print
        self._redis = checked(client)
        self._app = app
        self._lease = lease
        self._wait = wait

    def load(self, key: str, /) -> Grant | None:
        """Return the last saved grant, of any machine; None if there is none."""
        with translated_errors(self._redis, _store_error):
            found = self._redis.get(key_of(self._app, "grant", key))
        if found is None:
            return None
        # In one expression, so that no local variable holds the tokens.
        return Grant.from_json(self._cipher.decrypted(found) if self._cipher else found)

    def save(self, key: str, grant: Grant, /) -> None:
        """Replace the saved grant."""
        with translated_errors(self._redis, _store_error):
            name = key_of(self._app, "grant", key)
            if self._cipher is None:
                self._redis.set(name, grant.to_json())
            else:
                self._redis.set(name, self._cipher.encrypted(grant.to_json()))

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        """Hold the lock of a key, for all machines; the lease releases it if its holder dies."""
        name, claim = key_of(self._app, "lock", key), uuid.uuid4().hex
        deadline = time.monotonic() + self._wait
        may_hold = True
        try:
            try:
                with translated_errors(self._redis, _store_error):
                    while hold(self._redis, name, claim, self._lease) != claim:
                        if time.monotonic() > deadline:
                            raise lock_timeout_error(key, self._wait)
                        time.sleep(_POLL_INTERVAL)
            except TokenStoreError:
                may_hold = False
                raise
            yield
        finally:
            if may_hold:
                try:
                    self._release(name, claim)
                except BaseException:  # interrupted
                    self._release(name, claim)
                    raise

    def _release(self, name: str, claim: str) -> None:
        with (
            suppress(TokenStoreError),
            translated_errors(self._redis, _store_error),
        ):  # the lease ends it anyway
            release(self._redis, name, claim)


def _store_error(error: RedisError) -> TokenStoreError:
    return TokenStoreError(f"the token store in Redis: {error}")
