"""Concurrent calls to a slow server: rate, latency and connections.

Time is measured on the wall clock; the server counts the connections.
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
from scripts.benchmarks.calls import async_client
from scripts.benchmarks.figures import Effort, Figure, Goal, interleave_async, ratios
from scripts.benchmarks.server import ASSOCIATION, connections, serving

FACADE, HTTPX = "facade", "httpx"
DELAY = 0.05  # seconds until the server responds
LEVELS = (1, 10, 50, 100)  # calls at once
ROUNDS, CALLS = 8, 20  # turns, and consecutive calls in each
RATE_GOALS = {50: Goal(">=", 1.5)}
CONNECTIONS_GOAL = Goal("<=", 1.0)
BURST, PAUSE = 50, 11.0  # calls at once, and seconds: longer than the limit's window
NO_NEW_CONNECTIONS = Goal("<=", 0.0)

Call = Callable[[], Awaitable[object]]


@define
class Side:
    """One client: the latencies and the opened connections of each turn."""

    url: str
    opened: list[int] = field(factory=list)
    latencies: list[list[float]] = field(factory=list)

    async def turn(self, call: Call, at_once: int, calls: int) -> float:
        """Make `at_once` times `calls` calls; return the seconds per call."""
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
        """Return the 99th percentile in milliseconds, without the first turn, a warm-up."""
        return quantiles(chain(*self.latencies[1:]), n=100)[98] * 1e3


def rates(effort: Effort) -> Iterator[Figure]:
    """Measure the rate, p99 and all connections of one client over its turns."""
    with serving(DELAY) as url:
        for at_once in LEVELS:
            yield from asyncio.run(_level(url, at_once, effort))


def bursts(effort: Effort) -> Iterator[Figure]:
    """Measure the connections that a second burst opens, after a pause of full length."""
    with serving(DELAY) as url:
        facade, plain = asyncio.run(_two_bursts(url, effort))
    for name, side, goal in ((FACADE, facade, NO_NEW_CONNECTIONS), (HTTPX, plain, None)):
        first, second = side.opened
        yield Figure(
            f"connections opened {PAUSE:g} s later, {BURST} at once: {name}, again / at first",
            [second / first],
            f"{second} after {first}",
            goal,
        )


async def _level(url: str, at_once: int, effort: Effort) -> list[Figure]:
    facade, plain = Side(url), Side(url)
    calls = effort.scaled(min(CALLS, 1000 // at_once))
    async with async_client(url) as client, httpx.AsyncClient(**bare.options(url)) as plain_client:
        turns = {
            FACADE: partial(facade.turn, _update(client), at_once, calls),
            HTTPX: partial(plain.turn, partial(bare.async_put, plain_client), at_once, calls),
        }
        costs = await interleave_async(turns, effort.scaled(ROUNDS))
    rate, plain_rate = (1 / median(costs[name]) for name in (FACADE, HTTPX))
    opened, plain_opened = sum(facade.opened), sum(plain.opened)
    return [
        Figure(
            f"calls a second, {at_once} at once: {FACADE} / {HTTPX}",
            ratios(costs, HTTPX, FACADE),  # inverted, because costs are seconds per call
            f"{rate:.0f} against {plain_rate:.0f}",
            RATE_GOALS.get(at_once),
        ),
        Figure(
            f"p99 latency, {at_once} at once: {FACADE} / {HTTPX}",
            [facade.p99() / plain.p99()],
            f"{facade.p99():.0f} ms against {plain.p99():.0f} ms",
        ),
        Figure(
            f"connections opened, {at_once} at once: {FACADE} / calls at once",
            [opened / at_once],
            f"{opened}; {HTTPX} opened {plain_opened}",
            CONNECTIONS_GOAL,
        ),
    ]


async def _two_bursts(url: str, effort: Effort) -> tuple[Side, Side]:
    facade, plain, calls = Side(url), Side(url), effort.scaled(CALLS)
    async with async_client(url) as client, httpx.AsyncClient(**bare.options(url)) as plain_client:
        for pause in (0.0, PAUSE):
            await asyncio.sleep(pause)
            await facade.turn(_update(client), BURST, calls)
            await plain.turn(partial(bare.async_put, plain_client), BURST, calls)
    return facade, plain


def _update(client: AsyncAssociationsClient) -> Call:
    return partial(
        client.associations.update,
        ASSOCIATION,
        first_object_label="Student",
        second_object_label="Tutor",
    )
