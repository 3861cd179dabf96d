"""See the whole way, from HighLevel's document to calls through the facade, on this machine."""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from facade import AssociationsClient, AssociationsError, NotFoundError, UnprocessableEntityError
from scripts.console import NOTHING, run
from scripts.contract.diff.load import load
from scripts.contract.diff.review import compare_contracts
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout, build, stale

CONTACT, PET, OTHER_PET = (
    "ocQHyuzHvysMo5N5VsXc",
    "66f0c1d2e3a4b5c6d7e8f901",
    "66f0c1d2e3a4b5c6d7e8f902",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk through capture, contract, code, sandbox and calls; stop at the first wrong step."""
    parser = argparse.ArgumentParser(prog="python -m scripts.demo", description=__doc__)
    parser.parse_args(arguments)
    started = time.monotonic()
    _contract()
    with _sandbox() as (url, token, location):
        _say("The sandbox", f"{url} stands in for HighLevel; no token, no network")
        straight = httpx.HTTPTransport()  # past any proxy of this machine
        with AssociationsClient(token, location, base_url=url, transport=straight) as client:
            _calls(client)
    _moved()
    print(f"\nAll of it in {time.monotonic() - started:.1f} s. README.md has the three jobs.")
    return NOTHING


def _contract() -> None:
    layout = Layout(Path())
    built = build(layout)
    behind = stale(layout, built)
    _must(not behind, f"stale: {', '.join(behind)}; run make generate")
    _say("The contract", "captured document + overlay give openapi/associations.json, byte by byte")
    _say("The code", f"the contract gives generated_client/, {len(built.code)} files, byte by byte")


def _calls(client: AssociationsClient) -> None:
    try:
        _walk(client)
    except AssociationsError as error:
        raise CannotRunError(f"the demo is wrong here: {error}") from error


def _walk(client: AssociationsClient) -> None:
    association = client.associations.create(
        key="owner_pet",
        first_object_key="contact",
        first_object_label="Owner",
        second_object_key="custom_objects.pet",
        second_object_label="Pet",
    )
    _must(association.key == "owner_pet", "the new association has another key")
    _say("Create", f"association {association.key}: Owner (contact) - Pet (custom_objects.pet)")

    updated = client.associations.update(
        association.id, first_object_label="Keeper", second_object_label="Animal"
    )
    _must(updated.first_object_label == "Keeper", "the label was not updated")
    _say("Update", f"its labels: {updated.first_object_label} - {updated.second_object_label}")

    for pet in (PET, OTHER_PET):
        client.relations.create(association.id, first_record_id=CONTACT, second_record_id=pet)
    _say("Relate", f"contact {CONTACT} with two pets")

    relations = list(client.relations.iterate(CONTACT))
    others = [relation.other(CONTACT) for relation in relations]
    _must(others == [PET, OTHER_PET], f"the contact is related to {others}")
    _say("List", f"the contact's relations: {', '.join(others)}")

    try:
        client.relations.create(association.id, first_record_id=PET, second_record_id=CONTACT)
    except UnprocessableEntityError as error:
        _say("An error", f"{type(error).__name__}: {'; '.join(error.messages)}")
    else:
        _must(False, "swapped records were accepted")

    for relation in relations:
        client.relations.delete(relation.id)
    client.associations.delete(association.id)
    try:
        client.associations.get(association.id)
    except NotFoundError:
        _say("Clean up", "relations and association deleted; getting it is a NotFoundError")
    else:
        _must(False, "the association is still there")


def _moved() -> None:
    """Compare the two captured versions, as a reviewer would when HighLevel's document moves."""
    layout = Layout(Path())
    old, new = (load(str(layout.captured(version))) for version in ("2021-07-28", "v3"))
    found = compare_contracts(old, new).findings
    _must(len(found) == 1, f"the captured versions differ in {len(found)} ways, not in one")
    finding = found[0].finding
    places = f"{len(finding.operations)} operations"
    _say("The diff", f"2021-07-28 to v3: {finding.message} ({places}; wire {finding.wire})")


@contextmanager
def _sandbox() -> Iterator[tuple[str, str, str]]:
    """Start the sandbox as a server of its own, as an app's developer would, and stop it."""
    command = [sys.executable, "-m", "facade.testing", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None  # noqa: S101 - it is a pipe, as asked for
            url, *named = server.stdout.readline().split() or [""]
            values = dict(name.split("=", 1) for name in named)
            _must(bool(url), "the sandbox did not start")
            yield url, values["token"], values["location"]
        finally:
            server.terminate()


def _say(step: str, what: str) -> None:
    print(f"  {step:<13} {what}", flush=True)


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CannotRunError(f"the demo is wrong here: {otherwise}")


if __name__ == "__main__":
    run(main)
