"""Every error of a contract is reported as one line."""

from typing import Any

import pytest

from scripts.contract.openapi.lint import problems
from tests.contract.small import S, document, operation, parameter, reached, response, schema

AT = "/components/schemas/S"
WORDED = {"200": {"description": ""}}
OTHER = {"Other": {"type": "object", "properties": {"n": {"type": "integer"}}}}


def path_parameter(**more: Any) -> dict[str, Any]:
    field = {"name": "x", "in": "path", "required": True, "schema": {"type": "string"}}
    return {"get": {"responses": WORDED, "parameters": [{**field, **more}]}}


def among(**keywords: Any) -> dict[str, Any]:
    """Return a document with a schema beside another."""
    return document(components={"schemas": {"S": keywords, **OTHER}})


@pytest.mark.parametrize(
    "sound",
    [
        document(),
        document("3.1.0"),
        schema(type="integer", example=1, default=2),
        schema(type="string", nullable=True, example=None),
        schema("3.1.0", type=["string", "null"], example=None),
        schema(type="string", enum=["a", "b"]),
        schema(anyOf=[{"type": "string"}, {"type": "array", "items": {}}], example=["a"]),
        schema(type="object", properties={"enum": {"type": "string"}, "example": {}}),
        schema(items={"x-data": {"enum": [1], "$ref": "#/none"}}),
        schema(type="object", example={"enum": [1], "$ref": "#/none"}),
        reached(properties={"next": S, "also": S}),
        {
            **document(
                components={
                    "responses": {"R": {"description": "", "content": {"a/b": {"schema": {}}}}},
                    "schemas": {
                        "A": {"$ref": "#/x-own/b/c"},
                        "B": {"$ref": "#/components/responses/R/content/a~1b/schema"},
                    },
                }
            ),
            "x-own": {"b": {"c": {}}},
        },
        document(paths={"/a/{x}": path_parameter(example="one")}),
        document(
            security=[{"b": []}],
            components={"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}},
        ),
    ],
)
def test_a_valid_document_has_no_problems(sound: dict[str, Any]) -> None:
    assert problems(sound) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        # found by OpenAPI's schema
        (document(info={"title": "T"}), "/info: 'version' is a required property"),
        (document("3.1.0", info={"title": "T"}), "/info: 'version' is a required property"),
        (document(paths={"/a": {"get": {}}}), "/paths/~1a/get: 'responses' is a required property"),
        (document(paths={"/a/{x}": {"get": {"responses": WORDED}}}), "Path parameter 'x'"),
        (document("3.1.0", paths={"/a/{x}": {"get": {}}}), "Path parameter 'x'"),
        (schema(type="text"), "'text' is not"),
        (schema("3.1.0", pattern="("), f"{AT}/pattern: '(' is not a 'regex'"),
        (
            document("3.1.0", paths=parameter(schema={"items": 1})["paths"]),
            "/paths/~1a/get/parameters/0/schema/items: 1 is not of type 'object'",
        ),
        # found by further checks
        (
            document(paths={"/a/{x}": path_parameter(), "/a/{y}": path_parameter(name="y")}),
            "/paths: /a/{x} and /a/{y} are the same template",
        ),
        (document(paths={"/a/{b": {}}), "/paths: /a/{b has an unpaired brace"),
        (document(paths={"/a/b}": {}}), "/paths: /a/b} has an unpaired brace"),
        (
            operation(security=[{"b": []}]),
            "/paths/~1a/get/security: there is no security scheme 'b'",
        ),
        (schema(type="integer", example="1\n"), f"{AT}: the example '1\\n' is invalid: "),
        (schema(type="integer", default=True), f"{AT}: the default True is invalid: "),
        (schema(type="string", example=None), f"{AT}: the example None is invalid: "),
        (schema("3.1.0", type="string", example=1), f"{AT}: the example 1 is invalid: "),
        (
            among(allOf=[{"$ref": "#/components/schemas/Other"}], example={"n": "x"}),
            f"{AT}: the example {{'n': 'x'}} is invalid: 'x' is not of type 'integer'",
        ),
        (
            schema(properties={"default": {"type": "string", "example": 1}}),
            f"{AT}/properties/default: the example 1 is invalid",
        ),
        (
            document(paths={"/a/{x}": path_parameter(example=1)}),
            "/paths/~1a~1{x}/get/parameters/0: the example 1 is invalid",
        ),
        (
            schema(multipleOf=0.5, default=10**400),
            "is invalid: it cannot be checked: OverflowError",
        ),
        (schema(enum=["a"]), f"{AT}: the enum has one value ('a'): the generator makes a type"),
        (
            response(content={"a/b": {"schema": {"enum": ["a"]}}}),
            "/paths/~1a/get/responses/200/content/a~1b/schema: the enum has one value",
        ),
        (schema(enum=["a", "b", "a"]), f"{AT}: the enum contains 'a' 2 times"),
        # about references
        (schema(items={"$ref": "#/no"}), f"{AT}/items: the reference '#/no' points at nothing"),
        (schema(items={"$ref": "b.json"}), f"{AT}/items: the reference 'b.json' points at nothing"),
        (
            among(items={"$ref": "#/components/schemas/Other", "properties": {}}),
            f"{AT}/items: the siblings of a $ref are ignored",
        ),
        (
            {**schema(type="string"), "paths": operation(parameters=[S])["paths"]},
            "/parameters/0: '#/components/schemas/S' is one of schemas, but must be one of param",
        ),
        (schema(**S), f"{AT}: it contains itself without end"),
        (schema(allOf=[{"not": S}]), f"{AT}: it contains itself without end"),
        (
            document(components={"schemas": {"A": S, "S": {"anyOf": [{}, {"oneOf": [S]}]}}}),
            "/components/schemas/A: it contains itself without end",
        ),
    ],
)
def test_an_error_is_reported_with_its_place(wrong: dict[str, Any], said: str) -> None:
    found = problems(wrong)
    assert not any("\n" in line for line in found)
    assert any(said in line for line in found), found


def test_all_errors_are_reported_at_once() -> None:
    wrong = schema(type="string", enum=["a"], example=1, default=2)
    wrong["info"] = {}
    said = "\n".join(problems(wrong))
    for part in ("title", "version", "the enum has one value", "the example 1", "the default 2"):
        assert part in said


def test_after_an_error_of_form_the_checks_that_rely_on_it_are_skipped() -> None:
    wrong = operation(security=[{"b": 1}], parameters=1)
    wrong["components"] = {"schemas": {"S": {"type": "string", "example": 1}}}
    said = "\n".join(problems(wrong))
    assert "/paths/~1a/get/parameters: 1 is not of type 'array'" in said
    assert "security scheme" not in said
    assert "example" not in said
