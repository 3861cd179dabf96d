"""The cost of calls, blocking and async: the facade and httpx alone.

The server is a separate process, so the CPU time of this one is the cost of the calls.
"""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from statistics import median
from typing import Any

import httpx

from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from scripts.benchmarks import figures, server
from scripts.benchmarks.figures import Costs, Effort, Figure, Goal, compare
from scripts.benchmarks.server import ASSOCIATION, LOCATION, TOKEN, serving

FACADE, HTTPX = "facade", "httpx"
RELATIONS = 100  # the server gives a record as many relations as its id says
PUT, LIST = "PUT", f"list of {RELATIONS}"
ROUNDS, CALLS = 80, {PUT: 100, LIST: 20}  # rounds, and calls in each
# Of httpx alone.
GOALS = {
    "blocking": {PUT: Goal("<=", 0.82), LIST: Goal("<=", 1.2)},
    "async": {PUT: Goal("<=", 0.90), LIST: Goal("<=", 1.15)},
}
CLIENTS: dict[str, tuple[Any, Any]] = {
    "blocking": (AssociationsClient, httpx.Client),
    "async": (AsyncAssociationsClient, httpx.AsyncClient),
}
DELAY = 0.05  # seconds until a slow server responds
LEVELS = {1: None, 10: None, 50: Goal(">=", 1.5), 100: None}  # calls at once
TURNS, IN_TURN = 8, 20  # turns, and consecutive calls in each
FEW, MANY, PEAK = 10_000, 100_000, Goal("<=", 1.1)


def measure(effort: Effort) -> Iterator[Figure]:
    with serving() as url:
        for mode, goals in GOALS.items():
            for name, costs in asyncio.run(costs_of(url, mode, effort)).items():
                yield compare(f"{name}, {mode}", costs, "us", goals[name])


def concurrency(effort: Effort) -> Iterator[Figure]:
    with serving(DELAY / 10 if effort.quick else DELAY) as url:
        for at_once in [*LEVELS][: 2 if effort.quick else None]:
            costs = asyncio.run(_costs_at_once(url, at_once, effort))
            rate, plain_rate = (1 / median(costs[name]) for name in (FACADE, HTTPX))
            name = f"calls a second, {at_once} at once: {FACADE} / {HTTPX}"
            ratios = figures.ratios(costs, HTTPX, FACADE)  # inverted: costs are seconds per call
            yield Figure(name, ratios, f"{rate:.0f} against {plain_rate:.0f}", LEVELS[at_once])


def memory(effort: Effort) -> Iterator[Figure]:
    """Measure the peak of Python's heap while iterating, which must not grow with the relations."""
    few, many = effort.scaled(FEW), effort.scaled(MANY)
    # The log of this pace is as long as in an app, but it never waits.
    pace = LocalPace(calls=100, seconds=0.001)
    with serving() as url, AssociationsClient(TOKEN, LOCATION, base_url=url, pace=pace) as client:
        tracemalloc.start()
        try:
            _peak(client, many // 2)  # fills bounded caches and logs
            low, high = _peak(client, few), _peak(client, many)
        finally:
            tracemalloc.stop()
    measured = f"{high / 1e3:,.0f} kB against {low / 1e3:,.0f} kB"
    name = f"peak bytes while iterating: {many:,} relations / {few:,}"
    yield Figure(name, [high / low], measured, PEAK)


@asynccontextmanager
async def _sides(url: str, mode: str) -> AsyncIterator[dict[str, dict[str, Callable[[], Any]]]]:
    """Make a client whose pace counts but never waits, and one of httpx; yield their calls."""
    ours, plains = CLIENTS[mode]
    client = ours(TOKEN, LOCATION, base_url=url, pace=LocalPace(calls=10**7))
    plain = plains(**server.options(url))
    async with AsyncExitStack() as stack:
        for each in (client, plain):
            if mode == "blocking":
                stack.enter_context(each)
            else:
                await stack.enter_async_context(each)
        labels = {"first_object_label": "Student", "second_object_label": "Tutor"}
        update = partial(client.associations.update, ASSOCIATION, **labels)
        listing = partial(client.relations.list, str(RELATIONS), limit=RELATIONS)
        yield {
            PUT: {FACADE: update, HTTPX: server.put(plain)},
            LIST: {FACADE: listing, HTTPX: server.page(plain, RELATIONS)},
        }


async def costs_of(url: str, mode: str, effort: Effort) -> dict[str, Costs]:
    """Measure both calls."""
    costs = {}
    async with _sides(url, mode) as measured:
        for name, sides in measured.items():
            calls = effort.scaled(CALLS[name])
            turns = {side: figures.cpu_of(call, calls) for side, call in sides.items()}
            costs[name] = await figures.interleave(turns, effort.scaled(ROUNDS))
    return costs


async def _costs_at_once(url: str, at_once: int, effort: Effort) -> Costs:
    calls = effort.scaled(min(IN_TURN, 1000 // at_once))

    async def turn(call: Callable[[], Awaitable[object]]) -> float:
        """Make `at_once` times `calls` calls; return the seconds per call."""

        async def one_after_another() -> None:
            for _ in range(calls):
                await call()

        started = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
        return (time.perf_counter() - started) / (at_once * calls)

    async with _sides(url, "async") as measured:
        sides = {side: partial(turn, call) for side, call in measured[PUT].items()}
        return await figures.interleave(sides, effort.scaled(TURNS))


def _peak(client: AssociationsClient, relations: int) -> int:
    gc.collect()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    count = sum(1 for _ in client.relations.iterate(str(relations), page_size=100))
    _, peak = tracemalloc.get_traced_memory()
    assert count == relations  # noqa: S101 - else the figure is of something else
    return peak - before
