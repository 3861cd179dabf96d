"""Every error of a contract is reported as one line."""

import copy
from typing import Any

import pytest

from scripts.openapi.lint import dangling, problems, without_defects
from tests.contract.small import Document, S, document, operation, reached, schema

AT = "/components/schemas/S"
GET = "/paths/~1a/get"
WORDED = {"200": {"description": ""}}
TEXT: Document = {"type": "string"}
INFO = {"title": "T", "version": "1"}
IN_PATH = {"name": "x", "in": "path", "required": True, "schema": TEXT}
OF_X = {"$ref": "#/components/parameters/X"}
OTHER = {"Other": {"type": "object", "properties": {"n": {"type": "integer"}}}}
OF_OTHER = {"$ref": "#/components/schemas/Other"}
BEARER = {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}}
LINKED = {"A": {"$ref": "#/components/responses/R/content/a~1b/schema"}}
RESPONSES = {"R": {"description": "", "content": {"a/b": {"schema": {}}}}}


def with_parameter(**more: Any) -> dict[str, Any]:
    return {"get": {"responses": WORDED, "parameters": [{**IN_PATH, **more}]}}


def among(**schemas: Any) -> dict[str, Any]:
    return document(components={"schemas": schemas})


def test_a_valid_document_has_no_problems() -> None:
    for sound in (
        schema(type="object", properties={"enum": TEXT, "example": {}}),
        reached(properties={"next": S, "also": S}),
        document(components={"responses": RESPONSES, "schemas": LINKED}),
        document(paths={"/a/{x}": with_parameter(example="one")}),
        document(security=[{"b": []}], components=BEARER),
        document(
            paths={"/a/{x}": {"parameters": [OF_X], "get": {"responses": WORDED}}},
            components={"parameters": {"X": {"$ref": "#/components/parameters/Y"}, "Y": IN_PATH}},
        ),
    ):
        assert problems(sound) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        # found by OpenAPI's schema
        (document(info={"title": "T"}), "/info: 'version' is a required property"),
        (
            document(info={**INFO, "schema": 1, "example": 1}),
            "/info: 'example', 'schema' do not match",
        ),
        # found by further checks
        (
            document(paths={"/a/{x}": with_parameter(), "/a/{y}": with_parameter(name="y")}),
            "/paths: /a/{x} and /a/{y} are the same template",
        ),
        (document(paths={"/a/{b": {}}), "/paths: /a/{b has an unpaired brace"),
        (
            document(paths={"/a/{x}/{y}": with_parameter()}),
            "/paths/~1a~1{x}~1{y}/get: the path parameter 'y' is not declared",
        ),
        (
            operation(requestBody={"content": {"a/b": {}}}),
            f"{GET}: the body a/b has no schema",
        ),
        (schema(type="array"), f"{AT}: the array has no items"),
        (operation(security=[{"b": []}]), f"{GET}/security: there is no security scheme 'b'"),
        (schema(type="integer", example="1\n"), f"{AT}: the example '1\\n' is invalid: "),
        (schema(type="integer", default=True), f"{AT}: the default True is invalid: "),
        (
            among(S={"allOf": [OF_OTHER], "example": {"n": "x"}}, **OTHER),
            f"{AT}: the example {{'n': 'x'}} is invalid: 'x' is not of type 'integer'",
        ),
        (
            document(paths={"/a/{x}": with_parameter(example=1)}),
            "/paths/~1a~1{x}/get/parameters/0: the example 1 is invalid",
        ),
        (schema(multipleOf=0.5, default=10**400), "it cannot be checked: OverflowError"),
        (schema(enum=["a"]), f"{AT}: the enum has one value ('a'): the generator makes a type"),
        (schema(enum=["a", "b", "a"]), f"{AT}: the enum contains 'a' 2 times"),
        (schema(enum=["a", 1, None]), f"{AT}: the enum mixes types: the generator makes no class"),
        (schema(enum=["a", "A", "1"]), f"{AT}: the enum has 2 values that the generator calls A"),
        # about references
        (schema(items={"$ref": "b.json"}), f"{AT}/items: the reference 'b.json' points at nothing"),
        (
            among(S={"items": {**OF_OTHER, "properties": {}}}, **OTHER),
            f"{AT}/items: the siblings of a $ref are ignored",
        ),
        (
            {**schema(type="string"), "paths": operation(parameters=[S])["paths"]},
            "/parameters/0: '#/components/schemas/S' is one of schemas, but must be one of param",
        ),
        (among(A=S, S={"anyOf": [{}, {"oneOf": [S]}]}), "schemas/A: it contains itself without"),
    ],
)
def test_an_error_is_reported_with_its_place(wrong: dict[str, Any], said: str) -> None:
    found = problems(wrong)
    assert not any("\n" in line for line in found)
    assert any(said in line for line in found), found


LIST = {"GET /pets/{}"}


def ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def answering(schema: Document, **more: Any) -> Document:
    content = {"application/json": {"schema": schema}}
    identity = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    responses = {"200": {"description": "", "content": content}}
    return {"get": {"parameters": [identity], "responses": responses, **more}}


def published(pets: Document, others: Document | None, **schemas: Document) -> Document:
    paths = {"/pets/{id}": pets, "/others/{id}": others}
    return document(paths=paths, components={"schemas": schemas})


def test_each_reference_that_points_at_nothing_is_found_with_its_place() -> None:
    given = published(answering(ref("Pet")), answering({"$ref": "b.json"}), Pet=ref("No"))
    assert list(dangling(given)) == [("#/components/schemas/No", "/components/schemas/Pet")]


FINE = answering(ref("Pet"))
WRONG: Document = {"type": "nothing"}
SIGNED = {"securitySchemes": {"token": {"type": "nothing"}}}


def test_what_no_needed_operation_uses_is_left_out_if_it_has_a_defect() -> None:
    for others, schemas, left in (
        (answering(WRONG), {}, {"/others/{id}"}),
        # A component that a needed operation does not reach goes first, then what refers to it.
        (answering(ref("Other")), {"Other": {"allOf": [ref("Gone")]}}, {"/others/{id}", "Other"}),
        (answering(TEXT), {"Other": WRONG}, {"Other"}),
        (answering(WRONG, callbacks=1), {}, {"/others/{id}"}),  # once, with all below it
    ):
        given = published(FINE, others, Pet=TEXT, **schemas)
        before = copy.deepcopy(given)
        found = without_defects(given, LIST)
        remaining = {*found.document["components"]["schemas"]}
        remaining |= {path for path, item in found.document["paths"].items() if item}
        assert {"/pets/{id}", "/others/{id}", "Pet", *schemas} - remaining == left
        assert (len(found.left_out), found.problems) == (len(left), [])
        assert given == before


def test_what_no_code_is_generated_from_is_left_out_wherever_it_is() -> None:
    pets = answering(TEXT | {"example": 1}, externalDocs=1)
    pets["get"]["responses"]["200"]["headers"] = {"X": {"schema": {"enum": ["a", 1]}}}
    info = {"info": {**INFO, "contact": {"email": 1}}}
    found = without_defects(published(pets, FINE, Pet=TEXT) | info, LIST)
    assert (len(found.left_out), found.problems) == (4, [])
    left_out = ("example", "externalDocs", "contact", "headers")
    assert not [each for each in left_out if each in str(found.document)]


def test_a_defect_of_what_is_needed_stays_for_a_person_to_correct() -> None:
    for given, needed in (
        (published(answering(ref("Gone")), FINE, Pet=TEXT), LIST),
        (published(FINE, FINE, Pet=TEXT) | {"info": {}}, LIST),
        (published(FINE, FINE, Pet=TEXT) | {"servers": [{"url": 1}]}, LIST),
        (published(FINE, FINE, Pet={"properties": {"example": WRONG}}), LIST),  # it is a name
        (published(FINE, answering(WRONG), Pet=TEXT), ()),  # everything is needed
        (published(FINE, None, Pet=WRONG), LIST),  # a path without content
        (published(FINE, FINE, Pet=TEXT) | {"components": SIGNED | {"schemas": {"Pet": {}}}}, LIST),
    ):
        found = without_defects(given, needed)
        assert (found.document, found.left_out) == (given, [])
        assert len(found.problems) >= 1
