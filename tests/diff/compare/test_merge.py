"""The parts of allOf are merged into one schema."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.diff.documents import S, has, ref
from tests.diff.domain import WORLDS, World, rendered
from tests.diff.schemas import (
    AB,
    INT,
    NUMBER,
    any_of,
    one_of,
    parts,
    read_only,
    shape,
    side,
)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_shape_of_two_parts_accepts_what_both_accept(world: World) -> None:
    for i, schema in list(enumerate(world.schemas))[::3]:
        for j, other in list(enumerate(world.schemas))[::4]:
            both = rendered(side(parts(schema, other)))
            assert world.accepted(both) == world.sets[i] & world.sets[j] & ~world.null, (
                schema,
                other,
            )


# Keyword, its values in two parts, the merged value. Of limits, only what no world above has.
TOGETHER: list[tuple[str, Any, Any, Any]] = [
    ("maxContains", 1, 2, 1),
    ("writeOnly", False, True, True),
    ("maxLength", 1, "2", 1),  # anything but a number is no limit
    ("enum", ["a", 1, "b"], ["b", 1.0], [1, "b"]),
    ("enum", ["a"], "a", ["a"]),
    ("pattern", "b$", "^a", ["^a", "b$"]),
    ("format", "int64", "int32", "int32"),
    ("format", "uuid", "date", ["date", "uuid"]),
    ("multipleOf", 4, 6, 12),
    ("multipleOf", 0.2, 0.3, 0.6),
    ("multipleOf", 2, "3", 2),
    ("multipleOf", 2, 0, 2),
    ("not", S, INT, any_of(S, INT)),
    ("dependentRequired", {"a": ["b"]}, {"a": ["c"], "d": ["e"]}, {"a": ["b", "c"], "d": ["e"]}),
    ("dependentRequired", {"a": ["b"]}, [], {"a": ["b"]}),
    ("propertyNames", {"pattern": "a"}, {"pattern": "b"}, parts({"pattern": "a"}, {"pattern": "b"})),
    ("patternProperties", {"a": S, "b": S}, {"b": AB, "c": S}, {"a": S, "b": parts(S, AB), "c": S}),
    ("title", "A", "B", "A"),
]  # fmt: skip


@pytest.mark.parametrize(("keyword", "one", "other", "both"), TOGETHER)
def test_the_values_of_a_keyword_in_two_parts_are_merged(
    keyword: str, one: Any, other: Any, both: Any
) -> None:
    found = shape(parts({keyword: one}, {keyword: other})).keywords[keyword]
    assert found.value == both


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
