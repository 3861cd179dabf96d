"""Variants of responses can be chosen; tests/witnesses uses each recorded one."""

from typing import Any

import pytest

from facade.testing import Sandbox, Variants
from tests.facade.driving import Clock
from tests.facade.testing.app import App, body_of


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("already exists", {"statusCode": 409, "message": "already exists", "error": "Conflict"}),
        ({"message": "duplicate"}, {"message": "duplicate"}),
        ([1], [1]),
    ],
)
def test_a_refusal_is_replaced(answer: Any, expected: Any) -> None:
    app = App(Sandbox(answers={"relation_exists": (409, answer)}))
    pets = app.created("pets")
    app.related(pets, "ann", "rex")
    response = app.relate(pets, "ann", "rex")
    assert (response.status_code, body_of(response)) == (409, expected)


@pytest.mark.parametrize("empty", ["", None])
def test_what_a_successful_operation_answers_is_replaced_and_its_work_is_done(empty: Any) -> None:
    app = App(Sandbox(answers={"delete_relation": (204, empty)}))
    relation = app.related(app.created("pets"), "ann", "rex")
    response = app.delete(f"relations/{relation}")
    assert (response.status_code, response.content) == (204, b"")
    assert app.sandbox.relations() == []
    assert app.delete(f"relations/{relation}").status_code == 404


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"answers": {"relation_exist": (409, "")}}, "relation_exist: not a name of a response"),
        ({"answers": ["relation_exists"]}, "answers must be a mapping"),
        ({"answers": {"relation_exists": 409}}, "such as"),
        ({"answers": {"relation_exists": ("409", "exists")}}, "such as"),
        ({"answers": {"relation_exists": (409, object())}}, "such as"),
        ({"answers": {"relation_exists": (99, "exists")}}, "such as"),
        ({"answers": {"delete_relation": (204, {})}}, "has no body"),
        ({"created_relation_id": 1}, "must be True or False"),
        ({"list_lag": -1}, "list_lag must be 0 seconds or more"),
        ({"sides": "turned"}, r"sides must be one of \('kept', 'swapped'\), not 'turned'"),
    ],
)
def test_an_unknown_answer_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Variants(**options)


def test_a_relation_is_listed_when_the_lag_is_over() -> None:
    clock = Clock()
    app = App(Sandbox(list_lag=5, clock=clock))
    pets = app.created("pets")
    app.sandbox.seed_relation(pets, "ann", "tom")
    app.related(pets, "ann", "rex")
    listed = []
    for seconds in (0, 4.9, 0.1):
        clock.now += seconds
        listed.append([one["secondRecordId"] for one in app.relations("ann")["relations"]])
    assert listed == [["tom"], ["tom"], ["tom", "rex"]]


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
    one, two = app.created("one"), app.created("two", firstObjectLabel="Other")
    app.related(one, "ann", "rex")
    app.related(two, "ann", "tom")

    def listed(record_id: str, **query: str) -> dict[str, list[str]]:
        return {
            each["recordId"]: [within["associationId"] for within in each["associations"]]
            for each in app.relations(record_id, **query)["relations"]
        }

    assert listed("ann") == {"rex": [one]}
    assert listed("ann", associationIds=f"{one},{two}") == {"rex": [one], "tom": [two]}
    assert listed("rex") == {"ann": [one]}


@pytest.mark.parametrize(
    ("first", "second", "is_swapped"),
    [
        ("custom_objects.toy", "custom_objects.pet", True),
        ("custom_objects.toy", "business", True),
        ("custom_objects.toy", "contact", False),
        ("contact", "custom_objects.pet", False),
    ],
)
def test_sides_may_be_swapped_but_not_contacts(first: str, second: str, is_swapped: bool) -> None:
    made = App(Sandbox(sides="swapped")).create("k", firstObjectKey=first, secondObjectKey=second)
    sides = [(made.json()[f"{side}ObjectKey"], made.json()[f"{side}ObjectLabel"]) for side in SIDES]
    assert sides == [(first, "Owner"), (second, "Pet")][:: -1 if is_swapped else 1]


SIDES = ("first", "second")


@pytest.mark.parametrize("shape", ["list", "array", "single"])
def test_associations_of_an_object_have_the_chosen_shape(shape: Any) -> None:
    app = App(Sandbox(object_key_body=shape))
    pets = app.created("pets")
    body = app.get("objectKey/custom_objects.pet")
    items = body["associations"] if shape == "list" else body if shape == "array" else [body]
    assert [one["id"] for one in items] == [pets]
    assert shape != "list" or body["total"] == 1


def test_single_responses_have_the_chosen_shape() -> None:
    shapes: Any = {"update_body": "flat", "association_body": "enveloped"}
    app = App(Sandbox(created_relation_id=False, deleted_relation_id=True, **shapes))
    pets = app.created("pets")
    assert app.update(pets, "A", "B").json()["firstObjectLabel"] == "A"
    assert app.get(pets)["association"]["id"] == pets
    assert "id" not in app.relate(pets, "ann", "rex").json()
    (relation,) = app.sandbox.relations()
    assert app.delete(f"relations/{relation['id']}").json()["id"] == relation["id"]
