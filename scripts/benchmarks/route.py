"""How far a call travels through the code: the files that it passes, and returns to files.

python -m scripts.benchmarks.route [--files]

Counted are the calls of functions in facade/ and generated_client/, without the sandbox, of a warm
client with its own transport and without a pace.
"""

import argparse
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

from facade import Association, AssociationsClient
from facade.bulk import ensure_many

ROOT = f"{Path(__file__).resolve().parents[2]}/"
_OURS, _SANDBOX = ("facade/", "generated_client/"), "facade/testing/"
PAIR = {"firstRecordId": "ann", "secondRecordId": "rex"}


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


def routes() -> dict[str, list[str]]:
    """Return the routes of an update, and of one pair of ensure_many."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"id": "6a44f1c09b3e7d2100000001", **PAIR})

    association = Association(id="a1", first_object_key="contact", second_object_key="pet")
    labels: dict[str, Any] = {"first_object_label": "Owner", "second_object_label": "Pet"}
    with AssociationsClient(
        "pit-test", "loc", transport=httpx.MockTransport(answer), pace=None
    ) as client:
        return {
            "update": route(lambda: client.associations.update("a1", **labels)),
            "pair": route(
                lambda: list(ensure_many(client, [("ann", "rex")], association=association))
            ),
        }


def main() -> None:
    """Print the routes."""
    parser = argparse.ArgumentParser(prog="route", description=__doc__)
    parser.add_argument("--files", action="store_true", help="list the files, in order")
    with_files = parser.parse_args().files
    for name, passed in routes().items():
        files = len(set(passed))
        print(f"{name}: {files} files, {len(passed) - files} returns")
        if with_files:
            print(*(f"  {file}" for file in passed), sep="\n")


if __name__ == "__main__":
    main()
