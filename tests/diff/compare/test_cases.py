"""A schema is split into cases: each value that it accepts matches one of them."""

import pytest

from scripts.diff.compare.cases import (
    SchemaSide,
    accepts_null,
    by_constant,
    by_type,
    cases,
)
from tests.diff.documents import Json, S, has
from tests.diff.domain import WORLDS, World, any_instead_of_one, new_document, rendered
from tests.diff.schemas import (
    AB,
    INT,
    NULL,
    any_of,
    integers,
    one_of,
    shape,
    side,
)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_schema_accepts_what_any_of_its_cases_accepts(world: World) -> None:
    for schema, given in zip(world.schemas, world.sides(new_document()), strict=True):
        apart = 0
        for case in cases(given) or ():
            assert not case.alternatives
            apart |= world.accepted(rendered(SchemaSide(given.document, case)))
        whole = world.accepted(any_instead_of_one(schema))
        assert apart | world.null == whole | world.null, schema


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
        union = any_of(*(integers(minimum=each) for each in range(count)))
        assert len(cases(side(union)) or ()) == known
    schema: Json = S
    for depth in range(1, 7):
        schema = one_of(integers(minimum=depth), schema)
        assert (cases(side(schema)) is not None) is (depth < 6)


def test_a_case_has_the_siblings_of_its_alternative() -> None:
    given = {**any_of(has("a", a=S), has("b", b=S)), **has("c", c=INT)}
    found = cases(side(given))
    assert found is not None
    assert [sorted(each.required) for each in found] == [["a", "c"], ["b", "c"]]
    assert [sorted(each.properties) for each in found] == [["a", "c"], ["b", "c"]]
    assert not any(each.alternatives for each in found)


def test_each_listed_value_is_a_case() -> None:
    lists: list[Json] = [AB, {"enum": ["a", None]}, {"enum": "a"}, {"const": "a", "enum": ["b"]}]
    found = [[case.constants for case in by_constant(shape(each))] for each in lists]
    assert found == [[["a"], ["b"]], [["a"]], [], []]


def test_each_type_is_a_case_and_numbers_are_one() -> None:
    for types, expected in (
        (["string", "boolean"], [["boolean"], ["string"]]),
        (["string", "number"], [["fraction", "integer"], ["string"]]),
        (["number"], []),
        (["string"], []),
    ):
        found = by_type(shape({"type": types}))
        assert sorted(sorted(each.types) for each in found) == expected
