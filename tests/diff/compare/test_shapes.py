"""What a schema says: the types that it states, implies and does not exclude."""

import pytest

from tests.diff.documents import CAT, Json, S, has, ref
from tests.diff.domain import WORLDS, World, rendered
from tests.diff.schemas import (
    AB,
    INT,
    NUMBER,
    any_of,
    lists,
    one_of,
    parts,
    read_only,
    shape,
    side,
)

SCALARS = {"boolean", "string", "integer", "fraction"}


def test_keywords_state_or_imply_the_types() -> None:
    schemas: list[tuple[Json, set[str], bool]] = [
        ({"type": ["number", "null"]}, {"integer", "fraction"}, True),
        ({"type": "string", "enum": [1]}, {"string"}, False),
        ({"enum": ["a", None]}, {"string"}, True),
        ({"const": 1}, {"integer"}, False),
        ({"properties": {"a": S}}, {"object"}, False),
        ({"type": ["string", "number"], "not": {"type": "integer"}}, {"string", "fraction"}, False),
        ({"not": {"type": ["object", "array", "null"]}}, SCALARS, False),
        ({"not": {"type": "object", "title": "A"}}, {*SCALARS, "array"}, True),
    ]
    for schema, types, is_nullable in schemas:
        assert shape(schema).types == types
        assert shape(schema).nullable is is_nullable


def test_a_shape_may_accept_everything() -> None:
    schemas = [{}, {"title": "A"}, S, {"maxLength": 1}, has(), {"required": ["a"]}, one_of(S, INT)]
    schemas += [{"not": {"type": kind}} for kind in ("null", "string")]
    assert [each for each in schemas if shape(each).accepts_all] == [{}, {"title": "A"}]
    assert shape(True).accepts_all
    assert shape(S).key == ("", "/it")


def test_a_shape_lists_its_only_values_and_has_the_schema_of_each_item() -> None:
    assert [shape(each).constants for each in (AB, {"const": 1}, S)] == [["a", "b"], [1], None]
    items = [shape(lists(S, prefixItems=[INT])).item(index) for index in (0, 1)]
    assert [each and each.value for each in items] == [INT, S]
    assert shape(lists()).item(0) is None


def test_generated_code_has_classes_for_objects_and_enums() -> None:
    made = [CAT, {"type": "object"}, AB, {**has(a=S), "type": ["object", "string"]}]
    others = [S, {}, {"const": "a"}]
    assert [each for each in [*made, *others] if shape(each).is_model] == made


def test_a_bare_union_has_nothing_else() -> None:
    union = one_of(S, INT)
    beside: list[Json] = [{}, {"title": "A", "default": "a"}, {"minLength": 1}]
    assert [shape({**union, **each}).is_bare_union for each in beside] == [True, True, False]
    assert not shape(S).is_bare_union


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_shape_of_two_parts_accepts_what_both_accept(world: World) -> None:
    for i, schema in list(enumerate(world.schemas))[::3]:
        for j, other in list(enumerate(world.schemas))[::4]:
            both = rendered(side(parts(schema, other)))
            assert world.accepted(both) == world.sets[i] & world.sets[j] & ~world.null, (
                schema,
                other,
            )


def test_a_part_of_a_part_is_merged_and_what_only_one_side_sends_stays_so() -> None:
    inner = has(o=has("x", x=S), r=read_only({}))
    given = side(parts(parts(inner), has(o=has(y=S), r=S)))
    both = {name: given.of(node).shape for name, node in given.shape.properties.items()}
    assert (list(both["o"].properties), list(both["o"].required)) == (["x", "y"], ["x"])
    assert both["r"].keywords["readOnly"].value is True


def test_a_union_beside_another_stays_a_part_unless_they_are_equal() -> None:
    given = side(parts(ref("U"), ref("U"), one_of(AB, NUMBER)), U=any_of(S, INT)).shape
    assert [node.value for node in given.alternatives] == [S, INT]
    assert [node.value for node in given.parts] == [one_of(AB, NUMBER)]
