"""Whether a value matches several alternatives, which oneOf refuses."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from scripts.contract.diff.compare.overlap import overlaps
from tests.contract.diff.documents import CAT, DOG, Json, S, has
from tests.contract.diff.schemas import (
    AB,
    B_,
    FLAG,
    INT,
    NUMBER,
    R_,
    S_,
    Row,
    any_of,
    each_row,
    integers,
    lists,
    one_of,
    parts,
    severities,
    side,
    texts,
)

ALTERNATIVES: list[Row] = [
    ("wrapped in two that both fit", has("x y", x=S, y=S), one_of(has("x", x=S, y=S), has("y", x=S, y=S)), B_, B_, B_, R_),
    ("wrapped in two that both fit, of which any will do", has("x y", x=S, y=S), any_of(has("x", x=S, y=S), has("y", x=S, y=S)), S_, B_, B_, S_),
    ("an integer becomes one of integer and number", INT, one_of(INT, NUMBER), B_, B_, B_, R_),
    ("an integer becomes any of integer and number", INT, any_of(INT, NUMBER), S_, B_, B_, S_),
    ("an alternative of another type", one_of(S, INT), one_of(S, INT, {"type": "boolean"}), S_, B_, B_, S_),
    ("an alternative that a value distinguishes", one_of(CAT), one_of(CAT, DOG), S_, B_, B_, S_),
    ("an alternative that overlaps", one_of(texts(maxLength=5), INT), one_of(texts(maxLength=5), INT, texts(minLength=3)), B_, B_, B_, R_),
    ("an alternative that overlaps, of which any will do", any_of(texts(maxLength=5), INT), any_of(texts(maxLength=5), INT, texts(minLength=3)), S_, B_, B_, S_),
    ("an alternative that may be indistinguishable", one_of(texts(pattern="a"), INT), one_of(texts(pattern="a"), INT, texts(pattern="b")), R_, B_, B_, R_),
    ("an alternative that begins otherwise", one_of(texts(pattern="^a"), INT), one_of(texts(pattern="^a"), INT, texts(pattern="^b")), S_, B_, B_, S_),
    ("an alternative that requires a property nobody sends", one_of(has("x", x=S), INT), one_of(has("x", x=S), INT, has("y", y=S)), S_, B_, B_, S_),
    ("an alternative that a discriminator selects", one_of(has("k", k=S), has("k", k=S, y=S), discriminator={"propertyName": "k"}), one_of(has("k", k=S), has("k", k=S, y=S), has("k", k=S, z=S), discriminator={"propertyName": "k"}), S_, B_, B_, S_),
    ("alternatives of limits that do not meet", one_of(integers(maximum=4)), one_of(integers(maximum=4), integers(minimum=5)), S_, B_, B_, S_),
    ("any becomes one, of types", any_of(S, INT), one_of(S, INT), S_, S_, S_, S_),
    ("any becomes one, of values", any_of(CAT, DOG), one_of(CAT, DOG), S_, S_, S_, S_),
    ("any becomes one, and both fit", any_of(S, AB), one_of(S, AB), B_, S_, S_, R_),
]  # fmt: skip


@each_row(ALTERNATIVES)
def test_one_of_refuses_a_value_that_matches_two_alternatives(
    old: Any, new: Any, sent: str, received: str, sent_back: str, received_back: str
) -> None:
    assert severities(old, new) == {(sent, received, sent_back, received_back)}


# two schemas, and whether a value is valid against both; None if undecidable
PAIRS: list[tuple[Json, Json, bool | None]] = [
    (S, INT, False),
    (INT, NUMBER, True),
    (FLAG, FLAG, True),
    (AB, texts(enum=["b", "c"]), True),
    (AB, texts(enum=["c"]), False),
    (AB, texts(maxLength=0), False),
    (AB, texts(pattern="["), None),
    (AB, parts(any_of(S, INT), any_of(AB, FLAG)), None),
    (texts(enum=["a", "ab"]), texts(minLength=2), True),
    ({"enum": [1, "a"]}, INT, True),
    ({"const": "a"}, texts(**{"not": AB}), None),
    ({"const": [1]}, lists(), None),
    (integers(minimum=1), integers(maximum=1), True),
    (integers(minimum=2), integers(maximum=1), False),
    ({**NUMBER, "exclusiveMinimum": 1}, {**NUMBER, "maximum": 1}, False),
    ({**NUMBER, "minimum": 1}, {**NUMBER, "exclusiveMaximum": 1}, False),
    ({**NUMBER, "minimum": 1}, {**NUMBER, "maximum": 1}, True),
    (integers(multipleOf=2), integers(multipleOf=3), None),
    (integers(multipleOf=2, minimum=2), integers(maximum=1), False),
    (texts(minLength=2), texts(maxLength=1), False),
    (texts(minLength=2), texts(maxLength=2), True),
    (texts(format="date"), texts(format="uuid"), False),
    (texts(format="date"), texts(format="uri"), None),
    (texts(format="date"), S, True),
    (texts(pattern="^a"), texts(pattern="^b"), False),
    (texts(pattern="^a"), texts(pattern="^ab"), None),
    (texts(pattern="^a|c"), texts(pattern="^b"), None),
    (texts(pattern="^a*"), texts(pattern="^b"), None),
    (texts(pattern="^a"), S, True),
    (texts(pattern="^a"), texts(maxLength=1), None),
    (lists(minItems=2), lists(maxItems=1), False),
    (lists(S), lists(INT), None),  # the empty list
    (lists(S, minItems=1), lists(INT), False),
    (lists(S), lists(AB), True),
    (lists(S), lists(), True),
    (CAT, DOG, False),
    (has("a", a=S), has("a", a=S), True),
    (has("a", a=S), has("b", b=S), False),  # a client of the first schema never sends b
    (has("a", closed=True, a=S), has("a", closed=True, a=AB), True),
    ({**has("a", a=S), "additionalProperties": S}, has("b", b=S), True),
    ({**has(), "additionalProperties": True}, has("b", closed=True, b=S), True),
    (has("a", a=S), has(closed=True, b=S), False),
    (has("a", a=texts(pattern="a")), has("a", a=texts(pattern="b")), None),
    (has(a=S), has(closed=True, b=S), True),  # an object without b
    (has(a=S), {**has(a=S), "minProperties": 1}, None),
    (one_of(S, INT), one_of(FLAG, NUMBER), True),
    (one_of(S, INT), one_of(FLAG, lists()), False),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS)
def test_two_schemas_overlap_if_a_value_is_valid_against_both(
    one: Json, other: Json, expected: bool | None
) -> None:
    assert overlaps([side(one), side(other)]) is expected


def test_too_deep_nesting_and_too_many_cases_are_undecided() -> None:
    deep: Json = S
    for _ in range(8):
        deep = has("a", a=deep)
    assert overlaps([side(deep), side(deep)]) is None
    many = any_of(*(has("a", a={"const": number}) for number in range(30)))
    assert overlaps([side(many), side(many)]) is None
