"""The sandbox as the docs show it: a fixture of three lines."""

from collections.abc import Iterator

import httpx
import pytest

from facade import AssociationsClient, InvalidRecordError, Relation
from facade.testing import Sandbox


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
