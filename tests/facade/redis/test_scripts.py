"""The Lua scripts: how workers share slots and the daily limit, and reserve slots for others."""

import os
import time
from itertools import pairwise
from typing import Any

import pytest
from redis import Redis

from facade import DailyLimitError, Turn
from facade.redis.health import CircuitBreaker
from scripts.programs import RedisServer
from tests.facade.redis.conftest import Later, Make, answer, can_start, eventually, take_all


def test_workers_share_one_budget_for_each_app_and_location(make: Make) -> None:
    one, other = make(calls=3), make(calls=3)
    assert [pace.take("loc").granted for pace in (one, other, one, other)] == [True] * 3 + [False]
    assert other.take("elsewhere").granted
    assert make(calls=3, app="another").take("loc").granted


def test_a_slot_is_free_again_a_window_after_its_answer_and_the_first_one_first(
    later: Later, make: Make
) -> None:
    pace = make(calls=2)
    turns: list[Any] = [pace.take("loc") for _ in range(2)]
    began = time.monotonic()
    answer(pace, turns[0])
    later(5)
    turns[1].began -= 5000  # its response came five seconds after its start
    answer(pace, turns[1])
    first, second, third = (pace.take("loc") for _ in range(3))
    assert first.wait <= 5.02 < second.wait <= 10.02
    assert second.wait + time.monotonic() - began > 10.01  # not a moment before: clocks differ
    assert [turn.granted for turn in (first, second, third)] == [True, True, False]
    assert 9 < third.wait <= 10.04  # not until the second one ends: another may return its turn


def test_while_all_slots_are_in_flight_a_worker_asks_again_when_one_may_be_free_or_its_lease_ended(
    later: Later, make: Make
) -> None:
    pace = make(calls=1)
    assert pace.take("loc").granted
    later(4)
    turn = pace.take("loc")
    assert (turn.granted, 1 < turn.wait <= 6.04) == (False, True)
    later(26)
    assert not pace.take("loc").granted
    later(30)  # its worker is dead
    assert pace.take("loc").wait == 0


def test_a_worker_with_many_threads_leaves_the_others_their_share_while_they_ask(
    later: Later, make: Make
) -> None:
    many, few = make(calls=10), make(calls=10)
    assert few.take("loc").granted
    assert take_all(many) == 5
    assert take_all(few) == 4
    later(61)  # all of them are dead
    assert take_all(make(calls=10)) == 10


def test_a_worker_that_has_its_share_asks_again_when_its_first_turn_starts(
    later: Later, make: Make
) -> None:
    pace, other = make(calls=4), make(calls=4)
    turns = [(one, one.take("loc")) for one in (pace, pace, other, other)]
    answer(*turns[0])
    later(5)
    for one, turn in turns[1:]:
        answer(one, turn)
    first, second, third = (pace.take("loc") for _ in range(3))
    assert [turn.granted for turn in (first, second, third)] == [True, True, False]
    assert third.wait <= 5.04 < second.wait


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


def test_the_servers_lower_daily_limit_wins_and_calls_in_flight_count_beside_it(make: Make) -> None:
    pace = make()
    answered, in_flight = pace.take("loc"), pace.take("loc")
    answer(pace, answered, day_limit=50, day_left=1)
    with pytest.raises(DailyLimitError, match="no calls left of its 50 a day: wait"):
        pace.take("loc")
    answer(pace, in_flight, day_limit=50, day_left=2)
    assert [pace.take("loc").granted for _ in range(2)] == [True, True]
    lower = make(daily=3, app="another")
    answer(lower, lower.take("loc"), day_limit=50, day_left=47)
    with pytest.raises(DailyLimitError, match="its 3 a day"):
        lower.take("loc")


def test_beyond_the_daily_limit_one_call_in_ten_minutes_asks_for_a_new_day(
    later: Later, make: Make
) -> None:
    pace = make(daily=1)
    assert pace.take("loc").granted
    for seconds in (0, 500, 100, 0, 500, 100):
        later(seconds)
        if seconds == 100:
            assert pace.take("loc").granted
        else:
            with pytest.raises(DailyLimitError):
                pace.take("loc")


@pytest.mark.parametrize(("left", "then"), [(0, [False, True]), (1, [True, False])])
def test_a_new_day_begins_when_a_response_says_so(
    left: int, then: list[bool], later: Later, make: Make
) -> None:
    pace = make(daily=1)

    def can_take() -> bool:
        try:
            return pace.take("loc").granted
        except DailyLimitError:
            return False

    assert [can_take() for _ in range(2)] == [True, False]
    later(600)
    answer(pace, pace.take("loc"), day_limit=1, day_left=left)
    for expected in then:
        later(300)
        assert can_take() == expected


@pytest.mark.parametrize(
    "seconds", [86_400, pytest.param(-3600, id="the clock is set back before its begin")]
)
def test_a_day_lasts_for_twenty_four_hours(seconds: int, later: Later, make: Make) -> None:
    pace = make(daily=2)
    for _ in range(2):
        assert [pace.take("loc").granted for _ in range(2)] == [True, True]
        with pytest.raises(DailyLimitError):
            pace.take("loc")
        later(seconds)


@pytest.mark.parametrize(
    ("calls", "limit", "left", "free"), [(10, 4, 3, 3), (3, 100, 99, 2), (10, 4, 0, 0)]
)
def test_the_lower_of_both_limits_is_kept(
    calls: int, limit: int, left: int, free: int, make: Make
) -> None:
    pace = make(calls=calls)
    answer(pace, pace.take("loc"), limit=limit, left=left)
    assert take_all(pace) == free


def test_a_worker_with_fewer_calls_keeps_to_them_and_lowers_no_other_worker(make: Make) -> None:
    other, few = make(calls=20), make(calls=3)
    answer(other, other.take("loc"), limit=20, left=19)
    answer(few, few.take("loc"), limit=20, left=18)
    assert take_all(few) == 1
    assert take_all(other) == 10  # half of its own limit, as there are two workers


def test_what_others_use_and_a_tenth_more_is_left_to_them_and_turns_are_spaced_out(
    make: Make,
) -> None:
    pace = make(calls=20)
    answer(pace, pace.take("loc"), limit=20, left=9)
    turns = [pace.take("loc") for _ in range(10)]  # of 20, 10 and one more are left to them
    assert [turn.granted for turn in turns] == [True] * 9 + [False]
    assert all(later.wait > earlier.wait for earlier, later in pairwise(turns[:9]))


def test_a_worker_with_a_part_of_the_limit_loses_nothing_to_others_in_the_rest(make: Make) -> None:
    part = make(calls=15)
    answer(part, part.take("loc"), limit=20, left=14)  # of the five others, none is in its part
    assert take_all(part) == 14


def test_a_refusal_shows_that_there_are_others_whatever_is_left(make: Make) -> None:
    pace = make(calls=20)
    answer(pace, pace.take("loc"), status=429, limit=20, left=19)
    assert pace.take("loc").granted
    assert pace.take("loc").wait > 0
    one = make(app="another")
    answer(one, one.take("loc"), status=429, limit=1, left=0)
    assert one.take("loc").granted  # at least one call is left to this app
    burst = make(app="a third")
    for turn in [burst.take("loc") for _ in range(5)]:  # all of them before the first refusal
        answer(burst, turn, status=429, limit=20, left=19)
    assert [burst.take("loc").granted for _ in range(20)] == [True] * 19 + [False]


def test_what_workers_of_this_app_use_does_not_count_as_others(make: Make) -> None:
    one, other = make(calls=100), make(calls=100)
    turns = [(pace, pace.take("loc")) for pace in [one, other] * 10]
    for pace, turn in turns:
        answer(pace, turn, limit=100, left=80)
    assert one.take("loc").wait == 0
    assert take_all(other) + take_all(one) == 79


def test_a_response_that_leaves_the_window_during_a_request_does_not_count_as_others(
    later: Later, make: Make
) -> None:
    pace = make(calls=100)
    answer(pace, pace.take("loc"), limit=100, left=99)
    later(8)
    slow: Any = pace.take("loc")
    later(4)
    slow.began -= 4000
    pace.cancel(pace.take("loc"))
    answer(pace, slow, limit=100, left=98)
    assert [pace.take("loc").wait for _ in range(2)] == [0, 0]


@pytest.mark.parametrize(
    ("on_outage", "idle", "most"),
    [
        ({}, 0.0, 10.02),
        ({}, 6.0, 4.02),  # nothing was sent meanwhile
        ({"on_outage": "local", "share": 0.5}, 6.0, 10.02),
    ],
)
def test_when_redis_lost_its_data_all_slots_count_as_used(
    redis: RedisServer,
    make: Make,
    on_outage: dict[str, Any],
    idle: float,
    most: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(CircuitBreaker, "open_seconds", lambda self: idle)
    pace, fresh = make(**on_outage), make()
    answer(pace, pace.take("loc"))
    with Redis.from_url(redis.url) as client:
        client.flushall()
    for one in (pace, fresh):
        turn = one.take("loc")
        assert turn.granted
        assert most - 4 < turn.wait <= most


def test_a_clock_that_is_set_back_costs_no_more_than_a_few_windows(
    later: Later, make: Make
) -> None:
    pace, dead = make(calls=5, seconds=0.2), make(calls=5, seconds=0.2)
    assert dead.take("loc").granted
    for turn in [pace.take("loc") for _ in range(3)]:
        answer(pace, turn)
    later(-3600)
    started: list[Turn] = []

    def start_four() -> bool:
        if can_start(pace):
            started.append(pace.take("loc"))
        return len(started) == 4

    assert eventually(start_four)
    later(61)  # all of them are dead
    assert take_all(make(calls=5, seconds=0.2)) == 5


@pytest.mark.parametrize(
    ("seconds", "is_forgotten"),
    [(0, False), (250, False), (310, True), pytest.param(-3600, True, id="the clock is set back")],
)
def test_what_others_used_is_remembered_for_three_windows(
    seconds: int, is_forgotten: bool, later: Later, make: Make
) -> None:
    pace = make(calls=100, seconds=100.0)
    turns = [pace.take("loc") for _ in range(2)]
    answer(pace, turns[0], limit=100, left=58)
    later(seconds)
    answer(pace, turns[1], limit=100, left=99)
    assert pace.take("loc").granted
    assert (pace.take("loc").wait == 0) == is_forgotten


def test_what_others_use_again_is_remembered_from_then_on(later: Later, make: Make) -> None:
    pace = make(calls=100, seconds=100.0)
    turns = [pace.take("loc") for _ in range(3)]
    for turn, left in zip(turns, (58, 59, 99), strict=True):  # 39 are of others, twice
        answer(pace, turn, limit=100, left=left)
        later(200)
    assert pace.take("loc").granted
    assert pace.take("loc").wait > 0


def test_turns_one_after_another_are_not_put_off_by_a_clock_that_is_set_back(
    later: Later, make: Make
) -> None:
    pace = make(calls=100)
    answer(pace, pace.take("loc"), limit=100, left=58)
    assert pace.take("loc").granted
    later(-3600)
    assert pace.take("loc").wait <= 20.04
