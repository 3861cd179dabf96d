"""How the generator treats media types, responses and inline schemas."""

from typing import Any

import pytest

from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.generated import (
    body_kinds,
    conjunction_kind,
    has_model,
    is_own_class,
    makes_class,
    response_type,
)
from scripts.openapi.nodes import Node
from tests.diff.documents import CAT, DOG, Json, S, has, ref, using
from tests.diff.examples import examples_of
from tests.diff.schemas import AB, FLAG, INT, any_of, lists, one_of, parts

test_the_examples_of_the_rules_are_found = examples_of("model-dr model-ta model-e model-f")


@pytest.mark.parametrize(
    ("media_types", "sent", "received"),
    [
        (["application/problem+json"], ["json"], ["json"]),
        (["application/x-www-form-urlencoded"], ["data"], []),
        (["application/octet-stream"], ["content"], ["content"]),
        (["application/xml", "text/csv", "multipart/form-data", "application/json", "a/b+json"],
            ["files", "json"], ["text"]),
    ],
)  # fmt: skip
def test_one_response_body_is_read_and_every_request_body_can_be_sent(
    media_types: list[str], sent: list[str], received: list[str]
) -> None:
    assert body_kinds(media_types, is_sent=True) == sent
    assert body_kinds(media_types, is_sent=False) == received


COMPONENTS: Json = {
    "Cat": CAT,
    "cat": CAT,
    "Dog": DOG,
    "Name": S,
    "Kind": AB,
    "Bare": {"properties": {}},
    "Both": parts(ref("Cat"), has(b=S)),
    "Named": parts(ref("Name"), {"minLength": 1}),
    "Circle": parts(ref("Circle"), has(b=S)),
}
SOURCE = ComparedDocument("old", using(S, **COMPONENTS))


def at(schema: Any) -> Node:
    return Node(schema, f"/{schema}")


def test_a_class_is_made_for_inline_objects_and_enums() -> None:
    made = [AB, {"type": "object"}, {"properties": {}}, lists(AB), one_of(S, AB), any_of(S, AB)]
    made += [parts(S), parts(ref("Cat"), S), {"allOf": []}, {"prefixItems": [AB]}]
    assert [each for each in made if not makes_class(SOURCE, at(each))] == []
    others: list[Any] = [S, {"enum": []}, {"type": "boolean", "enum": [True]}, ref("Cat"), True]
    others += [{"type": "string", "properties": {}}, one_of(S, INT), parts(ref("Cat"))]
    assert [each for each in others if makes_class(SOURCE, at(each))] == []


def test_a_class_is_searched_up_to_eight_levels_deep() -> None:
    schema: Json = AB
    for depth in range(1, 10):
        schema = lists(schema)
        assert makes_class(SOURCE, at(schema)) is (depth < 9)


def answer(schema: Json | None = None, media_type: str = "application/json", **more: Any) -> Json:
    return {"content": {media_type: {} if schema is None else {"schema": schema}, **more}}


XML_FIRST = answer(INT, "application/xml", **{"application/json": {"schema": S}})


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {"content": {}}, True),
        ({}, answer(S), False),
        (answer(S), answer({**S, "description": "new"}, "TEXT/csv; charset=utf-8"), True),
        (answer(S), XML_FIRST, True),  # XML is not read
        (answer(ref("Cat")), answer(ref("cat")), True),  # the same class name
        (answer(ref("Cat")), answer(ref("Dog")), False),
        (answer(has(a=S)), answer(has(a=S)), False),  # each has its own class
    ],
)
def test_responses_have_the_same_type_if_the_caller_gets_one(
    one: Json, other: Json, expected: bool
) -> None:
    assert (response_type(SOURCE, at(one)) == response_type(SOURCE, at(other))) is expected
    assert response_type(SOURCE, at(answer(S, "application/xml"))) is None  # it is left out


def test_an_alternative_has_its_own_class_unless_it_is_a_component_of_both_documents() -> None:
    other = ComparedDocument("new", using(S, Dog=DOG, big_cat=CAT))
    schemas = [ref("Cat"), ref("Dog"), ref("Name"), CAT, S]
    own = [each for each in schemas if is_own_class(SOURCE, other, at(each))]
    assert own == [ref("Cat"), CAT]
    names = [each for each in ("big_cat", "BigCat", "Cat") if has_model(other, each)]
    assert names == ["big_cat", "BigCat"]


def test_the_generated_code_of_parts_depends_on_their_kind() -> None:
    kinds: dict[str, list[Json]] = {
        "class": [parts(any_of(S, INT), FLAG)],
        "nothing": [parts(ref("Kind"), has(b=S)), parts(ref("Named"), has(b=S))],
        "": [
            parts(one_of(CAT, DOG), has(a=S)),
            parts(ref("Name")),  # as if it were the component
            parts(ref("Bare"), has(b=S)),
            parts(ref("Both"), has(c=S), {"minProperties": 1}),
            parts(ref("Circle"), has(c=S)),
            parts(S, type="string"),
            {"allOf": []},
        ],
    }
    for kind, schemas in kinds.items():
        assert [each for each in schemas if conjunction_kind(SOURCE, at(each)) != kind] == []
