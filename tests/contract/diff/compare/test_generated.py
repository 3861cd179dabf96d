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
    media_type_kind,
    response_type,
)
from scripts.contract.openapi.nodes import Node
from tests.contract.diff.documents import CAT, DOG, Json, S, found_by_rule, has, ref, using
from tests.contract.diff.examples import check
from tests.contract.diff.schemas import AB, FLAG, INT, any_of, lists, one_of, parts


@pytest.mark.parametrize(
    ("media_type", "sent", "received"),
    [
        ("application/json", "json", "json"),
        ("application/problem+json", "json", "json"),
        ("application/x-www-form-urlencoded", "data", None),
        ("multipart/form-data", "files", None),
        ("application/octet-stream", "content", "content"),
        ("text/csv", None, "text"),
        ("application/xml", None, None),
        ("*/*", None, None),
    ],
)
def test_a_media_type_is_written_and_read_in_one_way(
    media_type: str, sent: str | None, received: str | None
) -> None:
    assert media_type_kind(media_type, is_sent=True) == sent
    assert media_type_kind(media_type, is_sent=False) == received


def test_one_response_body_is_read_and_every_request_body_can_be_sent() -> None:
    several = ["application/xml", "text/csv", "multipart/form-data", "application/json", "a/b+json"]
    assert body_kinds(several, is_sent=True) == ["files", "json"]
    assert body_kinds(several, is_sent=False) == ["text"]
    assert body_kinds(["application/xml"], is_sent=False) == []


def source(**schemas: Json) -> ComparedDocument:
    """Return a document with components."""
    return ComparedDocument("old", using(S, **schemas))


# inline schema, and whether a class is made for it
CLASSES: list[tuple[Any, bool]] = [
    (S, False),
    (AB, True),
    ({"type": "boolean", "enum": [True]}, False),
    ({"enum": []}, False),
    ({"type": "object"}, True),
    ({"properties": {}}, True),
    ({"type": "string", "properties": {}}, False),
    (ref("Cat"), False),
    (True, False),
    (lists(S), False),
    (lists(AB), True),
    (one_of(S, INT), False),
    (one_of(S, AB), True),
    (any_of(S, has()), True),
    (parts(ref("Cat")), False),
    (parts(S), True),
    (parts(ref("Cat"), S), True),
    ({"allOf": []}, True),
    ({"prefixItems": [AB]}, True),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "expected"), CLASSES)
def test_a_class_is_made_for_inline_objects_and_enums(schema: Any, expected: bool) -> None:
    assert makes_class(source(Cat=CAT), Node(schema, "/it")) is expected


def test_a_class_is_searched_up_to_eight_levels_deep() -> None:
    def nested(depth: int) -> Node:
        schema: Json = AB
        for _ in range(depth):
            schema = lists(schema)
        return Node(schema, "/it")

    assert makes_class(source(), nested(8))
    assert not makes_class(source(), nested(9))


def response(schema: Any = None, media_type: str = "application/json", **more: Any) -> Node:
    """Return a response."""
    content = {media_type: {} if schema is None else {"schema": schema}, **more}
    return Node({"description": "", "content": content}, "/it")


EMPTY = Node({"description": ""}, "/it")
# two responses, and whether they have the same type for the caller
TYPES: list[tuple[Node, Node, bool]] = [
    (EMPTY, EMPTY, True),
    (EMPTY, Node({"content": {}}, "/it"), True),
    (EMPTY, response(), True),
    (EMPTY, response(S), False),
    (response(S), response({**S, "description": "new"}), True),
    (response(S), response(INT), False),
    (response(S), response(S, "text/csv; charset=utf-8"), True),
    (response(S), response(INT, "application/xml", **{"application/json": {"schema": S}}), True),
    (response(ref("Cat")), response(ref("cat")), True),  # the same class name
    (response(ref("Cat")), response(ref("Dog")), False),
    (response(ref("Cat")), response(CAT), False),
    (response(has(a=S)), response(has(a=S)), False),  # each has its own class
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "expected"), TYPES)
def test_responses_have_the_same_type_if_the_caller_gets_one(
    one: Node, other: Node, expected: bool
) -> None:
    given = source(Cat=CAT, cat=CAT, Dog=DOG)
    assert (response_type(given, one) == response_type(given, other)) is expected


def test_a_response_that_cannot_be_read_is_left_out() -> None:
    assert response_type(source(), response(S, "application/xml")) is None


def test_a_component_has_a_model_if_its_class_name_exists() -> None:
    given = source(big_cat=CAT)
    assert has_model(given, "big_cat")
    assert has_model(given, "BigCat")
    assert not has_model(given, "Cat")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [(ref("Cat"), True), (ref("Dog"), False), (ref("Name"), False), (CAT, True), (S, False)],
)
def test_an_alternative_has_its_own_class_unless_it_is_a_component_of_both_documents(
    schema: Json, expected: bool
) -> None:
    old, new = source(Cat=CAT, Dog=DOG, Name=S), source(Dog=DOG)
    assert is_own_class(old, new, Node(schema, "/it")) is expected


LIMITED: Json = {"minProperties": 1}
test_the_generator_cannot_merge_parts_that_are_not_objects = found_by_rule([
    (
        "an object is joined with a limit",
        using(parts(ref("Cat"), has(b=S)), Cat=CAT),
        using(parts(ref("Cat"), has(b=S), LIMITED), Cat=CAT),
        "min-properties-added",
    )
])  # fmt: skip


def test_the_examples_of_the_rules_are_found() -> None:
    check("Objects, arrays, alternatives", "model-dr", "model-ta", "model-e", "model-f")


COMPONENTS: Json = {
    "Cat": CAT,
    "Name": S,
    "Kind": AB,
    "Either": one_of(CAT, DOG),
    "Bare": {"properties": {"a": S}},
    "Both": parts(ref("Cat"), has(b=S)),
    "Named": parts(ref("Name"), {"minLength": 1}),
    "Circle": parts(ref("Circle"), has(b=S)),
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (parts(S), "class"),
        (parts(S, {"minLength": 1}), "class"),
        (parts(any_of(S, INT), FLAG), "class"),
        (parts(has(a=S)), ""),
        (parts(one_of(CAT, DOG), has(a=S)), ""),
        (parts(ref("Cat")), ""),  # as if it were the component
        (parts(ref("Name")), ""),
        (parts(ref("Cat"), has(b=S)), ""),
        (parts(ref("Bare"), has(b=S)), ""),
        (parts(ref("Both"), has(c=S)), ""),
        (parts(ref("Circle"), has(c=S)), ""),
        (parts(ref("Name"), {"minLength": 1}), "nothing"),
        (parts(ref("Named"), has(b=S)), "nothing"),
        (parts(ref("Kind"), has(b=S)), "nothing"),
        (parts(ref("Either"), has(b=S)), "nothing"),
        (ref("Named"), "nothing"),
        (parts(S, type="object"), "class"),
        (parts(S, type="string"), ""),
        (parts(S, enum=["a"]), ""),
        (parts(S, oneOf=[S]), ""),
        ({"allOf": []}, ""),
        ({"allOf": S}, ""),
        (S, ""),
    ],
)
def test_the_generated_code_of_parts_depends_on_their_kind(schema: Json, expected: str) -> None:
    assert conjunction_kind(source(**COMPONENTS), Node(schema, "/it")) == expected
