"""RedisReplayStore: an event is accepted once, whichever worker receives it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from redis import Redis

from facade.redis import RedisReplayStore
from facade.webhooks import (
    Guard,
    InProgressError,
    RelationCreated,
    RepeatedError,
    ReplayStoreError,
)
from scripts.programs import RedisServer
from tests.facade.webhooks.parsing import parsed


def event(webhook_id: str = "w-1") -> RelationCreated:
    now = datetime.now(UTC).isoformat()
    body = f'{{"id": "6a44", "webhookId": "{webhook_id}", "timestamp": "{now}"}}'
    return parsed(body.encode(), RelationCreated)


def test_an_event_is_accepted_once_by_all_workers_of_an_app(redis: RedisServer) -> None:
    one, other = (
        Guard(RedisReplayStore(redis.url, app="app")),
        Guard(RedisReplayStore(redis.url, app="app")),
    )
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
        guard = Guard(RedisReplayStore(redis.url, app="app"))
        barrier.wait()
        try:
            with guard.once(same):
                accepted.append(number)
        except (InProgressError, RepeatedError):
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(accepted) == 1


def test_an_event_whose_handling_failed_is_accepted_again(redis: RedisServer) -> None:
    guard = Guard(RedisReplayStore(redis.url, app="app"))
    with pytest.raises(ZeroDivisionError), guard.once(event()):
        _ = 1 / 0
    with guard.once(event()):
        pass


@pytest.mark.parametrize("decode", [True, False])
def test_an_id_is_new_then_in_progress_then_done_for_every_worker(
    decode: bool, redis: RedisServer
) -> None:
    with Redis.from_url(redis.url, decode_responses=decode) as client:
        one, other = RedisReplayStore(client, app="app"), RedisReplayStore(redis.url, app="app")
        assert one.begin("w-1", "claim of one", 60) == "new"
        assert one.begin("w-1", "claim of one", 60) == "new"  # the command is repeated
        assert other.begin("w-1", "claim of other", 60) == "in_progress"
        other.release("w-1", "claim of other")
        assert other.begin("w-1", "claim of other", 60) == "in_progress"
        one.release("w-1", "claim of one")
        assert other.begin("w-1", "claim of other", 60) == "new"
        other.finish("w-1", 60)
        other.release("w-1", "claim of other")
        assert one.begin("w-1", "claim of one", 60) == "done"


def test_a_lease_ends_by_itself(redis: RedisServer) -> None:
    store = RedisReplayStore(redis.url, app="app")
    assert store.begin("w-1", "dead", 0.05) == "new"
    while (state := store.begin("w-1", "next", 60)) == "in_progress":
        pass
    assert state == "new"


def test_an_id_that_is_remembered_for_no_time_is_new_again(redis: RedisServer) -> None:
    store = RedisReplayStore(redis.url, app="app")
    store.finish("w-1", 0.0)
    while store.begin("w-1", "claim", 60) != "new":
        pass


def test_a_key_expires_and_shows_neither_app_nor_delivery(redis: RedisServer) -> None:
    guard = Guard(RedisReplayStore(redis.url, app="client-secret"))
    with guard.once(event("w-\\ud800 {x}")):
        pass
    with Redis.from_url(redis.url, decode_responses=True) as client:
        (key,) = client.scan_iter()
        assert "client-secret" not in key
        assert "w-" not in key
        assert 0 < client.pttl(key) <= 259_201_000


def test_without_redis_a_delivery_is_refused_with_503() -> None:
    guard = Guard(RedisReplayStore("redis://127.0.0.1:1/0", app="app"))
    with (
        pytest.raises(ReplayStoreError, match="the replay store in Redis: ") as caught,
        guard.once(event()),
    ):
        pytest.fail("accepted")
    assert caught.value.status_code == 503
