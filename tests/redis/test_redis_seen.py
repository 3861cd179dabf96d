"""What was delivered before, known to all workers of an app."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from redis import Redis

from facade.redis import RedisSeen
from facade.webhooks import Guard, RelationCreated, RepeatedError, SeenUnavailableError, parse
from tests.redis_server import RedisServer


def event(webhook_id: str = "w-1") -> RelationCreated:
    now = datetime.now(UTC).isoformat()
    body = f'{{"id": "6a44", "webhookId": "{webhook_id}", "timestamp": "{now}"}}'
    return parse(body.encode(), RelationCreated)


def test_an_event_gets_through_once_whichever_worker_it_meets(redis: RedisServer) -> None:
    one, other = Guard(RedisSeen(redis.url)), Guard(RedisSeen(redis.url))
    with one.once(event()):
        pass
    with pytest.raises(RepeatedError), other.once(event()):
        pytest.fail("it came twice")
    with other.once(event("w-2")):
        pass
    with Guard(RedisSeen(redis.url, app="another")).once(event()):
        pass


def test_of_many_workers_one_gets_through(redis: RedisServer) -> None:
    barrier, through = threading.Barrier(8), []
    same = event()

    def work(number: int) -> None:
        guard = Guard(RedisSeen(redis.url))
        barrier.wait()
        try:
            with guard.once(same):
                through.append(number)
        except RepeatedError:
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(through) == 1


def test_an_event_whose_work_failed_may_come_again(redis: RedisServer) -> None:
    guard = Guard(RedisSeen(redis.url))
    with pytest.raises(ZeroDivisionError), guard.once(event()):
        _ = 1 / 0
    with guard.once(event()):
        pass


def test_what_is_kept_ends_and_tells_nothing(redis: RedisServer) -> None:
    with Guard(RedisSeen(redis.url, app="client-secret")).once(event("w-\\ud800 {x}")):
        pass
    with Redis.from_url(redis.url, decode_responses=True) as client:
        (key,) = client.scan_iter()
        assert "client-secret" not in key
        assert "w-" not in key
        assert 0 < client.pttl(key) <= 301_000


def test_without_redis_a_delivery_is_refused_and_asked_for_again() -> None:
    guard = Guard(RedisSeen("redis://127.0.0.1:1/0"))
    with pytest.raises(SeenUnavailableError, match="Redis is away") as caught, guard.once(event()):
        pytest.fail("it may have been here before")
    assert caught.value.status_code == 503
