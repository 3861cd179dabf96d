"""The names of component schemas matter to generated code and not to the wire."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from scripts.diff.compare import compare
from tests.diff.documents import CAT, DOG, Json, S, found_by_rule, has, ref, using
from tests.diff.examples import examples_of
from tests.diff.schemas import AB, INT, one_of, parts, titled


def calling(schema: Json) -> Json:
    post = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    return {"webhooks": {"made": {"post": post}}}


LISTED: Json = {"type": "array", "items": S}
PETS: Json = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}}
MAPPED: Json = {"discriminator": {"propertyName": "kind", "mapping": {"a": "A"}}}
IMPLIED: Json = {"discriminator": {"propertyName": "kind", "mapping": {"Cat": "Cat"}}}
KIND: Json = {**has(kind=S), **MAPPED}
RACE: Json = {**has(kind=S), "discriminator": {"propertyName": "race", "mapping": {"a": "A"}}}


def both(schema: Json, **more: Json) -> Json:
    """Return a document that receives a schema, with a cat and a dog."""
    return using(schema, Cat=CAT, Dog=DOG, **more)


test_the_examples_of_the_rules_are_found = examples_of("model-")
test_the_name_of_a_model_matters_to_code_and_not_to_the_wire = found_by_rule([
    ("another name of one class", using(ref("big_cat"), big_cat=CAT), using(ref("BigCat"), BigCat=CAT), ""),
    ("a text without a class", using({**LISTED, "items": ref("Id")}, Id=S), using(LISTED), ""),
    ("an unused model differs", using(S, Cat=CAT), using(S, Cat={**CAT, "required": []}), "property-became-optional"),
    ("a model goes with what used it", using(has(a=ref("Cat")), Cat=CAT), using(has()), "property-removed"),
    ("a model that allOf merges comes", using(ref("Cat"), Cat=has(a=S, b=S)), using(ref("Cat"), Base=has(a=S), Cat={"allOf": [ref("Base"), has(b=S)]}), "model-added"),
    ("a model that allOf merges goes", using(ref("Cat"), Base=has(a=S), Cat={"allOf": [ref("Base"), has(b=S)]}), using(ref("Cat"), Cat=has(a=S, b=S)), "model-removed"),
    ("an inline class becomes one of two", using(CAT), using({"oneOf": [CAT, S]}), "alternative-added, model-renamed"),
    ("a title keeps the name of one of two", using(titled("A", CAT)), using(one_of(titled("A", CAT), S)), "alternative-added"),
    ("a class that was one of two already", using(one_of(CAT, INT)), using(one_of(one_of(CAT, S), INT)), "alternative-added, alternative-class-removed"),
    ("two classes change their numbers", using(one_of(CAT, DOG)), using(one_of(DOG, CAT)), "model-renamed"),
    ("two titled classes change places", using(one_of(titled("A", CAT), titled("B", DOG))), using(one_of(titled("B", DOG), titled("A", CAT))), ""),
    ("two alternatives have other names", using(one_of(ref("A"), ref("B")), A=CAT, B=DOG), using(one_of(ref("X"), ref("Y")), X=CAT, Y=DOG), "model-renamed"),
    ("an unused model, written otherwise", using(S, big_cat=CAT), using(S, BigCat={**CAT, "required": []}), "property-became-optional"),
    ("a class of a part, in a schema without a name", using(parts(ref("Base"), has(b=S)), Base=has(a=AB)), using(has(a=AB, b=S), Base=has(a=AB)), "model-renamed"),
    ("texts and lists have no class", using({"oneOf": [S, LISTED]}), using({"oneOf": [LISTED, S]}), ""),
    ("one becomes one of two", both(ref("Cat")), both({"oneOf": [ref("Dog"), ref("Cat")]}), "alternative-added"),
    ("a value that is the component's name", both(PETS), both({**PETS, **IMPLIED}), ""),
    ("a discriminator alone", using(KIND, A=S), using(RACE, A=S), "discriminator-changed"),
    ("what a discriminator alone selects", using(KIND, A=has(a=S)), using(KIND, A=has()), "property-removed"),
    ("what a discriminator selects", using({**PETS, **MAPPED}, A=has(a=S), Cat=CAT, Dog=DOG), using({**PETS, **MAPPED}, A=has(), Cat=CAT, Dog=DOG), "property-removed"),
    ("a model of a webhook", using(S, A=has(a=S)) | calling(ref("A")), using(S, A=has()) | calling(ref("A")), "property-removed"),
])  # fmt: skip


def test_a_finding_names_the_component_that_comes_or_goes() -> None:
    inline, named = using(CAT), using(ref("Cat"), Cat=CAT)
    for old, new, said in (
        (inline, named, "Cat became a component: the generated class is renamed"),
        (named, inline, "Cat is no longer a component: the generated class is renamed"),
    ):
        assert [each.message for each in compare(old, new).findings] == [said]


def test_an_inline_class_is_named_after_the_component_of_a_part() -> None:
    kind = {"type": "string", "enum": ["a"]}
    merged = using(ref("Pet"), Base=has(kind=kind), Pet={"allOf": [ref("Base"), has(b=S)]})
    for name in ("Pet", "Dog"):
        plain = using(ref(name), Base=has(kind=kind), **{name: has(kind=kind, b=S)})
        names = ("BaseKind", f"{name}Kind")
        for old, new, renamed in ((merged, plain, names), (plain, merged, names[::-1])):
            findings = compare(old, new).findings
            assert {each.rule for each in findings} == {"model-renamed"}
            assert renamed in {(each.before, each.after) for each in findings}
