"""Objects and arrays: each mutation is found by its rule."""

from typing import Any

import pytest

from tests.contract.diff.documents import S, each_way, expected_lines, has, holding

# old, new, findings when it is sent, when it is received; then backwards
OBJECTS: list[tuple[Any, Any, str, str, str, str]] = [
    (
        has(a=S),
        has("b", a=S, b=S),
        "property-added-required breaking/breaking",
        "property-added-required safe/compatible",
        "property-removed breaking/breaking",
        "property-removed breaking/breaking",
    ),
    (
        has(a=S),
        has(a=S, b=S),
        "property-added-optional safe/compatible",
        "property-added-optional safe/compatible",
        "property-removed breaking/breaking",
        "property-removed breaking/breaking",
    ),
    (
        has(a=S),
        has("a", a=S),
        "property-became-required breaking/breaking",
        "property-became-required safe/compatible",
        "property-became-optional safe/compatible",
        "property-became-optional breaking/breaking",
    ),
    (
        has(a=S),
        has(a={**S, "readOnly": True}),
        "property-became-read-only breaking/none",
        "property-became-read-only safe/none",
        "property-became-writable risky/none",
        "property-became-writable safe/none",
    ),
    (
        has(a=S),
        has(a={**S, "writeOnly": True}),
        "property-became-write-only safe/none",
        "property-became-write-only breaking/none",
        "property-became-readable safe/none",
        "property-became-readable safe/none",
    ),
    (
        has(a={**S, "readOnly": True}),
        has("a", a={"type": "integer", "readOnly": True}),
        "type-changed safe/breaking, property-became-required safe/breaking",
        "type-changed breaking/breaking, property-became-required safe/compatible",
        "type-changed safe/breaking, property-became-optional safe/breaking",
        "type-changed breaking/breaking, property-became-optional breaking/breaking",
    ),
    (
        has(a=S),
        has(closed=True, a=S),
        "additional-properties-closed breaking/breaking",
        "additional-properties-closed safe/breaking",
        "additional-properties-opened safe/compatible",
        "additional-properties-opened risky/compatible",
    ),
    (
        {"type": "object"},
        {"type": "object", "additionalProperties": S},
        "additional-properties-typed breaking/breaking",
        "additional-properties-typed safe/breaking",
        "additional-properties-untyped safe/breaking",
        "additional-properties-untyped breaking/breaking",
    ),
    (
        {"type": "object", "additionalProperties": S},
        {"type": "object", "additionalProperties": {**S, "maxLength": 5}},
        "max-length-added breaking/none",
        "max-length-added safe/none",
        "max-length-removed safe/none",
        "max-length-removed breaking/none",
    ),
    (
        {"type": "array"},
        {"type": "array", "items": S},
        "items-typed breaking/breaking",
        "items-typed safe/breaking",
        "items-untyped safe/breaking",
        "items-untyped breaking/breaking",
    ),
    (
        {"type": "object"},
        {"type": "object", "propertyNames": {"pattern": "^a"}},
        "condition-added breaking/none",
        "condition-added safe/none",
        "condition-removed safe/none",
        "condition-removed breaking/none",
    ),
    (
        {"type": "object", "not": {"maxProperties": 1}},
        {"type": "object", "not": {"maxProperties": 2}},
        "max-properties-raised breaking/none",
        "max-properties-raised safe/none",
        "max-properties-lowered safe/none",
        "max-properties-lowered breaking/none",
    ),
    (
        {"type": "object", "if": {"required": ["a"]}},
        {"type": "object", "if": {"required": ["b"]}},
        "condition-changed risky/none",
        "condition-changed risky/none",
        "condition-changed risky/none",
        "condition-changed risky/none",
    ),
    (
        {"type": "object"},
        {"type": "object", "dependentRequired": {"card": ["address"]}},
        "dependent-required-added breaking/none",
        "dependent-required-added safe/none",
        "dependent-required-removed safe/none",
        "dependent-required-removed breaking/none",
    ),
    (
        {"type": "array", "prefixItems": [S, S]},
        {"type": "array", "prefixItems": [S, {"type": "integer"}]},
        "type-changed breaking/breaking",
        "type-changed breaking/breaking",
        "type-changed breaking/breaking",
        "type-changed breaking/breaking",
    ),
    (
        {"type": "array", "prefixItems": [S]},
        {"type": "array", "prefixItems": [S, S]},
        "prefix-item-added breaking/breaking",
        "prefix-item-added safe/breaking",
        "prefix-item-removed safe/breaking",
        "prefix-item-removed breaking/breaking",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "sent", "received", "sent_back", "received_back"),
    OBJECTS,
    ids=[row[2].split()[0] + f"-{index}" for index, row in enumerate(OBJECTS)],
)
def test_an_object_breaks_when_it_shrinks_where_sent_and_grows_where_received(
    old: Any, new: Any, sent: str, received: str, sent_back: str, received_back: str
) -> None:
    expected = [expected_lines(each) for each in (sent, received, sent_back, received_back)]
    assert each_way(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "object"}, {"type": "object", "additionalProperties": {"description": "any"}}),
        ({"type": "array"}, {"type": "array", "items": {"description": "any"}}),
    ],
)
def test_items_and_properties_of_any_type_may_be_explicit(old: Any, new: Any) -> None:
    assert each_way(holding(old), holding(new)) == [[], [], [], []]
