"""A schema is split into cases: each object and array that it accepts matches one of them."""

import pytest

from scripts.diff.compare.canonical import SchemaSide
from scripts.diff.compare.cases import accepts_null, cases
from tests.diff.documents import Json, S, has
from tests.diff.domain import WORLDS, World, any_instead_of_one, new_document, rendered
from tests.diff.schemas import (
    AB,
    INT,
    NULL,
    any_of,
    lists,
    one_of,
    side,
)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_schema_accepts_the_objects_and_arrays_that_any_of_its_cases_accepts(
    world: World,
) -> None:
    for schema, given in zip(world.schemas, world.sides(new_document()), strict=True):
        apart, others = 0, world.accepted({"not": {"type": ["object", "array"]}})
        for case in cases(given) or ():
            assert not case.alternatives
            apart |= world.accepted(rendered(SchemaSide(given.document, case)))
        whole = world.accepted(any_instead_of_one(schema))
        assert apart | others == whole | others, schema


NULLABLE: Json = {"type": ["string", "null"]}


def test_null_is_accepted_if_an_alternative_is_null() -> None:
    once = [NULLABLE, any_of(NULLABLE, NULLABLE), one_of(S, any_of(INT, NULLABLE))]
    once += [any_of(S, NULLABLE, type=["string", "null"])]
    # It matches two alternatives of a oneOf; none of them is null.
    loosely = [one_of(NULL, NULLABLE, INT), any_of(S, AB, type=["string", "null"])]
    assert [each for each in [*once, *loosely] if not accepts_null(side(each))] == []
    strict = [each for each in [*once, *loosely, S] if accepts_null(side(each), is_strict=True)]
    assert strict == once


def test_up_to_sixty_four_alternatives_and_five_levels_are_cases() -> None:
    for count, known in ((64, 64), (65, 0)):
        union = any_of(*(lists(minItems=each) for each in range(count)))
        assert len(cases(side(union)) or ()) == known
    schema: Json = lists()
    for depth in range(1, 7):
        schema = one_of(lists(minItems=depth), schema)
        assert (cases(side(schema)) is not None) is (depth < 6)


def test_a_case_has_the_siblings_of_its_alternative() -> None:
    given = {**any_of(has("a", a=S), has("b", b=S)), **has("c", c=INT)}
    found = cases(side(given))
    assert found is not None
    assert [sorted(each.required) for each in found] == [["a", "c"], ["b", "c"]]
    assert [sorted(each.properties) for each in found] == [["a", "c"], ["b", "c"]]
    assert not any(each.alternatives for each in found)
