"""What the tests of bulk share: an association in a sandbox, a client, and a server that waits."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from facade import Association, AssociationsClient
from facade.testing import Fault, Response, Sandbox

ROOT = Path(__file__).parents[2]


def clients(sandbox: Sandbox, **options: object) -> AssociationsClient:
    """Make a client of a sandbox, without a pace: nothing is limited there."""
    given = {"pace": None, "transport": sandbox.transport(), **options}
    return AssociationsClient(sandbox.token, sandbox.location_id, **given)  # type: ignore[arg-type]


def owner_pet(sandbox: Sandbox, key: str = "owner_pet") -> Association:
    made = sandbox.seed_association(key=key, second_object_key="custom_objects.pet")
    return Association(
        id=made["id"],
        key=key,
        first_object_key="contact",
        second_object_key="custom_objects.pet",
    )


def joined(sandbox: Sandbox) -> list[tuple[str, str]]:
    """List the pairs that are there, sorted; a pair that is there twice is listed twice."""
    return sorted((one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations())


class Gate:
    """Holds the sandbox still once a number of relations was made, before it answers the last."""

    def __init__(self, sandbox: Sandbox, at: int) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()
        self._count = 0
        self._at = at
        sandbox.misbehave(Fault(afterwards=self._pass), on="create_relation")

    def _pass(self, answer: Response) -> Response:
        self._count += 1
        if self._count == self._at:
            self.reached.set()
            assert self.opened.wait(30)
        return answer


@contextmanager
def held(
    sandbox: Sandbox, command: list[str], at: int
) -> Iterator[tuple[subprocess.Popen[str], Gate]]:
    """Run a command against a served sandbox, and hold it once so many relations were made."""
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
            assert gate.reached.wait(30)
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
