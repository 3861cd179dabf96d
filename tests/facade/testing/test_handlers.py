"""Each operation returns what HighLevel returns, or what a variant says, and changes the data."""

from typing import Any

import pytest

from facade._core.client_options import VERSION
from facade.testing import Sandbox
from tests.facade.testing.conftest import BODY, App, body_of


def test_an_association_is_created_read_updated_and_deleted(app: App) -> None:
    created = body_of(app.create("pets"))
    association_id = created["id"]
    assert len(association_id) == 24
    assert int(association_id, 16)
    assert created == {**BODY, "id": association_id, "associationType": "USER_DEFINED"}
    assert app.get(association_id) == app.get("key/pets") == created

    changed = created | {"firstObjectLabel": "Keeper", "secondObjectLabel": "Animal"}
    update = body_of(app.update(association_id, "Keeper", "Animal"))
    assert update == {"updated": True, "association": changed}
    assert app.sandbox.associations()[-1] == changed

    said = {"deleted": True, "message": "The association is deleted."}
    assert body_of(app.delete(association_id)) == said | {"id": association_id}
    assert app.delete(association_id).status_code == 404


@pytest.mark.parametrize(("version", "extra"), [(VERSION, {}), ("v3", {"associationKey": "pets"})])
def test_a_relation_is_listed_on_both_its_sides(version: str, extra: dict[str, str]) -> None:
    app = App(Version=version)
    pets = app.created("pets")
    created = body_of(app.relate(pets, "ann", "rex", pipelineId="is not stored"))
    assert created == {
        "id": created["id"],
        "locationId": "sandbox-location",
        "associationId": pets,
        "firstObjectKey": "contact",
        "firstRecordId": "ann",
        "secondObjectKey": "custom_objects.pet",
        "secondRecordId": "rex",
        "primary": False,
        **extra,
    }
    for record in ("ann", "rex"):
        assert app.relations(record) == {"relations": [created], "total": 1}
    deleted = body_of(app.delete(f"relations/{created['id']}"))
    assert deleted == {"deleted": True, "message": "The relation is deleted."}
    assert app.sandbox.relations() == []
    assert app.relate(pets, "ann", "rex").is_success


def test_pages_have_one_order_and_the_total_of_all_pages(app: App) -> None:
    pets = app.created("pets")
    made = [app.related(pets, "ann", f"pet-{number}") for number in range(5)]
    for skip, expected in ((0, made[0:2]), (2, made[2:4]), (4, made[4:5]), (6, [])):
        page = app.relations("ann", skip=skip, limit=2)
        assert ([one["id"] for one in page["relations"]], page["total"]) == (expected, 5)
    listed = app.get("", skip="3.0", limit="2.0")  # system associations are first
    ids = [one["id"] for one in listed["associations"]]
    assert (ids, listed["total"]) == (["6a00000000000000000000c0", pets], 5)
    for number in range(101):
        app.sandbox.seed_relation(pets, "bob", f"pet-{number}")
    assert len(app.relations("bob", limit=101)["relations"]) == 100


@pytest.mark.parametrize(
    ("options", "of_ann", "of_rex", "total"),
    [
        ({}, ["ann rex", "ann tom"], ["ann rex"], 2),
        ({"listed_for": "first"}, ["ann rex", "ann tom"], [], 2),
        ({"listed_for": "second"}, [], ["ann rex"], 0),
        ({"listed_sides": "reversed"}, ["rex ann", "tom ann"], ["rex ann"], 2),
        ({"listed_sides": "mixed"}, ["rex ann", "ann tom"], ["rex ann"], 2),
        ({"total": "zero"}, ["ann rex", "ann tom"], ["ann rex"], 0),
        ({"total": "wrong"}, ["ann rex", "ann tom"], ["ann rex"], 1),
        ({"total": "never"}, ["ann rex", "ann tom"], ["ann rex"], None),
        ({"list_lag": 600.0}, [], [], 0),
    ],
)
def test_a_list_is_as_its_variant_says(
    options: Any, of_ann: list[str], of_rex: list[str], total: int | None
) -> None:
    app = App(Sandbox(**options))
    pets = app.created("pets")
    for pet in ("rex", "tom"):
        app.related(pets, "ann", pet)

    def listed(record: str) -> list[str]:
        items = app.relations(record)["relations"]
        for one in items:
            is_first = one["firstRecordId"] == "ann"
            assert one["firstObjectKey"] == ("contact" if is_first else "custom_objects.pet")
        return [f"{one['firstRecordId']} {one['secondRecordId']}" for one in items]

    body = app.relations("ann")
    assert (listed("ann"), listed("rex"), body.get("total")) == (of_ann, of_rex, total)


def test_a_list_without_ids_and_a_filter_that_is_ignored() -> None:
    app = App(Sandbox(listed_relation_id=False, association_filter="ignored"))
    app.related(app.created("pets"), "ann", "rex")
    (listed,) = app.relations("ann", associationIds="none")["relations"]
    assert listed.keys() & {"id", "associationId"} == {"associationId"}


def test_a_list_by_record_may_be_of_one_association_unless_several_are_asked_for() -> None:
    app = App(Sandbox(relation_list_body="by_record", mixed_lists="incomplete"))
    one, two, three = (app.created(key, firstObjectLabel=key) for key in ("one", "two", "three"))
    for association_id, pet in ((one, "rex"), (two, "tom"), (three, "max")):
        app.related(association_id, "ann", pet)

    def listed(record_id: str, **query: Any) -> dict[str, list[str]]:
        return {
            each["recordId"]: [within["associationId"] for within in each["associations"]]
            for each in app.relations(record_id, **query)["relations"]
        }

    assert listed("ann") == {"rex": [one]}
    assert listed("tom") == {"ann": [two]}
    wanted: list[Any] = [f"{one},{two}", [one, two]]
    for query in (*({"associationIds": each} for each in wanted), {"associationIds[]": wanted[1]}):
        assert listed("ann", **query) == {"rex": [one], "tom": [two]}


@pytest.mark.parametrize(
    ("first", "second", "is_swapped"),
    [
        ("custom_objects.toy", "custom_objects.pet", True),
        ("custom_objects.toy", "business", True),
        ("custom_objects.toy", "contact", False),
    ],
)
def test_sides_may_be_swapped_but_not_contacts(first: str, second: str, is_swapped: bool) -> None:
    names = ("first", "second")
    for app, step in ((App(), 1), (App(Sandbox(sides="swapped")), -1 if is_swapped else 1)):
        made = app.create("k", firstObjectKey=first, secondObjectKey=second).json()
        sides = [(made[f"{one}ObjectKey"], made[f"{one}ObjectLabel"]) for one in names]
        assert sides == [(first, "Owner"), (second, "Pet")][::step]


@pytest.mark.parametrize("shape", ["list", "array", "single"])
def test_the_associations_of_an_object_have_the_chosen_shape(shape: Any) -> None:
    app = App(Sandbox(object_key_body=shape))
    pets = app.get(app.created("pets"))
    listed = {"list": {"associations": [pets], "total": 1}, "array": [pets], "single": pets}
    assert app.get("objectKey/custom_objects.pet") == listed[shape]
    none = app.ask("GET", "objectKey/custom_objects.toy")
    assert none.status_code == (404 if shape == "single" else 200)
    internal = app.get("objectKey/task", includeInternalAssociations="true")
    assert [one["secondObjectKey"] for one in internal] == ["contact", "opportunity", "business"]
    assert app.ask("GET", "key/none", params=app.location).status_code == 400


def test_of_several_relations_those_that_are_refused_are_named(app: App) -> None:
    pair = {"associationId": app.created("pets"), "firstRecordId": "ann", "secondRecordId": "rex"}
    body = {**app.location, "add": [pair, pair]}
    (refused,) = body_of(app.ask("POST", "relations/bulk", json=body))["results"]["errored"]
    assert "duplicate relation" in refused["error"]
    assert len(app.sandbox.relations()) == 1


def test_single_responses_have_the_chosen_shape() -> None:
    shapes: Any = {"update_body": "flat", "association_body": "enveloped"}
    shapes |= {"created_relation_id": False, "deleted_relation_id": True}
    app = App(Sandbox(key_lookup="any_case", **shapes))
    pets = app.created("pets")
    assert app.get("key/PETS")["id"] == pets
    assert app.update(pets, "A", "B").json()["firstObjectLabel"] == "A"
    assert app.get(pets)["association"]["id"] == pets
    assert "id" not in app.relate(pets, "ann", "rex").json()
    (relation,) = app.sandbox.relations()
    assert app.delete(f"relations/{relation['id']}").json()["id"] == relation["id"]
