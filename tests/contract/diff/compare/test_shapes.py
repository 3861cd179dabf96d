"""What a shape says of the values that a schema accepts."""

from typing import Any

import pytest

from scripts.contract.diff.compare.shapes import type_of
from tests.contract.diff.documents import CAT, Json, S, has
from tests.contract.diff.schemas import AB, INT, any_of, one_of, parts, shape


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "integer"),
        (1.0, "integer"),
        (0.5, "number"),
        ("a", "string"),
        ({}, "object"),
        ([], "array"),
    ],
)
def test_a_value_has_a_type(value: Any, name: str) -> None:
    assert type_of(value) == name


@pytest.mark.parametrize(
    ("schema", "types", "is_nullable"),
    [
        ({"type": ["number", "null"]}, {"integer", "fraction"}, True),
        ({"type": "string", "enum": [1]}, {"string"}, False),
        ({"enum": ["a", None]}, {"string"}, True),
        ({"const": 1}, {"integer"}, False),
        ({"properties": {"a": S}}, {"object"}, False),
    ],
)
def test_keywords_state_or_imply_the_types(
    schema: Json, types: set[str], is_nullable: bool
) -> None:
    assert shape(schema).types == types
    assert shape(schema).nullable is is_nullable


def test_a_shape_may_accept_everything() -> None:
    everything: list[Json] = [{}, {"title": "A", "deprecated": True}]
    something: list[Json] = [S, {"maxLength": 1}, has(), {"required": ["a"]}, one_of(S, INT)]
    assert all(shape(each).accepts_all for each in everything)
    assert not any(shape(each).accepts_all for each in something)


def test_generated_code_has_classes_for_objects_and_enums() -> None:
    assert [
        shape(each).is_model for each in (CAT, {"type": "object"}, AB, S, {}, {"const": "a"})
    ] == [
        *(True, True, True),
        *(False, False, False),
    ]


def test_a_bare_union_or_conjunction_has_nothing_else() -> None:
    union, unions = one_of(S, INT), parts(any_of(S, INT), one_of(S, CAT))
    for more, is_bare in (
        ({}, True),
        ({"title": "A", "default": "a"}, True),
        ({"minLength": 1}, False),
    ):
        assert shape({**union, **more}).is_bare_union is is_bare
        assert not shape({**union, **more}).is_bare_conjunction
    assert not shape(S).is_bare_union
    assert shape(unions).parts
    assert not shape(unions).is_bare_conjunction
