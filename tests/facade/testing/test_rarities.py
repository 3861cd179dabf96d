"""Lists of relations as they rarely are: unfiltered, of one side, with wrong totals or no ids."""

from typing import Any

import pytest

from facade.testing import Sandbox
from tests.facade.testing.app import App


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
    ],
)
def test_a_list_is_as_its_variant_says(
    options: Any, of_ann: list[str], of_rex: list[str], total: int
) -> None:
    app = App(Sandbox(**options))
    pets = app.created("pets")
    for pet in ("rex", "tom"):
        app.related(pets, "ann", pet)

    def listed(record: str) -> list[str]:
        items = app.relations(record)["relations"]
        return [f"{one['firstRecordId']} {one['secondRecordId']}" for one in items]

    assert (listed("ann"), listed("rex"), app.relations("ann")["total"]) == (of_ann, of_rex, total)


def test_a_list_without_ids_and_a_filter_that_is_ignored() -> None:
    app = App(Sandbox(listed_relation_id=False, association_filter="ignored"))
    app.related(app.created("pets"), "ann", "rex")
    (listed,) = app.relations("ann", associationIds="none")["relations"]
    assert listed.keys() & {"id", "associationId"} == {"associationId"}
