"""Show every step, from HighLevel's document to calls through the facade, against the sandbox."""

import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from facade import AssociationsClient, AssociationsError, NotFoundError, UnprocessableEntityError
from facade.testing import Sandbox
from scripts.console import NOTHING, command, run
from scripts.contract.generate import PACKAGE, Layout, build, stale
from scripts.diff.load import load
from scripts.diff.review import compare_contracts
from scripts.errors import CannotRunError

CONTACT, PETS = "Kd7RmQ2xVbT9wLpN4sHf", ["66f0c1d2e3a4b5c6d7e8f901", "66f0c1d2e3a4b5c6d7e8f902"]


def main(arguments: Sequence[str] | None = None) -> int:
    command("demo", __doc__, "").parse_args(arguments)
    started, layout, sandbox = time.monotonic(), Layout(Path()), Sandbox()
    built = build(layout)
    outdated = stale(layout, built)
    _check(not outdated, f"stale: {', '.join(outdated)}; run make generate")
    _say("The contract", "openapi/associations.json is the captured document plus the overlay")
    files = f"generated_client/, {sum(each.startswith(PACKAGE) for each in built)} files,"
    _say("The code", f"{files} is generated from the contract")
    account = sandbox.token, sandbox.location_id
    with sandbox.serve() as server:
        _say("The sandbox", f"{server.url} replaces HighLevel: no token, no network")
        direct = httpx.HTTPTransport()  # ignores the proxy of the environment
        with AssociationsClient(*account, base_url=server.url, transport=direct) as client:
            try:
                call_api(client)
            except AssociationsError as error:
                raise CannotRunError(f"the demo failed: {error}") from error
    # As a reviewer compares an old and a new document.
    first, *others = layout.versions
    for version in others:
        old, new = (load(str(layout.captured(name))) for name in (first, version))
        found = [each.finding for each in compare_contracts(old, new).findings]
        said = f": {found[0].message}" if found else ""
        _say("The diff", f"{first} to {version}: {len(found)} finding(s){said}")
    print(f"\nDone in {time.monotonic() - started:.1f} s. README.md has the next steps.")
    return NOTHING


def call_api(client: AssociationsClient) -> None:
    """Call the API; CannotRunError at the first wrong result."""
    association = client.associations.create(
        key="owner_pet",
        first_object_key="contact",
        first_object_label="Owner",
        second_object_key="custom_objects.pet",
        second_object_label="Pet",
    )
    _check(association.key == "owner_pet", "the new association has another key")
    listed = [client.associations.get_by_key("owner_pet"), *client.associations.iterate()]
    _check(listed.count(association) == 2, "the new association is not found or not listed")
    _say("Create", f"association {association.key}: Owner (contact) - Pet (custom_objects.pet)")

    updated = client.associations.update(
        association.id, first_object_label="Keeper", second_object_label="Animal"
    )
    _check(updated.first_object_label == "Keeper", "the label was not updated")
    _say("Update", f"new labels: {updated.first_object_label} - {updated.second_object_label}")

    for pet in PETS:
        client.relations.create(association.id, first_record_id=CONTACT, second_record_id=pet)
    _say("Relate", f"contact {CONTACT} and two pets")

    relations = list(client.relations.iterate(CONTACT))
    others = [relation.other(CONTACT) for relation in relations]
    _check(others == PETS, f"the contact is related to {others}")
    _say("List", f"the contact is related to {', '.join(PETS)}")

    try:
        client.relations.create(association.id, first_record_id=PETS[0], second_record_id=CONTACT)
    except UnprocessableEntityError as error:
        _say("An error", f"{type(error).__name__}: {'; '.join(error.messages)}")
    else:
        _check(False, "swapped records were accepted")

    for relation in relations:
        client.relations.delete(relation.id)
    client.associations.delete(association.id)
    try:
        client.associations.get(association.id)
    except NotFoundError:
        _say("Clean up", "relations and association are deleted: get raises NotFoundError")
    else:
        _check(False, "the association is still there")


def _say(step: str, what: str) -> None:
    print(f"  {step:<13} {what}", flush=True)


def _check(holds: bool, problem: str) -> None:
    if not holds:
        raise CannotRunError(f"the demo failed: {problem}")


if __name__ == "__main__":
    run(main)
