"""Alternatives, parts and discriminators."""

# ruff: noqa: E501 - one row a line keeps the tables readable

import pytest

from scripts.contract.diff.compare import compare
from tests.contract.diff.documents import (
    CAT,
    DOG,
    Json,
    S,
    each_way,
    has,
    holding,
    mirrors,
    responding,
    shown,
)
from tests.contract.diff.examples import check

A: Json = {"discriminator": {"propertyName": "kind", "mapping": {"a": "A"}}}


def test_the_examples_of_the_rules_are_found() -> None:
    check("Objects, arrays, alternatives", "alternative", "all-of", "discriminator")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"oneOf": [S]}, {"oneOf": [{"type": "integer"}, S]}, "alternative-added"),
        ({"oneOf": [CAT, DOG]}, {"oneOf": [DOG, CAT]}, "model-renamed"),  # numbered classes
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "integer"}, S, {"type": "null"}]}, "became-nullable"),
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "integer"}, S, {"type": "boolean"}]}, "alternative-added"),
        ({"anyOf": [S, {"type": "integer"}]}, {"type": ["string", "null"]}, "alternative-removed, became-nullable"),
        ({"allOf": [{"anyOf": [S, CAT]}, {"anyOf": [S, DOG]}]}, {"anyOf": [S, CAT]}, "all-of-removed"),
        ({**has(k=S), **A}, {**has(k=S), "discriminator": {**A["discriminator"], "defaultMapping": "B"}}, "discriminator-value-added"),
        ({**has(k=S), **A}, {**has(k=S), "discriminator": {"propertyName": "k", "mapping": {"a": "B"}}}, "discriminator-changed, discriminator-value-changed"),
    ],
)  # fmt: skip
def test_a_difference_that_no_example_shows_is_found_by_its_rule(
    old: Json, new: Json, expected: str
) -> None:
    assert shown(responding(old), responding(new)) == expected
    assert mirrors(responding(old), responding(new))


def test_a_union_of_one_is_its_alternative() -> None:
    assert each_way(holding(S), holding({"oneOf": [S]})) == [[], [], [], []]


def test_an_alternative_is_named_by_its_place() -> None:
    longer = {**S, "minLength": 3}
    old, new = ({"anyOf": [{"type": "integer"}, each]} for each in (longer, S))
    (finding,) = compare(responding(holding(old)), responding(holding(new))).findings
    assert finding.message.startswith("response 200 of GET /pets.p.anyOf[1] ")
