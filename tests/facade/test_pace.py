"""The pace against every kind of window that a server may count in, without waiting."""

import heapq
import itertools
import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from facade import (
    LocalPace,
    Turn,
)
from facade.pace import local_pace
from facade.testing import WindowKind
from facade.testing.limits import WINDOW_KINDS, RateLimit
from tests.facade.driving import Clock

CALLS, SECONDS = 100, 10.0

LATENCY = 0.08  # seconds there and back, give or take a half

DAY = 200_000


class Simulation:
    """Workers that call as fast as their pace allows, and a server that counts."""

    def __init__(self, window: WindowKind, workers: int, others: float = 0.0) -> None:
        self.clock = Clock()
        self.server = RateLimit((CALLS, SECONDS), DAY, window, self.clock)
        self.paces = [LocalPace(clock=self.clock)]
        self.workers = workers
        self.others = others  # calls a second that others send
        self.refused = 0
        self.done = 0
        self.random = random.Random(7)  # noqa: S311 - repeatable
        self._events: list[tuple[float, int, Iterator[float]]] = []
        self._numbers = itertools.count()

    def run(self, calls: int) -> float:
        """Have so many calls admitted; give the seconds that took."""
        started = self.clock.now
        for number in range(self.workers):
            self._start(self._work(self.paces[number % len(self.paces)], calls))
        if self.others:
            self._start(self._others(calls))
        while self._events:
            self.clock.now, _, activity = heapq.heappop(self._events)
            wait = next(activity, None)
            if wait is not None:
                self._start(activity, wait)
            if self.done >= calls:
                break
        return self.clock.now - started

    def _start(self, activity: Iterator[float], wait: float = 0.0) -> None:
        when = self.clock.now + max(0.0, wait)
        heapq.heappush(self._events, (when, next(self._numbers), activity))

    def _work(self, pace: LocalPace, calls: int) -> Iterator[float]:
        while self.done < calls:
            turn: Turn = pace.take("loc")
            yield turn.wait
            if not turn.granted:
                continue
            yield self.random.uniform(0, LATENCY)
            admitted, headers = self.server.charge("loc")
            self.refused += not admitted
            self.done += admitted
            yield self.random.uniform(0, LATENCY)
            lowered = {name.lower(): value for name, value in headers.items()}
            pace.answered(turn, 200 if admitted else 429, lowered)
            if not admitted:
                yield SECONDS + self.random.uniform(0, 0.25)  # as the transport does

    def _others(self, calls: int) -> Iterator[float]:
        while self.done < calls:
            yield self.random.expovariate(self.others)
            self.server.charge("loc")


def ideal(calls: int) -> float:
    """Seconds that so many calls take at best: a full window at once, then an even flow."""
    return (calls / CALLS - 1) * SECONDS


@pytest.mark.parametrize("workers", [1, 8, 50, 200])
@pytest.mark.parametrize("window", WINDOW_KINDS)
def test_alone_no_call_is_refused_and_hardly_any_time_is_lost(
    window: WindowKind, workers: int
) -> None:
    simulation = Simulation(window, workers)
    took = simulation.run(2000)
    assert simulation.refused == 0
    if workers > 1:  # one alone takes longer for a hundred calls than the limit asks
        assert ideal(2000) / took >= 0.97


@pytest.mark.parametrize("window", WINDOW_KINDS)
def test_with_others_spending_30_percent_a_handful_is_refused_at_most(window: WindowKind) -> None:
    simulation = Simulation(window, workers=8, others=3.0)
    took = simulation.run(2000)
    assert simulation.refused <= 40  # 2 in a hundred; the transport sends them again
    assert ideal(2000) / 0.7 / took >= 0.7  # of what the others leave


@pytest.mark.parametrize("window", WINDOW_KINDS)
def test_declared_shares_of_several_processes_are_never_refused(window: WindowKind) -> None:
    simulation = Simulation(window, workers=40)
    simulation.paces = [LocalPace(clock=simulation.clock, share=0.25) for _ in range(4)]
    took = simulation.run(1000)
    assert simulation.refused == 0
    assert ideal(1000) / took >= 0.97


def answered(pace: LocalPace, turn: Turn, status: int = 200, **headers: int) -> None:
    names = {"left": "x-ratelimit-remaining", "most": "x-ratelimit-max"}
    pace.answered(turn, status, {names[name]: str(value) for name, value in headers.items()})


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
    answered(pace, turn)
    assert pace.take("loc").wait == pytest.approx(10.0)


def test_those_who_wait_get_one_slot_each_in_turn() -> None:
    clock = Clock()
    pace = LocalPace(calls=2, clock=clock)
    for _ in range(2):
        answered(pace, pace.take("loc"))
        clock.now += 1
    assert [pace.take("loc").wait for _ in range(2)] == [pytest.approx(8.0), pytest.approx(9.0)]


def test_a_turn_that_was_not_used_is_given_back() -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    pace.unused(pace.take("loc"))
    turn = pace.take("loc")
    assert turn.wait == 0
    answered(pace, turn)
    waiting = pace.take("loc")
    pace.unused(waiting)
    assert pace.take("loc").wait == pytest.approx(10.0)


def test_a_place_in_the_queue_becomes_a_turn_when_a_slot_returns() -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    turn = pace.take("loc")
    first, second, third = (pace.take("loc").ready for _ in range(3))
    assert first
    assert second
    assert third
    second.cancel()  # its caller was cancelled
    assert not first.done()
    answered(pace, turn)
    assert first.result(0).wait == pytest.approx(10.0)
    pace.unused(first.result(0))
    assert third.result(0).wait == pytest.approx(10.0)


def test_a_place_that_nobody_waits_for_gets_no_turn() -> None:
    pace = LocalPace(calls=1)
    turn = pace.take("loc")
    pace.take("loc")  # dropped
    waiting = pace.take("loc")
    answered(pace, turn)
    assert waiting.ready
    assert waiting.ready.done()


def test_the_slot_of_an_interrupted_caller_is_free_again_after_a_window() -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    assert pace.take("loc").granted  # and dropped, as Ctrl-C may do between two lines
    assert pace.take("loc").wait == pytest.approx(10.0)


def test_the_clients_of_a_process_share_a_pace_for_an_address() -> None:
    assert local_pace("https://a.test", None) is local_pace("https://a.test", None)
    assert local_pace("https://a.test", None) is not local_pace("https://b.test", None)
    own = object()
    assert local_pace("https://a.test", own) is not local_pace("https://a.test", own)


def test_a_server_that_has_less_left_is_believed() -> None:
    clock = Clock()
    pace = LocalPace(calls=10, clock=clock)
    answered(pace, pace.take("loc"), most=10, left=2)  # 1 is its own, so others sent 7
    waits = [pace.take("loc").wait for _ in range(3)]
    assert waits == pytest.approx([0, 10 / 3, 10])


def test_what_the_server_refused_is_not_counted_as_spent_by_this_process() -> None:
    clock = Clock()
    pace = LocalPace(calls=20, clock=clock)
    turns = [pace.take("loc") for _ in range(6)]
    for turn in turns[:5]:
        answered(pace, turn, 429)
    answered(pace, turns[5], most=20, left=9)  # 20 - 9 - 1: others sent ten
    # Nine of its slots stay usable, and six of them are busy.
    assert sum(pace.take("loc").wait < SECONDS for _ in range(9)) == 3


def test_a_lower_limit_of_the_server_is_kept() -> None:
    clock = Clock()
    pace = LocalPace(clock=clock)
    answered(pace, pace.take("loc"), most=5, left=4)
    assert [pace.take("loc").wait == 0 for _ in range(6)] == [True] * 4 + [False] * 2


@pytest.mark.parametrize("options", [{"share": 0}, {"share": 1.5}, {"calls": 0}, {"seconds": 0}])
def test_a_pace_that_makes_no_sense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a pace needs calls of 1 or more"):
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
    pace.answered(turn, 200, {"x-ratelimit-interval-milliseconds": "20000"})
    assert pace.take("loc").wait == 20.0


@pytest.mark.parametrize("interval", ["", "soon", "-5", "0", "1000", "9" * 5000, "99999999", "٣"])
@pytest.mark.parametrize("most", ["0", "-1", "many", "1" * 5000, "٣"])
def test_odd_numbers_in_headers_are_ignored(interval: str, most: str) -> None:
    clock = Clock()
    pace = LocalPace(calls=2, clock=clock)
    headers = {
        "x-ratelimit-interval-milliseconds": interval,
        "x-ratelimit-max": most,
        "x-ratelimit-remaining": "1",
    }
    pace.answered(pace.take("loc"), 200, headers)
    assert [pace.take("loc").wait, pace.take("loc").wait] == [0.0, 10.0]
