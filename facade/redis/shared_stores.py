"""The stores of workers on several machines: grants, with their encryption, and deliveries."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from facade._core import numbers
from facade._core.lazy import missing_extra
from facade.errors import AssociationsError
from facade.oauth.failures import TokenStoreError
from facade.oauth.grant import Grant
from facade.oauth.stores import LOCK_TIMEOUT, ManagedTokenStore, lock_timeout_error
from facade.redis.connection import (
    TIMEOUT,
    Redis,
    checked,
    connect,
    hold,
    key_of,
    milliseconds,
    release,
)
from facade.redis.health import translated_errors

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

    from facade.webhooks.replay import DeliveryState
else:  # for typing.get_type_hints, without the extra of facade.webhooks
    DeliveryState = str

_GRANT_TIMEOUT = 5.0  # seconds
# Seconds after which the lock of a dead holder is free: longer than a renewal takes, and within the
# 30 s in which HighLevel responds to a repeated refresh with the same tokens.
LEASE = 20.0
_GLOB = re.compile(r"[*?\[\]\\]")  # what a pattern of Redis does not take literally
_SCAN_SIZE = 1000  # keys in one step
_POLL_INTERVAL = 0.05  # seconds between attempts to take a lock, by one thread of a process
_DONE = "done:"  # before the claim that ended it
_FINISH = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and holder ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
# Seconds: a person can send a delivery again for 30 days, and HighLevel repeats that one for hours.
_RETENTION = 31 * 86_400.0


class RedisTokenStore(ManagedTokenStore):
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
        redis: str | Redis,
        *,
        app: str,
        lease: float = LEASE,
        wait: float = LOCK_TIMEOUT,
        encryption_key: str | bytes | Sequence[str | bytes] | None = None,
    ) -> None:
        self._cipher = None if encryption_key is None else cipher_of(encryption_key)
        is_valid = encryption_key is None or self._cipher is not None
        del encryption_key  # a traceback with local variables would print it
        if not is_valid:
            raise ValueError(
                "encryption_key must be a key from Fernet.generate_key(), or a list of such keys"
            )
        client = connect(redis, _GRANT_TIMEOUT)
        del redis  # a URL may hold a password, which a traceback with local variables would print
        self._redis = checked(client, app)
        self._app = app
        self._lease = numbers.seconds("lease", lease, 0.001)
        self._wait = numbers.seconds("wait", wait)

    def load(self, key: str, /) -> Grant | None:
        with translated_errors(self._redis, _grant_error):
            found = self._redis.get(key_of(self._app, "grant", key))
        if found is None:
            return None
        # In one expression, so that no local variable holds the tokens.
        return Grant.from_json(_decrypted(found, self._cipher))

    def save(self, key: str, grant: Grant, /) -> None:
        with translated_errors(self._redis, _grant_error):
            name = key_of(self._app, "grant", key)
            if self._cipher is None:
                self._redis.set(name, grant.to_json())
            else:
                self._redis.set(name, self._cipher.encrypt(grant.to_json().encode()))

    def keys(self, prefix: str, /) -> list[str]:
        start = key_of(self._app, "grant", "").removesuffix("}")
        pattern = _GLOB.sub(r"\\\g<0>", start + prefix) + "*"
        with translated_errors(self._redis, _grant_error):
            # In steps, so that others need not wait.
            names = set(self._redis.scan_iter(match=pattern, count=_SCAN_SIZE))  # some come twice
        texts = (name.decode() if isinstance(name, bytes) else name for name in names)
        return [name.removeprefix(start).removesuffix("}") for name in texts]

    def delete(self, key: str, /) -> None:
        with translated_errors(self._redis, _grant_error):
            self._redis.delete(key_of(self._app, "grant", key))

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        """Hold the lock of a key, for all machines; the lease releases it if its holder dies."""
        name, claim = key_of(self._app, "lock", key), uuid.uuid4().hex
        deadline = time.monotonic() + self._wait
        may_hold = True
        try:
            try:
                with translated_errors(self._redis, _grant_error):
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
            translated_errors(self._redis, _grant_error),
        ):  # the lease ends it anyway
            release(self._redis, name, claim)


class RedisReplayStore:
    """Stores delivery ids for all workers with the same `app` and the same Redis.

    Pass it to facade.webhooks.Guard. `redis` is a URL or a client. `app` is the client id, or any
    name; Redis stores only a digest of it. While Redis is not available, methods raise
    ReplayStoreError, whose status 429 makes HighLevel repeat the delivery. An id is stored until
    its event is too old for the guard: by default for 31 days, which `retention` says in seconds.
    Redis must not evict these keys before (`maxmemory-policy`).
    """

    retention = _RETENTION

    def __init__(self, redis: str | Redis, *, app: str) -> None:
        client = connect(redis, TIMEOUT)
        del redis  # a URL may hold a password, which a traceback with local variables would print
        self._redis = checked(client, app)
        self._app = app

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        """Return the state of an id; a new one is in progress for `lease` seconds from now on."""
        with translated_errors(self._redis, _replay_error):
            holder = hold(self._redis, self._key(delivery_id), claim, lease)
        if holder == claim:
            return "new"
        return "done" if holder.startswith(_DONE) else "in_progress"

    def finish(self, delivery_id: str, claim: str, seconds: float) -> bool:
        """Store for `seconds` that an id is done, unless it is another claim's."""
        states = claim, _DONE + claim, milliseconds(seconds)
        with translated_errors(self._redis, _replay_error):
            return bool(self._redis.eval(_FINISH, 1, self._key(delivery_id), *states))

    def release(self, delivery_id: str, claim: str) -> None:
        """Remove an id that is in progress with this claim, so that it is new again."""
        with translated_errors(self._redis, _replay_error):
            release(self._redis, self._key(delivery_id), claim)

    def _key(self, delivery_id: str) -> str:
        # A digest, because the sender chooses the id: its length and characters are unbounded.
        digest = hashlib.sha256(delivery_id.encode(errors="surrogatepass")).hexdigest()
        return f"{key_of(self._app, 'replay')}:{digest}"


def _grant_error(why: str) -> TokenStoreError:
    return TokenStoreError(f"the token store in Redis: {why}")


def cipher_of(keys: str | bytes | Sequence[str | bytes]) -> MultiFernet | None:
    """Return what encrypts with the first key, and decrypts with any; None if one is not valid.

    No error propagates from this frame, whose local variables hold the keys.
    """
    try:
        from cryptography.fernet import Fernet, MultiFernet
    except ImportError as error:
        raise missing_extra("redis") from error
    given = [keys] if isinstance(keys, str | bytes) else keys
    with suppress(ValueError, TypeError):
        return MultiFernet([Fernet(key) for key in given])
    return None


def _decrypted(stored: str | bytes, cipher: MultiFernet | None) -> str | bytes:
    """Decrypt an entry; an unencrypted one is returned unchanged."""
    if cipher is None or stored[:1] in ("{", b"{"):
        return stored
    from cryptography.fernet import InvalidToken

    try:
        return cipher.decrypt(stored)
    except InvalidToken:
        raise TokenStoreError(
            "the token store has an entry that none of the given keys can decrypt"
        ) from None


def _replay_error(why: str) -> AssociationsError:
    # Here, because an app with only its pace or tokens in Redis does not need cryptography.
    from facade.webhooks import ReplayStoreError

    return ReplayStoreError(f"the replay store in Redis: {why}")
