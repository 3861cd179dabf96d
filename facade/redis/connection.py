"""The connection to Redis, names of keys, keys that are held, Redis's errors as the facade's."""

import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any, cast

from facade._core.extras import missing_extra
from facade.errors import AssociationsError

try:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as RedisConnectionError
    from redis.exceptions import RedisError
    from redis.retry import Retry
except ImportError as error:
    raise missing_extra("redis") from error

__all__ = [
    "Redis",
    "RedisError",
    "checked",
    "connect",
    "hold",
    "key_of",
    "milliseconds",
    "release",
    "translated_errors",
]

_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


def connect(redis: "str | Redis", timeout: float) -> Any:
    """Return a client as it is, or make one from a URL; None if it is none. Nothing is sent.

    `timeout` is in seconds. The caller forgets the URL, which may hold a password, before it calls
    `checked`: no error leaves this frame.
    A command is repeated once, because a pooled connection may be to a Redis that has restarted.
    """
    if not isinstance(redis, str):
        return redis
    with suppress(ValueError):
        return cast("Any", Redis).from_url(
            redis,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 1),
            retry_on_error=[RedisConnectionError],
        )
    return None


def checked(client: Any) -> Any:
    """Return a client; ValueError if there is none."""
    if client is None:
        raise ValueError("this is not a Redis URL: write it as redis://:password@host:6379/0")
    return client


def key_of(app: str, kind: str, *names: str) -> str:
    """Name a key of an app; keys that differ only after `names` share a slot of a cluster.

    Only a digest of `app` is in it, because an app may be named by a secret.
    """
    digest = hashlib.sha256(app.encode()).hexdigest()[:16]
    return "highlevel:" + kind + ":{" + ":".join([digest, *names]) + "}"


def hold(client: Any, key: str, claim: str, seconds: float) -> str:
    """Let a claim hold a key for so many seconds, if it is free; return what holds it then.

    A claim that holds it already keeps it: the answer to its first command may have been lost.
    """
    if client.set(key, claim, nx=True, px=milliseconds(seconds)):
        return claim
    holder = client.get(key)
    return holder.decode() if isinstance(holder, bytes) else holder or ""


def release(client: Any, key: str, claim: str) -> None:
    """Free a key if this claim still holds it."""
    client.eval(_RELEASE, 1, key, claim)


def milliseconds(seconds: float) -> int:
    """Return a time to live as Redis takes it, which is 1 or more."""
    return max(1, int(seconds * 1000))


@contextmanager
def translated_errors(translate: Callable[[RedisError], AssociationsError]) -> Generator[None]:
    """Raise what `translate` makes of an error of Redis."""
    try:
        yield
    except RedisError as error:
        raise translate(error) from error
