"""RedisPace: its options, its data in Redis, and its behaviour without Redis."""

import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from redis import Redis

from facade import DailyLimitError
from facade.redis import RedisPace, RedisRefusedError, rate_limit
from scripts.programs import RedisServer
from tests.facade.redis.conftest import (
    Later,
    LossyRedis,
    Make,
    answer,
    away,
    can_start,
    eventually,
    take_all,
)


def test_a_longer_interval_of_the_server_is_kept_for_its_location_until_it_declares_another(
    make: Make,
) -> None:
    pace = make(calls=1)
    answer(pace, pace.take("loc"), interval=20_000)
    answer(pace, pace.take("other"), interval=1_000)
    assert 5 < pace.take("other").wait <= 10.02
    assert pace._window == 10_020  # milliseconds: clocks differ and are rounded
    long = pace.take("loc")
    assert 15 < long.wait <= 20.02
    answer(pace, long, interval=10_000)
    assert 5 < pace.take("loc").wait <= 10.02


@pytest.mark.parametrize(
    ("limit", "left", "free"),
    [(0, 0, 2), (-1, 1, 2), (10**400, 1, 2), (2, None, 2), (2, 2, 1)],
)
def test_a_limit_in_headers_is_kept_unless_it_cannot_be(
    make: Make, limit: int, left: Any, free: int, caplog: pytest.LogCaptureFixture
) -> None:
    pace = make(calls=3)
    answer(pace, pace.take("loc"), limit=limit, left=left, day_limit=limit, day_left=left)
    assert take_all(pace) == free
    assert "the rate limit in Redis" not in caplog.text


def test_an_unused_call_is_returned_to_the_day_once(make: Make) -> None:
    pace = make(daily=2)
    first, second = pace.take("loc"), pace.take("loc")
    for _ in range(2):
        pace.cancel(first)
    answer(pace, second)
    assert pace.take("loc").granted
    with pytest.raises(DailyLimitError):
        pace.take("loc")


def test_no_secret_is_in_redis_and_every_key_expires(redis: RedisServer, make: Make) -> None:
    pace = make(app="client-secret", calls=2)
    answer(pace, pace.take("loc"), limit=2, left=1, day_limit=9, day_left=8)
    pace.take("loc")
    client = Redis.from_url(redis.url, decode_responses=True)
    keys = list(client.scan_iter())
    assert len(keys) == 4
    assert all(key.startswith("highlevel:pace:{") and ":loc}" in key for key in keys)
    assert "client-secret" not in " ".join(keys)
    assert all(client.pttl(key) > 0 for key in keys)
    (out,) = (key for key in keys if key.endswith(":out"))
    # A turn that is not answered counts for a minute, after a window.
    assert 20_000 < client.pttl(out) <= 70_020
    client.close()


def test_beyond_the_daily_limit_take_fails_and_a_reserve_is_left_to_others(make: Make) -> None:
    bulk, app = make(daily=3, reserve=1), make(daily=3)
    assert bulk.take("loc").granted
    assert bulk.take("loc").granted
    with pytest.raises(DailyLimitError, match="its 3 a day, of which 1 are reserved"):
        bulk.take("loc")
    assert app.take("loc").granted
    with pytest.raises(DailyLimitError, match="no calls left of its 3 a day: wait") as caught:
        app.take("loc")
    assert caught.value.retry_after == pytest.approx(86_400, abs=60)
    full = make(app="another")
    answer(full, full.take("loc"), day_limit=300_000, day_left=100_000)
    with pytest.raises(DailyLimitError, match="its 200000 a day: wait"):
        full.take("loc")


def test_a_refusal_of_the_report_of_a_response_does_not_hide_the_response(
    redis: RedisServer, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    pace = make()
    answered, unused = pace.take("loc"), pace.take("loc")
    with Redis.from_url(redis.url) as owner:
        owner.acl_setuser("default", enabled=True, commands=["-evalsha", "-zrem"])
        pace.finish(answered, 200, {})
        pace.cancel(unused)
        assert len([line for line in caplog.messages if "no right to do this" in line]) == 2
        with pytest.raises(RedisRefusedError):
            pace.take("loc")
        owner.acl_setuser("default", enabled=True, commands=["+@all"])
    assert pace.take("loc").granted


# Redis goes and comes


pytestmark = pytest.mark.usefixtures("probe_at_once")
LOCAL = {"calls": 8, "seconds": 0.5, "on_outage": "local", "share": 0.25}


def test_each_outage_begins_with_all_slots_used_and_then_a_local_worker_has_its_share(
    redis: RedisServer, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    pace = make(**LOCAL)
    for outage in range(2):
        assert pace.take("loc").granted
        with away(redis):
            assert not can_start(pace)  # all slots may just have been used
            assert eventually(lambda: can_start(pace))
            turns = [pace.take("loc") for _ in range(3)]
            assert outage or [turn.granted for turn in turns] == [True, True, False]
            for turn in turns:
                pace.cancel(turn)
            for _ in range(2):
                answer(pace, pace.take("loc"))
            assert pace.take("loc").wait <= 0.5  # the window is that of the pace
        assert eventually(lambda: not pace.take("loc") or "again" in caplog.messages[-1])
    assert len(caplog.messages) == 4
    assert "continuing with a share of 0.25" in caplog.messages[0]


def test_requests_answered_while_redis_was_away_count_once_when_it_is_back(
    redis: RedisServer, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(monotonic=lambda: now[0]))
    pace = make(calls=3)
    turns = [pace.take("loc") for _ in range(2)]
    with away(redis):
        for turn in turns:
            answer(pace, turn)
        now[0] += 6
        turn = pace.take("loc")
        assert (turn.granted, turn.is_outage, 0 < turn.wait <= 0.1) == (False, True, True)
    waits = [pace.take("loc") for _ in range(4)]
    assert [turn.granted for turn in waits] == [True, True, True, False]
    assert waits[0].wait == 0
    assert all(0 < turn.wait <= 4.02 for turn in waits[1:3])


def test_what_was_unused_while_redis_was_away_is_free_when_it_is_back(
    redis: RedisServer, make: Make
) -> None:
    pace = make(calls=2, daily=1)
    turn = pace.take("loc")
    with away(redis):
        for _ in range(3):
            pace.cancel(turn)
        assert len(pace._location("loc").unreported) == 2  # those of one window are enough
        assert not pace.take("loc").granted
    assert pace.take("loc").wait == 0
    with pytest.raises(DailyLimitError):
        pace.take("loc")


@pytest.fixture
def lossy(redis: RedisServer) -> Iterator[tuple[LossyRedis, RedisPace]]:
    """A client that loses answers, and a pace of three calls that knows its scripts."""
    with LossyRedis(redis) as client:
        pace = RedisPace(client, app="app", calls=3, daily=4)
        answer(pace, pace.take("loc"))
        yield client, pace


def test_a_turn_whose_answer_is_lost_takes_one_slot_and_one_call_of_the_day(
    lossy: tuple[LossyRedis, RedisPace],
) -> None:
    client, pace = lossy
    client.losses["EVALSHA"] = 1
    assert not pace.take("loc").granted
    assert take_all(pace) == 2
    client.losses["EVALSHA"] = 0
    with pytest.raises(DailyLimitError):
        pace.take("loc")


def test_a_turn_whose_answer_was_lost_counts_for_a_minute_from_when_it_is_known(
    later: Later, lossy: tuple[LossyRedis, RedisPace]
) -> None:
    client, pace = lossy
    later(11)
    pace = RedisPace(client, app="app", calls=1)
    client.losses["EVALSHA"] = 1
    assert not pace.take("loc").granted
    later(59)
    assert pace.take("loc").granted
    later(30)
    assert not pace.take("loc").granted


def test_a_response_is_counted_once_though_its_report_is_repeated(
    lossy: tuple[LossyRedis, RedisPace],
) -> None:
    client, pace = lossy
    turn = pace.take("loc")
    client.losses["EVALSHA"] = 2
    answer(pace, turn)
    assert not pace.take("loc").granted
    assert pace.take("loc").wait == 0


@pytest.mark.parametrize(
    "options",
    [
        *({"calls": 0}, {"seconds": 0}, {"daily": 0}, {"daily": 5, "reserve": 5}),
        *({"on_outage": "local"}, {"share": 0.5}, {"on_outage": "never"}),
        {"on_outage": "local", "share": 2.0},
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"(calls|seconds|daily|reserve|on_outage|share) must be"):
        RedisPace("redis://127.0.0.1:1/0", app="app", **options)
    assert RedisPace.may_block  # so that an async client takes its turn in a thread
