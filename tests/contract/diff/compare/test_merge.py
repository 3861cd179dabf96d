"""The parts of allOf are merged into one schema."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff.documents import CAT, DOG, Json, S, has
from tests.contract.diff.schemas import (
    AB,
    B_,
    INT,
    NULL,
    NUMBER,
    S_,
    Equal,
    Row,
    any_of,
    differences,
    each_row,
    equal,
    integers,
    one_of,
    parts,
    read_only,
    severities,
    shape,
    texts,
    titled,
)

BASE: Json = has(a=S, b=S)

MERGED: list[Row] = [
    ("allOf flattened", parts(has(a=S), has(b=S)), BASE, S_, S_, S_, S_),
    ("allOf flattened, all titled", titled("E", parts(titled("A", has(a=S)), titled("B", has(b=S)))), titled("F", BASE), S_, S_, S_, S_),
    ("a part with only optional properties", BASE, parts(BASE, has(c=S)), S_, S_, B_, B_),
    ("a part that requires", BASE, parts(BASE, {"required": ["a"]}), B_, S_, S_, B_),
    ("the parts in another order", parts(has(a=S), has(a=texts(maxLength=5))), parts(has(a=texts(maxLength=5)), has(a=S)), S_, S_, S_, S_),
    ("a tighter limit in another part", texts(maxLength=9), parts(texts(maxLength=9), {"maxLength": 5}), B_, S_, S_, B_),
    ("a looser limit in another part", texts(maxLength=5), parts(texts(maxLength=9), {"maxLength": 5}), S_, S_, S_, S_),
    ("an exclusive limit of 3.0 beside a tighter one", integers(minimum=6), parts(integers(minimum=5, exclusiveMinimum=True), integers(minimum=6)), S_, S_, S_, S_),
    ("enums intersect", {"enum": ["b"], **S}, parts({**S, "enum": ["a", "b"]}, {"enum": ["b", "c"]}), S_, S_, S_, S_),
    ("an enum grows in one of two parts", parts({"enum": ["a"]}, AB), parts(AB, AB), S_, B_, B_, S_),
    ("a pattern in a part of its own", texts(pattern="^a"), parts(S, {"pattern": "^a"}), S_, S_, S_, S_),
    ("a further pattern", texts(pattern="^a"), parts(texts(pattern="^a"), {"pattern": "b$"}), B_, S_, S_, B_),
    ("multiples of both", integers(multipleOf=6), parts(integers(multipleOf=2), {"multipleOf": 3}), S_, S_, S_, S_),
    ("a smaller type in a part", NUMBER, parts(NUMBER, INT), B_, S_, S_, B_),
    ("items in two parts", {"type": "array", "items": texts(maxLength=5)}, parts({"type": "array", "items": S}, {"items": {"maxLength": 5}}), S_, S_, S_, S_),
    ("one property in two parts", has(r=texts(maxLength=5, pattern="a")), parts(has(r=texts(maxLength=5)), has(r={"pattern": "a"})), S_, S_, S_, S_),
    ("an object within two parts", has(o=has("x", x=S, y=S)), parts(has(o=has(x=S)), has(o={"properties": {"y": S}, "required": ["x"]})), S_, S_, S_, S_),
    ("a nullable reference of 3.0", {"allOf": [CAT], "nullable": True}, any_of(CAT, NULL), S_, S_, S_, S_),
    ("a titled nullable reference", {"title": "Pet", "allOf": [CAT], "nullable": True}, any_of(CAT, NULL, title="Pet"), S_, S_, S_, S_),
    ("a nullable reference loses null", {"title": "Pet", "allOf": [CAT], "nullable": True}, titled("Pet", CAT), B_, S_, S_, B_),
    ("a union within allOf", parts(one_of(CAT, DOG)), one_of(CAT, DOG), S_, S_, S_, S_),
    ("read-only in one of two parts", has(r=read_only(S)), parts(has(r=S), has(r=read_only({}))), S_, S_, S_, S_),
    ("a condition in two parts", parts({**S, "not": {"enum": ["a"]}}, {"not": {"enum": ["b"]}}), parts({**S, "not": {"enum": ["a"]}}, {"not": {"enum": ["b"]}}), S_, S_, S_, S_),
]  # fmt: skip


@each_row(MERGED)
def test_a_part_is_compared_as_if_it_were_written_in_one_schema(
    old: Any, new: Any, sent: str, received: str, sent_back: str, received_back: str
) -> None:
    assert severities(old, new) == {(sent, received, sent_back, received_back)}


SAME: list[Equal] = [
    ("a part of one", S, {**S, "allOf": [S]}),
    ("a part that only requires", parts(has(a={}), {"required": ["a"]}), has("a", a={})),
]


@equal(SAME)
def test_parts_and_the_merged_schema_are_the_same(old: Any, new: Any) -> None:
    assert differences(old, new) == []


# keyword, its values in two parts, the merged value
TOGETHER: list[tuple[str, Any, Any, Any]] = [
    ("minimum", 1, 2, 2),
    ("exclusiveMinimum", 2, 1, 2),
    ("minLength", 1, 2, 2),
    ("minItems", 1, 2, 2),
    ("minProperties", 1, 2, 2),
    ("minContains", 1, 2, 2),
    ("uniqueItems", False, True, True),
    ("readOnly", True, False, True),
    ("writeOnly", False, True, True),
    ("deprecated", False, True, True),
    ("maximum", 1, 2, 1),
    ("exclusiveMaximum", 2, 1, 1),
    ("maxLength", 1, 2, 1),
    ("maxItems", 1, 2, 1),
    ("maxProperties", 1, 2, 1),
    ("maxContains", 1, 2, 1),
    ("maxLength", 1, "2", 1),  # anything but a number is no limit
    ("maxLength", "2", 1, "2"),
    ("enum", ["a", 1, "b"], ["b", 1.0], [1, "b"]),
    ("enum", ["a"], "a", ["a"]),
    ("pattern", "b$", "^a", ["^a", "b$"]),
    ("pattern", ["^a", "b$"], "^a", ["^a", "b$"]),
    ("format", "int64", "int32", "int32"),
    ("format", "int32", "int64", "int32"),
    ("format", "uuid", "date", ["date", "uuid"]),
    ("multipleOf", 4, 6, 12),
    ("multipleOf", 0.2, 0.3, 0.6),
    ("multipleOf", 0.5, 2, 2),
    ("multipleOf", 2, "3", 2),
    ("multipleOf", 2, 0, 2),
    ("not", S, INT, any_of(S, INT)),
    ("dependentRequired", {"a": ["b"]}, {"a": ["c"], "d": ["e"]}, {"a": ["b", "c"], "d": ["e"]}),
    ("dependentRequired", {"a": ["b"]}, [], {"a": ["b"]}),
    ("propertyNames", {"pattern": "a"}, {"pattern": "b"}, parts({"pattern": "a"}, {"pattern": "b"})),
    ("patternProperties", {"a": S, "b": S}, {"b": AB, "c": S}, {"a": S, "b": parts(S, AB), "c": S}),
    ("title", "A", "B", "A"),
    ("default", 1, 2, 1),
]  # fmt: skip


@pytest.mark.parametrize(("keyword", "one", "other", "both"), TOGETHER)
def test_the_values_of_a_keyword_in_two_parts_are_merged(
    keyword: str, one: Any, other: Any, both: Any
) -> None:
    found = shape(parts({keyword: one}, {keyword: other})).keywords[keyword]
    assert found.value == both


def test_a_part_that_cannot_be_merged_stays() -> None:
    two = parts(any_of(S, INT), one_of(AB, NUMBER))
    given = shape(two)
    assert [node.value for node in given.alternatives] == [S, INT]
    assert [node.value for node in given.parts] == [one_of(AB, NUMBER)]


def test_equal_alternatives_in_two_parts_are_listed_once() -> None:
    given = shape(parts(any_of(S, INT), any_of(S, INT)))
    assert (len(given.alternatives), len(given.parts)) == (2, 1)


def test_types_null_and_required_properties_are_those_of_all_parts() -> None:
    one, other = {"type": ["string", "object", "null"]}, {"type": ["object", "null"]}
    given = shape(parts(one, {**other, "required": ["a"]}))
    assert given.types == {"object"}
    assert given.nullable
    assert list(given.required) == ["a"]
    assert not shape(parts({"type": ["string", "null"]}, S)).nullable
