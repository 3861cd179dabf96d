"""RedisReplayStore: an event is accepted once, whichever worker receives it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from redis import Redis

from facade.redis import RedisReplayStore
from facade.testing.contracts import REPLAY_STORE_CHECKS, OpenReplayStore
from facade.webhooks import Guard, RelationCreated, RepeatedError, ReplayStoreError
from scripts.programs import RedisServer
from tests.facade.webhooks.parsing import parsed


def event(webhook_id: str = "w-1") -> RelationCreated:
    now = datetime.now(UTC).isoformat()
    body = f'{{"id": "6a44", "webhookId": "{webhook_id}", "timestamp": "{now}"}}'
    return parsed(body.encode(), RelationCreated)


@pytest.mark.parametrize("check", REPLAY_STORE_CHECKS)
def test_the_store_keeps_the_contract(
    check: Callable[[OpenReplayStore], None], redis_server: RedisServer
) -> None:
    check(lambda: RedisReplayStore(redis_server.url, app="app"))


@pytest.mark.parametrize("decode", [True, False])
def test_it_accepts_a_client_of_the_app(decode: bool, redis: RedisServer) -> None:
    with Redis.from_url(redis.url, decode_responses=decode) as client:
        store = RedisReplayStore(client, app="app")
        assert store.begin("w-1", "claim", 60) == "new"
        assert store.begin("w-1", "claim", 60) == "new"  # the command is repeated
        assert store.begin("w-1", "another", 60) == "in_progress"
        store.finish("w-1", "claim", 60)
        assert store.begin("w-1", "another", 60) == "done"


def test_an_event_is_accepted_once_by_all_workers_of_an_app(redis: RedisServer) -> None:
    one, other, of_another = (
        Guard(RedisReplayStore(redis.url, app=app)) for app in ("app", "app", "another")
    )
    with one.once(event()):
        pass
    with pytest.raises(RepeatedError), other.once(event()):
        pytest.fail("accepted twice")
    with of_another.once(event()):
        pass


def test_the_former_name_works_and_warns() -> None:
    with pytest.warns(DeprecationWarning, match="RedisSeen is now RedisReplayStore"):
        from facade.redis import RedisSeen  # type: ignore[attr-defined]
    assert RedisSeen is RedisReplayStore


def test_a_key_expires_and_shows_neither_app_nor_delivery(redis: RedisServer) -> None:
    guard = Guard(RedisReplayStore(redis.url, app="client-secret"))
    with guard.once(event("w-\\ud800 {x}")):
        pass
    with Redis.from_url(redis.url, decode_responses=True) as client:
        (key,) = client.scan_iter()
        assert "client-secret" not in key
        assert "w-" not in key
        assert 30.9 * 86_400_000 < client.pttl(key) <= 31 * 86_400_000 + 1000


def test_without_redis_a_delivery_comes_again() -> None:
    guard = Guard(RedisReplayStore("redis://127.0.0.1:1/0", app="app"))
    with (
        pytest.raises(ReplayStoreError, match="the replay store in Redis: ") as caught,
        guard.once(event()),
    ):
        pytest.fail("accepted")
    assert caught.value.status_code == 429
