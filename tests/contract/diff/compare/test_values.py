"""Types, listed values and limits of numbers: each mutation is found by its rule."""

from typing import Any

import pytest

from scripts.contract.diff.compare import compare
from tests.contract.diff.documents import each_way, holding, requesting
from tests.contract.diff.examples import check


def test_the_examples_of_the_rules_are_found() -> None:
    check("Values", "type", "became", "enum", "constant", "minimum", "maximum")


SAME: list[tuple[str, Any, Any]] = [
    ("order of an enum", {"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    ("a whole number", {"type": "number", "enum": [1]}, {"type": "number", "enum": [1.0]}),
    ("a type that properties imply", {"properties": {}, "type": "object"}, {"type": "object"}),
    ("a type that values imply", {"enum": ["a"]}, {"type": "string", "enum": ["a"]}),
    ("null among the values", {"type": ["string", "null"], "enum": ["a"]}, {"enum": ["a", None]}),
    ("two types that are one", {"type": ["integer", "number"]}, {"type": "number"}),
]


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_equivalent_lists_and_limits_have_no_finding(old: Any, new: Any) -> None:
    assert each_way(holding(old), holding(new)) == [[], [], [], []]


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ({"type": "number", "minimum": 1}, {"type": "number", "exclusiveMinimum": 1}, 1, "> 1"),
        ({"type": "number", "exclusiveMaximum": 1}, {"type": "number"}, "< 1", None),
        ({"type": "number"}, {"type": "number", "minimum": 1, "exclusiveMinimum": 2}, None, "> 2"),
        ({"type": "number"}, {"type": "number", "minimum": 2, "exclusiveMinimum": 1}, None, 2),
        ({"type": "number"}, {"type": "number", "maximum": 1, "exclusiveMaximum": 1}, None, "< 1"),
        ({"enum": ["b", "a"]}, {"enum": ["c", "a"]}, ["a", "b"], ["a", "c"]),
        ({"type": "string"}, {"type": ["integer", "boolean"]}, "string", ["boolean", "integer"]),
        ({"type": "string"}, {"type": ["boolean", "number"]}, "string", ["boolean", "number"]),
        ({"type": "string"}, {}, "string", None),
        ({"const": "a"}, {"enum": ["a", "b"]}, ["a"], ["a", "b"]),
    ],
)
def test_a_finding_has_the_values_of_both_sides(
    old: Any, new: Any, before: Any, after: Any
) -> None:
    found = compare(requesting(holding(old)), requesting(holding(new))).findings[0]
    assert (found.before, found.after) == (before, after)


def test_null_is_not_a_separate_type_if_any_value_is_accepted() -> None:
    assert each_way(holding({"type": "string"}), holding({})) == [
        ["type-widened safe/breaking"],
        ["type-widened breaking/breaking"],
        ["type-narrowed breaking/breaking"],
        ["type-narrowed safe/breaking"],
    ]


def test_schemas_without_a_type_in_common_are_not_compared_further() -> None:
    old, new = {"type": "string", "enum": ["a"]}, {"type": "integer", "minimum": 1}
    assert each_way(old, new) == [["type-changed breaking/breaking"]] * 4
