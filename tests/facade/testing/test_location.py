"""HighLevel's rules for associations and relations hold, with its statuses and error texts."""

from typing import Any

import pytest

from facade.testing import Sandbox
from tests.facade.driving import Clock
from tests.facade.testing.conftest import PEOPLE, App, body_of, refusal

REVERSED = PEOPLE | {"firstObjectLabel": "Tutor", "secondObjectLabel": "Student"}
LABELS = "Both object labels can not be same"
NO_OBJECT = "'pets' is not an object key: use "


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"firstObjectLabel": "Pet"}, 422, LABELS),
        ({"key": "taken"}, 400, "Duplicate Association key"),
        ({"key": "BUSINESSES_CONTACTS_ASSOCIATION"}, 400, "Duplicate Association key"),
        (PEOPLE, 400, "duplicate pair of labels"),
        (REVERSED, 400, "duplicate pair of labels"),
        ({"firstObjectKey": "pets"}, 422, NO_OBJECT),
        ({"secondObjectKey": "pets"}, 422, NO_OBJECT),
    ],
)
def test_a_new_association_has_a_key_labels_and_objects_that_can_be(
    app: App, fields: dict[str, str], status: int, text: str
) -> None:
    people = app.created("taken", **PEOPLE)
    assert refusal(app.create("new", **fields), status).startswith(text)
    assert app.create("toys", **{**PEOPLE, "secondObjectKey": "custom_objects.toy"}).is_success
    assert app.update(people, "Student", "Tutor").json()["association"]["key"] == "taken"
    assert refusal(app.update(people, "Pet", "Pet"), 422) == LABELS
    assert refusal(app.ask("GET", "objectKey/pets", params=app.location), 422).startswith(NO_OBJECT)


def test_a_key_is_stored_in_lower_case() -> None:
    app = App(Sandbox(key_lookup="any_case"))
    made = body_of(app.create("Owner_PET"))
    assert made["key"] == "owner_pet"
    assert refusal(app.create("OWNER_pet", **PEOPLE), 400) == "Duplicate Association key"
    assert app.get("key/owner_pet") == app.get("key/Owner_PET") == made
    exact = App()
    exact.created("pets")
    assert exact.ask("GET", "key/Pets", params=exact.location).status_code == 400


def test_a_pair_is_related_once_and_a_used_or_declared_record_stays_on_its_side(app: App) -> None:
    pets = app.created("pets")
    app.related(pets, "ann", "rex")
    text = refusal(app.relate(pets, "ann", "rex"), 400)
    said = "Could not create relation: duplicate relation of object Ids for given association"
    assert text == f"{said} {pets}"
    app.sandbox.declare_record("tom", "custom_objects.pet")
    pairs = [("rex", "ann", "rex"), ("tom", "new", "tom"), ("new", "ann", "ann"), ("b", "b", "b")]
    for first, second, wrong in pairs:
        text = f"Invalid record id : '{wrong}' for association : pets"
        assert refusal(app.relate(pets, first, second), 422) == text
    assert app.relate(pets, "new", "tom").is_success
    assert [app.relations(record)["total"] for record in ("ann", "tom", "b")] == [1, 1, 0]
    assert refusal(app.relate("x", "ann", "rex"), 404) == "Association not found"


@pytest.mark.parametrize(("side", "record"), [("first", "ann"), ("second", "eve")])
@pytest.mark.parametrize("is_of_creation", [False, True])
def test_a_record_has_a_limited_number_of_relations_on_its_side(
    app: App, side: str, record: str, is_of_creation: bool
) -> None:
    sides = {"first": "firstObjectToSecondObject", "second": "secondObjectToFirstObject"}
    limit = {f"{sides[side]}MaxLimit": 1} if is_of_creation else {}
    people = app.created("people", **PEOPLE, **limit)
    if not is_of_creation:
        limits: dict[str, Any] = {side: 1}
        app.sandbox.limit_relations(people, **limits)
    app.related(people, "eve", "ann")  # the other side does not count
    app.related(people, "ann", "eve")
    text = f"Max relation limit[1] reached for record[{record}] for association[{people}]"
    for pair in (("ann", "max") if side == "first" else ("bob", "eve"), ("ann", "eve")):
        assert refusal(app.relate(people, *pair), 400) == text  # even for one that exists


def test_the_default_limit_is_1000_a_side(app: App) -> None:
    pets = app.created("pets")
    for number in range(1000):
        app.sandbox.seed_relation(pets, "ann", f"pet-{number}")
    text = "Max relation limit[1000] reached for record[ann]"
    assert refusal(app.relate(pets, "ann", "rex"), 400).startswith(text)


def test_deleting_an_association_deletes_its_relations_and_no_others(app: App) -> None:
    pets, people = app.created("pets"), app.created("people", **PEOPLE)
    app.related(pets, "ann", "rex")
    kept = app.related(people, "ann", "bob")
    assert app.delete(pets).is_success
    assert app.delete("BUSINESSES_CONTACTS_ASSOCIATION").status_code == 400
    assert [one["id"] for one in app.relations("ann")["relations"]] == [kept]
    assert app.relations("rex") == {"relations": [], "total": 0}


def test_a_relation_is_listed_from_the_end_of_the_lag_until_it_is_deleted() -> None:
    clock = Clock()
    app = App(Sandbox(list_lag=5, clock=clock))
    pets = app.created("pets")
    assert app.sandbox.seed_relation(pets, "ann", "tom", relation_id="r")["id"] == "r"
    relation = app.related(pets, "ann", "rex")
    listed = []
    for seconds in (0, 4.9, 0.1):
        clock.now += seconds
        listed.append([one["secondRecordId"] for one in app.relations("ann")["relations"]])
    assert listed == [["tom"], ["tom"], ["tom", "rex"]]
    assert [app.delete(f"relations/{relation}").status_code for _ in range(2)] == [200, 404]
    assert app.relations("ann")["total"] == 1


def test_internal_associations_are_listed_on_request_with_their_limits(app: App) -> None:
    def listed() -> dict[str, int]:
        found = app.get("objectKey/custom_objects.pet", includeInternalAssociations="true")
        return {one["key"]: one["firstObjectToSecondObjectMaxLimit"] for one in found}

    tasks = app.get("objectKey/task", includeInternalAssociations="true")
    objects = ["contact", "opportunity", "business"]
    assert [one["secondObjectKey"] for one in tasks] == objects

    app.created("pets")
    assert app.get("objectKey/custom_objects.pet")["total"] == 1
    key = "TASK_CUSTOM_OBJECTS.PET_ASSOCIATION"
    assert listed() == {"pets": 1000, key: 10}
    app.sandbox.limit_relations(key, first=2)
    assert listed() == {"pets": 1000, key: 2}
