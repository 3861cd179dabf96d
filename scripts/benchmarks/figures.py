"""Figures of interleaved measurements, so that other load affects all sides alike.

It imports only the standard library, so that it works in any environment.
"""

import operator
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import isawaitable
from statistics import median
from typing import Any, NamedTuple

Costs = Mapping[str, Sequence[float]]  # by side: the cost of each round
_HOLDS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt}


class Goal(NamedTuple):
    sign: str
    bound: float


class Figure(NamedTuple):
    """A row of the table; if it has no ratios, `measured` is the reason."""

    name: str
    ratios: Sequence[float]
    measured: str
    goal: Goal | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the median reaches the goal; None without a goal."""
        if self.goal is None:
            return None
        return bool(self.ratios and _HOLDS[self.goal.sign](median(self.ratios), self.goal.bound))


class Effort(NamedTuple):
    """The number of rounds: full for reliable figures, `quick` for a smoke test."""

    quick: bool = False

    def scaled(self, full: int) -> int:
        return max(3, full // 20) if self.quick else full


async def interleave(
    sides: Mapping[str, Callable[[], float | Awaitable[float]]], rounds: int
) -> Costs:
    """Run the sides in turn; return their costs without the first of each, which is a warm-up."""
    costs: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        start = number % len(sides)
        for name in [*sides][start:] + [*sides][:start]:
            cost = sides[name]()
            costs[name].append(await cost if isinstance(cost, Awaitable) else cost)
    return {name: counted for name, (_, *counted) in costs.items()}


def cpu_of(call: Callable[[], Any], calls: int) -> Callable[[], Awaitable[float]]:
    """Return a side that makes the calls and returns the process's CPU seconds per call."""

    async def work() -> float:
        before = time.process_time()
        for _ in range(calls):
            result = call()
            if isawaitable(result):
                await result
        return (time.process_time() - before) / calls

    return work


def ratios(costs: Costs, side: str, other: str) -> list[float]:
    """Return the ratio of two sides, round by round."""
    return [one / two for one, two in zip(costs[side], costs[other], strict=True)]


def compare(name: str, costs: Costs, unit: str, goal: Goal) -> Figure:
    """Return the figure of the first side against the second, in `ms` or `us`."""
    one, two = (median(each) * {"ms": 1e3, "us": 1e6}[unit] for each in costs.values())
    measured = f"{one:.3g} {unit} against {two:.3g} {unit}"
    return Figure(f"{name}: {' / '.join(costs)}", ratios(costs, *costs), measured, goal)
