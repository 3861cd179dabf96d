"""The pace: slots, the queue for them, and requests of other clients."""

import threading
from typing import Any

import pytest

from facade import (
    LocalPace,
    Turn,
)
from facade.pace import local_pace
from tests.facade.driving import Clock

SECONDS = 10.0


def finish(pace: LocalPace, turn: Turn, status: int = 200, **headers: int) -> None:
    names = {"left": "x-ratelimit-remaining", "most": "x-ratelimit-max"}
    pace.finish(turn, status, {names[name]: str(value) for name, value in headers.items()})


def test_each_location_has_its_own_budget() -> None:
    pace = LocalPace(calls=1)
    turn = pace.take("one")
    assert turn.wait == 0
    assert not pace.take("one").granted
    assert pace.take("two").granted


def test_a_slot_is_free_again_ten_seconds_after_its_answer() -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    turn = pace.take("loc")
    clock.now += 3
    finish(pace, turn)
    assert pace.take("loc").wait == pytest.approx(10.0)


def test_those_who_wait_get_one_slot_each_in_turn() -> None:
    clock = Clock()
    pace = LocalPace(calls=2, clock=clock)
    for _ in range(2):
        finish(pace, pace.take("loc"))
        clock.now += 1
    assert [pace.take("loc").wait for _ in range(2)] == [pytest.approx(8.0), pytest.approx(9.0)]


def test_a_turn_that_was_not_used_is_given_back() -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    pace.cancel(pace.take("loc"))
    turn = pace.take("loc")
    assert turn.wait == 0
    finish(pace, turn)
    waiting = pace.take("loc")
    pace.cancel(waiting)
    assert pace.take("loc").wait == pytest.approx(10.0)


def test_a_place_in_the_queue_becomes_a_turn_when_a_slot_returns() -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    turn = pace.take("loc")
    first, second, third = (pace.take("loc").ready for _ in range(3))
    assert first
    assert second
    assert third
    assert second.cancel()  # its caller was cancelled
    assert first.is_open
    finish(pace, turn)
    assert first.result.wait == pytest.approx(10.0)
    pace.cancel(first.result)
    assert third.result.wait == pytest.approx(10.0)


def test_a_place_that_nobody_waits_for_gets_no_turn() -> None:
    pace = LocalPace(calls=1)
    turn = pace.take("loc")
    pace.take("loc")  # dropped
    waiting = pace.take("loc")
    finish(pace, turn)
    assert waiting.ready
    assert waiting.ready.has_ended


def test_the_slot_of_an_interrupted_caller_is_free_again_after_a_window() -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    assert pace.take("loc").granted  # and dropped, as Ctrl-C may do between two lines
    assert pace.take("loc").wait == pytest.approx(10.0)


def test_in_a_forked_process_the_calls_of_the_parent_count_as_just_sent() -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    turn, waiting = pace.take("loc"), pace.take("loc").ready
    pace.after_fork()
    assert turn.granted
    assert pace.take("loc").wait == 10.0
    finish(pace, Turn("loc", 0.0))
    assert waiting is not None
    assert waiting.is_open  # its caller is in the parent


def test_the_clients_of_a_process_share_a_pace_for_an_address() -> None:
    assert local_pace("https://a.test", None) is local_pace("https://a.test", None)
    assert local_pace("https://a.test", None) is not local_pace("https://b.test", None)
    own = object()
    assert local_pace("https://a.test", own) is not local_pace("https://a.test", own)


def test_a_server_that_has_less_left_is_believed() -> None:
    clock = Clock()
    pace = LocalPace(calls=10, clock=clock)
    finish(pace, pace.take("loc"), most=10, left=2)  # 1 is its own, so others sent 7
    waits = [pace.take("loc").wait for _ in range(3)]
    assert waits == pytest.approx([0, 10 / 3, 10])


def test_what_the_server_refused_is_not_counted_as_spent_by_this_process() -> None:
    clock = Clock()
    pace = LocalPace(calls=20, clock=clock)
    turns = [pace.take("loc") for _ in range(6)]
    for turn in turns[:5]:
        finish(pace, turn, 429)
    finish(pace, turns[5], most=20, left=9)  # 20 - 9 - 1: others sent ten
    # Nine of its slots stay usable, and six of them are busy.
    assert sum(pace.take("loc").wait < SECONDS for _ in range(9)) == 3


def test_a_refusal_means_that_others_send_whatever_the_numbers_say() -> None:
    clock = Clock()
    pace = LocalPace(calls=10, clock=clock)
    finish(pace, pace.take("loc"), 429, most=10, left=10)
    assert [pace.take("loc").wait for _ in range(2)] == pytest.approx([0, 10 / 9])


def test_one_slot_stays_usable_however_much_others_send() -> None:
    clock = Clock()
    pace = LocalPace(calls=10, clock=clock)
    finish(pace, pace.take("loc"), 429, most=10, left=0)
    turn = pace.take("loc")
    assert (turn.granted, turn.wait) == (True, 10.0)


@pytest.mark.parametrize(("windows", "waits"), [(2, [0, 10 / 3]), (4, [0, 0])])
def test_what_others_sent_is_remembered_for_three_windows(windows: int, waits: list[float]) -> None:
    clock = Clock()
    pace = LocalPace(calls=10, clock=clock)
    finish(pace, pace.take("loc"), most=10, left=2)  # 1 is its own, so others sent 7
    clock.now += windows * SECONDS
    finish(pace, pace.take("loc"), most=10, left=9)
    clock.now += SECONDS
    assert [pace.take("loc").wait for _ in range(2)] == pytest.approx(waits)


def test_a_limit_that_is_raised_again_is_usable_at_once() -> None:
    clock = Clock()
    pace = LocalPace(calls=10, clock=clock)
    finish(pace, pace.take("loc"), most=5, left=4)
    finish(pace, pace.take("loc"), most=10, left=8)
    assert [pace.take("loc").wait for _ in range(10)] == [0.0] * 8 + [10.0] * 2


def test_a_lower_limit_of_the_server_is_kept() -> None:
    clock = Clock()
    pace = LocalPace(clock=clock)
    finish(pace, pace.take("loc"), most=5, left=4)
    assert [pace.take("loc").wait == 0 for _ in range(6)] == [True] * 4 + [False] * 2


def test_a_limit_without_what_is_left_of_it_is_ignored() -> None:
    pace = LocalPace(calls=10, clock=Clock())
    finish(pace, pace.take("loc"), most=5)
    assert [pace.take("loc").wait for _ in range(9)] == [0.0] * 9


def test_a_small_share_is_one_call_at_least() -> None:
    assert LocalPace(calls=3, share=0.25).take("loc").granted


@pytest.mark.parametrize("options", [{"share": 0}, {"share": 1.5}, {"calls": 0}, {"seconds": 0}])
def test_a_pace_that_makes_no_sense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"(calls|seconds|share) must be"):
        LocalPace(**options)


def test_a_pace_is_safe_for_many_threads() -> None:
    pace, taken = LocalPace(calls=100), []
    barrier = threading.Barrier(20)

    def work() -> None:
        barrier.wait()
        for _ in range(20):
            turn = pace.take("loc")
            if turn.granted and turn.wait == 0:
                taken.append(turn)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 100


def test_a_longer_interval_of_the_server_is_kept_to() -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    turn = pace.take("loc")
    pace.finish(turn, 200, {"x-ratelimit-interval-milliseconds": "20000"})
    assert pace.take("loc").wait == 20.0


@pytest.mark.parametrize("odd", ["", "soon", "-5", "0", "9" * 5000, "99999999", "٣"])
def test_odd_numbers_in_headers_are_ignored(odd: str) -> None:
    for interval, most in ((odd, "2"), ("10000", odd), (odd, odd)):
        pace = LocalPace(calls=2, clock=Clock())
        headers = {
            "x-ratelimit-interval-milliseconds": interval,
            "x-ratelimit-max": most,
            "x-ratelimit-remaining": "1",
        }
        pace.finish(pace.take("loc"), 200, headers)
        assert [pace.take("loc").wait, pace.take("loc").wait] == [0.0, 10.0]
