"""Whether the limits of one schema imply a limit of another."""

from typing import Any

import pytest

from scripts.contract.diff.compare.implication import keyword_holds
from tests.contract.diff.documents import Json, S, has
from tests.contract.diff.schemas import INT, NUMBER, integers, lists, shape, texts


def numbers(**limits: Any) -> Json:
    """Return a number with limits."""
    return {**NUMBER, **limits}


def objects(**limits: Any) -> Json:
    """Return an object with limits."""
    return {"type": "object", **limits}


UUID, DATE = texts(format="uuid"), texts(format="date")
LEAST, MOST = -(2**31), 2**31 - 1

# keyword, known schema, wanted schema, whether the keyword is implied
FOLLOWS: list[tuple[str, Json, Json, bool]] = [
    ("maxLength", texts(maxLength=5), texts(maxLength=5), True),
    ("maxLength", texts(maxLength=5), texts(maxLength=6), True),
    ("maxLength", texts(maxLength=5), texts(maxLength=4), False),
    ("maxLength", S, texts(maxLength=4), False),
    ("maxLength", texts(maxLength=5), texts(maxLength="6"), False),
    ("minLength", texts(minLength=5), texts(minLength=4), True),
    ("minLength", texts(minLength=5), texts(minLength=6), False),
    ("minLength", S, texts(minLength=0), True),
    ("minLength", S, texts(minLength=1), False),
    ("maxLength", UUID, texts(maxLength=36), True),
    ("maxLength", UUID, texts(maxLength=35), False),
    ("minLength", UUID, texts(minLength=36), True),
    ("maxLength", DATE, texts(maxLength=10), True),
    ("maxLength", DATE, texts(maxLength=9), False),
    ("minItems", lists(minItems=2), lists(minItems=1), True),
    ("maxItems", lists(maxItems=2), lists(maxItems=1), False),
    ("minContains", lists(minContains=2), lists(minContains=1), True),
    ("maxContains", lists(maxContains=1), lists(maxContains=2), True),
    ("minProperties", has("a b", a=S, b=S), objects(minProperties=2), True),
    ("minProperties", has("a", a=S, b=S), objects(minProperties=2), False),
    ("maxProperties", has("a", a=S), objects(maxProperties=2), False),  # there may be others
    ("minimum", numbers(minimum=2), numbers(minimum=1), True),
    ("minimum", numbers(minimum=1), numbers(minimum=2), False),
    ("minimum", numbers(exclusiveMinimum=1), numbers(minimum=1), True),
    ("minimum", numbers(exclusiveMinimum=0), numbers(minimum=1), False),
    ("minimum", NUMBER, numbers(minimum=1), False),
    ("minimum", numbers(format="float"), numbers(minimum=1), False),
    ("exclusiveMinimum", numbers(minimum=1), numbers(exclusiveMinimum=1), False),
    ("exclusiveMinimum", numbers(minimum=2), numbers(exclusiveMinimum=1), True),
    ("exclusiveMinimum", numbers(exclusiveMinimum=2), numbers(exclusiveMinimum=1), True),
    ("maximum", numbers(maximum=1), numbers(maximum=2), True),
    ("maximum", numbers(maximum=2), numbers(maximum=1), False),
    ("maximum", numbers(exclusiveMaximum=1), numbers(maximum=1), True),
    ("exclusiveMaximum", numbers(maximum=1), numbers(exclusiveMaximum=1), False),
    ("exclusiveMaximum", numbers(maximum=0), numbers(exclusiveMaximum=1), True),
    ("maximum", numbers(maximum=1), numbers(maximum="2"), False),
    ("minimum", integers(format="int32"), integers(minimum=LEAST), True),
    ("minimum", integers(format="int32"), integers(minimum=LEAST + 1), False),
    ("maximum", integers(format="int32"), integers(maximum=MOST), True),
    ("maximum", integers(format="int32"), integers(maximum=MOST - 1), False),
    ("maximum", integers(format="int64"), integers(maximum=MOST), False),
    ("exclusiveMaximum", integers(format="int32"), numbers(exclusiveMaximum=MOST), False),
    ("pattern", texts(pattern="^a"), texts(pattern="^a"), True),
    ("pattern", texts(pattern=["^a", "b$"]), texts(pattern="^a"), True),
    ("pattern", texts(pattern="^a"), texts(pattern=["^a", "b$"]), False),
    ("pattern", S, texts(pattern="^a"), False),
    ("format", integers(format="int32"), integers(format="int64"), True),
    ("format", integers(format="int64"), integers(format="int32"), False),
    ("format", integers(minimum=LEAST, maximum=MOST), integers(format="int32"), True),
    ("format", integers(minimum=LEAST, maximum=MOST + 1), integers(format="int32"), False),
    ("format", integers(minimum=LEAST - 1, maximum=MOST), integers(format="int32"), False),
    ("format", INT, numbers(format="float"), True),
    ("format", NUMBER, numbers(format="float"), False),
    ("format", S, UUID, False),
    ("format", texts(contentMediaType="image/png"), texts(format="binary"), True),
    ("format", S, texts(format="binary"), False),
    ("contentMediaType", texts(format="binary"), texts(contentMediaType="image/png"), True),
    ("contentMediaType", S, texts(contentMediaType="image/png"), False),
    ("multipleOf", integers(multipleOf=4), integers(multipleOf=2), True),
    ("multipleOf", integers(multipleOf=2), integers(multipleOf=4), False),
    ("multipleOf", INT, numbers(multipleOf=0.5), True),  # an integer is a multiple of one
    ("multipleOf", NUMBER, numbers(multipleOf=0.5), False),
    ("multipleOf", numbers(multipleOf=1.5), numbers(multipleOf=0.5), True),
    ("multipleOf", INT, integers(multipleOf=0), False),
    ("uniqueItems", lists(), lists(uniqueItems=False), True),
    ("uniqueItems", lists(), lists(uniqueItems=True), False),
    ("not", texts(**{"not": S}), texts(**{"not": S}), True),
    ("not", texts(**{"not": {"$ref": "#/a"}}), texts(**{"not": {"$ref": "#/a"}}), False),
    ("colour", texts(colour="red"), texts(colour="red"), True),
    ("colour", S, texts(colour="red"), False),
]  # fmt: skip


@pytest.mark.parametrize(("keyword", "known", "wanted", "expected"), FOLLOWS)
def test_a_tighter_limit_implies_a_limit(
    keyword: str, known: Json, wanted: Json, expected: bool
) -> None:
    assert keyword_holds(keyword, shape(known), shape(wanted)) is expected
