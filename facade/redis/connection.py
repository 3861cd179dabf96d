"""Connections to Redis, names of keys, and locks."""

import hashlib
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

from facade._core.interrupts import interrupt_in
from facade._core.lazy import missing_extra

try:
    import redis as library
    from redis import exceptions as exceptions
    from redis.backoff import NoBackoff
    from redis.retry import Retry
except ImportError as error:
    raise missing_extra("redis") from error

Redis = library.Redis | library.RedisCluster
# What `except` takes: an error of a cluster that cannot be reached is not a RedisError.
REDIS_ERRORS = library.RedisError, exceptions.RedisClusterException

# Seconds to connect, and to wait for an answer: a Redis far away may need most of one. An event
# loop may be blocked meanwhile.
TIMEOUT = 2.0

Result = TypeVar("Result")

_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class _Retry(Retry):
    """Retries what failed, but not what a signal handler of the app interrupted."""

    def call_with_retry(
        self, do: Callable[[], Result], fail: Callable[..., Any], *options: Any, **named: Any
    ) -> Result:
        before = sys.exception()

        def guarded() -> Result:
            try:
                return do()
            except Exception as error:
                if (interrupt := interrupt_in(error, before)) is not None:
                    raise interrupt from interrupt.__cause__
                raise

        return super().call_with_retry(guarded, fail, *options, **named)


def connect(redis: str | Redis, timeout: float) -> Any:
    """Return a client unchanged, or create one from a URL; None for anything else. Sends nothing.

    `timeout` is in seconds. No error propagates from this frame: the caller deletes the URL, which
    may contain a password, and then calls `checked`. A command is retried once, because a pooled
    connection may be broken after a restart of Redis; not after a timeout, which would double it.
    """
    if not isinstance(redis, str):
        # Each reply of redis.asyncio is a coroutine, and so every delivery would be a new one.
        return redis if isinstance(cast(object, redis), Redis) else None
    with suppress(ValueError):
        return cast("Any", library.Redis).from_url(
            redis,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=_Retry(NoBackoff(), 1, (exceptions.ConnectionError,)),
        )
    return None


def checked(client: Any, app: object) -> Any:
    """Return a client; raise ValueError if it is None, or `app` no name, which may be a secret."""
    if client is None:
        url = "redis://:password@host:6379/0"
        raise ValueError(f"not a Redis URL: pass one such as {url}, or a redis.Redis (not asyncio)")
    if not app or not isinstance(app, str):
        raise ValueError("app must be a name that is not empty: is a variable unset?")
    return client


def key_of(app: str, kind: str, *names: str) -> str:
    """Return the name of a key; keys with equal arguments and other suffixes share a cluster slot.

    It contains only a digest of `app`, which may be a secret.
    """
    digest = hashlib.sha256(app.encode()).hexdigest()[:16]
    return "highlevel:" + kind + ":{" + ":".join([digest, *names]) + "}"


def hold(client: Any, key: str, claim: str, seconds: float) -> str:
    """Let a claim hold a key for `seconds` if it is free; return the claim that holds it.

    A claim that holds the key already keeps it: the reply to its first command may have been lost.
    """
    if client.set(key, claim, nx=True, px=milliseconds(seconds)):
        return claim
    holder = client.get(key)
    return holder.decode() if isinstance(holder, bytes) else holder or ""


def release(client: Any, key: str, claim: str) -> None:
    """Release a key if the claim still holds it."""
    client.eval(_RELEASE, 1, key, claim)


def milliseconds(seconds: float) -> int:
    """Return a time to live for Redis, in milliseconds, 1 or more."""
    return max(1, int(seconds * 1000))


def discard_replies(client: Any) -> None:
    """Close the idle connections of a client.

    After an interrupt, the reply of the interrupted command may be unread, and the next command
    would take it for its own.
    """
    pool = getattr(client, "connection_pool", None)  # a cluster has several
    if pool is not None:
        pool.disconnect(inuse_connections=False)
