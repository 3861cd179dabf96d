"""HighLevel's rules for associations and relations hold, with its statuses and error texts."""

from typing import Any, Literal

import pytest

from facade.testing import Sandbox
from tests.facade.testing.app import PEOPLE, App, refusal


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"firstObjectLabel": "Pet"}, 422, "Both object labels can not be same"),
        ({"key": "taken"}, 400, "Duplicate Association key"),
        ({"key": "BUSINESSES_CONTACTS_ASSOCIATION"}, 400, "Duplicate Association key"),
        ({**PEOPLE}, 400, "duplicate pair of labels"),
        (
            {"firstObjectLabel": "Tutor", "secondObjectLabel": "Student"}
            | {"firstObjectKey": "contact", "secondObjectKey": "contact"},
            400,
            "duplicate pair of labels",
        ),
    ],
)
def test_associations_differ_in_key_and_labels(
    app: App, fields: dict[str, str], status: int, text: str
) -> None:
    people = app.created("taken", **PEOPLE)
    assert refusal(app.create("new", **fields), status) == text
    assert app.create("toys", **{**PEOPLE, "secondObjectKey": "custom_objects.toy"}).is_success
    assert app.update(people, "Student", "Tutor").is_success
    assert refusal(app.update(people, "Pet", "Pet"), 422) == "Both object labels can not be same"


@pytest.mark.parametrize(("lookup", "status"), [("exact", 400), ("any_case", 200)])
def test_a_key_is_stored_in_lower_case(lookup: Literal["exact", "any_case"], status: int) -> None:
    app = App(Sandbox(key_lookup=lookup))
    assert app.create("Owner_PET").json()["key"] == "owner_pet"
    assert refusal(app.create("OWNER_pet", **PEOPLE), 400) == "Duplicate Association key"
    for key, expected in (("owner_pet", 200), ("Owner_PET", status)):
        found = app.http.get(f"/associations/key/{key}", params=app.location)
        assert (found.status_code, found.json().get("key")) == (
            (200, "owner_pet") if expected == 200 else (400, None)
        )


@pytest.mark.parametrize(
    ("field", "record"),
    [("firstObjectToSecondObjectMaxLimit", "ann"), ("secondObjectToFirstObjectMaxLimit", "rex")],
)
def test_a_limit_of_a_new_association_holds(app: App, field: str, record: str) -> None:
    pets = app.created("pets", **{field: 2})
    for number in range(2):
        pair = ("ann", f"pet-{number}") if record == "ann" else (f"contact-{number}", "rex")
        app.related(pets, *pair)
    text = f"Max relation limit[2] reached for record[{record}]"
    refused = ("ann", "max") if record == "ann" else ("eve", "rex")
    assert refusal(app.relate(pets, *refused), 400).startswith(text)


@pytest.mark.parametrize("side", ["first", "second"])
def test_an_object_key_that_cannot_be_is_refused(app: App, side: str) -> None:
    text = "'pets' is not an object key: use "
    assert refusal(app.create("new", **{f"{side}ObjectKey": "pets"}), 422).startswith(text)
    listed = app.http.get("/associations/objectKey/pets", params=app.location)
    assert refusal(listed, 422).startswith(text)


def test_system_associations_cannot_be_changed(app: App) -> None:
    system = "OPPORTUNITIES_CONTACTS_ASSOCIATION"
    text = f"{system} is system defined and cannot be changed."
    assert refusal(app.update(system, "A", "B"), 400) == text
    assert refusal(app.http.delete(f"/associations/{system}"), 400) == text


def test_a_pair_is_related_once_and_a_used_or_declared_record_stays_on_its_side(app: App) -> None:
    pets = app.created("pets")
    app.related(pets, "ann", "rex")
    text = refusal(app.relate(pets, "ann", "rex"), 400)
    said = "Could not create relation: duplicate relation of object Ids for given association"
    assert text == f"{said} {pets}"
    app.sandbox.declare_record("tom", "custom_objects.pet")
    used = "Invalid record id : 'rex' for association : pets"
    declared = "Invalid record id : 'tom' for association : pets"
    assert refusal(app.relate(pets, "rex", "ann"), 422) == used
    assert refusal(app.relate(pets, "tom", "new"), 422) == declared
    assert refusal(app.relate(pets, "new", "ann"), 422).startswith("Invalid record id : 'ann'")
    assert app.relate(pets, "new", "tom").is_success
    assert refusal(app.relate(pets, "both", "both"), 422).startswith("Invalid record id : 'both'")


@pytest.mark.parametrize(("side", "record"), [("first", "ann"), ("second", "eve")])
def test_a_record_has_a_limited_number_of_relations_on_its_side(
    app: App, side: str, record: str
) -> None:
    people = app.created("people", **PEOPLE)
    limits: dict[str, Any] = {side: 1}
    app.sandbox.limit_relations(people, **limits)
    app.related(people, "eve", "ann")  # the other side does not count
    app.related(people, "ann", "eve")
    refused = ("ann", "max") if side == "first" else ("bob", "eve")
    text = f"Max relation limit[1] reached for record[{record}] for association[{people}]"
    assert refusal(app.relate(people, *refused), 400) == text


def test_the_default_limit_is_1000_a_side(app: App) -> None:
    pets = app.created("pets")
    for number in range(1000):
        app.sandbox.seed_relation(pets, "ann", f"pet-{number}")
    text = "Max relation limit[1000] reached for record[ann]"
    assert refusal(app.relate(pets, "ann", "rex"), 400).startswith(text)


def test_the_internal_associations_of_an_object_are_listed_on_request_and_keep_their_limits(
    app: App,
) -> None:
    def listed() -> dict[str, int]:
        query = {**app.location, "includeInternalAssociations": "true"}
        response = app.http.get("/associations/objectKey/custom_objects.pet", params=query)
        return {one["key"]: one["firstObjectToSecondObjectMaxLimit"] for one in response.json()}

    app.created("pets")
    key = "TASK_CUSTOM_OBJECTS.PET_ASSOCIATION"
    assert listed() == {"pets": 1000, key: 10}
    app.sandbox.limit_relations(key, first=2)
    assert listed() == {"pets": 1000, key: 2}
