"""The atomic steps in Redis: how workers share slots, the day and what others leave of them."""

import os
from typing import Any

import pytest
from redis import Redis

from facade import DailyLimitError, Turn
from facade.redis import pace as redis_pace
from scripts.benchmarks.redis_server import RedisServer
from tests.facade.redis.conftest import Make, answer, eventually, take_all


def test_workers_share_one_budget_for_each_app_and_location(make: Make) -> None:
    one, other = make(calls=3), make(calls=3)
    assert [one.take("loc").granted, other.take("loc").granted] == [True, True]
    assert one.take("loc").granted
    assert not other.take("loc").granted
    assert other.take("elsewhere").granted
    assert make(calls=3, app="another").take("loc").granted


def test_a_slot_is_free_again_a_window_after_its_answer(make: Make) -> None:
    pace = make(calls=1)
    answer(pace, pace.take("loc"))
    turn = pace.take("loc")
    assert turn.granted
    assert 5 < turn.wait <= 10.02


def test_waiting_turns_get_one_slot_each_in_order(make: Make) -> None:
    pace = make(calls=2, seconds=100.0)
    turns = [pace.take("loc") for _ in range(2)]
    for turn in turns:
        answer(pace, turn)
    waits = [pace.take("loc") for _ in range(3)]
    assert [turn.granted for turn in waits] == [True, True, False]
    assert all(60 < turn.wait <= 100.02 for turn in waits[:2])


def test_the_turn_of_a_dead_worker_is_free_after_its_lease(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = make(calls=1)
    assert pace.take("loc").granted
    assert not pace.take("loc").granted
    monkeypatch.setattr(redis_pace, "_LEASE", 0.0)
    assert eventually(lambda: pace.take("loc").granted)


def test_a_worker_with_many_threads_leaves_the_others_their_share(make: Make) -> None:
    many, few = make(calls=10), make(calls=10)
    assert few.take("loc").granted
    assert take_all(many) == 5
    assert take_all(few) == 4


def test_a_process_is_not_taken_for_one_whose_number_begins_like_its_own(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = make(calls=8)  # as it was before the processes were forked

    def take_in(process: int) -> bool:
        monkeypatch.setattr(os, "getpid", lambda: process)
        return pace.take("loc").granted

    assert take_in(123)
    assert take_in(12)
    assert [take_in(123) for _ in range(4)] == [True, True, True, False]
    assert [take_in(12) for _ in range(4)] == [True, True, True, False]


def test_a_single_worker_may_use_the_whole_limit(make: Make) -> None:
    assert take_all(make(calls=10)) == 10


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


def test_the_servers_daily_limit_wins(make: Make) -> None:
    pace = make()
    answer(pace, pace.take("loc"), day_limit=50, day_left=1)
    turn = pace.take("loc")
    with pytest.raises(DailyLimitError, match="no calls left of its 50 a day: wait"):
        pace.take("loc")
    answer(pace, turn, day_limit=50, day_left=40)
    assert pace.take("loc").granted


def test_a_lower_limit_of_the_server_is_kept(make: Make) -> None:
    pace = make(calls=10)
    answer(pace, pace.take("loc"), limit=4, left=3)
    assert take_all(pace) == 3


def test_what_other_apps_use_is_left_to_them(make: Make) -> None:
    pace = make(calls=100, seconds=1000.0)
    answer(pace, pace.take("loc"), limit=100, left=59)  # 41 are used, and one of them by this app
    turn = pace.take("loc")
    assert turn.granted
    assert make(calls=100, seconds=1000.0).take("loc").wait > 1  # one after another


def test_what_workers_of_this_app_use_does_not_count_as_others(make: Make) -> None:
    one, other = make(calls=100), make(calls=100)
    turns = [(pace, pace.take("loc")) for pace in [one, other] * 10]
    for left, (pace, turn) in zip(range(99, 79, -1), turns, strict=True):
        answer(pace, turn, limit=100, left=left)
    assert one.take("loc").wait == 0
    assert take_all(other) + take_all(one) == 79


@pytest.mark.parametrize("when_away", [{}, {"when_away": "local", "share": 0.5}])
def test_when_redis_lost_its_data_all_slots_count_as_used(
    redis: RedisServer, make: Make, when_away: dict[str, Any]
) -> None:
    pace, fresh = make(**when_away), make()
    answer(pace, pace.take("loc"))
    client = Redis.from_url(redis.url)
    client.flushall()
    client.close()
    turn = pace.take("loc")
    assert turn.granted
    assert 5 < turn.wait <= 10.02
    assert fresh.take("loc").wait > 5


def set_clock_back(redis: RedisServer) -> None:
    """Put all that Redis noted an hour into the future."""
    with Redis.from_url(redis.url) as client:
        for key in client.scan_iter("*:state"):
            for field in ("day_ends", "others_seen"):
                if client.hexists(key, field):
                    client.hincrby(key, field, 3_600_000)
            for part in (b":log", b":out", b":workers"):
                name = key.removesuffix(b":state") + part
                for member in client.zrange(name, 0, -1):
                    client.zincrby(name, 3_600_000, member)


def test_a_clock_that_is_set_back_costs_no_more_than_a_few_windows(
    redis: RedisServer, make: Make
) -> None:
    pace, dead = make(calls=5, seconds=0.2), make(calls=5, seconds=0.2)
    assert dead.take("loc").granted
    for turn in [pace.take("loc") for _ in range(3)]:
        answer(pace, turn)
    set_clock_back(redis)
    started: list[Turn] = []

    def start_four() -> bool:
        turn = pace.take("loc")
        if turn.granted and turn.wait == 0:
            started.append(turn)
        elif turn.granted:
            pace.unused(turn)
        return len(started) == 4

    assert eventually(start_four)


def test_a_day_that_would_end_in_more_than_a_day_is_over(redis: RedisServer, make: Make) -> None:
    pace = make(daily=1)
    assert pace.take("loc").granted
    with pytest.raises(DailyLimitError):
        pace.take("loc")
    set_clock_back(redis)
    assert pace.take("loc").granted


def test_what_others_used_before_the_clock_was_set_back_is_forgotten(
    redis: RedisServer, make: Make
) -> None:
    pace = make(calls=100, seconds=100.0)
    turns = [pace.take("loc") for _ in range(2)]
    answer(pace, turns[0], limit=100, left=58)
    assert pace.take("loc").granted
    assert pace.take("loc").wait > 0  # one after another
    set_clock_back(redis)
    answer(pace, turns[1], limit=100, left=98)
    assert pace.take("loc").wait == 0
