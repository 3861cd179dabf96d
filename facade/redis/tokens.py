"""Grants in Redis: for processes on several machines."""

from collections.abc import Generator
from contextlib import contextmanager, suppress

from redis import Redis, RedisError

from facade.oauth.errors import TokenStoreError
from facade.oauth.grant import Grant
from facade.oauth.stores import WAIT, not_in_time

# Seconds after which a lock is free although nobody let go: longer than a renewal takes, and
# within the 30 s in which HighLevel answers the refresh of whoever died with the same tokens.
LEASE = 20.0
_POLL = 0.05  # seconds between two looks at a lock; only one thread of a process looks


class RedisTokenStore:
    """Keep grants in Redis, given as a client or its URL; keys begin with `prefix`.

    Whoever reads this Redis can act for your users: give it a password and TLS.
    """

    def __init__(
        self,
        redis: "Redis | str",
        *,
        prefix: str = "highlevel",
        lease: float = LEASE,
        wait: float = WAIT,
    ) -> None:
        self._redis = (
            Redis.from_url(redis, socket_timeout=5.0, socket_connect_timeout=5.0)  # pyright: ignore[reportUnknownMemberType]  # redis-py does not type its options
            if isinstance(redis, str)
            else redis
        )
        del redis  # a URL may hold a password
        self._prefix = prefix
        self._lease = lease
        self._wait = wait

    def load(self, key: str, /) -> Grant | None:
        """Give what was saved last, by any machine."""
        with _reporting():
            found = self._redis.get(f"{self._prefix}:grant:{key}")
        return None if found is None else Grant.from_json(found)

    def save(self, key: str, grant: Grant, /) -> None:
        """Keep a grant in place of the last."""
        with _reporting():
            self._redis.set(f"{self._prefix}:grant:{key}", grant.to_json())

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        """Let one at a time in, of all machines; a holder that died lets go when its lease ends."""
        lock = self._redis.lock(
            f"{self._prefix}:lock:{key}",
            timeout=self._lease,
            sleep=_POLL,
            blocking_timeout=self._wait,
            thread_local=False,
        )
        with _reporting():
            if not lock.acquire():
                raise not_in_time(key, self._wait)
        try:
            yield
        finally:
            with suppress(RedisError):  # it is free when the lease ends, if it is ours at all
                lock.release()


@contextmanager
def _reporting() -> Generator[None]:
    try:
        yield
    except RedisError as error:
        raise TokenStoreError(f"the token store in Redis: {error}") from error
