"""Keywords that are compared alone: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from scripts.contract.diff.compare.keywords import divides, is_number, plain
from tests.contract.diff.documents import (
    each_way,
    expected_lines,
    found,
    holding,
    requesting,
    responding,
)

# old, new, findings when it is sent, when it is received; then backwards
KEYWORDS: list[tuple[Any, Any, str, str, str, str]] = [
    ({"type": "string"}, {"type": "string", "format": "uuid"}, "format-added breaking/breaking", "format-added safe/breaking", "format-removed safe/breaking", "format-removed breaking/breaking"),
    ({"type": "string"}, {"type": "string", "format": "hostname"}, "format-added breaking/none", "format-added safe/none", "format-removed safe/none", "format-removed breaking/none"),
    ({"type": "integer", "format": "int64"}, {"type": "integer", "format": "int32"}, "format-narrowed breaking/none", "format-narrowed safe/none", "format-widened safe/none", "format-widened breaking/none"),
    ({"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}, "format-changed breaking/breaking", "format-changed breaking/breaking", "format-changed breaking/breaking", "format-changed breaking/breaking"),
    ({"type": "string"}, {"type": "string", "pattern": "^a"}, "pattern-added breaking/none", "pattern-added safe/none", "pattern-removed safe/none", "pattern-removed breaking/none"),
    ({"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "^b"}, "pattern-changed breaking/none", "pattern-changed breaking/none", "pattern-changed breaking/none", "pattern-changed breaking/none"),
    ({"type": "integer"}, {"type": "integer", "multipleOf": 5}, "multiple-of-added breaking/none", "multiple-of-added safe/none", "multiple-of-removed safe/none", "multiple-of-removed breaking/none"),
    ({"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 4}, "multiple-of-coarser breaking/none", "multiple-of-coarser safe/none", "multiple-of-finer safe/none", "multiple-of-finer breaking/none"),
    ({"type": "number", "multipleOf": 0.01}, {"type": "number", "multipleOf": 0.1}, "multiple-of-coarser breaking/none", "multiple-of-coarser safe/none", "multiple-of-finer safe/none", "multiple-of-finer breaking/none"),
    ({"type": "number", "multipleOf": 0.5}, {"type": "number", "multipleOf": 10**400}, "multiple-of-coarser breaking/none", "multiple-of-coarser safe/none", "multiple-of-finer safe/none", "multiple-of-finer breaking/none"),
    ({"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 3}, "multiple-of-changed breaking/none", "multiple-of-changed breaking/none", "multiple-of-changed breaking/none", "multiple-of-changed breaking/none"),
    ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "string"}, "uniqueItems": True}, "unique-items-added breaking/none", "unique-items-added safe/none", "unique-items-removed safe/none", "unique-items-removed breaking/none"),
    ({"type": "string"}, {"type": "string", "default": "a"}, "default-added risky/compatible", "default-added safe/compatible", "default-removed risky/compatible", "default-removed safe/compatible"),
    ({"type": "string", "default": "a"}, {"type": "string", "default": "b"}, "default-changed breaking/compatible", "default-changed risky/compatible", "default-changed breaking/compatible", "default-changed risky/compatible"),
    ({"type": "string", "contentEncoding": "base64"}, {"type": "string", "contentEncoding": "base32"}, "content-encoding-changed breaking/none", "content-encoding-changed breaking/none", "content-encoding-changed breaking/none", "content-encoding-changed breaking/none"),
    ({"type": "string"}, {"type": "string", "xml": {"attribute": True}}, "xml-changed risky/none", "xml-changed risky/none", "xml-changed risky/none", "xml-changed risky/none"),
    ({"type": "object", "title": "Cat"}, {"type": "object", "title": "Lion"}, "title-changed safe/breaking", "title-changed safe/breaking", "title-changed safe/breaking", "title-changed safe/breaking"),
    ({"type": "string"}, {"type": "string", "deprecated": True}, "schema-deprecated safe/none", "schema-deprecated safe/none", "schema-undeprecated safe/none", "schema-undeprecated safe/none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "sent", "received", "sent_back", "received_back"),
    KEYWORDS,
    ids=[row[2].split()[0] + f"-{index}" for index, row in enumerate(KEYWORDS)],
)
def test_a_keyword_breaks_when_sent_values_shrink_or_received_values_grow(
    old: Any, new: Any, sent: str, received: str, sent_back: str, received_back: str
) -> None:
    expected = [expected_lines(each) for each in (sent, received, sent_back, received_back)]
    assert each_way(holding(old), holding(new)) == expected


# keyword, type, looser value, tighter value, and the rules: added, removed, tightened, loosened
BOUNDS: list[tuple[str, str, int, int, str, str, str, str]] = [
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
    ("at least nothing", {"type": "string"}, {"type": "string", "minLength": 0}),
    ("a flag that is off", {"type": "string"}, {"type": "string", "deprecated": False}),
    ("a default in another form", {"type": "number", "default": 1}, {"type": "number", "default": 1.0}),
    ("the order of patterns", {"allOf": [{"pattern": "a"}, {"pattern": "b"}]}, {"allOf": [{"pattern": "b"}, {"pattern": "a"}]}),
    ("a binary format with a media type", {"type": "string", "format": "binary"}, {"type": "string", "format": "binary", "contentMediaType": "image/png"}),
    ("the title of a schema without a class", {"type": "string", "title": "A"}, {"type": "string", "title": "B"}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_a_keyword_without_new_meaning_causes_no_finding(old: Any, new: Any) -> None:
    assert each_way(holding(old), holding(new)) == [[], [], [], []]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"minLength": "1"}, {"minLength": "2"}),
        ({"multipleOf": "1"}, {"multipleOf": "2"}),
        ({"uniqueItems": "yes"}, {"uniqueItems": "no"}),
        ({"minimum": "1"}, {"minimum": "2"}),
        ({"exclusiveMaximum": "1"}, {"exclusiveMaximum": "2"}),
        ({"enum": "a"}, {"enum": "b"}),
    ],
)
def test_a_value_of_the_wrong_type_is_unclassified(old: Any, new: Any) -> None:
    assert each_way(holding(old), holding(new)) == [["unclassified risky/compatible"]] * 4
    assert each_way(holding(old), holding(old)) == [[]] * 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, True), (0.5, True), (True, False), ("1", False), (None, False), (float("inf"), False)],
)
def test_only_finite_numbers_can_be_compared(value: Any, expected: bool) -> None:
    assert is_number(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, "1"), (1.0, "1"), (0.5, "0.5"), (True, "true"), ("1", '"1"'), ({"b": 1, "a": 2}, '{"a":2,"b":1}')],
)  # fmt: skip
def test_equal_values_are_equal_text(value: Any, expected: str) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(2, 4, True), (4, 2, False), (0.1, 0.3, True), (0.01, 0.1, True), (3, 10**400, False)],
)
def test_divisibility_is_decided_in_decimal(one: float, other: float, expected: bool) -> None:
    assert divides(one, other) is expected
