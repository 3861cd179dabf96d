"""Objects and arrays: each mutation is found by its rule."""

from typing import Any

import pytest

from tests.contract.diff.documents import Json, S, each_way, has, holding
from tests.contract.diff.examples import check


def test_the_examples_of_the_rules_are_found() -> None:
    check("Objects, arrays, alternatives", "property", "additional", "items", "prefix", "condition")
    check("Objects, arrays, alternatives", "dependent")


READ: Json = {**S, "readOnly": True}
CHANGED, REQUIRED = "type-changed breaking/breaking", "property-became-required"
# old, new, findings when it is sent, when it is received
OBJECTS: list[tuple[Json, Json, list[str], list[str]]] = [
    (  # what an app never sends
        has(a=READ),
        has("a", a={**READ, "type": "integer"}),
        [f"{REQUIRED} safe/breaking", "type-changed safe/breaking"],
        [f"{REQUIRED} safe/compatible", CHANGED],
    ),
    (  # it is required as soon as the app sends it
        has("a", a=READ),
        has("a", a=S),
        ["property-became-required breaking/none", "property-became-writable risky/none"],
        ["property-became-writable safe/none"],
    ),
    (
        has("a"),
        has("b"),
        ["property-became-optional safe/compatible", f"{REQUIRED} breaking/breaking"],
        ["property-became-optional breaking/breaking", f"{REQUIRED} safe/compatible"],
    ),
    (
        {"additionalProperties": S},
        {"additionalProperties": {**S, "maxLength": 5}},
        ["max-length-added breaking/none"],
        ["max-length-added safe/none"],
    ),
    (  # what must not be sent
        {"not": {"maxProperties": 1}},
        {"not": {"maxProperties": 2}},
        ["max-properties-raised breaking/none"],
        ["max-properties-raised safe/none"],
    ),
    ({"prefixItems": [S, S]}, {"prefixItems": [S, {"type": "integer"}]}, [CHANGED], [CHANGED]),
    (
        {"patternProperties": {"^a": S}},
        {"patternProperties": {"^a": S, "^b": S}},
        ["condition-added breaking/none"],
        ["condition-added safe/none"],
    ),
    (
        {"dependentRequired": {"a": ["b", "c"]}},
        {"dependentRequired": {"a": ["c", "d"]}},
        ["dependent-required-added breaking/none", "dependent-required-removed safe/none"],
        ["dependent-required-added safe/none", "dependent-required-removed breaking/none"],
    ),
]


@pytest.mark.parametrize(("old", "new", "sent", "received"), OBJECTS)
def test_what_a_change_means_depends_on_who_sends_it(
    old: Json, new: Json, sent: list[str], received: list[str]
) -> None:
    assert each_way(holding(old), holding(new))[:2] == [sent, received]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "object"}, {"type": "object", "additionalProperties": {"description": "any"}}),
        ({"type": "array"}, {"type": "array", "items": {"description": "any"}}),
    ],
)
def test_items_and_properties_of_any_type_may_be_explicit(old: Any, new: Any) -> None:
    assert each_way(holding(old), holding(new)) == [[], [], [], []]


def test_a_default_of_a_property_matters_only_if_it_is_optional() -> None:
    a, b = ({**S, "default": each} for each in "ab")
    sent, received = ["default-changed safe/compatible"], ["default-changed safe/compatible"]
    assert each_way(has("p", p=a), has("p", p=b))[:2] == [sent, received]
    sent, received = ["default-changed breaking/compatible"], ["default-changed risky/compatible"]
    assert each_way(has(p=a), has(p=b))[:2] == [sent, received]
    # The sender is the old contract in a request, the new one in a response.
    assert each_way(has("p", p=a), has(p=b))[0][0] == "default-changed safe/compatible"
    assert each_way(has(p=a), has("p", p=b))[1][0] == "default-changed safe/compatible"
