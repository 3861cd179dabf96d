"""Types and keywords: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

from scripts.diff.compare import compare
from tests.diff.documents import Json, S, holding, property_found_by_rule, requesting
from tests.diff.examples import examples_of

test_the_examples_of_the_rules_are_found = examples_of(
    "type became enum constant minimum maximum format pattern min-l max-l min-i max-i min-p max-p min-c max-c multiple unique default content-encoding xml title schema"
)
test_a_change_of_a_keyword_is_found_by_its_rule = property_found_by_rule([
    ("formats with classes", {"format": "date"}, {"format": "uuid"}, "format-changed"),
    ("one format with a class", {"format": "hostname"}, {"format": "uuid"}, "format-changed"),
    ("a list of formats", {"format": "int32"}, {"format": ["int64"]}, "(format-changed)"),
    ("decimals", {"multipleOf": 0.01}, {"multipleOf": 0.1}, "multiple-of-coarser"),
    ("a multiple of no float", {"multipleOf": 0.5}, {"multipleOf": 10**400}, "multiple-of-coarser"),
    ("a media type", {"contentMediaType": "a/b"}, {"contentMediaType": "a/c"}, "content-encoding-changed"),
    ("at least nothing", {"type": "string"}, {"type": "string", "minLength": 0}, ""),
    ("at most nothing", {"type": "string", "maxLength": 0}, {"type": "string", "maxLength": 1}, "max-length-raised"),
    ("the letters of a pattern in another order", {"pattern": "ab"}, {"pattern": "ba"}, "pattern-changed"),
    ("a default of null alone", {"type": "null"}, {"type": "null", "default": None}, "default-added"),
    ("a binary format with a media type", {"type": "string", "format": "binary"}, {"type": "string", "format": "binary", "contentMediaType": "image/png"}, ""),
    ("the title of a schema without a class", {"type": "string", "title": "A"}, {"type": "string", "title": "B"}, ""),
    ("a whole number", {"type": "number", "enum": [1]}, {"type": "number", "enum": [1.0]}, ""),
    ("null among the values", {"type": ["string", "null"], "enum": ["a"]}, {"enum": ["a", None]}, ""),
    ("null alone", {"type": "null"}, {"anyOf": [{"type": "string"}, {"type": "integer"}], "minimum": 1}, "became-non-nullable, type-widened"),
    ("nothing in common", {"type": "string", "enum": ["a"]}, {"type": "integer", "minimum": 1}, "type-changed"),
])  # fmt: skip


def test_a_finding_has_the_values_of_both_sides() -> None:
    number: Json = {"type": "number"}
    changes: list[tuple[Json, Json, Any, Any]] = [
        ({**number, "minimum": 1}, {**number, "exclusiveMinimum": 1}, 1, "> 1"),
        ({**number, "exclusiveMaximum": 1}, number, "< 1", None),
        (number, {**number, "minimum": 2, "exclusiveMinimum": 1}, None, 2),
        (number, {**number, "maximum": 1, "exclusiveMaximum": 1}, None, "< 1"),
        ({"enum": ["b", "a", 1]}, {"enum": ["c", "a", 1]}, ["a", "b", 1], ["a", "c", 1]),
        (S, {"type": ["integer", "boolean"]}, "string", ["boolean", "integer"]),
        (S, {}, "string", None),
        (number, S, "number", "string"),
        ({"type": "string", "enum": "a"}, {"type": "string", "enum": ["a"]}, None, ["a"]),
    ]
    for old, new, before, after in changes:
        found = compare(requesting(holding(old)), requesting(holding(new))).findings[0]
        assert (found.before, found.after) == (before, after)
