"""Keywords that are compared alone: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from scripts.diff.compare.keywords import divides, is_number, plain
from tests.diff.documents import property_found_by_rule
from tests.diff.examples import examples_of

test_the_examples_of_the_rules_are_found = examples_of(
    "format pattern min-l max-l min-i max-i min-p max-p min-c max-c multiple unique default content-encoding xml title schema"
)
test_a_change_of_a_keyword_is_found_by_its_rule = property_found_by_rule([
    ("formats with classes", {"format": "date"}, {"format": "uuid"}, "format-changed"),
    ("one format with a class", {"format": "hostname"}, {"format": "uuid"}, "format-changed"),
    ("a list of formats", {"format": "int32"}, {"format": ["int64"]}, "(format-changed)"),
    ("decimals", {"multipleOf": 0.01}, {"multipleOf": 0.1}, "multiple-of-coarser"),
    ("a multiple of no float", {"multipleOf": 0.5}, {"multipleOf": 10**400}, "multiple-of-coarser"),
    ("a media type", {"contentMediaType": "a/b"}, {"contentMediaType": "a/c"}, "content-encoding-changed"),
    ("at least nothing", {"type": "string"}, {"type": "string", "minLength": 0}, ""),
    ("the order of patterns", {"allOf": [{"pattern": "a"}, {"pattern": "b"}]}, {"allOf": [{"pattern": "b"}, {"pattern": "a"}]}, ""),
    ("a binary format with a media type", {"type": "string", "format": "binary"}, {"type": "string", "format": "binary", "contentMediaType": "image/png"}, ""),
    ("the title of a schema without a class", {"type": "string", "title": "A"}, {"type": "string", "title": "B"}, ""),
    ("a multiple that is no number", {"multipleOf": "1"}, {"multipleOf": "2"}, "unclassified"),
    ("a flag that is none", {"uniqueItems": "yes"}, {"uniqueItems": "no"}, "unclassified"),
])  # fmt: skip


def test_only_finite_numbers_can_be_compared() -> None:
    some: list[Any] = [1, 0.5, True, "1", None, float("inf")]
    assert [each for each in some if is_number(each)] == [1, 0.5]


def test_equal_values_are_equal_text() -> None:
    some: list[Any] = [1, 1.0, 0.5, True, "1", {"b": 1, "a": 2}]
    assert list(map(plain, some)) == ["1", "1", "0.5", "true", '"1"', '{"a":2,"b":1}']


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(2, 4, True), (4, 2, False), (0.1, 0.3, True), (0.01, 0.1, True), (3, 10**400, False)],
)
def test_divisibility_is_decided_in_decimal(one: float, other: float, expected: bool) -> None:
    assert divides(one, other) is expected
