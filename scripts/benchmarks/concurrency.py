"""Many calls at once, against a server that takes its time: how many a second, how late the last.

What is measured is time on the wall, and connections as the server counts them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import chain
from statistics import median, quantiles

import httpx
from attrs import define, field

from facade import AsyncAssociationsClient
from scripts.benchmarks import bare
from scripts.benchmarks.calls import async_ours
from scripts.benchmarks.server import ASSOCIATION, connections, serving
from scripts.benchmarks.sides import Effort, Figure, Target, ratios, take_async_turns

OURS, HTTPX = "facade", "httpx"
DELAY = 0.05  # seconds that the server takes
LEVELS = (1, 10, 50, 100)  # calls at once
ROUNDS, CALLS = 8, 20  # turns, and calls one after another in one turn
TARGETS = {50: Target(">=", 1.4)}
ENOUGH = Target("<=", 1.0)
BURST, PAUSE = 50, 11.0  # calls at once, and seconds: longer than the limit's window
NONE_NEW = Target("<=", 0.0)

Call = Callable[[], Awaitable[object]]


@define
class Side:
    """One client's turns: the latencies and the connections opened of each."""

    url: str
    opened: list[int] = field(factory=list)
    latencies: list[list[float]] = field(factory=list)

    async def turn(self, call: Call, at_once: int, calls: int) -> float:
        """Make so many calls at once, and again; give the seconds divided by all calls."""
        latencies: list[float] = []

        async def one_after_another() -> None:
            for _ in range(calls):
                started = time.perf_counter()
                await call()
                latencies.append(time.perf_counter() - started)

        before = await asyncio.to_thread(connections, self.url)
        started = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
        took = time.perf_counter() - started
        self.opened.append(await asyncio.to_thread(connections, self.url) - before)
        self.latencies.append(latencies)
        return took / len(latencies)

    def p99(self) -> float:
        """Give the milliseconds that one call of a hundred exceeds; the first turn warms up."""
        return quantiles(chain(*self.latencies[1:]), n=100)[98] * 1e3


def rates(effort: Effort) -> Iterator[Figure]:
    """Measure calls a second, p99 and all connections of a client that lives through its turns."""
    with serving(DELAY) as url:
        for at_once in LEVELS:
            yield from asyncio.run(_level(url, at_once, effort))


def bursts(effort: Effort) -> Iterator[Figure]:
    """Measure what a burst opens after a pause; the pause is never shortened."""
    with serving(DELAY) as url:
        ours, plain = asyncio.run(_two_bursts(url, effort))
    for name, side, target in ((OURS, ours, NONE_NEW), (HTTPX, plain, None)):
        first, second = side.opened
        yield Figure(
            f"connections opened {PAUSE:g} s later, {BURST} at once: {name}, again / at first",
            [second / first],
            f"{second} after {first}",
            target,
        )


async def _level(url: str, at_once: int, effort: Effort) -> list[Figure]:
    ours, plain = Side(url), Side(url)
    calls = effort.of(min(CALLS, 1000 // at_once))
    async with async_ours(url) as client, httpx.AsyncClient(**bare.options(url)) as plain_client:
        turns = {
            OURS: partial(ours.turn, _update(client), at_once, calls),
            HTTPX: partial(plain.turn, partial(bare.async_put, plain_client), at_once, calls),
        }
        costs = await take_async_turns(turns, effort.of(ROUNDS))
    rate, plain_rate = (1 / median(costs[name]) for name in (OURS, HTTPX))
    opened, plain_opened = sum(ours.opened), sum(plain.opened)
    return [
        Figure(
            f"calls a second, {at_once} at once: {OURS} / {HTTPX}",
            ratios(costs, HTTPX, OURS),  # turned round, because these are seconds for a call
            f"{rate:.0f} against {plain_rate:.0f}",
            TARGETS.get(at_once),
        ),
        Figure(
            f"p99 latency, {at_once} at once: {OURS} / {HTTPX}",
            [ours.p99() / plain.p99()],
            f"{ours.p99():.0f} ms against {plain.p99():.0f} ms",
        ),
        Figure(
            f"connections opened, {at_once} at once: {OURS} / calls at once",
            [opened / at_once],
            f"{opened}; {HTTPX} opened {plain_opened}",
            ENOUGH,
        ),
    ]


async def _two_bursts(url: str, effort: Effort) -> tuple[Side, Side]:
    ours, plain, calls = Side(url), Side(url), effort.of(CALLS)
    async with async_ours(url) as client, httpx.AsyncClient(**bare.options(url)) as plain_client:
        for pause in (0.0, PAUSE):
            await asyncio.sleep(pause)
            await ours.turn(_update(client), BURST, calls)
            await plain.turn(partial(bare.async_put, plain_client), BURST, calls)
    return ours, plain


def _update(client: AsyncAssociationsClient) -> Call:
    return partial(
        client.associations.update,
        ASSOCIATION,
        first_object_label="Student",
        second_object_label="Tutor",
    )
