"""Limits that exclude no value are removed, and the others are normalised."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from scripts.contract.diff.compare.simplify import has_type
from tests.contract.diff.documents import Json, S, has
from tests.contract.diff.schemas import (
    AB,
    FLAG,
    INT,
    NUMBER,
    S_,
    Equal,
    Row,
    differences,
    each_row,
    equal,
    integers,
    severities,
    shape,
    texts,
)

LISTED: Json = {"type": "string", "enum": ["a", "b"], "maxLength": 5}

SAME: list[Equal] = [
    ("a format inside the limits", integers(minimum=0, maximum=21600), integers(minimum=0, maximum=21600, format="int32")),
    ("a long format inside the limits", integers(minimum=0, maximum=9), integers(minimum=0, maximum=9, format="int64")),
    ("a hint", S, texts(format="password")),
    ("a limit that every value meets", AB, LISTED),
    ("a pattern that every value meets", AB, {**AB, "pattern": "^[a-z]$"}),
    ("a minimum that every value meets", {"type": "integer", "enum": [1, 2]}, {"type": "integer", "enum": [1, 2], "minimum": 1}),
    ("a limit of text on a number", INT, integers(minLength=5, pattern="^a")),
    ("a limit of numbers on a text", S, texts(minimum=5, multipleOf=2)),
    ("a limit of lists on an object", has(a=S), {**has(a=S), "maxItems": 5, "items": S}),
    ("properties of a text", S, {**S, "required": ["a"], "additionalProperties": False}),
    ("an exclusive limit of integers", integers(exclusiveMinimum=0), integers(minimum=1)),
    ("an exclusive limit of 3.0", integers(minimum=0, exclusiveMinimum=True), integers(minimum=1)),
    ("a fraction as a limit of integers", integers(minimum=0.5, maximum=9.5), integers(minimum=1, maximum=9)),
    ("multiples of one", INT, integers(multipleOf=1)),
    ("a pattern of anything", S, texts(pattern=".*")),
    ("a pattern with an open end", texts(pattern="^a"), texts(pattern="^a.*$")),
    ("base64 in both spellings", texts(format="byte"), texts(contentEncoding="base64")),
    ("values listed twice by type", {"enum": ["a", 1], "type": "string"}, {"enum": ["a"], "type": "string"}),
    ("an exclusive limit of numbers in both spellings", {**NUMBER, "minimum": 1, "exclusiveMinimum": True}, {**NUMBER, "exclusiveMinimum": 1}),
    ("an exclusive limit without what it is about", NUMBER, {**NUMBER, "exclusiveMaximum": True}),
    ("an explicitly inclusive limit", {**NUMBER, "maximum": 1}, {**NUMBER, "maximum": 1, "exclusiveMaximum": False}),
    ("the looser of two limits", integers(minimum=2), integers(minimum=2, exclusiveMinimum=0)),
    ("an exclusive maximum of integers", integers(exclusiveMaximum=2), integers(maximum=1)),
    ("an exclusive fraction as a limit of integers", integers(exclusiveMinimum=0.5, exclusiveMaximum=1.5), integers(minimum=1, maximum=1)),
    ("a format of numbers on a text", S, texts(format="int32")),
    ("a format of texts on a number", INT, integers(format="uuid")),
    ("a constant among listed values", {"const": "a"}, {"const": "a", "enum": ["a", "b"]}),
]  # fmt: skip


@equal(SAME)
def test_schemas_that_accept_the_same_have_no_finding(old: Any, new: Any) -> None:
    assert differences(old, new) == []


LIMITED: list[Row] = [
    ("a limit that one value does not meet", AB, {"type": "string", "enum": ["a", "b", "cc"], "maxLength": 1}, S_, S_, S_, S_),
]  # fmt: skip


@each_row(LIMITED)
def test_a_listed_value_beyond_a_limit_is_ignored(
    old: Any, new: Any, sent: str, received: str, sent_back: str, received_back: str
) -> None:
    assert severities(old, new) == {(sent, received, sent_back, received_back)}


# schema, and its remaining keywords
LEFT: list[tuple[Json, dict[str, Any]]] = [
    ({"minLength": 1, "minimum": 1}, {"minLength": 1, "minimum": 1}),  # any type is possible
    ({"type": ["string", "integer"], "minLength": 1, "minimum": 1, "minItems": 1}, {"minLength": 1, "minimum": 1}),
    (integers(minimum="1", exclusiveMinimum=0.5), {"minimum": "1", "exclusiveMinimum": 0.5}),
    ({**NUMBER, "minimum": 0.5}, {"minimum": 0.5}),
    (integers(multipleOf=2), {"multipleOf": 2}),
    (texts(pattern=["^a.*", ".*", "b"]), {"pattern": ["^a", "b"]}),
    (texts(format="byte", contentEncoding="base32"), {"contentEncoding": "base32"}),
    (integers(format="int32", minimum=0), {"format": "int32", "minimum": 0}),
    (integers(format="int32", minimum=0, maximum=2**31), {"format": "int32", "minimum": 0, "maximum": 2**31}),
    (integers(format="int32", minimum=0, maximum=2**31 - 1), {"minimum": 0, "maximum": 2**31 - 1}),
    (texts(enum=["a", 1, None], maxLength=0), {"enum": [None]}),  # the types decide about null
    (texts(enum=["a"], pattern="["), {"enum": ["a"], "pattern": "["}),  # undecidable
    (texts(enum=["a"], format="password"), {"enum": ["a"]}),
    ({"type": ["string", "null"], "enum": ["a", None], "minLength": 1}, {"enum": ["a", None]}),
    ({"enum": ["a"], "const": "b"}, {"enum": ["a"], "const": "b"}),
    ({"enum": "a", "maxLength": 1}, {"enum": "a", "maxLength": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "left"), LEFT)
def test_a_limit_stays_if_it_may_exclude_a_value(schema: Json, left: dict[str, Any]) -> None:
    found = {name: node.value for name, node in shape(schema).keywords.items() if name != "type"}
    assert found == left


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (INT, 1, True),
        (INT, 1.0, True),
        (INT, 1.5, False),
        (NUMBER, 1.5, True),
        (INT, True, False),
        (FLAG, True, True),
        (S, None, False),
        ({**S, "nullable": True}, None, True),
        (has(a=S), {}, True),
        (S, [], False),
    ],
)
def test_a_value_is_of_a_type(schema: Json, value: Any, expected: bool) -> None:
    assert has_type(shape(schema), value) is expected
