"""Values of a keyword combine; limits that exclude nothing are removed, the others normalised."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from itertools import product
from typing import Any

from tests.diff.documents import Json, S
from tests.diff.domain import World
from tests.diff.schemas import AB, INT, NUMBER, any_of, integers, lists, parts, shape, texts


def remaining(schema: Json) -> dict[str, Any]:
    """Return the keywords that a shape keeps, without the type."""
    return {name: node.value for name, node in shape(schema).keywords.items() if name != "type"}


def test_integers_that_accept_the_same_have_one_form() -> None:
    lows = product((None, 0, 1, 0.5), (None, 0, 0.5))
    bounds = [
        {"minimum": low, "exclusiveMinimum": above, "maximum": high, "exclusiveMaximum": below}
        for (low, above), (high, below) in product(lows, product((None, 2, 3, 2.5), (None, 3, 2.5)))
    ]
    limits = [{name: each for name, each in some.items() if each is not None} for some in bounds]
    world = World([{**INT, **each} for each in limits], [*range(-2, 6)])
    forms: dict[int, dict[str, Any]] = {}
    for schema, accepted in zip(world.schemas, world.sets, strict=True):
        found = remaining(schema)
        assert forms.setdefault(accepted, found) == found
        assert world.accepted({**INT, **found}) == accepted
    assert forms[world.accepted(INT)] == {}


# schema, and its remaining keywords
LEFT: list[tuple[Json, dict[str, Any]]] = [
    ({"type": ["string", "integer"], "minLength": 1, "minItems": 1}, {"minLength": 1}),
    (integers(minLength=5, pattern="^a", items=S), {}),
    (texts(minimum=5, multipleOf=2, required=["a"], additionalProperties=False), {}),
    (integers(minimum=0, exclusiveMinimum=True), {"minimum": 1}),
    (integers(minimum="1", exclusiveMinimum=True), {"exclusiveMinimum": "1"}),
    (integers(exclusiveMinimum=True), {}),
    (integers(minimum="1", exclusiveMinimum=0.5), {"minimum": "1", "exclusiveMinimum": 0.5}),
    ({**NUMBER, "minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
    ({**NUMBER, "minimum": 1, "exclusiveMinimum": 1}, {"exclusiveMinimum": 1}),
    ({**NUMBER, "maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
    (integers(multipleOf=1), {}),
    ({**NUMBER, "multipleOf": 1}, {"multipleOf": 1}),
    (texts(pattern=".*"), {}),
    (texts(pattern="^a.*"), {"pattern": "^a"}),
    (texts(pattern=2), {"pattern": 2}),
    (texts(pattern=["^a.*", ".*", "b"]), {"pattern": ["^a", "b"]}),
    (integers(format="uuid"), {}),
    (texts(format="uuid"), {"format": "uuid"}),
    (texts(format="float"), {}),
    (texts(format="byte"), {"contentEncoding": "base64"}),
    (texts(format="byte", contentEncoding="base32"), {"contentEncoding": "base32"}),
    (integers(format="int32", minimum=0), {"format": "int32", "minimum": 0}),
    (integers(format="int32", maximum=0), {"format": "int32", "maximum": 0}),
    (integers(format="int64", minimum=0, maximum=9), {"minimum": 0, "maximum": 9}),
    (integers(format="int32", minimum=0, maximum=2**31), {"format": "int32", "minimum": 0, "maximum": 2**31}),
    (integers(format="int32", minimum=-(2**31), maximum=2**31 - 1), {"minimum": -(2**31), "maximum": 2**31 - 1}),
    (integers(format="int32", minimum=-(2**31) - 1, maximum=0), {"format": "int32", "minimum": -(2**31) - 1, "maximum": 0}),
    (texts(enum=["a", "b", "cc"], maxLength=1, pattern="^[a-z]$"), {"enum": ["a", "b"]}),
    (integers(enum=[1, 2, 3], minimum=2), {"enum": [2, 3]}),
    (texts(enum=["a", 1, None], maxLength=0), {"enum": [None]}),  # the types decide about null
    (texts(enum=["a"], pattern="["), {"enum": ["a"], "pattern": "["}),  # undecidable
    (lists(S), {"items": S}),
    (lists(False, prefixItems=[S]), {"prefixItems": [S], "maxItems": 1}),
    (lists(False, prefixItems=[S], maxItems=3), {"prefixItems": [S], "maxItems": 1}),
    (lists(False, prefixItems=[S, S], maxItems=1), {"prefixItems": [S, S], "maxItems": 1}),
    ({"enum": ["a", "b"], "const": "a"}, {"const": "a"}),
    ({"enum": ["a"], "const": "b"}, {"enum": ["a"], "const": "b"}),
    ({"enum": "a", "maxLength": 1}, {"enum": "a", "maxLength": 1}),
]  # fmt: skip


def test_a_limit_stays_if_it_may_exclude_a_value() -> None:
    for schema, left in LEFT:
        assert remaining(schema) == left


# Keyword, its values in two parts, the merged value. Of limits, only what no world above has.
TOGETHER: list[tuple[str, Any, Any, Any]] = [
    ("maxContains", 1, 2, 1),
    ("writeOnly", False, True, True),
    ("maxLength", 1, "2", 1),  # anything but a number is no limit
    ("enum", ["a", 1, "b"], ["b", 1.0], [1, "b"]),
    ("enum", ["a", "b"], "a", ["a", "b"]),
    ("enum", "a", ["b"], "a"),
    ("pattern", "b$", "^a", ["^a", "b$"]),
    ("pattern", "a", "a", "a"),
    ("format", "int64", "int32", "int32"),
    ("format", "uuid", "date", ["date", "uuid"]),
    ("multipleOf", 4, 6, 12),
    ("multipleOf", 0.2, 0.3, 0.6),
    ("multipleOf", 2, "3", 2),
    ("multipleOf", 2, 0, 2),
    ("multipleOf", "3", 2, "3"),
    ("not", AB, {"const": 1}, any_of(AB, {"const": 1})),
    ("dependentRequired", {"a": ["b"]}, {"a": ["c"], "d": ["e"]}, {"a": ["b", "c"], "d": ["e"]}),
    ("dependentRequired", {"a": ["b"]}, [], {"a": ["b"]}),
    ("dependentRequired", [], {"a": ["b"]}, []),
    ("propertyNames", {"pattern": "a"}, {"pattern": "b"}, parts({"pattern": "a"}, {"pattern": "b"})),
    ("patternProperties", {"a": S, "b": S}, {"b": AB, "c": S}, {"a": S, "b": parts(S, AB), "c": S}),
    ("patternProperties", {"a": S}, [], {"a": S}),
    ("patternProperties", [], {"a": S}, []),
    ("title", "A", "B", "A"),
    ("if", S, INT, S),
]  # fmt: skip


def test_the_values_of_a_keyword_in_two_parts_are_merged() -> None:
    for keyword, one, other, both in TOGETHER:
        found = shape(parts({keyword: one}, {keyword: other})).keywords[keyword]
        assert repr(found.value) == repr(both)
