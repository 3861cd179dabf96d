"""The shape of a schema: its references followed, its allOf merged."""

import pytest

from scripts.diff.compare.cases import accepts_null
from scripts.diff.compare.compared import ComparedDocument
from scripts.openapi.nodes import Node
from tests.diff.documents import CAT, S, document, ref
from tests.diff.domain import WORLDS, World, new_document, rendered
from tests.diff.schemas import INT, NULL, any_of, parts, shape, side


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_shape_accepts_what_its_schema_accepts(world: World) -> None:
    for schema, given, accepted in zip(
        world.schemas, world.sides(new_document()), world.sets, strict=True
    ):
        assert world.accepted(rendered(given)) == accepted & ~world.null, schema
        assert (
            accepts_null(given, is_strict=True) is bool(accepted & world.null) or not world.null
        ), schema


def test_types_null_and_required_properties_are_those_of_all_parts() -> None:
    one, other = {"type": ["string", "object", "null"]}, {"type": ["object", "null"]}
    given = shape(parts(one, {**other, "required": ["a"]}))
    assert given.types == {"object"}
    assert given.nullable
    assert list(given.required) == ["a"]
    assert not shape(parts({"type": ["string", "null"]}, S)).nullable


def test_only_what_means_something_beside_a_reference_makes_another_schema() -> None:
    plain = side(ref("Cat"), Cat=CAT).shape.node.pointer
    old = ComparedDocument("old", document(components={"schemas": {"Cat": CAT}}))
    for beside, is_plain in (({"description": "a", "x-a": 1}, True), ({"minProperties": 1}, False)):
        schema = {**ref("Cat"), **beside}
        given = side(schema, Cat=CAT).shape
        assert (given.node.pointer == plain, given.name) == (is_plain, "Cat")
        assert old.shape(Node(schema, "/it")).node.value == CAT  # 3.0 ignores them


def test_a_component_that_only_wraps_another_is_the_other_one() -> None:
    assert side(parts(ref("A")), A=CAT).shape.name == "A"
    assert side(ref("B"), A=CAT, B=parts(ref("A"))).shape.name == "A"


def test_the_types_of_a_union_are_those_of_its_alternatives_unless_it_has_its_own() -> None:
    union, given = any_of(S, INT, NULL), new_document()
    assert given.all_types(Node(union, "/a")) == {"string", "integer"}
    assert given.all_types(Node({**union, "type": "string"}, "/b")) == {"string"}
    assert shape(union).nullable
    assert not shape({**union, "type": "string"}).nullable
    assert not shape({**union, "allOf": [INT]}).nullable


def test_a_schema_that_is_none_or_contains_itself_is_a_problem() -> None:
    given = side(
        parts(ref("A"), ref("B"), ref("C")), A=1, B={"required": "a"}, C=parts(ref("C"), S)
    )
    assert [each.message for each in given.document.problems] == [
        "a schema must be an object",
        "`required` of a schema must be a list",
        "the schema contains itself through allOf",
    ]
