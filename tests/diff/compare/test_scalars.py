"""Whether a value meets limits, and which patterns exclude nothing."""

from typing import Any

import pytest

from scripts.diff.compare.scalars import (
    INTEGERS,
    Sample,
    accepts_any_text,
    applies,
    computed,
    divides,
    is_met,
    is_number,
    limits,
    meets,
    plain,
    shortened,
    texts,
    type_of,
)
from scripts.diff.compare.scalars import NUMBERS as NUMERIC
from scripts.openapi.nodes import Node
from tests.diff.domain import NUMBERS, TEXTS, World


def test_what_a_value_is() -> None:
    values: list[Any] = [None, True, 1, 1.0, 0.5, "a", {"b": 1, "a": 2}, [], float("inf")]
    names = "null boolean integer integer fraction string object array fraction"
    written = ["null", "true", "1", "1", "0.5", '"a"', '{"a":2,"b":1}', "[]", "Infinity"]
    assert [type_of(each) for each in values] == names.split()
    assert [is_number(each) for each in values] == [False] * 2 + [True] * 3 + [False] * 4
    assert [plain(each) for each in values] == written
    assert is_number(10**400)  # no float is as large
    assert [texts(each) for each in ("a", ["a", 1, "b"], None, 1)] == [["a"], ["a", "b"], [], []]


def test_a_pattern_of_anything_is_recognised_by_its_form_and_open_ends_are_removed() -> None:
    anything = ["", "^", "$", "^.*$", ".*?", ".{0,}", r"^[\s\S]*$", r"[\w\W]*", r"[\d\D]*"]
    assert [each for each in anything if not accepts_any_text(each)] == []
    something = ["^$", ".+", ".", "^a", "a.*"]  # ^$ is the empty string only
    assert [each for each in something if accepts_any_text(each)] == []
    patterns = {"^a.*?$": "^a", "^.*?a$": "a$", "^a.*b$": "^a.*b$", ".*a": ".*a"}
    patterns[r"^a\.*"] = r"^a\.*"  # dots
    assert {each: shortened(each) for each in patterns} == patterns


def test_divisibility_is_decided_in_decimal() -> None:
    pairs = [(2, 4), (4, 2), (0.1, 0.3), (0.01, 0.1), (3, 10**400)]
    assert [divides(*each) for each in pairs] == [True, False, True, True, False]


def test_a_number_of_a_format_and_any_keyword_of_some_types_have_their_limits() -> None:
    assert INTEGERS == {
        "int32": (-2147483648, 2147483647),
        "int64": (-9223372036854775808, 9223372036854775807),
    }
    assert applies("minLength", frozenset({"string", "integer"}))
    assert not applies("minLength", NUMERIC)


# keywords, and the limits of scalars in them
STATED: list[tuple[dict[str, Any], list[Any]]] = [
    ({"format": ["int32", 2, None, "uuid"]}, ["int32", ("format", "2"), ("format", "uuid")]),
    ({"multipleOf": "2"}, [("", '"2"')]),
    ({"colour": "red"}, [("colour", '"red"')]),
    ({"enum": "a"}, [("enum", '"a"')]),
    ({"enum": ["a"], "title": "A", "items": {}}, []),
    ({"if": {"$ref": "#/a"}}, [("if", '{"$ref":"#/a"}/old')]),
]


def test_a_limit_of_scalars_is_a_number_a_format_or_a_condition() -> None:
    for keywords, stated in STATED:
        assert [limit for _, limit in limits(nodes(keywords), "/old")] == stated


# any number or text of a class, a condition, and whether it meets it; None if unknown
CLASSES: list[tuple[str, str, str, bool | None]] = [
    ("integer", "multipleOf", "0.5", True),
    ("integer", "multipleOf", "2", None),
    ("fraction", "multipleOf", "0.5", None),
    ("fraction", "multipleOf", "1", False),
    ("fraction", "multipleOf", "2", False),
    ("string", "multipleOf", "2", None),
    ("string", "pattern", "a", None),
    ("integer", "format", "float", True),
    ("fraction", "format", "float", None),
    ("string", "format", "float", True),
]


def test_of_a_class_of_values_it_is_computed_what_all_of_them_meet() -> None:
    for kind, name, limit, expected in CLASSES:
        sample, condition = Sample(kind, 3, is_exact=False), (name, limit)
        found = computed(sample, condition) if name != "format" else is_met(sample, name, condition)
        assert found is expected, (kind, name, limit)
    assert computed(Sample("integer", 3, is_exact=True), ("pattern", "a")) is None


def nodes(limits: dict[str, Any]) -> dict[str, Node]:
    return {name: Node(limit, f"/{name}") for name, limit in limits.items()}


@pytest.mark.parametrize("world", [NUMBERS, TEXTS])
def test_a_value_meets_limits_exactly_if_a_validator_says_so(world: World) -> None:
    for schema, accepted in zip(world.schemas, world.sets, strict=True):
        for i, value in enumerate(world.values):
            if schema["type"] != "integer" or isinstance(value, int):
                assert meets(value, nodes(schema)) is bool(accepted >> i & 1), (schema, value)


# a value, limits, and whether it meets them; None if unknown
LIMITED: list[tuple[Any, dict[str, Any], bool | None]] = [
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
    (0.5, {"format": "float"}, True),
    ("a", {"format": "int32"}, True),
    ("a", {"format": "uuid"}, None),
    ("a", {"format": "password"}, True),
    (1, {"format": "uuid"}, True),
    (True, {"minimum": 2}, True),
    (1, {"maxItems": 0}, True),  # it applies to arrays only
]


def test_a_limit_without_meaning_is_none_and_an_unknown_one_is_undecided() -> None:
    for value, keywords, expected in LIMITED:
        assert meets(value, nodes(keywords)) is expected, keywords
