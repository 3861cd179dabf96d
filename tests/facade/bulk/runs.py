"""Support of the tests of bulk and link: a client, an association, a process that is held."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from facade import Association, AssociationsClient
from facade.testing import Fault, Response, Sandbox

ROOT = Path(__file__).parents[3]


def make_client(sandbox: Sandbox, **options: object) -> AssociationsClient:
    """Make a client of a sandbox, without a pace because the sandbox has no limit."""
    given = {"pace": None, "transport": sandbox.transport(), **options}
    return AssociationsClient(sandbox.token, sandbox.location_id, **given)  # type: ignore[arg-type]


def seed_owner_pet(sandbox: Sandbox, key: str = "owner_pet") -> Association:
    made = sandbox.seed_association(key=key, second_object_key="custom_objects.pet")
    return Association(
        id=made["id"],
        key=key,
        first_object_key="contact",
        second_object_key="custom_objects.pet",
    )


def related_pairs(sandbox: Sandbox) -> list[tuple[str, str]]:
    """List the pairs of all relations, sorted; a pair with two relations is listed twice."""
    return sorted((one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations())


class Gate:
    """Holds the whole sandbox when relation number `at` is created, before it is answered."""

    def __init__(self, sandbox: Sandbox, at: int) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()
        self._count = 0
        self._at = at
        sandbox.misbehave(Fault(afterwards=self._hold), on="create_relation")

    def _hold(self, answer: Response) -> Response:
        self._count += 1
        if self._count == self._at:
            self.reached.set()
            assert self.opened.wait(120)
        return answer


@contextmanager
def held_process(
    sandbox: Sandbox, command: list[str], at: int
) -> Iterator[tuple[subprocess.Popen[str], Gate]]:
    """Run a command against a served sandbox that is held at relation number `at`."""
    gate = Gate(sandbox, at)
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
    sandbox.behave()


def environment(sandbox: Sandbox, url: str) -> dict[str, str]:
    return {
        "HIGHLEVEL_TOKEN": sandbox.token,
        "HIGHLEVEL_LOCATION_ID": sandbox.location_id,
        "HIGHLEVEL_BASE_URL": url,
    }
