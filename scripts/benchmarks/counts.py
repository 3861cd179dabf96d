"""Exact counts: the requests of bulk jobs as relations grow, and the files that a call passes."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any

import httpx

from facade import Association, AssociationsClient, AsyncAssociationsClient
from facade.bulk import aensure_many, ensure_many
from facade.testing import Sandbox, faults
from scripts.benchmarks.figures import Effort, Figure, Goal
from scripts.programs import ROOT

Pairs = Sequence[tuple[str, str]]

PAGE = 100  # relations
DEGREES = (100, 1_000, 10_000)  # relations of a record
BATCH, MANY, MOST_OF_MANY = 100, 20_000, 300


def bulk(effort: Effort) -> Iterator[Figure]:
    """Count the requests of each job once, because every round has the same count."""
    for degree in DEGREES[: 1 if effort.quick else None]:
        hub = [("hub", f"pet-{number:05}") for number in range(degree)]
        of = f"of a record with {degree:,} relations: requests"
        # The last in the list.
        yield _sent(f"existing pairs {of} / pages", hub, hub[-1_000:], degree // PAGE, 1.1)
        yield _sent(f"an existing pair {of} / 3", hub, hub[-1:], 3, 1.0, how="single")
    many = [(f"contact-{number:05}", f"pet-{number:05}") for number in range(MANY)]
    some, many = many[: effort.scaled(1_000)], many[: effort.scaled(MANY)]
    for name, existing, how in (
        ("existing pairs without common records", some, "many"),
        ("new pairs", [], "many"),
        ("new pairs, every batch refused", [], "refused"),
    ):
        named = f"{len(some):,} {name}: requests / pairs"
        yield _sent(named, existing, some, len(some), 1.05, how=how)
    name = f"{len(many):,} new pairs in batches of {BATCH}: requests / pairs"
    for end, how in (("", "batch"), (", async", "async")):
        yield _sent(f"{name}{end}", [], many, len(many), MOST_OF_MANY / MANY, how=how)


def _sent(
    name: str, existing: Pairs, pairs: Pairs, of: int, most: float, how: str = "many"
) -> Figure:
    """Return the figure of the requests of a job for the given existing relations.

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
    sent = len(sandbox.requests)
    return Figure(name, [sent / of], f"{sent:,} against {of:,}", Goal("<=", most))


def route(effort: Effort) -> Iterator[Figure]:
    """Count the files and the returns to files of an update, and of one pair of ensure_many.

    Counted are the calls of functions in facade/ and generated_client/, without the sandbox, of a
    warm client with its own transport and without a pace.
    """
    pair = {"id": "6a44f1c09b3e7d2100000001", "firstRecordId": "ann", "secondRecordId": "rex"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=pair))
    association = Association(id="a1", first_object_key="contact", second_object_key="pet")
    labels: dict[str, Any] = {"first_object_label": "Owner", "second_object_label": "Pet"}
    with AssociationsClient("pit-test", "loc", transport=transport, pace=None) as client:
        updated = passed(lambda: client.associations.update("a1", **labels))
        pairs = [("ann", "rex")]
        ensured = passed(lambda: list(ensure_many(client, pairs, association=association)))
    files = len(set(updated))
    for name, count, most in (
        ("files that an update passes", files, 12),
        ("returns of an update to a file", len(updated) - files, 8),
        ("files that a pair passes", len(set(ensured)), 20),
    ):
        yield Figure(f"{name} / {most}", [count / most], f"{count} of {most}", Goal("<=", 1.0))


def passed(run: Callable[[], object]) -> list[str]:
    """Run something twice, and return the files that the second run passes, in order."""
    files: list[str] = []

    def profile(frame: FrameType, event: str, _: object) -> None:
        file = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
        is_ours = file.startswith(("facade/", "generated_client/"))
        if event == "call" and is_ours and not file.startswith("facade/testing/"):
            files.extend([file] if files[-1:] != [file] else [])

    run()
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return files
