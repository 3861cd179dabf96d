"""What a shape says of the values that a schema accepts."""

from typing import Any

from scripts.diff.compare.shapes import type_of
from tests.diff.documents import CAT, Json, S, has
from tests.diff.schemas import AB, INT, any_of, one_of, parts, shape


def test_a_value_has_a_type() -> None:
    values: list[Any] = [None, True, 1, 1.0, 0.5, "a", {}, []]
    names = "null boolean integer integer fraction string object array"
    assert [type_of(each) for each in values] == names.split()


def test_keywords_state_or_imply_the_types() -> None:
    schemas: list[tuple[Json, set[str], bool]] = [
        ({"type": ["number", "null"]}, {"integer", "fraction"}, True),
        ({"type": "string", "enum": [1]}, {"string"}, False),
        ({"enum": ["a", None]}, {"string"}, True),
        ({"const": 1}, {"integer"}, False),
        ({"properties": {"a": S}}, {"object"}, False),
    ]
    for schema, types, is_nullable in schemas:
        assert shape(schema).types == types
        assert shape(schema).nullable is is_nullable


def test_a_shape_may_accept_everything() -> None:
    schemas = [{}, {"title": "A"}, S, {"maxLength": 1}, has(), {"required": ["a"]}, one_of(S, INT)]
    assert [each for each in schemas if shape(each).accepts_all] == [{}, {"title": "A"}]
    assert shape(S).key == ("", "/it")


def test_generated_code_has_classes_for_objects_and_enums() -> None:
    schemas = [CAT, {"type": "object"}, AB, S, {}, {"const": "a"}]
    assert [each for each in schemas if shape(each).is_model] == [CAT, {"type": "object"}, AB]


def test_a_bare_union_or_conjunction_has_nothing_else() -> None:
    union, unions = one_of(S, INT), parts(any_of(S, INT), one_of(S, CAT))
    beside: list[Json] = [{}, {"title": "A", "default": "a"}, {"minLength": 1}]
    assert [shape({**union, **each}).is_bare_union for each in beside] == [True, True, False]
    assert not shape(S).is_bare_union
    assert shape(unions).parts
    assert [shape(each).is_bare_conjunction for each in (union, unions)] == [False, False]
