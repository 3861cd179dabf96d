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
        yield _figure(name, _requests(hub, hub[-1:], how="single"), 3, 1.0)
    many = [(f"contact-{number:05}", f"pet-{number:05}") for number in range(MANY)]
    some, many = many[: effort.scaled(1_000)], many[: effort.scaled(MANY)]
    existing = f"{len(some):,} existing pairs without common records"
    for name, sent in (
        (existing, _requests(some, some)),
        (f"{len(some):,} new pairs", _requests([], some)),
        (f"{len(some):,} new pairs, every batch refused", _requests([], some, how="refused")),
    ):
        yield _figure(f"{name}: requests / pairs", sent, len(some), 1.05)
    name = f"{len(many):,} new pairs in batches of {BATCH}: requests / pairs"
    for end, how in (("", "batch"), (", async", "async")):
        sent = _requests([], many, how=how)
        yield _figure(f"{name}{end}", sent, len(many), MOST_OF_MANY / MANY)


def _figure(name: str, sent: int, of: int, most: float) -> Figure:
    return Figure(name, [sent / of], f"{sent:,} against {of:,}", Goal("<=", most))


def _requests(existing: Pairs, pairs: Pairs, *, how: str = "many") -> int:
    """Return the number of requests of a job for the given existing relations.

    It is done with `ensure` (single), or `ensure_many` (many), perhaps in batches (batch, async),
    which may all be refused (refused).
    """
    sandbox = Sandbox()
    made = sandbox.seed_association(key="owner_pet", second_object_key="custom_objects.pet")
    for first, second in existing:
        sandbox.seed_relation(made["id"], first, second)
    if how == "refused":
        sandbox.misbehave(faults.fail(413), on="create_relations")
    account = sandbox.token, sandbox.location_id
    options: dict[str, Any] = {"pace": None, "transport": sandbox.transport()}
    job: dict[str, Any] = {"association": Association(id=made["id"])}
    job["batch"] = None if how in ("single", "many") else BATCH

    async def in_async() -> None:
        async with AsyncAssociationsClient(*account, **options) as client:
            async for _ in aensure_many(client, pairs, **job):
                pass

    if how == "async":
        asyncio.run(in_async())
    else:
        with AssociationsClient(*account, **options) as client:
            if how == "single":
                for first, second in pairs:
                    records: dict[str, Any] = {"first_record_id": first, "second_record_id": second}
                    client.relations.ensure(made["id"], **records)
            else:
                list(ensure_many(client, pairs, **job))
    related = {(one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations()}
    assert related == {*existing, *pairs}  # noqa: S101 - else the figure is of something else
    return len(sandbox.requests)
