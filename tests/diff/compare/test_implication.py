"""Whether the limits of one schema imply a limit of another."""

from typing import Any

import pytest

from scripts.diff.compare.implication import keyword_holds
from tests.diff.documents import Json, S, has
from tests.diff.domain import NUMBERS, TEXTS, World, new_document
from tests.diff.schemas import INT, NUMBER, integers, lists, shape, texts


@pytest.mark.parametrize("world", [NUMBERS, TEXTS])
def test_limits_imply_others_exactly_if_no_value_meets_only_the_first(world: World) -> None:
    sides = world.sides(new_document())
    for i, case in enumerate(sides):
        for j, wanted in enumerate(sides):
            limits = wanted.shape.keywords.keys() - {"type"}
            is_implied = case.shape.types <= wanted.shape.types and all(
                keyword_holds(each, case.shape, wanted.shape) for each in limits
            )
            is_met = not world.sets[i] & ~world.sets[j]
            pair = world.schemas[i], world.schemas[j]
            assert is_implied is is_met or (is_met and "multipleOf" in str(pair)), pair


def numbers(**limits: Any) -> Json:
    return {**NUMBER, **limits}


def objects(**limits: Any) -> Json:
    return {"type": "object", **limits}


UUID, DATE = texts(format="uuid"), texts(format="date")
LEAST, MOST = -(2**31), 2**31 - 1

# keyword, known schema, wanted schema, whether the keyword is implied
FOLLOWS: list[tuple[str, Json, Json, bool]] = [
    ("maxLength", texts(maxLength=5), texts(maxLength="6"), False),
    ("maxLength", UUID, texts(maxLength=36), True),
    ("minLength", {**UUID, "minLength": 1}, texts(minLength=36), True),
    ("maxLength", {**UUID, "maxLength": 99}, texts(maxLength=36), True),
    ("maxLength", DATE, texts(maxLength=10), True),
    ("minItems", lists(minItems=2), lists(minItems=1), True),
    ("maxItems", lists(maxItems=2), lists(maxItems=1), False),
    ("minContains", lists(minContains=2), lists(minContains=1), True),
    ("maxContains", lists(maxContains=1), lists(maxContains=2), True),
    ("minProperties", has("a b", a=S, b=S), objects(minProperties=2), True),
    ("minProperties", has("a", a=S, b=S), objects(minProperties=2), False),
    ("maxProperties", has("a", a=S), objects(maxProperties=2), False),  # there may be others
    ("minimum", integers(format="int32"), integers(minimum=LEAST), True),
    ("minimum", integers(format="int32"), integers(minimum=LEAST + 1), False),
    ("maximum", integers(format="int32"), integers(maximum=MOST), True),
    ("maximum", integers(format="int32"), integers(maximum=MOST - 1), False),
    ("maximum", integers(format="int64"), integers(maximum=MOST), False),
    ("maximum", integers(format="int32"), integers(maximum="9"), False),
    ("exclusiveMaximum", integers(format="int32"), numbers(exclusiveMaximum=MOST), False),
    ("exclusiveMinimum", numbers(exclusiveMinimum=1.0), numbers(exclusiveMinimum=1), True),
    ("pattern", texts(pattern=["^a", "b$"]), texts(pattern="^a"), True),
    ("pattern", texts(pattern="^a"), texts(pattern=["^a", "b$"]), False),
    ("format", integers(format="int32"), integers(format="int64"), True),
    ("format", integers(format="int64"), integers(format="int32"), False),
    ("format", integers(minimum=0, maximum=9), integers(format="int32"), True),
    ("format", integers(minimum=0), integers(format="int32"), False),
    ("format", integers(maximum=0), integers(format="int32"), False),
    ("format", INT, numbers(format="float"), True),
    ("format", NUMBER, numbers(format="float"), False),
    ("format", S, UUID, False),
    ("format", UUID, texts(format=["date", "uuid"]), False),
    ("format", texts(format=["date", "uuid"]), integers(format="int64"), False),
    ("format", texts(contentMediaType="image/png"), texts(format="binary"), True),
    ("contentMediaType", texts(format="binary"), texts(contentMediaType="image/png"), True),
    ("contentMediaType", S, texts(contentMediaType="image/png"), False),
    ("multipleOf", INT, numbers(multipleOf=0.5), True),  # a multiple of one
    ("multipleOf", NUMBER, numbers(multipleOf=0.5), False),
    ("multipleOf", numbers(multipleOf=1.5), numbers(multipleOf=0.5), True),
    ("multipleOf", integers(multipleOf=4), integers(multipleOf=2), True),
    ("multipleOf", INT, integers(multipleOf=0), False),
    ("multipleOf", INT, integers(multipleOf="2"), False),
    ("uniqueItems", lists(), lists(uniqueItems=False), True),
    ("uniqueItems", lists(), lists(uniqueItems=True), False),
    ("not", texts(**{"not": S}), texts(**{"not": S}), True),
    ("not", texts(**{"not": {"$ref": "#/a"}}), texts(**{"not": {"$ref": "#/a"}}), False),
    ("colour", texts(colour="red"), texts(colour="red"), True),
    ("colour", texts(colour="$ref"), texts(colour="$ref"), True),
    ("colour", S, texts(colour="red"), False),
]


@pytest.mark.parametrize(("keyword", "known", "wanted", "expected"), FOLLOWS)
def test_what_no_validator_measures_is_implied_by_its_meaning(
    keyword: str, known: Json, wanted: Json, expected: bool
) -> None:
    assert keyword_holds(keyword, shape(known), shape(wanted)) is expected
