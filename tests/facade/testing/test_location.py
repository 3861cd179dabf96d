"""HighLevel's rules for associations and relations hold, with its statuses and error texts."""

import pytest

from tests.facade.testing.app import PEOPLE, App, refusal


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"firstObjectLabel": "Pet"}, 422, "Both object labels can not be same"),
        ({"key": "taken"}, 400, "Duplicate Association key"),
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
    app.created("taken", **PEOPLE)
    assert refusal(app.create("new", **fields), status) == text


def test_a_key_of_the_system_is_taken(app: App) -> None:
    refused = app.create("BUSINESSES_CONTACTS_ASSOCIATION")
    assert refusal(refused, 400) == "Duplicate Association key"


@pytest.mark.parametrize("side", ["first", "second"])
def test_an_object_key_that_cannot_be_is_refused(app: App, side: str) -> None:
    text = "'pets' is not an object key: use "
    assert refusal(app.create("new", **{f"{side}ObjectKey": "pets"}), 422).startswith(text)
    listed = app.http.get("/associations/objectKey/pets", params=app.location)
    assert refusal(listed, 422).startswith(text)


def test_the_same_labels_on_other_objects_are_allowed(app: App) -> None:
    app.created("people", **PEOPLE)
    assert app.create("toys", **{**PEOPLE, "secondObjectKey": "custom_objects.toy"}).is_success


def test_an_update_may_repeat_its_labels_but_not_make_them_equal(app: App) -> None:
    pets = app.created("pets")
    assert app.update(pets, "Owner", "Pet").is_success
    assert refusal(app.update(pets, "Pet", "Pet"), 422) == "Both object labels can not be same"


@pytest.mark.parametrize(
    "system", ["OPPORTUNITIES_CONTACTS_ASSOCIATION", "BUSINESSES_CONTACTS_ASSOCIATION"]
)
def test_system_associations_cannot_be_changed(app: App, system: str) -> None:
    text = f"{system} is system defined and cannot be changed."
    assert refusal(app.update(system, "A", "B"), 400) == text
    assert refusal(app.http.delete(f"/associations/{system}"), 400) == text


def test_a_pair_of_records_is_related_once(app: App) -> None:
    pets = app.created("pets")
    app.related(pets, "ann", "rex")
    text = refusal(app.relate(pets, "ann", "rex"), 400)
    assert text.endswith(f"duplicate relation of object Ids for given association {pets}")


def test_a_used_or_declared_record_stays_on_its_side(app: App) -> None:
    pets = app.created("pets")
    app.related(pets, "ann", "rex")
    app.sandbox.declare_record("tom", "custom_objects.pet")
    used = "Invalid record id : 'rex' for association : pets"
    declared = "Invalid record id : 'tom' for association : pets"
    assert refusal(app.relate(pets, "rex", "ann"), 422) == used
    assert refusal(app.relate(pets, "tom", "new"), 422) == declared
    assert refusal(app.relate(pets, "new", "ann"), 422).startswith("Invalid record id : 'ann'")
    assert app.relate(pets, "new", "tom").is_success
    assert refusal(app.relate(pets, "both", "both"), 422).startswith("Invalid record id : 'both'")


@pytest.mark.parametrize(
    ("first", "second", "refused", "record"),
    [
        (1, None, ("ann", "max"), "ann"),
        (None, 1, ("bob", "rex"), "rex"),
    ],
)
def test_a_record_has_a_limited_number_of_relations_on_its_side(
    app: App, first: int | None, second: int | None, refused: tuple[str, str], record: str
) -> None:
    pets = app.created("pets")
    app.sandbox.limit_relations(pets, first=first, second=second)
    app.related(pets, "ann", "rex")
    text = f"Max relation limit[1] reached for record[{record}] for association[{pets}]"
    assert refusal(app.relate(pets, *refused), 400) == text


def test_relations_on_the_other_side_do_not_count(app: App) -> None:
    people = app.created("people", **PEOPLE)
    app.sandbox.limit_relations(people, first=1)
    app.related(people, "bob", "ann")
    app.related(people, "ann", "eve")
    text = f"Max relation limit[1] reached for record[ann] for association[{people}]"
    assert refusal(app.relate(people, "ann", "max"), 400) == text


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
