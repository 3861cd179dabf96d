"""The canonical form of a schema: its references followed, its allOf merged."""

import pytest

from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.overlap import accepts_null
from scripts.openapi.nodes import Node
from tests.diff.documents import CAT, S, document, has, ref
from tests.diff.domain import WORLDS, World, new_document, rendered
from tests.diff.schemas import AB, INT, NULL, any_of, one_of, parts, shape, side


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_shape_accepts_what_its_schema_accepts(world: World) -> None:
    for schema, given, accepted in zip(
        world.schemas, world.sides(new_document()), world.sets, strict=True
    ):
        assert world.accepted(rendered(given)) == accepted & ~world.null, schema
        assert (
            accepts_null(given, is_strict=True) is bool(accepted & world.null) or not world.null
        ), schema


def test_only_what_means_something_beside_a_reference_makes_another_schema() -> None:
    plain = side(ref("Cat"), Cat=CAT).shape.node.pointer
    old = ComparedDocument("old", document(components={"schemas": {"Cat": CAT}}))
    for beside, is_plain in (({"description": "a", "x-a": 1}, True), ({"minProperties": 1}, False)):
        schema = {**ref("Cat"), **beside}
        given = side(schema, Cat=CAT).shape
        assert (given.node.pointer == plain, given.name) == (is_plain, "Cat")
        assert old.shape(Node(schema, "/it")).node.value == CAT  # 3.0 ignores them


def test_a_reference_counts_beside_an_all_of_of_its_own() -> None:
    given = side({**ref("Cat"), **parts(has(more=S), {"required": ["more"]})}, Cat=CAT).shape
    assert {*given.properties} == {*CAT["properties"], "more"}
    assert "more" in given.required
    assert given.properties["more"].pointer == "/it/allOf/0/properties/more"


def test_a_component_that_only_wraps_another_is_the_other_one() -> None:
    assert side(parts(ref("A")), A=CAT).shape.name == "A"
    assert side(ref("B"), A=CAT, B=parts(ref("A"))).shape.name == "A"


def test_what_is_joined_contains_each_schema_once() -> None:
    given = ComparedDocument("old", document(openapi="3.1.0"), location="https://e.example")
    text, listed, number = (Node(each, f"/{i}") for i, each in enumerate((S, AB, INT)))
    both = given.join(text, listed)
    assert given.join(text, text) == given.join(text, Node(S, "/3")) == text
    assert both.value == given.join(both, listed).value == given.join(text, both).value
    assert given.join(both, number).value == parts(S, AB, INT)
    assert given.join(text, listed, Node(S, "/3"), number) == given.join(both, number)
    assert given.join(both) is both
    assert given.location == "https://e.example"
    assert [*shape({"type": "object", "required": ["a", 1]}).required] == ["a"]


def test_a_type_beside_a_union_is_implied_if_each_alternative_has_it() -> None:
    nullable, listed = {"type": ["string", "null"]}, parts(S)
    for stated, union, is_implied in (
        (S, any_of(S, AB), True),
        (S, any_of(listed, AB), True),
        (S, any_of({**listed, "minLength": 1}, AB), False),
        (nullable, any_of(S, nullable), True),
        (nullable, any_of(S, AB), False),
        (nullable, any_of({**S, "nullable": True}, AB), True),
        (S, any_of(S, nullable), False),
    ):
        assert ("type" in shape({**union, **stated}).keywords) is not is_implied


def test_the_types_of_a_union_are_those_of_its_alternatives_unless_it_has_its_own() -> None:
    union, given = any_of(S, INT, NULL), new_document()
    assert given.all_types(Node(union, "/a")) == {"string", "integer"}
    assert given.all_types(Node({**union, "type": "string"}, "/b")) == {"string"}
    assert shape(union).nullable
    assert [shape({**S, "nullable": each}).nullable for each in (True, False)] == [True, False]
    assert not shape({**union, "type": "string"}).nullable
    assert shape({**one_of({"minLength": 1, **S}, NULL), "type": ["string", "null"]}).nullable
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


def test_what_stands_beside_a_union_of_one_is_merged_into_it() -> None:
    for given in (
        side({"allOf": [ref("A")], "oneOf": [has("b", b=S)]}, A=has("a", a=S)),
        side({**has("a", a=S), "anyOf": [has("b", b=S)]}),
    ):
        assert sorted(given.shape.required) == ["a", "b"]
    beside = shape({**one_of(has("a", a=S)), **any_of(has(b=S), has(c=INT))})
    assert (list(beside.required), len(beside.alternatives), beside.parts) == (["a"], 2, [])


def test_a_null_that_is_excluded_is_not_accepted_and_one_among_alternatives_is_a_flag() -> None:
    assert not side({"type": ["string", "null"], "not": ref("No")}, No=NULL).shape.nullable
    given = shape(any_of(S, INT, {"type": ["null"]}))
    assert (len(given.alternatives), given.nullable) == (2, True)


def test_what_stands_beside_a_component_makes_another_class_unless_it_is_its_own() -> None:
    union = any_of(has("b"), has("c"))
    assert side({**parts(ref("A")), **union}, A=CAT).shape.name is None
    given = side(parts(ref("M"), has("z")), M=parts(ref("B"), has("y")), B=CAT).shape
    assert [*given.merged] == ["B", "M"]


def test_what_only_one_side_sends_stays_beside_a_union() -> None:
    assert "readOnly" in shape({**one_of(S), "readOnly": True}).keywords
    assert shape({**one_of(S, INT), "writeOnly": True}).is_bare_union
