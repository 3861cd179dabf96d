"""Each operation returns what HighLevel returns, and changes the stored data."""

import pytest

from facade._core.client_options import VERSION
from tests.facade.testing.app import BODY, PEOPLE, App, body_of


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


def test_deleting_an_association_deletes_its_relations_and_no_others(app: App) -> None:
    pets, people = app.created("pets"), app.created("people", **PEOPLE)
    app.related(pets, "ann", "rex")
    kept = app.related(people, "ann", "bob")
    app.delete(pets).raise_for_status()
    assert [one["id"] for one in app.relations("ann")["relations"]] == [kept]
    assert app.relations("rex") == {"relations": [], "total": 0}


@pytest.mark.parametrize(("version", "extra"), [(VERSION, {}), ("v3", {"associationKey": "pets"})])
def test_a_relation_is_listed_on_both_its_sides(version: str, extra: dict[str, str]) -> None:
    app = App(Version=version)
    pets = app.created("pets")
    created = body_of(app.relate(pets, "ann", "rex"))
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
    page = f"locationId=sandbox-location&skip=0&limit=10&{query.format(*ids)}"
    body = app.ask("GET", f"relations/ann?{page}").raise_for_status().json()
    assert [one["associationId"] for one in body["relations"]] == ids[:2]
    assert body["total"] == 2


def test_an_association_may_have_a_single_label(app: App) -> None:
    seeded = app.sandbox.seed_association(key="siblings", second_object_label=None)
    assert app.get(seeded["id"]) == seeded
    assert "secondObjectLabel" not in seeded
    assert app.create("pets").is_success


def test_locations_do_not_see_each_other(app: App) -> None:
    app.sandbox.add_location("other")
    app.related(app.created("pets"), "ann", "rex")
    assert app.relations("ann", locationId="other")["total"] == 0
    assert app.create("pets", locationId="other").is_success
    foreign = app.sandbox.associations(location_id="other")[-1]
    assert app.update(foreign["id"], "A", "B").json()["association"]["locationId"] == "other"
