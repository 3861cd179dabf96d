"""Each keyword of a value: sent or received, the mutated contract is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff.documents import S, found, holding, requesting, responding, said

# old, new, and what is found when it is sent, when it is received; then the same backwards.
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
        {"type": "string", "format": "uuid"},
        "format-added breaking/breaking",
        "format-added safe/breaking",
        "format-removed safe/breaking",
        "format-removed breaking/breaking",
    ),
    (
        {"type": "string"},
        {"type": "string", "format": "hostname"},
        "format-added breaking/none",
        "format-added safe/none",
        "format-removed safe/none",
        "format-removed breaking/none",
    ),
    (
        {"type": "integer", "format": "int64"},
        {"type": "integer", "format": "int32"},
        "format-narrowed breaking/none",
        "format-narrowed safe/none",
        "format-widened safe/none",
        "format-widened breaking/none",
    ),
    (
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date-time"},
        "format-changed breaking/breaking",
        "format-changed breaking/breaking",
        "format-changed breaking/breaking",
        "format-changed breaking/breaking",
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
        {"type": "string"},
        {"type": "string", "pattern": "^a"},
        "pattern-added breaking/none",
        "pattern-added safe/none",
        "pattern-removed safe/none",
        "pattern-removed breaking/none",
    ),
    (
        {"type": "string", "pattern": "^a"},
        {"type": "string", "pattern": "^b"},
        "pattern-changed breaking/none",
        "pattern-changed breaking/none",
        "pattern-changed breaking/none",
        "pattern-changed breaking/none",
    ),
    (
        {"type": "integer"},
        {"type": "integer", "multipleOf": 5},
        "multiple-of-added breaking/none",
        "multiple-of-added safe/none",
        "multiple-of-removed safe/none",
        "multiple-of-removed breaking/none",
    ),
    (
        {"type": "integer", "multipleOf": 2},
        {"type": "integer", "multipleOf": 4},
        "multiple-of-coarser breaking/none",
        "multiple-of-coarser safe/none",
        "multiple-of-finer safe/none",
        "multiple-of-finer breaking/none",
    ),
    (
        {"type": "number", "multipleOf": 0.01},
        {"type": "number", "multipleOf": 0.1},
        "multiple-of-coarser breaking/none",
        "multiple-of-coarser safe/none",
        "multiple-of-finer safe/none",
        "multiple-of-finer breaking/none",
    ),
    (
        {"type": "number", "multipleOf": 0.5},
        {"type": "number", "multipleOf": 10**400},
        "multiple-of-coarser breaking/none",
        "multiple-of-coarser safe/none",
        "multiple-of-finer safe/none",
        "multiple-of-finer breaking/none",
    ),
    (
        {"type": ["string", "integer"]},
        {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]},
        "became-nullable safe/compatible",
        "became-nullable breaking/breaking",
        "became-non-nullable breaking/breaking",
        "became-non-nullable safe/compatible",
    ),
    (
        {"type": "integer", "multipleOf": 2},
        {"type": "integer", "multipleOf": 3},
        "multiple-of-changed breaking/none",
        "multiple-of-changed breaking/none",
        "multiple-of-changed breaking/none",
        "multiple-of-changed breaking/none",
    ),
    (
        {"type": "array", "items": {"type": "string"}},
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "unique-items-added breaking/none",
        "unique-items-added safe/none",
        "unique-items-removed safe/none",
        "unique-items-removed breaking/none",
    ),
    (
        {"type": "string"},
        {"type": "string", "default": "a"},
        "default-added risky/compatible",
        "default-added safe/compatible",
        "default-removed risky/compatible",
        "default-removed safe/compatible",
    ),
    (
        {"type": "string", "default": "a"},
        {"type": "string", "default": "b"},
        "default-changed breaking/compatible",
        "default-changed risky/compatible",
        "default-changed breaking/compatible",
        "default-changed risky/compatible",
    ),
    (
        {"type": "string", "contentEncoding": "base64"},
        {"type": "string", "contentEncoding": "base32"},
        "content-encoding-changed breaking/none",
        "content-encoding-changed breaking/none",
        "content-encoding-changed breaking/none",
        "content-encoding-changed breaking/none",
    ),
    (
        {"type": "string"},
        {"type": "string", "xml": {"attribute": True}},
        "xml-changed risky/none",
        "xml-changed risky/none",
        "xml-changed risky/none",
        "xml-changed risky/none",
    ),
    (
        {"type": "object", "title": "Cat"},
        {"type": "object", "title": "Lion"},
        "title-changed safe/breaking",
        "title-changed safe/breaking",
        "title-changed safe/breaking",
        "title-changed safe/breaking",
    ),
    (
        {"type": "string"},
        {"type": "string", "deprecated": True},
        "schema-deprecated safe/none",
        "schema-deprecated safe/none",
        "schema-undeprecated safe/none",
        "schema-undeprecated safe/none",
    ),
    (
        {"type": "string"},
        {"type": "string", "colour": "red"},
        "unclassified risky/compatible",
        "unclassified risky/compatible",
        "unclassified risky/compatible",
        "unclassified risky/compatible",
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
    assert found(requesting(old), requesting(new)) == said(sent)
    assert found(responding(old), responding(new)) == said(received)
    assert found(requesting(new), requesting(old)) == said(sent_back)
    assert found(responding(new), responding(old)) == said(received_back)


# keyword, type, the looser and the tighter value, and the rules: added, removed, tightened, loosened
BOUNDS: list[tuple[str, str, int, int, str, str, str, str]] = [
    ("minimum", "integer", 1, 2, "minimum-added", "minimum-removed", "minimum-raised", "minimum-lowered"),
    ("maximum", "integer", 9, 8, "maximum-added", "maximum-removed", "maximum-lowered", "maximum-raised"),
    ("minLength", "string", 1, 2, "min-length-added", "min-length-removed", "min-length-raised", "min-length-lowered"),
    ("maxLength", "string", 9, 8, "max-length-added", "max-length-removed", "max-length-lowered", "max-length-raised"),
    ("minItems", "array", 1, 2, "min-items-added", "min-items-removed", "min-items-raised", "min-items-lowered"),
    ("maxItems", "array", 9, 8, "max-items-added", "max-items-removed", "max-items-lowered", "max-items-raised"),
    ("minProperties", "object", 1, 2, "min-properties-added", "min-properties-removed", "min-properties-raised", "min-properties-lowered"),
    ("maxProperties", "object", 9, 8, "max-properties-added", "max-properties-removed", "max-properties-lowered", "max-properties-raised"),
    ("minContains", "array", 1, 2, "min-contains-added", "min-contains-removed", "min-contains-raised", "min-contains-lowered"),
    ("maxContains", "array", 9, 8, "max-contains-added", "max-contains-removed", "max-contains-lowered", "max-contains-raised"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("keyword", "kind", "loose", "tight", "added", "removed", "tightened", "loosened"), BOUNDS
)
def test_a_bound_breaks_what_is_sent_when_tighter_and_what_is_received_when_looser(
    keyword: str,
    kind: str,
    loose: int,
    tight: int,
    added: str,
    removed: str,
    tightened: str,
    loosened: str,
) -> None:
    without, low, high = (
        holding({"type": kind, **more}) for more in ({}, {keyword: loose}, {keyword: tight})
    )
    for document, shrinks, grows in (
        (requesting, "breaking/none", "safe/none"),
        (responding, "safe/none", "breaking/none"),
    ):
        assert found(document(without), document(low)) == [f"{added} {shrinks}"]
        assert found(document(low), document(without)) == [f"{removed} {grows}"]
        assert found(document(low), document(high)) == [f"{tightened} {shrinks}"]
        assert found(document(high), document(low)) == [f"{loosened} {grows}"]


SAME: list[tuple[str, Any, Any]] = [
    ("order of an enum", {"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    ("3.0 and 3.1 null", {"type": "string", "nullable": True}, {"type": ["null", "string"]}),
    (
        "null as an alternative",
        {"type": "string", "nullable": True},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
    ),
    ("allOf of one", S, {"type": "string", "allOf": [S]}),
    ("a list of types", {"type": ["string", "integer"]}, {"anyOf": [{"type": "integer"}, S]}),
    ("further properties of any kind", {}, {"additionalProperties": {"description": "any"}}),
    ("items of any kind", {"type": "array"}, {"type": "array", "items": {"description": "any"}}),
    (
        "a whole number",
        {"type": "number", "enum": [1], "default": 1},
        {"type": "number", "enum": [1.0], "default": 1.0},
    ),
    ("oneOf of one", {"type": "string"}, {"oneOf": [{"type": "string"}]}),
    (
        "exclusive bounds in both spellings",
        {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
        {"type": "integer", "exclusiveMinimum": 1},
    ),
    ("a type that properties imply", {"properties": {}, "type": "object"}, {"type": "object"}),
    ("at least nothing", {"type": "string"}, {"type": "string", "minLength": 0}),
    ("a flag that is off", {"type": "string"}, {"type": "string", "deprecated": False}),
    ("an example", {"type": "string"}, {"type": "string", "example": "a", "examples": {}}),
    ("a description", {"type": "string"}, {"type": "string", "description": "<b>new</b>"}),
    ("an extension", {"type": "string"}, {"type": "string", "x-order": 1}),
    (
        "allOf and the merged object",
        {"allOf": [{"type": "object", "properties": {"a": {}}}, {"required": ["a"]}]},
        {"type": "object", "required": ["a"], "properties": {"a": {}}},
    ),
]


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_two_ways_to_say_the_same_are_no_finding(old: Any, new: Any) -> None:
    for document in (requesting, responding):
        assert found(document(holding(old)), document(holding(new))) == []
        assert found(document(holding(new)), document(holding(old))) == []
