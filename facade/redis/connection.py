"""How Redis is reached, and how what is kept there is named: no secret is in a key."""

import hashlib
from typing import Any, cast

try:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as LostError
    from redis.retry import Retry
except ImportError as error:  # pragma: no cover
    raise ImportError("install highlevel-associations[redis]") from error

_TIMEOUT = 0.5  # seconds: an event loop may be waiting


def connect(where: "str | Redis") -> Any:
    """Take a client as it is, or make one from a URL; nothing is sent yet."""
    if not isinstance(where, str):
        return where
    return cast("Any", Redis).from_url(
        where,
        socket_timeout=_TIMEOUT,
        socket_connect_timeout=_TIMEOUT,
        # Once, because a connection that was kept may be of a Redis that has gone since.
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[LostError],
    )


def key(app: str, room: str, *names: str) -> str:
    """Name something of an app; what differs only after `names` is kept together in a cluster."""
    digest = hashlib.sha256(app.encode()).hexdigest()[:16]  # an app may be named by a secret
    return "highlevel:" + room + ":{" + ":".join([digest, *names]) + "}"
