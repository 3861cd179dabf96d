"""Which scalars schemas accept: a validator says the same of small worlds."""

from typing import Any

import pytest

from scripts.diff.compare.samples import are_accepted, share_scalar
from tests.diff.documents import Json, S, ref
from tests.diff.domain import NUMBERS, TEXTS, UNIONS, World, new_document
from tests.diff.schemas import (
    AB,
    FLAG,
    INT,
    NUMBER,
    any_of,
    integers,
    lists,
    one_of,
    parts,
    side,
    texts,
)


@pytest.mark.parametrize("world", [NUMBERS, TEXTS, UNIONS])
def test_what_is_accepted_and_shared_is_decided_as_by_a_validator(world: World) -> None:
    old, new = world.sides(new_document("old")), world.sides(new_document("new"))
    scalars = world.accepted({"type": ["boolean", "number", "string"]})
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            sent, accepted = world.sets[i] & scalars, world.sets[j] & scalars
            pair = world.schemas[i], world.schemas[j]
            assert are_accepted(one, other) is not bool(sent & ~accepted), pair
            assert share_scalar([one, other]) in (bool(sent & accepted), None), pair


UUID, DATE, SHORT = texts(format="uuid"), texts(format="date"), texts(maxLength=1)
EMPTY, SPLIT = texts(maxLength=0), any_of(integers(maximum=4), integers(minimum=8))
INT32, LEAST, MOST = integers(format="int32"), -(2**31), 2**31 - 1


def lengths(number: int) -> list[Json]:
    return [texts(minLength=each, maxLength=each) for each in range(number)]


SEVEN = [texts(pattern=each) for each in "abcdefg"]
RANGES = any_of(integers(minimum=1, maximum=5), integers(minimum=6, maximum=9))

# sent, accepted, whether it is accepted, and whether they share a value
PAIRS: list[tuple[Json, Json, bool, bool | None]] = [
    (integers(minimum=1, maximum=9), RANGES, True, True),
    ({"type": "unknown"}, S, False, False),
    (any_of(AB, texts(enum=["b", "c"])), texts(enum=["a", "b", "c"]), True, True),
    (texts(enum=["c"]), texts(**{"not": AB}), True, True),
    (S, texts(**{"not": AB}), False, True),
    (AB, texts(**{"not": AB}), False, False),
    (UUID, texts(maxLength=36, minLength=36), True, True),
    (UUID, texts(maxLength=35), False, False),
    (DATE, texts(maxLength=10), True, True),
    (UUID, any_of(DATE, S), True, True),
    (UUID, DATE, False, False),
    (UUID, texts(format="uri"), False, None),
    (texts(format="email"), texts(format="ipv4"), False, False),
    (texts(pattern="^a"), texts(pattern="^b"), False, False),
    (texts(pattern="^a"), texts(pattern="^ab"), False, None),
    (texts(pattern="^a|c"), texts(pattern="^b"), False, None),
    (texts(pattern="^a"), texts(pattern="^a", minLength=2), False, None),
    (texts(pattern=["^a", "b$"]), texts(pattern="b$"), True, None),
    (texts(enum=["ab"]), texts(pattern="^a"), True, True),
    (texts(enum=["ab"]), texts(pattern="["), False, None),
    (any_of(*SEVEN), any_of(*SEVEN), False, None),  # too many conditions
    (any_of(*lengths(99)), any_of(*lengths(99)), True, True),
    (any_of(*lengths(200)), any_of(*lengths(200)), False, None),  # too many checks
    (INT32, integers(minimum=LEAST, maximum=MOST), True, True),
    (INT32, integers(minimum=LEAST + 1), False, True),
    (integers(minimum=0, maximum=9), INT32, True, True),
    (integers(minimum=0), INT32, False, True),
    (INT32, integers(format="int64"), True, True),
    (INT, {**NUMBER, "format": "float"}, True, True),
    (NUMBER, {**NUMBER, "format": "float"}, False, True),
    (NUMBER, {**NUMBER, "format": "double"}, True, True),
    (integers(multipleOf=4), integers(multipleOf=2), True, True),
    (integers(multipleOf=2), integers(multipleOf=4), False, True),
    (INT, {**NUMBER, "multipleOf": 0.5}, True, True),
    ({**NUMBER, "multipleOf": 2}, INT, True, True),
    ({**NUMBER, "minimum": 0, "maximum": 1}, {**NUMBER, "multipleOf": 0.5}, False, True),
    (integers(minimum=3, maximum=3), integers(multipleOf=2), False, False),
    (INT, integers(multipleOf="2"), False, None),
    (INT, integers(maximum="9"), False, None),
    (texts(format="binary"), texts(contentMediaType="image/png"), True, None),
    (texts(contentMediaType="image/png"), texts(format="binary"), True, None),
    (S, texts(contentMediaType="image/png"), False, None),
    (texts(colour="red"), texts(colour="red"), True, None),
    (texts(colour="red"), texts(colour="blue"), False, None),
    (texts(**{"if": {"$ref": "#/a"}}), texts(**{"if": {"$ref": "#/a"}}), False, None),
    (SHORT, one_of(SHORT, texts(minLength=2)), True, True),
    (texts(maxLength=2), one_of(texts(maxLength=2), texts(minLength=2)), False, True),
    (SHORT, parts(any_of(S, INT), any_of(SHORT, NUMBER)), True, True),
    (S, parts(any_of(S, INT), any_of(SHORT, NUMBER)), False, True),
    (SHORT, one_of(SHORT, texts(maxLength=2), discriminator={"propertyName": "k"}), True, True),
    ({"const": True}, FLAG, True, True),
    (EMPTY, EMPTY, True, True),
    (EMPTY, texts(pattern="a"), False, False),
    (INT, integers(minimum=3), False, True),
    (integers(minimum=3, maximum=9), SPLIT, False, True),
    (integers(minimum=2, maximum=5), integers(multipleOf=4), False, True),
    (NUMBER, any_of(INT, {**NUMBER, "minimum": 0}), False, True),  # no fraction below
    (NUMBER, any_of(INT, {**NUMBER, "maximum": 0}), False, True),
]


def test_what_no_validator_measures_is_decided_by_its_meaning() -> None:
    for sent, accepted, is_accepted, is_shared in PAIRS:
        one, other = side(sent), side(accepted)
        assert are_accepted(one, other) is is_accepted
        assert share_scalar([one, other]) is is_shared


def test_a_union_that_contains_itself_is_undecided() -> None:
    loop = side(ref("A"), A=any_of(SHORT, ref("A")))
    assert [are_accepted(loop, side(S)), are_accepted(side(S), loop)] == [False, False]


def test_a_value_is_read_from_its_text() -> None:
    some: list[tuple[Any, Json, bool]] = [
        (AB, S, True),
        ({"const": "1"}, INT, True),
        ({"const": "9" * 5000}, INT, False),
        ({"const": "1"}, NUMBER, True),
        ({"const": "true"}, {"type": "boolean"}, True),
        ({"const": "True"}, {"type": "boolean"}, False),
        ({"const": 12}, SHORT, False),
        ({"const": 1}, SHORT, True),
        (INT, SHORT, False),
        (INT, texts(minLength=1), True),  # as text, no value is empty
        (INT, texts(minLength=2), False),
        (INT, UUID, False),
        (integers(minimum=0), SHORT, False),
        (INT, lists(INT, minItems=0), True),
    ]
    for sent, accepted, expected in some:
        assert are_accepted(side(sent), side(accepted), "once") is expected, (sent, accepted)
