"""Whether a value meets limits, and which patterns exclude nothing."""

from typing import Any

import pytest

from scripts.diff.compare.scalars import (
    accepts_any_text,
    divides,
    is_number,
    meets,
    plain,
    shortened,
    texts,
    type_of,
)
from scripts.openapi.nodes import Node
from tests.diff.domain import NUMBERS, TEXTS, World


def test_a_keyword_has_one_text_or_several() -> None:
    assert [texts(each) for each in ("a", ["a", 1, "b"], None, 1)] == [["a"], ["a", "b"], [], []]


def test_a_pattern_of_anything_is_recognised_by_its_form() -> None:
    anything = ["", "^", "$", "^.*$", ".*?", ".{0,}", r"^[\s\S]*$", r"[\w\W]*", r"[\d\D]*"]
    assert [each for each in anything if not accepts_any_text(each)] == []
    something = ["^$", ".+", ".", "^a", "a.*"]  # ^$ is the empty string only
    assert [each for each in something if accepts_any_text(each)] == []


def test_open_ends_of_a_pattern_are_removed() -> None:
    patterns = {"^a.*?$": "^a", "^.*?a$": "a$", "^a.*b$": "^a.*b$", ".*a": ".*a"}
    patterns[r"^a\.*"] = r"^a\.*"  # dots
    assert {each: shortened(each) for each in patterns} == patterns


@pytest.mark.parametrize("world", [NUMBERS, TEXTS])
def test_a_value_meets_limits_exactly_if_a_validator_says_so(world: World) -> None:
    for schema, accepted in zip(world.schemas, world.sets, strict=True):
        for i, value in enumerate(world.values):
            if schema["type"] != "integer" or isinstance(value, int):
                nodes = {name: Node(limit, f"/{name}") for name, limit in schema.items()}
                assert meets(value, nodes) is bool(accepted >> i & 1), (schema, value)


@pytest.mark.parametrize(
    ("value", "limits", "expected"),
    [
        (1, {"exclusiveMinimum": True}, None),  # a flag of 3.0 without its minimum
        (1, {"minimum": "2"}, None),
        (3, {"multipleOf": 0}, None),
        (3, {"multipleOf": "2"}, None),
        (3, {"minLength": 9, "pattern": "^a"}, True),
        ("ab", {"maxLength": 2, "minimum": 9}, True),
        ("ab", {"pattern": ["^a", "a$"]}, False),
        ("ab", {"pattern": "["}, None),
        ("ab", {"pattern": "[", "maxLength": 1}, False),
        (2**31, {"format": "int32"}, False),
        (-(2**31) - 1, {"format": "int32"}, False),
        (2**31, {"format": "int64"}, True),
        ("a", {"format": "int32"}, True),
        ("a", {"format": "uuid"}, None),
        ("a", {"format": "password"}, True),
        (1, {"format": "uuid"}, True),
        (True, {"minimum": 2}, True),
        (1, {"maxItems": 0}, True),  # it applies to arrays only
    ],
)
def test_a_limit_without_meaning_is_none_and_an_unknown_one_is_undecided(
    value: Any, limits: dict[str, Any], expected: bool | None
) -> None:
    nodes = {name: Node(limit, f"/{name}") for name, limit in limits.items()}
    assert meets(value, nodes) is expected


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


def test_a_value_has_a_type() -> None:
    values: list[Any] = [None, True, 1, 1.0, 0.5, "a", {}, []]
    names = "null boolean integer integer fraction string object array"
    assert [type_of(each) for each in values] == names.split()
