"""The names of component schemas matter to generated code and not to the wire."""

import pytest

from scripts.contract.diff.compare import compare
from tests.contract.diff.documents import CAT, DOG, Json, S, expected_lines, found, has, ref, using


def accepts(schema: Json) -> Json:
    """Return an operation with a request body."""
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


MODELS: list[tuple[str, Json, Json, str, str]] = [
    (
        "a model is renamed",
        using(ref("Cat"), Cat=CAT),
        using(ref("Lion"), Lion=CAT),
        "model-renamed safe/breaking",
        "model-renamed safe/breaking",
    ),
    (
        "a model is renamed, but not in Python",
        using(ref("big_cat"), big_cat=CAT),
        using(ref("BigCat"), BigCat=CAT),
        "",
        "",
    ),
    (
        "a model is written in place",
        using(ref("Cat"), Cat=CAT),
        using(CAT),
        "model-inlined safe/breaking",
        "model-named safe/breaking",
    ),
    (
        "a component that makes no model is written in place",
        using({"type": "array", "items": ref("Id")}, Id=S),
        using({"type": "array", "items": S}),
        "",
        "",
    ),
    (
        "a model that nothing uses",
        using(S),
        using(S, Cat=CAT),
        "model-added safe/compatible",
        "model-removed safe/breaking",
    ),
    (
        "a model that nothing uses differs",
        using(S, Cat=CAT),
        using(S, Cat={**CAT, "required": []}),
        "property-became-optional safe/breaking",
        "property-became-required safe/breaking",
    ),
    (
        "a model is removed with the property that used it",
        using(has(a=ref("Cat")), Cat=CAT),
        using(has()),
        "property-removed breaking/breaking",
        "property-added-optional safe/compatible",
    ),
    (
        "a reference is wrapped",
        using(has(a=ref("Cat")), Cat=CAT),
        using(has(a={"allOf": [ref("Cat")]}), Cat=CAT),
        "",
        "",
    ),
    (
        "a plain schema becomes one of two",
        using(ref("Cat"), Cat=CAT, Dog=DOG),
        using({"oneOf": [ref("Dog"), ref("Cat")]}, Cat=CAT, Dog=DOG),
        "alternative-added breaking/breaking",
        "alternative-removed safe/compatible",
    ),
    (
        "a discriminator value that is the component's own name",
        using(
            {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}},
            Cat=CAT,
            Dog=DOG,
        ),
        using(
            {
                "oneOf": [ref("Cat"), ref("Dog")],
                "discriminator": {"propertyName": "kind", "mapping": {"Cat": "Cat"}},
            },
            Cat=CAT,
            Dog=DOG,
        ),
        "",
        "",
    ),
    (
        "a discriminator without alternatives",
        using({**has(kind=S), "discriminator": {"propertyName": "kind"}}),
        using({**has(kind=S), "discriminator": {"propertyName": "race"}}),
        "discriminator-changed breaking/none",
        "discriminator-changed breaking/none",
    ),
    (
        "a discriminator value without alternatives selects a changed schema",
        using(
            {**has(kind=S), "discriminator": {"propertyName": "kind", "mapping": {"a": "A"}}},
            A=has(a=S),
        ),
        using(
            {**has(kind=S), "discriminator": {"propertyName": "kind", "mapping": {"a": "A"}}},
            A=has(),
        ),
        "property-removed breaking/breaking",
        "property-added-optional safe/compatible",
    ),
    (
        "a model that only a webhook uses",
        {**using(S, A=has(a=S)), "webhooks": {"made": {"post": accepts(ref("A"))}}},
        {**using(S, A=has()), "webhooks": {"made": {"post": accepts(ref("A"))}}},
        "property-removed breaking/breaking",
        "property-added-optional safe/compatible",
    ),
    (
        "a discriminator value selects a changed schema",
        using(
            {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind", "mapping": {"a": "A"}}},
            A=has(a=S),
        ),
        using(
            {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind", "mapping": {"a": "A"}}},
            A=has(),
        ),
        "property-removed breaking/breaking",
        "property-added-optional safe/compatible",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in MODELS],
    ids=[row[0] for row in MODELS],
)
def test_the_name_of_a_model_matters_to_code_and_not_to_the_wire(
    old: Json, new: Json, forwards: str, backwards: str
) -> None:
    assert found(old, new) == expected_lines(forwards)
    assert found(new, old) == expected_lines(backwards)


def test_an_inline_class_is_named_after_the_component_of_a_part() -> None:
    kind = {"type": "string", "enum": ["a"]}
    parts = {"allOf": [ref("Base"), has(b=S)]}
    merged, plain = (
        using(ref("Pet"), Base=has(kind=kind), Pet=pet) for pet in (parts, has(kind=kind, b=S))
    )
    for old, new, before, after in (
        (merged, plain, "BaseKind", "PetKind"),
        (plain, merged, "PetKind", "BaseKind"),
    ):
        (finding,) = compare(old, new).findings
        assert finding.rule == "model-renamed"
        assert (finding.before, finding.after) == (before, after)
