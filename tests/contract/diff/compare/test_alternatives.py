"""Alternatives, parts and discriminators: each mutation is found by its rule."""

from typing import Any

import pytest

from scripts.contract.diff.compare import compare
from tests.contract.diff.documents import (
    CAT,
    DOG,
    S,
    each_way,
    expected_lines,
    has,
    holding,
    responding,
)

LONG = {**S, "minLength": 9}
OLD = has("age", age={"type": "integer", "minimum": 9})
YOUNG = has("age", age={"type": "integer", "maximum": 8})

# old, new, findings when it is sent, when it is received; then backwards
ALTERNATIVES: list[tuple[Any, Any, str, str, str, str]] = [
    (
        {"oneOf": [S]},
        {"oneOf": [{"type": "integer"}, S]},
        "alternative-added safe/compatible",
        "alternative-added breaking/breaking",
        "alternative-removed breaking/breaking",
        "alternative-removed safe/compatible",
    ),
    (  # its own class: when sent, the removed alternative implies that it is gone
        {"oneOf": [CAT]},
        {"oneOf": [CAT, DOG]},
        "alternative-added safe/compatible",
        "alternative-added breaking/breaking",
        "alternative-removed breaking/breaking",
        "alternative-class-removed safe/breaking",
    ),
    (  # classes are named by the number of their alternative
        {"oneOf": [CAT, DOG]},
        {"oneOf": [DOG, CAT]},
        "model-renamed safe/breaking",
        "model-renamed safe/breaking",
        "model-renamed safe/breaking",
        "model-renamed safe/breaking",
    ),
    (
        {"type": "object", "maxProperties": 3},
        {"type": "object", "maxProperties": 3, "anyOf": [CAT, DOG]},
        "alternatives-added breaking/breaking",
        "alternatives-added safe/breaking",
        "alternatives-removed safe/breaking",
        "alternatives-removed breaking/breaking",
    ),
    (
        {"type": ["string", "integer"]},
        {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]},
        "became-nullable safe/compatible",
        "became-nullable breaking/breaking",
        "became-non-nullable breaking/breaking",
        "became-non-nullable safe/compatible",
    ),
    (
        {"anyOf": [S, LONG]},
        {"oneOf": [S, LONG]},
        "alternatives-overlap breaking/none",
        "alternatives-overlap safe/none",
        "alternatives-overlap-ended safe/none",
        "alternatives-overlap-ended risky/none",
    ),
    (
        {"anyOf": [{**S, "pattern": "a"}, {**S, "pattern": "b"}]},
        {"oneOf": [{**S, "pattern": "a"}, {**S, "pattern": "b"}]},
        "alternatives-may-overlap risky/none",
        "alternatives-may-overlap safe/none",
        "alternatives-may-overlap-ended safe/none",
        "alternatives-may-overlap-ended risky/none",
    ),
    (
        {"allOf": [{"anyOf": [CAT, DOG]}]},
        {"allOf": [{"anyOf": [CAT, DOG]}, {"anyOf": [OLD, YOUNG]}]},
        "all-of-added breaking/breaking",
        "all-of-added safe/breaking",
        "all-of-removed safe/breaking",
        "all-of-removed breaking/breaking",
    ),
    (
        {"oneOf": [CAT, DOG]},
        {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind"}},
        "discriminator-added risky/none",
        "discriminator-added risky/none",
        "discriminator-removed risky/none",
        "discriminator-removed risky/none",
    ),
    (
        {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind"}},
        {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "race"}},
        "discriminator-changed breaking/none",
        "discriminator-changed breaking/none",
        "discriminator-changed breaking/none",
        "discriminator-changed breaking/none",
    ),
    (
        {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind", "mapping": {"a": "A"}}},
        {
            "oneOf": [CAT, DOG],
            "discriminator": {"propertyName": "kind", "mapping": {"a": "A", "b": "B"}},
        },
        "discriminator-value-added safe/none",
        "discriminator-value-added breaking/none",
        "discriminator-value-removed breaking/none",
        "discriminator-value-removed safe/none",
    ),
    (
        {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind", "mapping": {"a": "A"}}},
        {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind", "mapping": {"a": "B"}}},
        "discriminator-value-changed breaking/none",
        "discriminator-value-changed breaking/none",
        "discriminator-value-changed breaking/none",
        "discriminator-value-changed breaking/none",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "sent", "received", "sent_back", "received_back"),
    ALTERNATIVES,
    ids=[row[2].split()[0] + f"-{index}" for index, row in enumerate(ALTERNATIVES)],
)
def test_a_union_breaks_when_it_shrinks_where_sent_and_grows_where_received(
    old: Any, new: Any, sent: str, received: str, sent_back: str, received_back: str
) -> None:
    expected = [expected_lines(each) for each in (sent, received, sent_back, received_back)]
    assert each_way(old, new) == expected


def test_a_union_of_one_is_its_alternative() -> None:
    assert each_way(holding(S), holding({"oneOf": [S]})) == [[], [], [], []]


def test_an_alternative_is_named_by_its_place() -> None:
    longer = {**S, "minLength": 3}
    old, new = ({"anyOf": [{"type": "integer"}, each]} for each in (longer, S))
    (finding,) = compare(responding(holding(old)), responding(holding(new))).findings
    assert finding.message.startswith("response 200 of GET /pets.p.anyOf[1] ")
