"""The CPU time of one call, blocking and async: the facade and httpx alone.

The server is a separate process, so the CPU time of this one is the cost of the calls.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx

from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from scripts.benchmarks import server
from scripts.benchmarks.figures import Costs, Effort, Figure, Goal, compare, cpu_of, interleave
from scripts.benchmarks.server import ASSOCIATION, LOCATION, TOKEN, serving

FACADE, HTTPX = "facade", "httpx"
ROUNDS, PUTS, LISTS = 80, 100, 20  # rounds, and calls in each
RELATIONS = 100  # the server gives a record as many relations as its id says
# Of httpx alone.
GOALS = {
    "PUT, blocking": Goal("<=", 0.82),
    "PUT, async": Goal("<=", 0.90),
    f"list of {RELATIONS}, blocking": Goal("<=", 1.2),
    f"list of {RELATIONS}, async": Goal("<=", 1.15),
}


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure updating an association, and listing a page of relations."""
    with serving() as url:
        for mode in ("blocking", "async"):
            for name, costs in asyncio.run(costs_of(url, mode, effort)).items():
                yield compare(name, costs, (FACADE, HTTPX), "us", GOALS[name])


@asynccontextmanager
async def clients(url: str, mode: str) -> AsyncIterator[tuple[Any, Any]]:
    """Make a client whose pace counts but never waits, and one of httpx."""
    options: dict[str, Any] = {"base_url": url, "pace": LocalPace(calls=10**7)}
    if mode == "blocking":
        with (
            AssociationsClient(TOKEN, LOCATION, **options) as client,
            httpx.Client(**server.options(url)) as plain,
        ):
            yield client, plain
    else:
        async with (
            AsyncAssociationsClient(TOKEN, LOCATION, **options) as async_client,
            httpx.AsyncClient(**server.options(url)) as async_plain,
        ):
            yield async_client, async_plain


def update(client: Any) -> Callable[[], Any]:
    """Return how the facade updates an association."""
    labels = {"first_object_label": "Student", "second_object_label": "Tutor"}
    return partial(client.associations.update, ASSOCIATION, **labels)


async def costs_of(url: str, mode: str, effort: Effort) -> dict[str, Costs]:
    """Measure both calls; the names of their figures have the mode."""
    async with clients(url, mode) as (client, plain):
        listing = partial(client.relations.list, str(RELATIONS), limit=RELATIONS)
        measured: dict[str, tuple[int, dict[str, Any]]] = {
            f"PUT, {mode}": (PUTS, {FACADE: update(client), HTTPX: server.put(plain)}),
            f"list of {RELATIONS}, {mode}": (
                LISTS,
                {FACADE: listing, HTTPX: server.page(plain, RELATIONS)},
            ),
        }
        costs = {}
        for name, (calls, sides) in measured.items():
            turns = {side: cpu_of(call, effort.scaled(calls)) for side, call in sides.items()}
            costs[name] = await interleave(turns, effort.scaled(ROUNDS))
        return costs
