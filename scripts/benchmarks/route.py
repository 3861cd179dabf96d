"""How far a call travels through the code: the files that it passes, and returns to files.

Counted are the calls of functions in facade/ and generated_client/, without the sandbox, of a warm
client with its own transport and without a pace.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

from facade import Association, AssociationsClient
from facade.bulk import ensure_many
from scripts.benchmarks.figures import Effort, Figure, Goal

ROOT = f"{Path(__file__).resolve().parents[2]}/"
_OURS, _SANDBOX = ("facade/", "generated_client/"), "facade/testing/"


def route(run: Callable[[], object]) -> list[str]:
    """Run something twice, and return the files that the second run passes, in order."""
    passed: list[str] = []

    def profile(frame: FrameType, event: str, _: object) -> None:
        file = frame.f_code.co_filename.removeprefix(ROOT)
        is_ours = file.startswith(_OURS) and not file.startswith(_SANDBOX)
        if event == "call" and is_ours and passed[-1:] != [file]:
            passed.append(file)

    run()
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return passed


def measure(effort: Effort) -> Iterator[Figure]:
    """Count the files and the returns of an update, and of one pair of ensure_many."""

    def answer(request: httpx.Request) -> httpx.Response:
        pair = {"firstRecordId": "ann", "secondRecordId": "rex"}
        return httpx.Response(200, json={"id": "6a44f1c09b3e7d2100000001", **pair})

    association = Association(id="a1", first_object_key="contact", second_object_key="pet")
    labels: dict[str, Any] = {"first_object_label": "Owner", "second_object_label": "Pet"}
    transport = httpx.MockTransport(answer)
    with AssociationsClient("pit-test", "loc", transport=transport, pace=None) as client:
        updated = route(lambda: client.associations.update("a1", **labels))
        pair = [("ann", "rex")]
        ensured = route(lambda: list(ensure_many(client, pair, association=association)))
    files = len(set(updated))
    yield _figure("files that an update passes", files, 12)
    yield _figure("returns of an update to a file", len(updated) - files, 8)
    yield _figure("files that a pair passes", len(set(ensured)), 20)


def _figure(name: str, count: int, most: int) -> Figure:
    return Figure(f"{name} / {most}", [count / most], f"{count} of {most}", Goal("<=", 1.0))
