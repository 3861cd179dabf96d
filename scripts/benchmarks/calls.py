"""The CPU time of one call, blocking and async: the facade, the generated client, httpx alone.

The server is a separate process, so the CPU time of this one is the cost of the calls.
"""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx

from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from generated_client import AuthenticatedClient
from generated_client.api.associations import update_association
from generated_client.api.relations import list_relations
from generated_client.models import UpdateAssociationBody
from scripts.benchmarks import bare
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

FACADE, GENERATED, HTTPX = "facade", "generated", "httpx"
ROUNDS, PUTS, LISTS = 80, 100, 20  # rounds, and calls in each
RECORD, RELATIONS = "100", 100  # the server gives a record as many relations as its id says
PUT_GOALS = {"blocking": Goal("<=", 0.82), "async": Goal("<=", 0.90)}  # of httpx alone
LIST_GOALS = {"blocking": Goal("<=", 1.2), "async": Goal("<=", 1.15)}

Call = Callable[..., Any]
Calls = dict[str, Call]  # by side


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure updating an association, and listing a page of relations."""
    with serving() as url:
        yield from _figures("blocking", *_blocking(url, effort))
        yield from _figures("async", *asyncio.run(in_async(url, effort)))


def _figures(mode: str, puts: Costs, lists: Costs) -> Iterator[Figure]:
    yield compare(f"PUT, {mode}", puts, FACADE, HTTPX, "us", PUT_GOALS[mode])
    yield compare(f"PUT, {mode}", puts, FACADE, GENERATED, "us")
    yield compare(f"list of {RELATIONS}, {mode}", lists, FACADE, GENERATED, "us")
    yield compare(f"list of {RELATIONS}, {mode}", lists, FACADE, HTTPX, "us", LIST_GOALS[mode])


def blocking_client(url: str) -> AssociationsClient:
    """Make a client whose pace counts but never waits."""
    return AssociationsClient(TOKEN, LOCATION, base_url=url, pace=LocalPace(calls=10**7))


def async_client(url: str) -> AsyncAssociationsClient:
    """Make a client whose pace counts but never waits."""
    return AsyncAssociationsClient(TOKEN, LOCATION, base_url=url, pace=LocalPace(calls=10**7))


def _blocking(url: str, effort: Effort) -> tuple[Costs, Costs]:
    with (
        blocking_client(url) as client,
        AuthenticatedClient(base_url=url, token=TOKEN) as api,
        httpx.Client(**bare.options(url)) as plain,
    ):
        puts = _puts(client, partial(update_association.sync, client=api), bare.put, plain)
        lists = _lists(client, partial(list_relations.sync, client=api), bare.page, plain)
        return (
            interleave(_each(cpu_of, puts, effort.scaled(PUTS)), effort.scaled(ROUNDS)),
            interleave(_each(cpu_of, lists, effort.scaled(LISTS)), effort.scaled(ROUNDS)),
        )


async def in_async(url: str, effort: Effort) -> tuple[Costs, Costs]:
    """Measure both calls in one event loop."""
    async with (
        async_client(url) as client,
        AuthenticatedClient(base_url=url, token=TOKEN) as api,
        httpx.AsyncClient(**bare.options(url)) as plain,
    ):
        puts = _puts(client, partial(update_association.asyncio, client=api), bare.async_put, plain)
        lists = _lists(client, partial(list_relations.asyncio, client=api), bare.async_page, plain)
        cpu, rounds = async_cpu_of, effort.scaled(ROUNDS)
        return (
            await interleave_async(_each(cpu, puts, effort.scaled(PUTS)), rounds),
            await interleave_async(_each(cpu, lists, effort.scaled(LISTS)), rounds),
        )


def _puts(client: Any, generated: Call, put: Call, plain: Any) -> Calls:
    """Return how each side updates an association."""
    labels = {"first_object_label": "Student", "second_object_label": "Tutor"}
    return {
        FACADE: partial(client.associations.update, ASSOCIATION, **labels),
        GENERATED: partial(generated, ASSOCIATION, body=UpdateAssociationBody(**labels)),
        HTTPX: partial(put, plain),
    }


def _lists(client: Any, generated: Call, page: Call, plain: Any) -> Calls:
    """Return how each side lists a page of relations."""
    return {
        FACADE: partial(client.relations.list, RECORD, limit=RELATIONS),
        GENERATED: partial(generated, RECORD, location_id=LOCATION, skip=0, limit=RELATIONS),
        HTTPX: partial(page, plain, RELATIONS),
    }


def _each(cpu: Callable[[Any, int], Any], sides: Calls, calls: int) -> dict[str, Any]:
    return {name: cpu(call, calls) for name, call in sides.items()}
