"""The pace: slots, the queue for them, and requests of other clients."""

from typing import Any
from unittest.mock import MagicMock

import pytest

from facade import LocalPace, Turn
from facade._core import forking
from facade._core.concurrency import Pending
from facade.pace import local_pace
from tests.facade.driving import Clock

HEADERS = {
    "left": "x-ratelimit-remaining",
    "most": "x-ratelimit-max",
    "interval": "x-ratelimit-interval-milliseconds",
}


def finish(pace: LocalPace, turn: Turn, status: int = 200, **headers: int | str) -> None:
    pace.finish(turn, status, {HEADERS[name]: str(value) for name, value in headers.items()})


def waits(pace: LocalPace, calls: int = 1) -> Any:
    """Return the waits for so many turns, to be compared with a list."""
    return pytest.approx([pace.take("loc").wait for _ in range(calls)])


def test_each_location_has_slots_of_its_own_one_at_least() -> None:
    pace = LocalPace(calls=3, share=0.25)
    turn = pace.take("one")
    assert (turn.granted, turn.wait) == (True, 0.0)
    busy = pace.take("one")
    assert (busy.granted, busy.wait, busy.start, busy.is_outage) == (False, 0.02, 0.0, False)
    assert pace.take("two").granted


def test_a_turn_that_was_not_used_is_given_back(clock: Clock) -> None:
    pace = LocalPace(calls=1, clock=clock)
    pace.cancel(pace.take("loc"))
    turn = pace.take("loc")
    assert turn.wait == 0
    finish(pace, turn)
    pace.cancel(pace.take("loc"))  # which waited
    assert waits(pace) == [10.0]


def test_queued_callers_get_slots_that_return(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = LocalPace(calls=1, clock=clock)
    turn = pace.take("loc")
    pace.take("loc")  # dropped
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
    fourth = pace.take("loc").ready
    monkeypatch.setattr(Pending, "set_result", lambda *_: False)  # cancelled just now
    clock.now += 10
    pace.cancel(third.result)
    assert fourth
    assert waits(pace) == [0.0]  # it is given back, and not lost


def test_a_caller_that_left_the_queue_spaces_out_no_other(clock: Clock) -> None:
    pace = LocalPace(calls=2, clock=clock)
    finish(pace, pace.take("loc"), most=2, left=0)  # others sent one
    turn, gone, waiting = (pace.take("loc") for _ in range(3))
    assert gone.ready
    assert gone.ready.cancel()
    finish(pace, turn)
    assert waiting.ready
    assert waiting.ready.result.wait == pytest.approx(20.0)


def test_the_slot_of_an_interrupted_caller_is_free_again_after_a_window(clock: Clock) -> None:
    pace = LocalPace(calls=1, clock=clock)
    assert pace.take("loc").granted  # and dropped, as Ctrl-C may do between two lines
    assert waits(pace) == [10.0]
    finish(pace, pace.take("loc"))
    clock.now += 20
    assert waits(pace) == [0.0]


def test_in_a_forked_process_the_calls_of_the_parent_count_as_just_sent(clock: Clock) -> None:
    pace = LocalPace(calls=1, clock=clock)
    turn, waiting = pace.take("loc"), pace.take("loc").ready
    pace._lock.acquire()  # as another thread of the parent may have done
    assert pace in forking._forkables
    pace.after_fork()
    assert turn.granted
    assert waits(pace) == [10.0]
    finish(pace, Turn("loc", 0.0))
    assert waiting is not None
    assert waiting.is_open  # its caller is in the parent


def test_the_clients_of_a_process_share_a_pace_for_an_address() -> None:
    assert local_pace("https://a.test", None) is local_pace("https://a.test/", None)
    assert local_pace("https://a.test", None) is not local_pace("https://b.test", None)
    own = object()
    assert local_pace("https://a.test", own) is not local_pace("https://a.test", own)


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {"most": 10, "left": 2}, [0, 10 / 3, 10]),  # 1 is its own, so others sent 7
        (429, {"most": 10, "left": 10}, [0, 10 / 9]),  # a refusal means that others send
        (429, {"most": 10, "left": 0}, [10]),  # one slot stays usable
        (200, {"most": 5, "left": 4}, [0] * 4 + [10]),  # a lower limit
        (200, {"most": 5}, [0] * 9 + [10]),  # which is ignored without what is left of it
        (200, {"left": 0}, [0] * 9 + [10]),
        (200, {"interval": 20_000}, [0] * 9 + [20]),
        (200, {"interval": 5_000}, [0] * 9 + [10]),  # no shorter than its own
    ],
)
def test_the_headers_of_a_response_say_what_is_left_for_this_process(
    clock: Clock, status: int, headers: dict[str, int], expected: list[float]
) -> None:
    pace = LocalPace(calls=10, clock=clock)
    finish(pace, pace.take("loc"), status, **headers)
    assert waits(pace, len(expected)) == expected


def test_its_own_requests_in_flight_are_not_those_of_others(clock: Clock) -> None:
    pace = LocalPace(calls=10, clock=clock)
    turns = [pace.take("loc") for _ in range(3)]
    finish(pace, turns[0], most=10, left=7)
    assert waits(pace, 2) == [0, 0]
    pace.cancel(turns[1])
    finish(pace, turns[2], most=10, left=7)  # others sent one
    assert waits(pace, 2) == [0, 10 / 9]


def test_what_the_server_refused_is_not_counted_as_spent_by_this_process(clock: Clock) -> None:
    pace = LocalPace(calls=20, clock=clock)
    turns = [pace.take("loc") for _ in range(6)]
    for turn in turns[:5]:
        finish(pace, turn, 429)
    finish(pace, turns[5], most=20, left=9)  # 20 - 9 - 1: others sent ten
    # Nine of its slots stay usable, and six of them are busy.
    assert sum(pace.take("loc").wait < 10 for _ in range(9)) == 3


def test_a_burst_of_refusals_proves_no_more_than_one_request_of_others(clock: Clock) -> None:
    pace = LocalPace(calls=20, clock=clock)
    for turn in [pace.take("loc") for _ in range(5)]:
        finish(pace, turn, 429, most=20, left=19)
    assert sum(pace.take("loc").wait < 10 for _ in range(19)) == 14


@pytest.mark.parametrize(
    ("windows", "left", "expected"),
    [
        (2, [2, 9], [0, 10 / 3]),  # 1 is its own, so others sent 7
        (4, [2, 9], [0, 0]),
        (2, [2, 0], [0, 10]),
        (2, [2, 2, 9], [0, 10 / 3]),
    ],
)
def test_the_most_that_others_sent_in_three_windows_is_remembered(
    clock: Clock, windows: int, left: list[int], expected: list[float]
) -> None:
    pace = LocalPace(calls=10, clock=clock)
    for each in left:
        clock.now += windows * 10
        finish(pace, pace.take("loc"), most=10, left=each)
    clock.now += 10
    assert waits(pace, 2) == expected


def test_of_many_responses_those_of_the_last_window_are_known(clock: Clock) -> None:
    pace = LocalPace(calls=10, clock=clock)
    for number in range(100):
        clock.now += 1.01
        finish(pace, pace.take("loc"), **({"most": 10, "left": 0} if number > 10 else {}))
        assert len(pace._locations["loc"].answers) <= 41
    assert waits(pace, 2) == [0.91, 1.92]  # nothing is left to others


def test_a_lower_limit_takes_slots_as_they_return_and_leaves_one(clock: Clock) -> None:
    pace = LocalPace(calls=12, share=0.25, clock=clock)
    for turn in [pace.take("loc") for _ in range(3)]:
        finish(pace, turn, most=3, left=3)
    turn = pace.take("loc")
    assert turn.wait == pytest.approx(10)
    assert not pace.take("loc").granted


def test_a_limit_that_is_lower_or_raised_again_holds_at_once(clock: Clock) -> None:
    pace = LocalPace(calls=10, clock=clock)
    finish(pace, pace.take("loc"), most=5, left=4)
    turns = [pace.take("loc") for _ in range(5)]
    assert not pace.take("loc").granted
    for turn in turns:
        pace.cancel(turn)
    for left in (8, 7):
        finish(pace, pace.take("loc"), most=10, left=left)
    assert waits(pace, 10) == [0] * 7 + [10] * 3


@pytest.mark.parametrize(
    "options", [{"share": 0}, {"share": 1.5}, {"calls": 0}, {"seconds": 0.0009}]
)
def test_a_pace_that_makes_no_sense_is_refused(options: dict[str, Any]) -> None:
    LocalPace(share=1.0, calls=1, seconds=0.001)
    with pytest.raises(ValueError, match=r"(calls|seconds|share) must be"):
        LocalPace(**options)


def test_threads_take_and_return_slots_one_after_the_other() -> None:
    pace, lock = LocalPace(), MagicMock()
    pace._lock = lock
    finish(pace, pace.take("loc"))
    pace.cancel(pace.take("loc"))
    assert lock.__enter__.call_count == lock.__exit__.call_count == 4


def test_by_default_a_location_has_the_hundred_calls_of_highlevels_limit() -> None:
    pace = LocalPace()
    turns = [pace.take("one") for _ in range(101)]  # kept, because a lost turn is given back
    assert [turn.granted for turn in turns] == [True] * 100 + [False]
