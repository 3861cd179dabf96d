"""Whether a value meets limits, and which patterns exclude nothing."""

from typing import Any

import pytest

from scripts.contract.diff.compare.scalars import accepts_any_text, meets, shortened, texts
from scripts.contract.openapi.nodes import Node


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("a", ["a"]), (["a", 1, "b"], ["a", "b"]), (None, []), (1, [])],
)
def test_a_keyword_has_one_text_or_several(stated: Any, expected: list[str]) -> None:
    assert texts(stated) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", True),
        ("^", True),
        ("$", True),
        (".*", True),
        ("^.*$", True),
        (".*?", True),
        (".{0,}", True),
        (r"^[\s\S]*$", True),
        (r"[\w\W]*", True),
        (r"[\d\D]*", True),
        ("^$", False),  # only the empty string
        (".+", False),
        (".", False),
        ("^a", False),
        ("a.*", False),
    ],
)
def test_a_pattern_of_anything_is_recognised_by_its_form(pattern: str, expected: bool) -> None:
    assert accepts_any_text(pattern) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^a.*$", "^a"),
        ("^a.*", "^a"),
        ("^a.*?$", "^a"),
        ("^.*a$", "a$"),
        ("^.*?a$", "a$"),
        (r"^a\.*", r"^a\.*"),  # dots
        ("^a.*b$", "^a.*b$"),
        (".*a", ".*a"),
    ],
)
def test_open_ends_of_a_pattern_are_removed(pattern: str, expected: str) -> None:
    assert shortened(pattern) == expected


@pytest.mark.parametrize(
    ("value", "limits", "expected"),
    [
        (1, {}, True),
        (1, {"minimum": 1}, True),
        (1, {"minimum": 2}, False),
        (1, {"maximum": 1}, True),
        (2, {"maximum": 1}, False),
        (1, {"exclusiveMinimum": 1}, False),
        (2, {"exclusiveMinimum": 1}, True),
        (1, {"exclusiveMaximum": 1}, False),
        (0, {"exclusiveMaximum": 1}, True),
        (1, {"exclusiveMinimum": True}, None),  # a flag of 3.0 without its minimum
        (1, {"minimum": "2"}, True),  # not a number: no limit
        (4, {"multipleOf": 2}, True),
        (3, {"multipleOf": 2}, False),
        (0.3, {"multipleOf": 0.1}, True),
        (3, {"multipleOf": 0}, False),
        (3, {"multipleOf": "2"}, None),
        (3, {"minLength": 9, "pattern": "^a"}, True),
        ("ab", {"minLength": 2}, True),
        ("ab", {"minLength": 3}, False),
        ("ab", {"maxLength": 2}, True),
        ("ab", {"maxLength": 1}, False),
        ("ab", {"maxLength": "1"}, True),
        ("ab", {"minimum": 9, "multipleOf": 2}, True),
        ("ab", {"pattern": "b$"}, True),
        ("ab", {"pattern": "^b"}, False),
        ("ab", {"pattern": ["^a", "b$"]}, True),
        ("ab", {"pattern": ["^a", "a$"]}, False),
        ("ab", {"pattern": "["}, None),
        ("ab", {"pattern": "[", "maxLength": 1}, False),
        (2**31 - 1, {"format": "int32"}, True),
        (2**31, {"format": "int32"}, False),
        (-(2**31), {"format": "int32"}, True),
        (2**31, {"format": "int64"}, True),
        ("a", {"format": "int32"}, True),
        ("a", {"format": "uuid"}, None),
        ("a", {"format": "password"}, True),
        (1, {"format": "uuid"}, True),
        (True, {"minimum": 2}, True),
        ({}, {"minimum": 2}, True),
        (1, {"maxItems": 0}, True),  # it applies to arrays only
    ],
)
def test_a_value_meets_the_limits_that_apply_to_its_type(
    value: Any, limits: dict[str, Any], expected: bool | None
) -> None:
    nodes = {name: Node(limit, f"/{name}") for name, limit in limits.items()}
    assert meets(value, nodes) is expected
