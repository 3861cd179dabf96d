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


@pytest.mark.parametrize("decode", [True, False, None])
@pytest.mark.parametrize("check", REPLAY_STORE_CHECKS)
def test_the_store_keeps_the_contract_by_a_url_or_a_client_of_the_app(
    check: Callable[[OpenReplayStore], None], decode: bool | None, redis: RedisServer
) -> None:
    with Redis.from_url(redis.url, decode_responses=bool(decode)) as client:
        check(lambda: RedisReplayStore(redis.url if decode is None else client, app="app"))


def test_an_event_is_accepted_once_by_each_app_and_its_key_expires_and_shows_nothing(
    redis: RedisServer,
) -> None:
    for app in ("client-secret", "another"):
        with Guard(RedisReplayStore(redis.url, app=app)).once(event("w-\\ud800 {x}")):
            pass
        repeated = Guard(RedisReplayStore(redis.url, app=app)).once(event("w-\\ud800 {x}"))
        with pytest.raises(RepeatedError), repeated:
            pytest.fail("accepted twice")
    with Redis.from_url(redis.url, decode_responses=True) as client:
        keys = list(client.scan_iter())
        assert len(keys) == 2
        assert not [key for key in keys if "client-secret" in key or "w-" in key]
        assert all(30.9 * 86_400_000 < client.pttl(key) <= 31 * 86_400_000 + 1000 for key in keys)


def test_without_redis_a_delivery_comes_again() -> None:
    guard = Guard(RedisReplayStore("redis://127.0.0.1:1/0", app="app"))
    with (
        pytest.raises(ReplayStoreError, match="the replay store in Redis: ") as caught,
        guard.once(event()),
    ):
        pytest.fail("accepted")
    assert caught.value.status_code == 429
