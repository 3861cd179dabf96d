"""Helpers for the tests of bulk and link: a client, an association, a suspended process."""

import asyncio
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from facade import Association, AssociationsClient, AsyncAssociationsClient
from facade.bulk import Outcome, aensure_many, ensure_many
from facade.testing import Fault, Response, Sandbox, faults
from facade.testing.messages import Received
from tests.facade.driving import Mode

Result = TypeVar("Result")
Ensured = Callable[..., list[Outcome]]

ROOT = Path(__file__).parents[3]
FAULTS = [
    faults.drop("before_work"),
    faults.drop("after_work"),
    faults.fail(502),
    faults.fail(503, after_work=True),
    faults.rate_limit(),
]
BULK = "create_relations"  # the operation of a batch
PAIRS = [(f"contact-{number:03}", f"pet-{number:03}") for number in range(200)]


def larger_than(most: int) -> Callable[[Received], bool]:
    """Return a filter for the batches of more pairs than `most`."""
    return lambda one: one.operation == BULK and len(one.body["add"]) > most


def make_client(sandbox: Sandbox, **options: Any) -> AssociationsClient:
    """Make a client of a sandbox, without a pace because the sandbox has no limit."""
    given: Any = {"pace": None, "transport": sandbox.transport(), **options}
    return AssociationsClient(sandbox.token, sandbox.location_id, **given)


def make_async_client(sandbox: Sandbox, **options: Any) -> AsyncAssociationsClient:
    given: Any = {"pace": None, "transport": sandbox.transport(), **options}
    return AsyncAssociationsClient(sandbox.token, sandbox.location_id, **given)


def in_loop(
    sandbox: Sandbox, work: Callable[[AsyncAssociationsClient], Awaitable[Result]], **options: Any
) -> Result:
    """Return the result of work with an async client, in an event loop of its own."""

    async def run() -> Result:
        async with make_async_client(sandbox, **options) as client:
            return await work(client)

    return asyncio.run(run())


def seed_owner_pet(sandbox: Sandbox, key: str = "owner_pet") -> Association:
    made = sandbox.seed_association(key=key, second_object_key="custom_objects.pet")
    return Association(
        id=made["id"], key=key, first_object_key="contact", second_object_key="custom_objects.pet"
    )


def related_pairs(sandbox: Sandbox) -> list[tuple[str, str]]:
    """List the pairs of all relations, sorted; a pair with two relations is listed twice."""
    return sorted((one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations())


def run(
    mode: Mode, sandbox: Sandbox, pairs: Iterable[Any], transport: Any = None, **options: Any
) -> list[Outcome]:
    """Run ensure_many, or aensure_many, to its end over pairs of the association `owner_pet`."""
    transport = transport or sandbox.transport()

    async def in_tasks(client: AsyncAssociationsClient) -> list[Outcome]:
        return [outcome async for outcome in aensure_many(client, pairs, **options)]

    if mode == "async":
        return in_loop(sandbox, in_tasks, transport=transport)
    with make_client(sandbox, transport=transport) as client:
        return list(ensure_many(client, pairs, **options))


class Endless:
    """A list of pairs that never ends; the pairs come again after so many, and it counts all."""

    def __init__(self, different: int = 10**9) -> None:
        self.taken = 0
        self._different = different

    def __iter__(self) -> Iterator[tuple[str, str]]:
        while True:
            number = self.taken % self._different
            self.taken += 1
            yield f"contact-{number}", f"pet-{number}"


class Gate:
    """Holds the whole sandbox at an operation, before it is answered."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def hold(self, answer: Response) -> Response:
        self.reached.set()
        assert self.opened.wait(120)
        return answer


@contextmanager
def held_process(
    sandbox: Sandbox, command: list[str], at: int, operation: str = "create_relation"
) -> Iterator[tuple[subprocess.Popen[str], Gate]]:
    """Run a command against a served sandbox that is held at operation number `at`."""
    gate, numbers = Gate(), count(1)
    fault = Fault(afterwards=gate.hold)
    sandbox.misbehave(fault, on=lambda one: one.operation == operation and next(numbers) == at)
    with sandbox.serve() as server:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | environment(sandbox, server.url) | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert gate.reached.wait(120)
            yield process, gate
        finally:
            gate.opened.set()
            process.kill()
            process.communicate()
    sandbox.stop_faults()


def environment(sandbox: Sandbox, url: str) -> dict[str, str]:
    return {
        "HIGHLEVEL_TOKEN": sandbox.token,
        "HIGHLEVEL_LOCATION_ID": sandbox.location_id,
        "HIGHLEVEL_BASE_URL": url,
    }


def spread(pairs: int) -> list[tuple[str, str]]:
    return [(f"contact-{number:05}", f"pet-{number:05}") for number in range(pairs)]


def batches(sandbox: Sandbox) -> list[int]:
    """List the sizes of all batches that were sent."""
    return [len(one.body["add"]) for one in sandbox.requests if one.operation == BULK]


def told(outcomes: list[Outcome]) -> list[str]:
    return [one.status for one in outcomes]


def statuses(outcomes: list[Outcome]) -> Counter[str]:
    return Counter(one.status for one in outcomes)
