"""Measuring side by side: turn about, so that whatever else runs here disturbs all sides alike.

Nothing but the standard library is imported, so that it works in any environment.
"""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal

Costs = Mapping[str, Sequence[float]]  # of each side, what each round cost


@dataclass(frozen=True)
class Target:
    """What a ratio is to reach."""

    sign: Literal["<=", ">=", "<"]
    bound: float

    def reached(self, ratio: float) -> bool:
        """Compare a ratio with it."""
        if self.sign == ">=":
            return ratio >= self.bound
        return ratio < self.bound or (self.sign == "<=" and ratio == self.bound)

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:.3g}"


@dataclass(frozen=True)
class Figure:
    """One row of the table; without ratios where it could not be measured, and `measured` why."""

    name: str
    ratios: Sequence[float]
    measured: str
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """The median of the rounds' ratios."""
        return median(self.ratios) if self.ratios else None

    @property
    def spread(self) -> tuple[float, float] | None:
        """The middle half of the rounds; None where there was only one."""
        if len(self.ratios) < 2:
            return None
        low, _, high = quantiles(self.ratios, n=4, method="inclusive")
        return low, high

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None without a target."""
        if self.target is None:
            return None
        return self.ratio is not None and self.target.reached(self.ratio)


@dataclass(frozen=True)
class Effort:
    """How often things are measured: as often as figures need, or just enough to see that it works.

    A quick run's figures mean little.
    """

    quick: bool = False

    def of(self, full: int) -> int:
        """Give a number of rounds, calls or items."""
        return max(3, full // 20) if self.quick else full


def take_turns(sides: Mapping[str, Callable[[], float]], rounds: int) -> Costs:
    """Let each side work in its turn; collect what each says that its work cost."""
    costs: dict[str, list[float]] = {name: [] for name in sides}
    for name, counts in _turns([*sides], rounds):
        cost = sides[name]()
        if counts:
            costs[name].append(cost)
    return costs


async def take_async_turns(
    sides: Mapping[str, Callable[[], Awaitable[float]]], rounds: int
) -> Costs:
    """Do the same where work is async."""
    costs: dict[str, list[float]] = {name: [] for name in sides}
    for name, counts in _turns([*sides], rounds):
        cost = await sides[name]()
        if counts:
            costs[name].append(cost)
    return costs


def _turns(names: Sequence[str], rounds: int) -> Iterator[tuple[str, bool]]:
    """Give whose turn it is, and whether it counts: the first one of each warms up."""
    for name in names:
        yield name, False
    for number in range(rounds):
        start = number % len(names)
        for name in [*names[start:], *names[:start]]:
            yield name, True


def cpu_of(call: Callable[[], object], calls: int) -> Callable[[], float]:
    """Make a side of a call: the CPU seconds of this process for each, done so many times."""

    def work() -> float:
        before = time.process_time()
        for _ in range(calls):
            call()
        return (time.process_time() - before) / calls

    return work


def async_cpu_of(
    call: Callable[[], Awaitable[object]], calls: int
) -> Callable[[], Awaitable[float]]:
    """Do the same where the call is async."""

    async def work() -> float:
        before = time.process_time()
        for _ in range(calls):
            await call()
        return (time.process_time() - before) / calls

    return work


def ratios(costs: Costs, side: str, other: str) -> list[float]:
    """Compare two sides round by round."""
    return [one / two for one, two in zip(costs[side], costs[other], strict=True)]


def compare(
    name: str, costs: Costs, side: str, other: str, unit: str, target: Target | None = None
) -> Figure:
    """Make the figure that compares two sides; costs are in seconds, told in `ms` or `us`."""
    one, two = (median(costs[which]) * {"ms": 1e3, "us": 1e6}[unit] for which in (side, other))
    measured = f"{one:.3g} {unit} against {two:.3g} {unit}"
    return Figure(f"{name}: {side} / {other}", ratios(costs, side, other), measured, target)
