"""Types, listed values and limits of numbers: each mutation is found by its rule."""

from typing import Any

import pytest

from scripts.contract.diff.compare import compare
from tests.contract.diff.documents import each_way, expected_lines, holding, requesting

# old, new, findings when it is sent, when it is received; then backwards
VALUES: list[tuple[Any, Any, str, str, str, str]] = [
    (
        {"type": "integer"},
        {"type": "string"},
        "type-changed breaking/breaking",
        "type-changed breaking/breaking",
        "type-changed breaking/breaking",
        "type-changed breaking/breaking",
    ),
    (
        {"type": "number"},
        {"type": "integer"},
        "type-narrowed breaking/breaking",
        "type-narrowed safe/breaking",
        "type-widened safe/breaking",
        "type-widened breaking/breaking",
    ),
    (
        {"type": "string"},
        {"type": "string", "nullable": True},
        "became-nullable safe/compatible",
        "became-nullable breaking/breaking",
        "became-non-nullable breaking/breaking",
        "became-non-nullable safe/compatible",
    ),
    (
        {"type": "string"},
        {"type": "string", "enum": ["cat"]},
        "enum-added breaking/breaking",
        "enum-added safe/breaking",
        "enum-removed safe/breaking",
        "enum-removed breaking/breaking",
    ),
    (
        {"type": "string", "enum": ["cat", "dog"]},
        {"type": "string", "enum": ["cat"]},
        "enum-values-removed breaking/breaking",
        "enum-values-removed safe/breaking",
        "enum-values-added safe/compatible",
        "enum-values-added breaking/breaking",
    ),
    (
        {"type": "string", "enum": ["cat"]},
        {"type": "string", "enum": ["dog"]},
        "enum-values-replaced breaking/breaking",
        "enum-values-replaced breaking/breaking",
        "enum-values-replaced breaking/breaking",
        "enum-values-replaced breaking/breaking",
    ),
    (
        {"type": "string", "enum": ["cat"]},
        {"type": "string", "const": "cat"},
        "constant-form-changed safe/breaking",
        "constant-form-changed safe/breaking",
        "constant-form-changed safe/breaking",
        "constant-form-changed safe/breaking",
    ),
    (
        {"type": "integer"},
        {"type": "integer", "minimum": 1},
        "minimum-added breaking/none",
        "minimum-added safe/none",
        "minimum-removed safe/none",
        "minimum-removed breaking/none",
    ),
    (
        {"type": "integer", "minimum": 1},
        {"type": "integer", "minimum": 2},
        "minimum-raised breaking/none",
        "minimum-raised safe/none",
        "minimum-lowered safe/none",
        "minimum-lowered breaking/none",
    ),
    (
        {"type": "integer"},
        {"type": "integer", "maximum": 9},
        "maximum-added breaking/none",
        "maximum-added safe/none",
        "maximum-removed safe/none",
        "maximum-removed breaking/none",
    ),
    (
        {"type": "integer", "maximum": 9},
        {"type": "integer", "maximum": 8},
        "maximum-lowered breaking/none",
        "maximum-lowered safe/none",
        "maximum-raised safe/none",
        "maximum-raised breaking/none",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "sent", "received", "sent_back", "received_back"),
    VALUES,
    ids=[row[2].split()[0] + f"-{index}" for index, row in enumerate(VALUES)],
)
def test_a_value_breaks_when_sent_values_shrink_or_received_values_grow(
    old: Any, new: Any, sent: str, received: str, sent_back: str, received_back: str
) -> None:
    old, new = holding(old), holding(new)
    expected = [expected_lines(each) for each in (sent, received, sent_back, received_back)]
    assert each_way(old, new) == expected


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
