"""The pace under every kind of server window, on a simulated clock."""

import heapq
import itertools
import random
from collections.abc import Iterator

import pytest

from facade import LocalPace, Turn
from facade.testing import WindowKind
from facade.testing.limits import WINDOW_KINDS, RateLimit
from tests.facade.driving import Clock

CALLS, SECONDS, DAY = 100, 10.0, 200_000
LATENCY = 0.08  # seconds there and back, give or take a half


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
            pace.finish(turn, 200 if admitted else 429, lowered)
            if not admitted:
                yield SECONDS + self.random.uniform(0, 0.25)  # as the transport does

    def _others(self, calls: int) -> Iterator[float]:
        while self.done < calls:
            yield self.random.expovariate(self.others)
            self.server.charge("loc")


def ideal(calls: int) -> float:
    """Seconds that so many calls take at best: a full window at once, then an even flow."""
    return (calls / CALLS - 1) * SECONDS


@pytest.mark.parametrize("window", WINDOW_KINDS)
def test_alone_no_call_is_refused_and_hardly_any_time_is_lost(window: WindowKind) -> None:
    for workers in (8, 50):
        simulation = Simulation(window, workers)
        took = simulation.run(600)
        assert simulation.refused == 0
        assert ideal(600) / took >= 0.97


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
