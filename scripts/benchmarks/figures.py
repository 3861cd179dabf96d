"""Figures of interleaved measurements, so that other load affects all sides alike.

This module imports only the standard library, so that it works in any environment.
"""

import operator
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from statistics import median, quantiles
from typing import Any, Literal

Costs = Mapping[str, Sequence[float]]  # by side: the cost of each round
_HOLDS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt}


@dataclass(frozen=True)
class Goal:
    sign: Literal["<=", ">=", "<"]
    bound: float

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:.3g}"


@dataclass(frozen=True)
class Figure:
    """A row of the table; if it has no ratios, `measured` is the reason."""

    name: str
    ratios: Sequence[float]
    measured: str
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """The median of the rounds' ratios."""
        return median(self.ratios) if self.ratios else None

    @property
    def spread(self) -> tuple[float, float] | None:
        """The interquartile range of the rounds; None if there is only one."""
        if len(self.ratios) < 2:
            return None
        low, _, high = quantiles(self.ratios, n=4, method="inclusive")
        return low, high

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.goal is None or self.ratio is None:
            return None if self.goal is None else False
        return bool(_HOLDS[self.goal.sign](self.ratio, self.goal.bound))


@dataclass(frozen=True)
class Effort:
    """The number of rounds: full for reliable figures, `quick` for a smoke test."""

    quick: bool = False

    def scaled(self, full: int) -> int:
        """Return a number of rounds, calls or items, reduced if quick."""
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


def compare(
    name: str, costs: Costs, sides: tuple[str, str], unit: str, goal: Goal | None = None
) -> Figure:
    """Return the figure of two sides; costs are in seconds and printed in `ms` or `us`."""
    one, two = (median(costs[which]) * {"ms": 1e3, "us": 1e6}[unit] for which in sides)
    measured = f"{one:.3g} {unit} against {two:.3g} {unit}"
    return Figure(f"{name}: {' / '.join(sides)}", ratios(costs, *sides), measured, goal)
