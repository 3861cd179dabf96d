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
    ref,
    requesting,
    responding,
    shown,
    using,
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


def test_a_removed_alternative_is_named_by_its_component_or_shown() -> None:
    pets = {"oneOf": [ref("Cat"), ref("Dog"), S]}
    (finding,) = compare(
        requesting(pets, components={"schemas": {"Cat": CAT, "Dog": DOG}}),
        requesting({"oneOf": [ref("Cat")]}, components={"schemas": {"Cat": CAT, "Dog": DOG}}),
    ).findings
    assert finding.before == ["Dog", S]


def test_the_name_of_a_component_selects_it_with_or_without_a_mapping() -> None:
    plain, mapped = ({"propertyName": "kind", **more} for more in ({}, {"mapping": {"Cat": "Cat"}}))
    old, new = (
        using({"oneOf": [ref("Cat"), ref("Dog")], "discriminator": each}, Cat=CAT, Dog=DOG)
        for each in (plain, mapped)
    )
    assert [shown(old, new), shown(new, old)] == ["", ""]


def test_a_list_of_types_with_limits_is_one_alternative() -> None:
    limited = {"type": ["string", "integer"], "maxLength": 3}
    assert shown(requesting(limited), requesting({"anyOf": [S, {"type": "integer"}]})) == (
        "alternative-added, max-length-removed, type-narrowed"
    )
