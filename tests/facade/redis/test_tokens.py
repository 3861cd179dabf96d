"""RedisTokenStore: keys without secrets, locks that end with their lease, clear errors."""

from collections.abc import Callable

import pytest
from redis import Redis

from facade.oauth import TokenStoreError
from facade.redis import RedisTokenStore
from scripts.benchmarks.redis_server import RedisServer
from tests.facade.oauth.runs import GRANT, new_location


@pytest.fixture
def key() -> str:
    return f"app:location:{new_location()}"


def test_no_secret_is_in_a_key(redis_server: RedisServer) -> None:
    store = RedisTokenStore(redis_server.url, prefix="mine")
    with Redis.from_url(redis_server.url) as redis, store.lock("app:location:l1"):
        store.save("app:location:l1", GRANT)
        assert sorted(redis.keys("mine:*")) == [
            b"mine:grant:app:location:l1",
            b"mine:lock:app:location:l1",
        ]


@pytest.mark.parametrize("decode", [False, True])
def test_it_accepts_a_client_of_the_app(decode: bool, redis_server: RedisServer, key: str) -> None:
    with Redis(port=redis_server.port, decode_responses=decode) as redis:
        store = RedisTokenStore(redis)
        store.save(key, GRANT)
        assert store.load(key) == GRANT


def test_the_lock_of_a_dead_holder_is_free_after_its_lease(
    redis_server: RedisServer, key: str
) -> None:
    dead = RedisTokenStore(redis_server.url, lease=0.2)
    holding = dead.lock(key)
    holding.__enter__()
    with RedisTokenStore(redis_server.url, wait=30.0).lock(key):
        pass
    # If its holder is alive after all, it does not release the lock of the new one.
    with RedisTokenStore(redis_server.url).lock(key):
        holding.__exit__(None, None, None)
        with (
            pytest.raises(TokenStoreError, match="was not free within"),
            RedisTokenStore(redis_server.url, wait=0.1).lock(key),
        ):
            pass


def test_the_error_without_redis_is_the_stores_and_shows_no_password() -> None:
    store = RedisTokenStore("redis://:a-password@127.0.0.1:1")

    def enter() -> None:
        with store.lock("k"):
            pytest.fail("there is nothing to lock")

    calls: list[Callable[[], object]] = [
        lambda: store.load("k"),
        lambda: store.save("k", GRANT),
        enter,
    ]
    for call in calls:
        with pytest.raises(TokenStoreError, match="the token store in Redis") as caught:
            call()
        assert "a-password" not in f"{caught.value} {caught.value.__cause__}"
