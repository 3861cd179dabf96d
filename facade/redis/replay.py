"""RedisReplayStore: the webhooks that any worker of an app received."""

import hashlib
from typing import TYPE_CHECKING

from facade.errors import AssociationsError
from facade.redis.connection import (
    Redis,
    RedisError,
    checked,
    connect,
    hold,
    key_of,
    milliseconds,
    release,
    translated_errors,
)

if TYPE_CHECKING:
    from facade.webhooks.replay import DeliveryState

_TIMEOUT = 0.5  # seconds; the handler of an event loop may be waiting
_DONE = "done"


class RedisReplayStore:
    """Remember delivery ids for all workers that name the same `app` in the same Redis.

    Give it to facade.webhooks.Guard. `redis` is a URL or a client. While Redis is away, a delivery
    is refused with ReplayStoreError, whose status 503 makes HighLevel send it again.
    """

    def __init__(self, redis: "str | Redis", *, app: str = "") -> None:
        client = connect(redis, _TIMEOUT)
        del redis  # a URL may hold a password, which a traceback with locals would print
        self._redis = checked(client)
        self._app = app

    def begin(self, delivery_id: str, claim: str, lease: float) -> "DeliveryState":
        """Return the state of an id; one that is new is in progress for `lease` seconds."""
        with translated_errors(_store_error):
            holder = hold(self._redis, self._key(delivery_id), claim, lease)
        if holder == claim:
            return "new"
        return "done" if holder == _DONE else "in_progress"

    def finish(self, delivery_id: str, seconds: float) -> None:
        """Remember for `seconds` that an id is done."""
        with translated_errors(_store_error):
            self._redis.set(self._key(delivery_id), _DONE, px=milliseconds(seconds))

    def release(self, delivery_id: str, claim: str) -> None:
        """Forget an id that is in progress by this claim, so that it is new again."""
        with translated_errors(_store_error):
            release(self._redis, self._key(delivery_id), claim)

    def _key(self, delivery_id: str) -> str:
        # A digest, because the sender chooses the id: its length and characters are unbounded.
        digest = hashlib.sha256(delivery_id.encode(errors="surrogatepass")).hexdigest()
        return f"{key_of(self._app, 'replay')}:{digest}"


def _store_error(error: RedisError) -> AssociationsError:
    # Imported here: an app that keeps only its pace or tokens in Redis needs no cryptography.
    from facade.webhooks import ReplayStoreError

    return ReplayStoreError(f"the replay store in Redis: {error}")
