"""What one call costs, blocking and async: ours, generated code alone, and httpx alone.

The server is another process, so that the CPU time of this one is what a call costs its app.
"""

import asyncio
from collections.abc import Iterator

import httpx

from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from generated_client import AuthenticatedClient
from generated_client.api.associations import update_association
from generated_client.api.relations import list_relations
from generated_client.models import UpdateAssociationBody
from scripts.benchmarks import bare
from scripts.benchmarks.server import ASSOCIATION, LOCATION, TOKEN, serving
from scripts.benchmarks.sides import (
    Costs,
    Effort,
    Figure,
    Target,
    async_cpu_of,
    compare,
    cpu_of,
    take_async_turns,
    take_turns,
)

OURS, GENERATED, HTTPX = "facade", "generated", "httpx"
ROUNDS, PUTS, LISTS = 80, 100, 20  # turns, and calls in one turn
RECORD, RELATIONS = "100", 100  # the server's records are named by how many relations they have
PUT_TARGET, LIST_TARGET = Target("<=", 0.95), Target("<=", 1.1)
BODY = UpdateAssociationBody(first_object_label="Student", second_object_label="Tutor")


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure updating an association, and listing a page of relations."""
    with serving() as url:
        yield from _figures("blocking", *_blocking(url, effort))
        yield from _figures("async", *asyncio.run(in_async(url, effort)))


def _figures(mode: str, puts: Costs, lists: Costs) -> Iterator[Figure]:
    yield compare(f"PUT, {mode}", puts, OURS, HTTPX, "us", PUT_TARGET)
    yield compare(f"PUT, {mode}", puts, OURS, GENERATED, "us")
    yield compare(f"list of {RELATIONS}, {mode}", lists, OURS, GENERATED, "us", LIST_TARGET)
    yield compare(f"list of {RELATIONS}, {mode}", lists, OURS, HTTPX, "us")


def ours(url: str) -> AssociationsClient:
    """Make a client whose pace runs but never holds back."""
    return AssociationsClient(TOKEN, LOCATION, base_url=url, pace=LocalPace(calls=10**7))


def async_ours(url: str) -> AsyncAssociationsClient:
    """Make a client whose pace runs but never holds back."""
    return AsyncAssociationsClient(TOKEN, LOCATION, base_url=url, pace=LocalPace(calls=10**7))


def _blocking(url: str, effort: Effort) -> tuple[Costs, Costs]:
    with (
        ours(url) as client,
        AuthenticatedClient(base_url=url, token=TOKEN) as api,
        httpx.Client(**bare.options(url)) as plain,
    ):
        puts = {
            OURS: lambda: client.associations.update(
                ASSOCIATION, first_object_label="Student", second_object_label="Tutor"
            ),
            GENERATED: lambda: update_association.sync(ASSOCIATION, client=api, body=BODY),
            HTTPX: lambda: bare.put(plain),
        }
        lists = {
            OURS: lambda: client.relations.list(RECORD, limit=RELATIONS),
            GENERATED: lambda: list_relations.sync(
                RECORD, client=api, location_id=LOCATION, skip=0, limit=RELATIONS
            ),
            HTTPX: lambda: bare.page(plain, RELATIONS),
        }
        rounds = effort.of(ROUNDS)
        return (
            take_turns({name: cpu_of(puts[name], effort.of(PUTS)) for name in puts}, rounds),
            take_turns({name: cpu_of(lists[name], effort.of(LISTS)) for name in lists}, rounds),
        )


async def in_async(url: str, effort: Effort) -> tuple[Costs, Costs]:
    """Measure both calls in one event loop."""
    async with (
        async_ours(url) as client,
        AuthenticatedClient(base_url=url, token=TOKEN) as api,
        httpx.AsyncClient(**bare.options(url)) as plain,
    ):
        puts = {
            OURS: lambda: client.associations.update(
                ASSOCIATION, first_object_label="Student", second_object_label="Tutor"
            ),
            GENERATED: lambda: update_association.asyncio(ASSOCIATION, client=api, body=BODY),
            HTTPX: lambda: bare.async_put(plain),
        }
        lists = {
            OURS: lambda: client.relations.list(RECORD, limit=RELATIONS),
            GENERATED: lambda: list_relations.asyncio(
                RECORD, client=api, location_id=LOCATION, skip=0, limit=RELATIONS
            ),
            HTTPX: lambda: bare.async_page(plain, RELATIONS),
        }
        rounds, cpu_of = effort.of(ROUNDS), async_cpu_of
        return (
            await take_async_turns({n: cpu_of(puts[n], effort.of(PUTS)) for n in puts}, rounds),
            await take_async_turns({n: cpu_of(lists[n], effort.of(LISTS)) for n in lists}, rounds),
        )
