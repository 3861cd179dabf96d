"""The rate of concurrent calls to a slow server, on the wall clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from statistics import median

from scripts.benchmarks import server
from scripts.benchmarks.calls import FACADE, HTTPX, clients, update
from scripts.benchmarks.figures import Costs, Effort, Figure, Goal, interleave, ratios

DELAY = 0.05  # seconds until the server responds
LEVELS = (1, 10, 50, 100)  # calls at once
ROUNDS, CALLS = 8, 20  # turns, and consecutive calls in each
GOALS = {50: Goal(">=", 1.5)}


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure the rate of one client over its turns."""
    with server.serving(DELAY / 10 if effort.quick else DELAY) as url:
        for at_once in LEVELS[:2] if effort.quick else LEVELS:
            costs = asyncio.run(_costs(url, at_once, effort))
            rate, plain_rate = (1 / median(costs[name]) for name in (FACADE, HTTPX))
            yield Figure(
                f"calls a second, {at_once} at once: {FACADE} / {HTTPX}",
                ratios(costs, HTTPX, FACADE),  # inverted, because costs are seconds per call
                f"{rate:.0f} against {plain_rate:.0f}",
                GOALS.get(at_once),
            )


async def _costs(url: str, at_once: int, effort: Effort) -> Costs:
    calls = effort.scaled(min(CALLS, 1000 // at_once))
    async with clients(url, "async") as (client, plain):
        sides = {FACADE: update(client), HTTPX: server.put(plain)}
        turns = {name: partial(_turn, call, at_once, calls) for name, call in sides.items()}
        return await interleave(turns, effort.scaled(ROUNDS))


async def _turn(call: Callable[[], Awaitable[object]], at_once: int, calls: int) -> float:
    """Make `at_once` times `calls` calls; return the seconds per call."""

    async def one_after_another() -> None:
        for _ in range(calls):
            await call()

    started = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return (time.perf_counter() - started) / (at_once * calls)
