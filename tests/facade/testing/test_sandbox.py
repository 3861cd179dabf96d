"""The sandbox as in the docs: a fixture of three lines."""

import inspect
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

import httpx
import pytest

import facade.testing
from facade import AssociationsClient, InvalidRecordError, Relation
from facade.testing import Sandbox, VariantOptions, Variants, faults


@pytest.fixture
def highlevel() -> Iterator[httpx.Client]:
    sandbox = Sandbox()
    with httpx.Client(transport=sandbox.transport(), headers=sandbox.headers) as client:
        yield client


URL = "https://services.leadconnectorhq.com/associations/"


def test_an_app_is_tested_with_a_fixture_of_three_lines(highlevel: httpx.Client) -> None:
    created = highlevel.post(
        URL,
        json={
            "locationId": "sandbox-location",
            "key": "student_tutor",
            "firstObjectKey": "contact",
            "firstObjectLabel": "Student",
            "secondObjectKey": "contact",
            "secondObjectLabel": "Tutor",
        },
    )
    assert created.status_code == 201
    assert highlevel.get(URL + created.json()["id"]).json()["key"] == "student_tutor"


def test_two_sandboxes_share_nothing(highlevel: httpx.Client) -> None:
    page = {"locationId": "sandbox-location", "skip": "0", "limit": "10"}
    keys = [one["key"] for one in highlevel.get(URL, params=page).json()["associations"]]
    assert keys == ["OPPORTUNITIES_CONTACTS_ASSOCIATION", "BUSINESSES_CONTACTS_ASSOCIATION"]


def test_strict_records_are_those_that_were_declared_or_seeded() -> None:
    sandbox = Sandbox(strict_records=True)
    pets = sandbox.seed_association(key="pets", second_object_key="custom_objects.pet")["id"]
    sandbox.declare_record("ann", "contact")
    sandbox.seed_relation(pets, "bob", "rex")
    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport()
    ) as client:

        def relate(first: str, second: str) -> Relation:
            return client.relations.create(pets, first_record_id=first, second_record_id=second)

        assert relate("ann", "rex").record_ids == ("ann", "rex")
        for first, second, unknown in (("eve", "rex", "eve"), ("ann", "max", "max")):
            with pytest.raises(InvalidRecordError, match=f"'{unknown}' for association : pets"):
                relate(first, second)
        with pytest.raises(InvalidRecordError, match="'rex' for association : pets"):
            relate("rex", "ann")
        assert client.relations.list("eve").items == ()
    assert len(sandbox.relations()) == 2


def test_strict_records_are_those_of_their_location() -> None:
    sandbox = Sandbox(strict_records=True)
    sandbox.add_location("other")
    for record_id, object_key in (("acme", "business"), ("ann", "contact")):
        sandbox.declare_record(record_id, object_key, location_id="other")
    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport()
    ) as client:

        def relate(client: AssociationsClient) -> Relation:
            return client.relations.create(
                "BUSINESSES_CONTACTS_ASSOCIATION", first_record_id="acme", second_record_id="ann"
            )

        with pytest.raises(InvalidRecordError):
            relate(client)
        assert relate(client.for_location("other")).record_ids == ("acme", "ann")


@pytest.mark.parametrize(
    "prepare",
    [
        lambda sandbox: sandbox.declare_record("ann", "contacts"),
        lambda sandbox: sandbox.seed_association(key="k", first_object_key="contacts"),
        lambda sandbox: sandbox.seed_association(key="k", second_object_key="contacts"),
    ],
)
def test_a_test_cannot_prepare_an_object_that_cannot_be(
    prepare: Callable[[Sandbox], object],
) -> None:
    sandbox = Sandbox()
    with pytest.raises(ValueError, match="'contacts' is not an object key: use contact, "):
        prepare(sandbox)
    assert len(sandbox.associations()) == 2


def rows(first_of_the_heading: str) -> list[list[str]]:
    """Return the rows of a table of facade.testing, without its heading."""
    lines = (facade.testing.__doc__ or "").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first_of_the_heading} "))
    table = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip(" `") for cell in line.strip("|").split(" | ")] for line in table]


def test_every_way_to_misbehave_is_listed_in_one_place() -> None:
    makers = [name for name in faults.__all__ if inspect.isfunction(getattr(faults, name))]
    assert sorted(cell.partition("(")[0] for cell, _ in rows("fault")) == sorted(makers)
    assert [cell for cell, *_ in rows("option")] == [*VariantOptions.__annotations__]


def test_the_values_of_each_option_are_listed_the_default_first() -> None:
    for name, values, _ in rows("option"):
        default, _, other = values.partition(", ")
        if name not in ("answers", "list_lag"):
            assert str(getattr(Variants(), name)) == default
            for value in (default, *other.split(", ")):
                chosen: Any = {name: {"True": True, "False": False}.get(value, value)}
                Sandbox(**chosen)
