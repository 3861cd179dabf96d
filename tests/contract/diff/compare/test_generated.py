"""How the generator treats media types, responses and inline schemas."""

from typing import Any

import pytest

from scripts.contract.diff.compare.compared import ComparedDocument
from scripts.contract.diff.compare.generated import (
    body_kinds,
    conjunction_kind,
    has_model,
    is_own_class,
    makes_class,
    response_type,
)
from scripts.contract.openapi.nodes import Node
from tests.contract.diff.documents import CAT, DOG, Json, S, has, ref, using
from tests.contract.diff.examples import check
from tests.contract.diff.schemas import AB, FLAG, INT, any_of, lists, one_of, parts


def test_the_examples_of_the_rules_are_found() -> None:
    check("Objects, arrays, alternatives", "model-dr", "model-ta", "model-e", "model-f")


@pytest.mark.parametrize(
    ("media_type", "sent", "received"),
    [
        ("application/json", ["json"], ["json"]),
        ("application/problem+json", ["json"], ["json"]),
        ("application/x-www-form-urlencoded", ["data"], []),
        ("multipart/form-data", ["files"], []),
        ("application/octet-stream", ["content"], ["content"]),
        ("text/csv", [], ["text"]),
        ("application/xml", [], []),
    ],
)
def test_a_media_type_is_written_and_read_in_one_way(
    media_type: str, sent: list[str], received: list[str]
) -> None:
    assert body_kinds([media_type], is_sent=True) == sent
    assert body_kinds([media_type], is_sent=False) == received


def test_one_response_body_is_read_and_every_request_body_can_be_sent() -> None:
    several = ["application/xml", "text/csv", "multipart/form-data", "application/json", "a/b+json"]
    assert body_kinds(several, is_sent=True) == ["files", "json"]
    assert body_kinds(several, is_sent=False) == ["text"]


def source(**schemas: Json) -> ComparedDocument:
    """Return a document with components."""
    return ComparedDocument("old", using(S, **schemas))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (S, False),
        (AB, True),
        ({"type": "boolean", "enum": [True]}, False),
        ({"enum": []}, False),
        ({"type": "object"}, True),
        ({"properties": {}}, True),
        ({"type": "string", "properties": {}}, False),
        (ref("Cat"), False),
        (True, False),
        (lists(AB), True),
        (one_of(S, INT), False),
        (one_of(S, AB), True),
        (any_of(S, has()), True),
        (parts(ref("Cat")), False),
        (parts(S), True),
        (parts(ref("Cat"), S), True),
        ({"allOf": []}, True),
        ({"prefixItems": [AB]}, True),
    ],
)
def test_a_class_is_made_for_inline_objects_and_enums(schema: Any, expected: bool) -> None:
    assert makes_class(source(Cat=CAT), Node(schema, "/it")) is expected


@pytest.mark.parametrize(("depth", "expected"), [(8, True), (9, False)])
def test_a_class_is_searched_up_to_eight_levels_deep(depth: int, expected: bool) -> None:
    schema: Json = AB
    for _ in range(depth):
        schema = lists(schema)
    assert makes_class(source(), Node(schema, "/it")) is expected


def answer(schema: Json | None = None, media_type: str = "application/json", **more: Any) -> Json:
    """Return a response."""
    return {"content": {media_type: {} if schema is None else {"schema": schema}, **more}}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {"content": {}}, True),
        ({}, answer(), True),
        ({}, answer(S), False),
        (answer(S), answer({**S, "description": "new"}), True),
        (answer(S), answer(INT), False),
        (answer(S), answer(S, "text/csv; charset=utf-8"), True),
        (answer(S), answer(INT, "application/xml", **{"application/json": {"schema": S}}), True),
        (answer(ref("Cat")), answer(ref("cat")), True),  # the same class name
        (answer(ref("Cat")), answer(ref("Dog")), False),
        (answer(has(a=S)), answer(has(a=S)), False),  # each has its own class
    ],
)
def test_responses_have_the_same_type_if_the_caller_gets_one(
    one: Json, other: Json, expected: bool
) -> None:
    given = source(Cat=CAT, cat=CAT, Dog=DOG)
    types = [response_type(given, Node(each, "/it")) for each in (one, other)]
    assert (types[0] == types[1]) is expected


def test_a_response_that_cannot_be_read_is_left_out() -> None:
    assert response_type(source(), Node(answer(S, "application/xml"), "/it")) is None


def test_a_component_has_a_model_if_its_class_name_exists() -> None:
    names = ("big_cat", "BigCat", "Cat")
    assert [has_model(source(big_cat=CAT), name) for name in names] == [True, True, False]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [(ref("Cat"), True), (ref("Dog"), False), (ref("Name"), False), (CAT, True), (S, False)],
)
def test_an_alternative_has_its_own_class_unless_it_is_a_component_of_both_documents(
    schema: Json, expected: bool
) -> None:
    old, new = source(Cat=CAT, Dog=DOG, Name=S), source(Dog=DOG)
    assert is_own_class(old, new, Node(schema, "/it")) is expected


COMPONENTS: Json = {
    "Cat": CAT,
    "Name": S,
    "Kind": AB,
    "Bare": {"properties": {"a": S}},
    "Both": parts(ref("Cat"), has(b=S)),
    "Named": parts(ref("Name"), {"minLength": 1}),
    "Circle": parts(ref("Circle"), has(b=S)),
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (parts(S, {"minLength": 1}), "class"),
        (parts(any_of(S, INT), FLAG), "class"),
        (parts(S, type="object"), "class"),
        (parts(one_of(CAT, DOG), has(a=S)), ""),
        (parts(ref("Name")), ""),  # as if it were the component
        (parts(ref("Bare"), has(b=S)), ""),
        (parts(ref("Both"), has(c=S), {"minProperties": 1}), ""),
        (parts(ref("Circle"), has(c=S)), ""),
        (parts(ref("Kind"), has(b=S)), "nothing"),
        (parts(ref("Named"), has(b=S)), "nothing"),
        (ref("Named"), "nothing"),
        (parts(S, type="string"), ""),
        (parts(S, enum=["a"]), ""),
        ({"allOf": []}, ""),
        ({"allOf": S}, ""),
    ],
)
def test_the_generated_code_of_parts_depends_on_their_kind(schema: Json, expected: str) -> None:
    assert conjunction_kind(source(**COMPONENTS), Node(schema, "/it")) == expected
