"""RedisReplayStore: an event is accepted once, whichever worker receives it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from redis import Redis

from facade.redis import RedisReplayStore
from facade.webhooks import Guard, RelationCreated, RepeatedError, ReplayStoreError, parse
from scripts.benchmarks.redis_server import RedisServer


def event(webhook_id: str = "w-1") -> RelationCreated:
    now = datetime.now(UTC).isoformat()
    body = f'{{"id": "6a44", "webhookId": "{webhook_id}", "timestamp": "{now}"}}'
    return parse(body.encode(), RelationCreated)


def test_an_event_is_accepted_once_by_all_workers_of_an_app(redis: RedisServer) -> None:
    one, other = Guard(RedisReplayStore(redis.url)), Guard(RedisReplayStore(redis.url))
    with one.once(event()):
        pass
    with pytest.raises(RepeatedError), other.once(event()):
        pytest.fail("accepted twice")
    with other.once(event("w-2")):
        pass
    with Guard(RedisReplayStore(redis.url, app="another")).once(event()):
        pass


def test_the_former_name_works_and_warns() -> None:
    with pytest.warns(DeprecationWarning, match="RedisSeen is now RedisReplayStore"):
        from facade.redis import RedisSeen  # type: ignore[attr-defined]
    assert RedisSeen is RedisReplayStore


def test_one_of_many_workers_handles_an_event(redis: RedisServer) -> None:
    barrier, accepted = threading.Barrier(8), []
    same = event()

    def work(number: int) -> None:
        guard = Guard(RedisReplayStore(redis.url))
        barrier.wait()
        try:
            with guard.once(same):
                accepted.append(number)
        except RepeatedError:
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(accepted) == 1


def test_an_event_whose_handling_failed_is_accepted_again(redis: RedisServer) -> None:
    guard = Guard(RedisReplayStore(redis.url))
    with pytest.raises(ZeroDivisionError), guard.once(event()):
        _ = 1 / 0
    with guard.once(event()):
        pass


def test_a_key_expires_and_shows_neither_app_nor_delivery(redis: RedisServer) -> None:
    guard = Guard(RedisReplayStore(redis.url, app="client-secret"))
    with guard.once(event("w-\\ud800 {x}")):
        pass
    with Redis.from_url(redis.url, decode_responses=True) as client:
        (key,) = client.scan_iter()
        assert "client-secret" not in key
        assert "w-" not in key
        assert 0 < client.pttl(key) <= 301_000


def test_without_redis_a_delivery_is_refused_with_503() -> None:
    guard = Guard(RedisReplayStore("redis://127.0.0.1:1/0"))
    with (
        pytest.raises(ReplayStoreError, match="the replay store in Redis: ") as caught,
        guard.once(event()),
    ):
        pytest.fail("accepted")
    assert caught.value.status_code == 503
