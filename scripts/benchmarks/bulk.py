"""The requests of bulk jobs as relations grow, counted at a sandbox and thus exact."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from math import ceil

from facade import Association, AssociationsClient, AsyncAssociationsClient
from facade.bulk import aensure_many, ensure_many
from facade.testing import Sandbox, faults
from scripts.benchmarks.figures import Effort, Figure, Goal

Pair = tuple[str, str]
Work = Callable[[Sandbox, Association, Sequence[Pair]], None]

PAGE = 100  # relations
DEGREES = (100, 1_000, 10_000)  # relations of a record
PER_PAGE = Goal("<=", 1.1)
MOST_OF_ONE = 3  # allowed requests to ensure one existing pair
SPREAD, NEW, REFUSED = 200, 1_000, 2_000  # pairs: without common records, new, refused in batches
BATCH, MANY, MOST_OF_MANY = 100, 20_000, 300


def measure(effort: Effort) -> Iterator[Figure]:
    """Count the requests of each job once, because every round has the same count."""
    for degree in DEGREES:
        hub = _of_hub(degree)
        pairs = hub[-1_000:]  # the last in the list
        pages, sent = ceil(degree / PAGE), _requests(_ensure_all, hub, pairs)
        name = f"{len(pairs):,} existing pairs of a record with {degree:,} relations"
        yield _figure(f"{name}: requests / pages", sent, pages, PER_PAGE)
    spread = _spread(SPREAD)
    sent = _requests(_ensure_all, spread, spread)
    name = f"{SPREAD:,} existing pairs without common records: requests / pairs"
    yield _figure(name, sent, SPREAD, Goal("<=", 1.05))
    sent = _requests(_ensure_all, [], _of_hub(NEW))
    yield _figure(f"{NEW:,} new pairs of a record: requests / pairs", sent, NEW, Goal("<=", 1.01))
    for degree in DEGREES:
        hub = _of_hub(degree)
        sent = _requests(_ensure_one, hub, hub[-1:])
        name = f"ensure of an existing pair, {degree:,} relations: requests / {MOST_OF_ONE}"
        yield _figure(name, sent, MOST_OF_ONE, Goal("<=", 1.0))
    yield from _in_batches()


def _in_batches() -> Iterator[Figure]:
    pairs, goal = _spread(MANY), Goal("<=", MOST_OF_MANY / MANY)
    for mode, work in (("blocking", _in_batch), ("async", _in_batch_async)):
        name = f"{MANY:,} new pairs in batches of {BATCH}, {mode}: requests / pairs"
        yield _figure(name, _requests(work, [], pairs), MANY, goal)
    sent = _requests(_in_batch, [], _spread(REFUSED), refused=True)
    name = f"{REFUSED:,} new pairs, every batch refused: requests / pairs"
    yield _figure(name, sent, REFUSED, Goal("<=", 1.01))


def _figure(name: str, sent: int, of: int, goal: Goal) -> Figure:
    return Figure(name, [sent / of], f"{sent:,} against {of:,}", goal)


def _of_hub(count: int) -> list[Pair]:
    return [("hub", f"pet-{number:05}") for number in range(count)]


def _spread(count: int) -> list[Pair]:
    return [(f"contact-{number:05}", f"pet-{number:05}") for number in range(count)]


def _requests(
    work: Work, existing: Sequence[Pair], pairs: Sequence[Pair], *, refused: bool = False
) -> int:
    """Return the number of requests of a job for the given existing relations."""
    sandbox = Sandbox()
    made = sandbox.seed_association(key="owner_pet", second_object_key="custom_objects.pet")
    for first, second in existing:
        sandbox.seed_relation(made["id"], first, second)
    if refused:
        sandbox.misbehave(faults.fail(413), on="create_relations")
    work(sandbox, Association(id=made["id"]), pairs)
    related = {(one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations()}
    assert related == {*existing, *pairs}  # noqa: S101 - else the figure is of something else
    return len(sandbox.requests)


def _client(sandbox: Sandbox) -> AssociationsClient:
    return AssociationsClient(
        sandbox.token, sandbox.location_id, pace=None, transport=sandbox.transport()
    )


def _ensure_all(sandbox: Sandbox, association: Association, pairs: Sequence[Pair]) -> None:
    with _client(sandbox) as client:
        list(ensure_many(client, pairs, association=association))


def _ensure_one(sandbox: Sandbox, association: Association, pairs: Sequence[Pair]) -> None:
    ((first, second),) = pairs
    with _client(sandbox) as client:
        client.relations.ensure(association.id, first_record_id=first, second_record_id=second)


def _in_batch(sandbox: Sandbox, association: Association, pairs: Sequence[Pair]) -> None:
    with _client(sandbox) as client:
        list(ensure_many(client, pairs, association=association, batch=BATCH))


def _in_batch_async(sandbox: Sandbox, association: Association, pairs: Sequence[Pair]) -> None:
    async def work() -> None:
        async with AsyncAssociationsClient(
            sandbox.token, sandbox.location_id, pace=None, transport=sandbox.transport()
        ) as client:
            async for _ in aensure_many(client, pairs, association=association, batch=BATCH):
                pass

    asyncio.run(work())
