"""Alternatives, parts and discriminators."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from scripts.diff.compare import compare
from tests.diff.documents import (
    CAT,
    DOG,
    Json,
    S,
    has,
    property_found_by_rule,
    ref,
    requesting,
    shown,
    using,
    worst,
)
from tests.diff.examples import examples_of
from tests.diff.schemas import AB, FLAG, INT, any_of, one_of, parts

KINDS: list[Json] = [has("k", k={"const": number}) for number in range(24)]
KIND: Json = {"propertyName": "kind", "mapping": {"a": "A"}}


def by(discriminator: Json) -> Json:
    return {**has(k=S), "discriminator": discriminator}


test_the_examples_of_the_rules_are_found = examples_of("alternative all-of discriminator")
test_a_difference_that_no_example_shows_is_found_by_its_rule = property_found_by_rule([
    ("an alternative before others", one_of(S), one_of(INT, S), "alternative-added"),
    ("types as alternatives, and one more", {"type": ["string", "integer"]}, any_of(INT, S, FLAG), "alternative-added"),
    ("types with a limit as alternatives", {"type": ["string", "integer"], "maxLength": 3}, any_of(S, INT), "alternative-added, max-length-removed, type-narrowed"),
    ("types with a property as alternatives", {"type": ["string", "object"], "properties": {"a": S}}, any_of(S, has(a=S)), "alternative-added, type-narrowed"),
    ("alternatives as one type, and null", any_of(S, INT), {"type": ["string", "null"]}, "alternative-removed, became-nullable"),
    ("the last of many alternatives", one_of(*KINDS, AB, INT), one_of(*KINDS, AB, {"type": ["integer", "string"]}), "alternatives-overlap, type-widened"),
    ("one of two unions", parts(any_of(S, CAT), any_of(S, DOG)), any_of(S, CAT), "all-of-removed"),
    ("another value by default", by(KIND), by({**KIND, "defaultMapping": "B"}), "discriminator-value-added"),
    ("another value of the only alternative", one_of(CAT, discriminator=KIND), one_of(CAT, discriminator={**KIND, "mapping": {"b": "A"}}), "discriminator-value-added, discriminator-value-removed"),
    ("another property, with the same values", by({"propertyName": "k"}), by({"propertyName": "kind"}), "discriminator-changed"),
    ("another property and schema", by(KIND), by({"propertyName": "k", "mapping": {"a": "B"}}), "discriminator-changed, discriminator-value-changed"),
])  # fmt: skip


def test_a_removed_alternative_is_named_by_its_component_or_shown() -> None:
    pets = {"components": {"schemas": {"Cat": CAT, "Dog": DOG}}}
    old, new = one_of(ref("Cat"), ref("Dog"), S), one_of(ref("Cat"))
    (finding,) = compare(requesting(old, **pets), requesting(new, **pets)).findings
    assert finding.before == ["Dog", S]


def test_the_name_of_a_component_selects_it_with_or_without_a_mapping() -> None:
    old, new = (
        using(one_of(ref("Cat"), ref("Dog"), discriminator=each), Cat=CAT, Dog=DOG)
        for each in ({"propertyName": "kind"}, {"propertyName": "kind", "mapping": {"Cat": "Cat"}})
    )
    assert [shown(old, new), shown(new, old)] == ["", ""]
    mapping = {"Cat": "Cat", "og": "Dog"}
    more = using(
        one_of(ref("Cat"), ref("Dog"), discriminator={"propertyName": "kind", "mapping": mapping}),
        Cat=CAT,
        Dog=DOG,
    )
    assert shown(old, more) == "discriminator-value-added"


def test_what_a_discriminator_selects_is_compared_however_it_is_named() -> None:
    def selecting(target: object, schema: Json = S) -> Json:
        return using(by({"propertyName": "k", "mapping": {"a": target}}), A=schema)

    for target in ("A", "#/components/schemas/A"):
        assert worst(selecting(target, has("a", a=S)), selecting(target, has())) == "breaking"
    for other in ("B", 1):
        assert shown(selecting("A"), selecting(other)) == "discriminator-value-changed"
