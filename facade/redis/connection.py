"""The connection to Redis, the names of keys, and Redis's errors as the facade's."""

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

__all__ = ["Redis", "RedisError", "checked", "connect", "key_of", "translated_errors"]


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


@contextmanager
def translated_errors(translate: Callable[[RedisError], AssociationsError]) -> Generator[None]:
    """Raise what `translate` makes of an error of Redis."""
    try:
        yield
    except RedisError as error:
        raise translate(error) from error
