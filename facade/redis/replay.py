"""RedisReplayStore: the webhooks that any worker of an app received."""

import hashlib

from facade.errors import AssociationsError
from facade.redis.connection import Redis, RedisError, connect, key_of, translated_errors

_TIMEOUT = 0.5  # seconds; the handler of an event loop may be waiting


class RedisReplayStore:
    """Remember delivery ids for all workers that name the same `app` in the same Redis.

    Give it to facade.webhooks.Guard. `redis` is a URL or a client. While Redis is away, a delivery
    is refused with ReplayStoreError, whose status 503 makes HighLevel send it again.
    """

    def __init__(self, redis: "str | Redis", *, app: str = "") -> None:
        self._redis = connect(redis, _TIMEOUT)
        del redis  # a URL may hold a password, which a traceback with locals would print
        self._app = app

    def add(self, delivery_id: str, seconds: float) -> bool:
        """Remember an id for `seconds`; False if it is remembered already."""
        milliseconds = max(1, int(seconds * 1000))
        with translated_errors(_store_error):
            return bool(self._redis.set(self._key(delivery_id), "1", nx=True, px=milliseconds))

    def discard(self, delivery_id: str) -> None:
        """Forget an id, so that its delivery is accepted again."""
        with translated_errors(_store_error):
            self._redis.delete(self._key(delivery_id))

    def _key(self, delivery_id: str) -> str:
        # A digest, because the sender chooses the id: its length and characters are unbounded.
        digest = hashlib.sha256(delivery_id.encode(errors="surrogatepass")).hexdigest()
        return f"{key_of(self._app, 'replay')}:{digest}"


def _store_error(error: RedisError) -> AssociationsError:
    # Imported here: an app that keeps only its pace or tokens in Redis needs no cryptography.
    from facade.webhooks import ReplayStoreError

    return ReplayStoreError(f"the replay store in Redis: {error}")
