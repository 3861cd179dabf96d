"""RedisReplayStore: the received webhooks of all workers of an app."""

import hashlib
from typing import TYPE_CHECKING

from facade.errors import AssociationsError
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
    from facade.webhooks.replay import DeliveryState
else:  # for typing.get_type_hints, without the extra of facade.webhooks
    DeliveryState = str

_DONE = "done:"  # before the claim that ended it
_FINISH = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and holder ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
# Seconds: a person can send a delivery again for 30 days, and HighLevel repeats that one for hours.
_RETENTION = 31 * 86_400.0


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
        self._redis = checked(client)
        self._app = app

    def begin(self, delivery_id: str, claim: str, lease: float) -> "DeliveryState":
        """Return the state of an id; a new one is in progress for `lease` seconds from now on."""
        with translated_errors(self._redis, _store_error):
            holder = hold(self._redis, self._key(delivery_id), claim, lease)
        if holder == claim:
            return "new"
        return "done" if holder.startswith(_DONE) else "in_progress"

    def finish(self, delivery_id: str, claim: str, seconds: float) -> bool:
        """Store for `seconds` that an id is done, unless it is another claim's."""
        states = claim, _DONE + claim, milliseconds(seconds)
        with translated_errors(self._redis, _store_error):
            return bool(self._redis.eval(_FINISH, 1, self._key(delivery_id), *states))

    def release(self, delivery_id: str, claim: str) -> None:
        """Remove an id that is in progress with this claim, so that it is new again."""
        with translated_errors(self._redis, _store_error):
            release(self._redis, self._key(delivery_id), claim)

    def _key(self, delivery_id: str) -> str:
        # A digest, because the sender chooses the id: its length and characters are unbounded.
        digest = hashlib.sha256(delivery_id.encode(errors="surrogatepass")).hexdigest()
        return f"{key_of(self._app, 'replay')}:{digest}"


def _store_error(why: str) -> AssociationsError:
    # Here, because an app with only its pace or tokens in Redis does not need cryptography.
    from facade.webhooks import ReplayStoreError

    return ReplayStoreError(f"the replay store in Redis: {why}")
