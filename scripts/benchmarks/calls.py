"""The CPU time of one call, blocking and async: the facade and httpx alone.

The server is a separate process, so the CPU time of this one is the cost of the calls.
"""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx

from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from scripts.benchmarks import server
from scripts.benchmarks.figures import (
    Costs,
    Effort,
    Figure,
    Goal,
    async_cpu_of,
    compare,
    cpu_of,
    interleave,
    interleave_async,
)
from scripts.benchmarks.server import ASSOCIATION, LOCATION, TOKEN, serving

FACADE, HTTPX = "facade", "httpx"
ROUNDS, PUTS, LISTS = 80, 100, 20  # rounds, and calls in each
RELATIONS = 100  # the server gives a record as many relations as its id says
PUT_GOALS = {"blocking": Goal("<=", 0.82), "async": Goal("<=", 0.90)}  # of httpx alone
LIST_GOALS = {"blocking": Goal("<=", 1.2), "async": Goal("<=", 1.15)}
LABELS: dict[str, Any] = {"first_object_label": "Student", "second_object_label": "Tutor"}


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure updating an association, and listing a page of relations."""
    with serving() as url:
        yield from _figures("blocking", *_blocking(url, effort))
        yield from _figures("async", *asyncio.run(in_async(url, effort)))


def _figures(mode: str, puts: Costs, lists: Costs) -> Iterator[Figure]:
    yield compare(f"PUT, {mode}", puts, (FACADE, HTTPX), "us", PUT_GOALS[mode])
    listed = f"list of {RELATIONS}, {mode}"
    yield compare(listed, lists, (FACADE, HTTPX), "us", LIST_GOALS[mode])


def async_client(url: str) -> AsyncAssociationsClient:
    """Make a client whose pace counts but never waits."""
    return AsyncAssociationsClient(TOKEN, LOCATION, base_url=url, pace=LocalPace(calls=10**7))


def update(client: AssociationsClient | AsyncAssociationsClient) -> Callable[[], Any]:
    """Return how the facade updates an association."""
    return partial(client.associations.update, ASSOCIATION, **LABELS)


def _blocking(url: str, effort: Effort) -> tuple[Costs, Costs]:
    pace, rounds = LocalPace(calls=10**7), effort.scaled(ROUNDS)
    with (
        AssociationsClient(TOKEN, LOCATION, base_url=url, pace=pace) as client,
        httpx.Client(**server.options(url)) as plain,
    ):
        puts = {FACADE: update(client), HTTPX: lambda: server.put(plain).json()}
        lists = {FACADE: _page(client), HTTPX: lambda: server.page(plain, RELATIONS).json()}
        return (
            interleave({side: cpu_of(puts[side], effort.scaled(PUTS)) for side in puts}, rounds),
            interleave({side: cpu_of(lists[side], effort.scaled(LISTS)) for side in lists}, rounds),
        )


async def in_async(url: str, effort: Effort) -> tuple[Costs, Costs]:
    """Measure both calls in one event loop."""
    async with async_client(url) as client, httpx.AsyncClient(**server.options(url)) as plain:

        async def put() -> object:
            return (await server.put(plain)).json()

        async def page() -> object:
            return (await server.page(plain, RELATIONS)).json()

        puts, lists = {FACADE: update(client), HTTPX: put}, {FACADE: _page(client), HTTPX: page}
        calls, pages = effort.scaled(PUTS), effort.scaled(LISTS)
        rounds = effort.scaled(ROUNDS)
        return (
            await interleave_async({s: async_cpu_of(puts[s], calls) for s in puts}, rounds),
            await interleave_async({s: async_cpu_of(lists[s], pages) for s in lists}, rounds),
        )


def _page(client: AssociationsClient | AsyncAssociationsClient) -> Callable[[], Any]:
    return partial(client.relations.list, str(RELATIONS), limit=RELATIONS)
