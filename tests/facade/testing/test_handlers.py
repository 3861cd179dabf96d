"""Each operation returns what HighLevel returns, and changes the stored data."""

from typing import Any, Literal

import pytest

from facade._core.client_options import VERSION
from facade.testing import Sandbox
from tests.facade.testing.app import PEOPLE, App, refusal


def without_trace(body: dict[str, Any]) -> dict[str, Any]:
    assert body.pop("traceId")
    return body


def test_an_association_is_created_read_updated_and_deleted(app: App) -> None:
    created = without_trace(app.create("pets").json())
    association_id = created["id"]
    assert len(association_id) == 24
    assert int(association_id, 16)
    assert created == {
        "id": association_id,
        "locationId": "sandbox-location",
        "key": "pets",
        "firstObjectKey": "contact",
        "firstObjectLabel": "Owner",
        "secondObjectKey": "custom_objects.pet",
        "secondObjectLabel": "Pet",
        "associationType": "USER_DEFINED",
    }
    path = f"/associations/{association_id}"
    assert without_trace(app.http.get(path).json()) == created
    by_key = app.http.get("/associations/key/pets", params=app.location)
    assert without_trace(by_key.json()) == created

    changed = created | {"firstObjectLabel": "Keeper", "secondObjectLabel": "Animal"}
    update = without_trace(app.update(association_id, "Keeper", "Animal").json())
    assert update == {"updated": True, "association": changed}
    assert app.sandbox.associations()[-1] == changed

    deleted = without_trace(app.http.delete(path).json())
    assert deleted == {
        "deleted": True,
        "id": association_id,
        "message": "The association is deleted.",
    }
    assert app.http.get(path).status_code == 404


def test_deleting_an_association_deletes_its_relations_and_no_others(app: App) -> None:
    pets, people = app.created("pets"), app.created("people", **PEOPLE)
    app.related(pets, "ann", "rex")
    kept = app.related(people, "ann", "bob")
    app.http.delete(f"/associations/{pets}").raise_for_status()
    assert [one["id"] for one in app.relations("ann")["relations"]] == [kept]
    assert app.relations("rex")["total"] == 0


@pytest.mark.parametrize(("version", "extra"), [(VERSION, {}), ("v3", {"associationKey": "pets"})])
def test_a_relation_is_found_from_both_its_sides(version: str, extra: dict[str, str]) -> None:
    app = App(Sandbox(), Version=version)
    pets = app.created("pets")
    created = without_trace(app.relate(pets, "ann", "rex").json())
    expected = {
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
    assert created == expected
    for record in ("ann", "rex"):
        assert without_trace(app.relations(record)) == {"relations": [expected], "total": 1}


@pytest.mark.parametrize("has_id", [False, True])
def test_a_deleted_relation_is_gone_and_may_be_created_again(has_id: bool) -> None:
    app = App(Sandbox(deleted_relation_id=has_id))
    pets = app.created("pets")
    relation = app.related(pets, "ann", "rex")
    path = f"/associations/relations/{relation}"
    body = without_trace(app.http.delete(path, params=app.location).json())
    expected = {"deleted": True, "message": "The relation is deleted."}
    assert body == expected | ({"id": relation} if has_id else {})
    assert app.sandbox.relations() == []
    assert app.relate(pets, "ann", "rex").is_success


def test_the_sides_of_a_listed_relation_may_be_reversed() -> None:
    app = App(Sandbox(listed_sides="reversed"))
    app.related(app.created("pets"), "ann", "rex")
    (listed,) = app.relations("ann")["relations"]
    assert (listed["firstRecordId"], listed["firstObjectKey"]) == ("rex", "custom_objects.pet")
    assert (listed["secondRecordId"], listed["secondObjectKey"]) == ("ann", "contact")


def test_only_associations_of_two_custom_objects_are_stored_the_other_way_round() -> None:
    app = App(Sandbox(sides="swapped"))
    objects = {"firstObjectKey": "custom_objects.pet", "secondObjectKey": "custom_objects.toy"}
    toys, pets = app.create("toys", **objects).json(), app.create("pets").json()
    assert (toys["firstObjectKey"], toys["firstObjectLabel"]) == ("custom_objects.toy", "Pet")
    assert (pets["firstObjectKey"], pets["firstObjectLabel"]) == ("contact", "Owner")


def test_a_creation_and_a_list_of_relations_have_the_chosen_shape() -> None:
    options: dict[str, Any] = {"created_relation_id": False, "mixed_lists": "incomplete"}
    app = App(Sandbox(relation_list_body="by_record", total="never", **options))
    one, two = app.created("one"), app.created("two", firstObjectLabel="Other")
    assert "id" not in app.relate(one, "ann", "rex").json()
    app.relate(two, "ann", "tom")

    def listed(record_id: str, **query: str) -> dict[str, list[str]]:
        body = app.relations(record_id, **query)
        assert "total" not in body
        return {
            each["recordId"]: [within["associationId"] for within in each["associations"]]
            for each in body["relations"]
        }

    assert listed("ann") == {"rex": [one]}  # of one association, unless several are asked for
    assert listed("ann", associationIds=f"{one},{two}") == {"rex": [one], "tom": [two]}
    assert listed("rex") == {"ann": [one]}


def test_pages_have_one_order_and_the_total_of_all_pages(app: App) -> None:
    pets = app.created("pets")
    relations = [app.related(pets, "ann", f"pet-{number}") for number in range(5)]
    pages = [app.relations("ann", skip=skip, limit=2) for skip in (0, 2, 4, 6)]
    assert [[one["id"] for one in page["relations"]] for page in pages] == [
        relations[0:2],
        relations[2:4],
        relations[4:5],
        [],
    ]
    assert {page["total"] for page in pages} == {5}


@pytest.mark.parametrize(
    "query",
    [
        "associationIds={0}&associationIds={1}",
        "associationIds={0}%2C{1}",
        "associationIds[]={0}&associationIds[]={1}",
    ],
)
def test_relations_are_filtered_by_association_in_every_notation(app: App, query: str) -> None:
    ids = [app.created(key, firstObjectLabel=key) for key in ("one", "two", "three")]
    for association_id in ids:
        app.related(association_id, "ann", f"of-{association_id}")
    page = "locationId=sandbox-location&skip=0&limit=10&"
    response = app.http.get(f"/associations/relations/ann?{page}{query.format(*ids)}")
    body = response.raise_for_status().json()
    assert [one["associationId"] for one in body["relations"]] == ids[:2]
    assert body["total"] == 2


@pytest.mark.parametrize(
    ("second", "is_swapped"), [("custom_objects.pet", True), ("business", True), ("contact", False)]
)
def test_sides_may_be_swapped_unless_one_is_a_contact(second: str, is_swapped: bool) -> None:
    app = App(Sandbox(sides="swapped"))
    keys = {"firstObjectKey": "custom_objects.toy", "secondObjectKey": second}
    made = app.create("toys", **keys).json()
    assert (made["firstObjectKey"] == second) == is_swapped


def test_system_associations_are_listed_first(app: App) -> None:
    pets = app.created("pets")
    params = {**app.location, "skip": "3.0", "limit": "2.0"}
    body = without_trace(app.http.get("/associations/", params=params).json())
    assert [one["id"] for one in body["associations"]] == ["6a00000000000000000000c0", pets]
    assert body["total"] == 5


@pytest.mark.parametrize("shape", ["list", "array", "single"])
def test_associations_of_an_object_have_the_chosen_shape(
    shape: Literal["list", "array", "single"],
) -> None:
    app = App(Sandbox(object_key_body=shape))
    params = {} if shape == "array" else app.location
    pets = app.created("pets")
    response = app.http.get("/associations/objectKey/custom_objects.pet", params=params).json()
    if shape == "list":
        assert (response["total"], [one["id"] for one in response["associations"]]) == (1, [pets])
    elif shape == "array":
        assert [one["id"] for one in response] == [pets]
    else:
        assert (response["id"], bool(response["traceId"])) == (pets, True)


def test_update_get_and_a_missing_key_have_the_chosen_shape() -> None:
    app = App(
        Sandbox(
            update_body="flat",
            association_body="enveloped",
            answers={"no_such_key": (404, "Association not found")},
        )
    )
    pets = app.created("pets")
    assert app.update(pets, "A", "B").json()["firstObjectLabel"] == "A"
    assert app.http.get(f"/associations/{pets}").json()["association"]["id"] == pets
    for one, status in ((app, 404), (App(Sandbox()), 400)):
        missing = one.http.get("/associations/key/none", params=app.location)
        assert refusal(missing, status) == "Association not found"


def test_an_association_may_have_a_single_label(app: App) -> None:
    seeded = app.sandbox.seed_association(key="siblings", second_object_label=None)
    body = without_trace(app.http.get(f"/associations/{seeded['id']}").json())
    assert body == seeded
    assert "secondObjectLabel" not in body
    assert app.create("pets").is_success


def test_locations_do_not_see_each_other() -> None:
    app = App(Sandbox())
    app.sandbox.add_location("other")
    pets = app.created("pets")
    app.related(pets, "ann", "rex")
    assert app.relations("ann", locationId="other")["total"] == 0
    assert app.create("pets", locationId="other").is_success
    foreign = app.sandbox.associations(location_id="other")[-1]
    assert app.update(foreign["id"], "A", "B").json()["association"]["locationId"] == "other"
