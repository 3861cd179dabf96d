"""The pace under every kind of server window, on a simulated clock."""

import heapq
import random
from collections.abc import Iterator

import pytest

from facade import LocalPace
from facade.testing import WindowKind
from facade.testing.limits import WINDOW_KINDS, RateLimit
from tests.facade.driving import Clock

CALLS, SECONDS, DAY = 100, 10.0, 200_000
LATENCY = 0.08  # seconds there and back, give or take a half


class Simulation:
    """Workers that call as fast as their pace allows, and a server that counts."""

    def __init__(
        self, window: WindowKind, workers: int, *, others: float = 0.0, processes: int = 1
    ) -> None:
        self.clock = Clock()
        self.server = RateLimit((CALLS, SECONDS), DAY, window, self.clock)
        self.workers = workers
        self.others = others  # calls a second that others send
        share = 1 / processes
        self.paces = [LocalPace(clock=self.clock, share=share) for _ in range(processes)]
        self.refused = self.done = 0
        self.random = random.Random(7)  # noqa: S311 - repeatable

    def run(self, calls: int) -> float:
        """Have so many calls admitted; return the share of the best possible rate."""
        started = self.clock.now
        activities = [
            self._work(self.paces[number % len(self.paces)]) for number in range(self.workers)
        ]
        if self.others:
            activities.append(self._others())
        events = [(started, number, each) for number, each in enumerate(activities)]
        while self.done < calls:
            self.clock.now, number, activity = heapq.heappop(events)
            wait = max(0.0, next(activity))
            heapq.heappush(events, (self.clock.now + wait, number, activity))
        # At best: a full window at once, then an even flow.
        return (calls / CALLS - 1) * SECONDS / (self.clock.now - started)

    def _work(self, pace: LocalPace) -> Iterator[float]:
        while True:
            turn = pace.take("loc")
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

    def _others(self) -> Iterator[float]:
        while True:
            yield self.random.expovariate(self.others)
            self.server.charge("loc")


@pytest.mark.parametrize(
    ("workers", "processes", "calls"), [(8, 1, 600), (50, 1, 600), (40, 4, 1000)]
)
@pytest.mark.parametrize("window", WINDOW_KINDS)
def test_alone_no_call_is_refused_and_hardly_any_time_is_lost(
    window: WindowKind, workers: int, processes: int, calls: int
) -> None:
    simulation = Simulation(window, workers, processes=processes)
    assert simulation.run(calls) >= 0.97
    assert simulation.refused == 0


@pytest.mark.parametrize("window", WINDOW_KINDS)
def test_with_others_spending_30_percent_a_handful_is_refused_at_most(window: WindowKind) -> None:
    simulation = Simulation(window, workers=8, others=3.0)
    assert simulation.run(2000) >= 0.7 * 0.7  # of what the others leave
    assert simulation.refused <= 40  # 2 in a hundred; the transport sends them again
