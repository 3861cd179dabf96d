"""The requests of bulk jobs as relations grow, counted at a sandbox and thus exact."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from facade import Association, AssociationsClient, AsyncAssociationsClient
from facade.bulk import aensure_many, ensure_many
from facade.testing import Sandbox, faults
from scripts.benchmarks.figures import Effort, Figure, Goal

Pairs = Sequence[tuple[str, str]]

PAGE = 100  # relations
DEGREES = (100, 1_000, 10_000)  # relations of a record
BATCH, MANY, MOST_OF_MANY = 100, 20_000, 300


def measure(effort: Effort) -> Iterator[Figure]:
    """Count the requests of each job once, because every round has the same count."""
    for degree in DEGREES[: 1 if effort.quick else None]:
        hub = [("hub", f"pet-{number:05}") for number in range(degree)]
        name = f"existing pairs of a record with {degree:,} relations: requests / pages"
        # The last in the list.
        yield _figure(name, _requests(hub, hub[-1_000:]), degree // PAGE, 1.1)
        name = f"an existing pair of a record with {degree:,} relations: requests / 3"
        yield _figure(name, _requests(hub, hub[-1:], one_by_one=True), 3, 1.0)
    many = [(f"contact-{number:05}", f"pet-{number:05}") for number in range(MANY)]
    some, goal = many[: effort.scaled(1_000)], MOST_OF_MANY / MANY
    many = many[: effort.scaled(MANY)]
    name = f"{len(some):,} existing pairs without common records: requests / pairs"
    yield _figure(name, _requests(some, some), len(some), 1.05)
    name = f"{len(some):,} new pairs: requests / pairs"
    yield _figure(name, _requests([], some), len(some), 1.05)
    name = f"{len(some):,} new pairs, every batch refused: requests / pairs"
    refused = _requests([], some, batch=BATCH, are_batches_refused=True)
    yield _figure(name, refused, len(some), 1.05)
    name = f"{len(many):,} new pairs in batches of {BATCH}: requests / pairs"
    yield _figure(name, _requests([], many, batch=BATCH), len(many), goal)
    yield _figure(f"{name}, async", asyncio.run(_async_requests(many)), len(many), goal)


def _figure(name: str, sent: int, of: int, most: float) -> Figure:
    return Figure(name, [sent / of], f"{sent:,} against {of:,}", Goal("<=", most))


def _requests(
    existing: Pairs,
    pairs: Pairs,
    *,
    batch: int | None = None,
    are_batches_refused: bool = False,
    one_by_one: bool = False,
) -> int:
    """Return the number of requests of a job for the given existing relations."""
    sandbox, association = _location(existing)
    if are_batches_refused:
        sandbox.misbehave(faults.fail(413), on="create_relations")
    with AssociationsClient(sandbox.token, sandbox.location_id, **_options(sandbox)) as client:
        if one_by_one:
            for first, second in pairs:
                records: dict[str, Any] = {"first_record_id": first, "second_record_id": second}
                client.relations.ensure(association.id, **records)
        else:
            list(ensure_many(client, pairs, association=association, batch=batch))
    return _count(sandbox, existing, pairs)


async def _async_requests(pairs: Pairs) -> int:
    sandbox, association = _location([])
    token, location_id = sandbox.token, sandbox.location_id
    async with AsyncAssociationsClient(token, location_id, **_options(sandbox)) as client:
        async for _ in aensure_many(client, pairs, association=association, batch=BATCH):
            pass
    return _count(sandbox, [], pairs)


def _location(existing: Pairs) -> tuple[Sandbox, Association]:
    sandbox = Sandbox()
    made = sandbox.seed_association(key="owner_pet", second_object_key="custom_objects.pet")
    for first, second in existing:
        sandbox.seed_relation(made["id"], first, second)
    return sandbox, Association(id=made["id"])


def _options(sandbox: Sandbox) -> dict[str, Any]:
    return {"pace": None, "transport": sandbox.transport()}


def _count(sandbox: Sandbox, existing: Pairs, pairs: Pairs) -> int:
    related = {(one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations()}
    assert related == {*existing, *pairs}  # noqa: S101 - else the figure is of something else
    return len(sandbox.requests)
