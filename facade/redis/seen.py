"""RedisSeen: the webhooks that any worker of an app has had, for facade.webhooks.Guard."""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from facade.redis.connection import connect, key

if TYPE_CHECKING:
    from redis import Redis


class RedisSeen:
    """Remember delivery ids for all workers that name the same `app` in the same Redis.

    `redis` is a URL or a client. Where Redis is away a delivery is refused, because it may be a
    repeated one: SeenUnavailableError, whose 503 asks for it again.
    """

    def __init__(self, redis: "str | Redis", *, app: str = "") -> None:
        self._redis = connect(redis)
        del redis  # a URL may hold a password
        self._app = app

    def add(self, delivery_id: str, seconds: float) -> bool:
        """Remember an id for so long; False where it is remembered already."""
        life = max(1, int(seconds * 1000))
        with _reporting():
            return bool(self._redis.set(self._key(delivery_id), "1", nx=True, px=life))

    def discard(self, delivery_id: str) -> None:
        """Forget an id, so that the delivery may come again."""
        with _reporting():
            self._redis.delete(self._key(delivery_id))

    def _key(self, delivery_id: str) -> str:
        # Of any length and content, because somebody else chose it.
        digest = hashlib.sha256(delivery_id.encode(errors="surrogatepass")).hexdigest()
        return f"{key(self._app, 'seen')}:{digest}"


@contextmanager
def _reporting() -> Generator[None]:
    try:
        yield
    except RedisError as error:
        # Here, so that who keeps only a pace or tokens in Redis needs no cryptography.
        from facade.webhooks import SeenUnavailableError

        raise SeenUnavailableError(f"Redis is away: {error}") from error
