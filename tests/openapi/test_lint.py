"""Every error of a contract is reported as one line."""

from typing import Any

import pytest

from scripts.openapi.lint import problems
from tests.contract.small import S, document, operation, reached, response, schema

AT = "/components/schemas/S"
GET = "/paths/~1a/get"
WORDED = {"200": {"description": ""}}
TEXT = {"type": "string"}
IN_PATH = {"name": "x", "in": "path", "required": True, "schema": TEXT}
OTHER = {"Other": {"type": "object", "properties": {"n": {"type": "integer"}}}}
OF_OTHER = {"$ref": "#/components/schemas/Other"}
BEARER = {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}}
LINKED = {
    "A": {"$ref": "#/x-own/b/c"},
    "B": {"$ref": "#/components/responses/R/content/a~1b/schema"},
}
RESPONSES = {"R": {"description": "", "content": {"a/b": {"schema": {}}}}}


def with_parameter(**more: Any) -> dict[str, Any]:
    return {"get": {"responses": WORDED, "parameters": [{**IN_PATH, **more}]}}


def among(**schemas: Any) -> dict[str, Any]:
    return document(components={"schemas": schemas})


@pytest.mark.parametrize(
    "sound",
    [
        document(),
        schema(type="integer", example=1, default=2),
        schema(type="string", nullable=True, example=None),
        schema(type="object", properties={"enum": TEXT, "example": {}}),
        schema(items={"x-data": {"enum": [1], "$ref": "#/none"}}),
        reached(properties={"next": S, "also": S}),
        {
            **document(components={"responses": RESPONSES, "schemas": LINKED}),
            "x-own": {"b": {"c": {}}},
        },
        document(paths={"/a/{x}": with_parameter(example="one")}),
        document(security=[{"b": []}], components=BEARER),
    ],
)
def test_a_valid_document_has_no_problems(sound: dict[str, Any]) -> None:
    assert problems(sound) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        # found by OpenAPI's schema
        (document(info={"title": "T"}), "/info: 'version' is a required property"),
        (document(paths={"/a": {"get": {}}}), f"{GET}: 'responses' is a required property"),
        (document(paths={"/a/{x}": {"get": {"responses": WORDED}}}), "Path parameter 'x'"),
        (schema(pattern="("), f"{AT}/pattern: '(' is not a 'regex'"),
        (schema("3.1.0", type="string"), "/openapi: '3.1.0' does not match"),
        # found by further checks
        (
            document(paths={"/a/{x}": with_parameter(), "/a/{y}": with_parameter(name="y")}),
            "/paths: /a/{x} and /a/{y} are the same template",
        ),
        (document(paths={"/a/{b": {}}), "/paths: /a/{b has an unpaired brace"),
        (operation(security=[{"b": []}]), f"{GET}/security: there is no security scheme 'b'"),
        (schema(type="integer", example="1\n"), f"{AT}: the example '1\\n' is invalid: "),
        (schema(type="integer", default=True), f"{AT}: the default True is invalid: "),
        (schema(type="string", example=1), f"{AT}: the example 1 is invalid: "),
        (
            among(S={"allOf": [OF_OTHER], "example": {"n": "x"}}, **OTHER),
            f"{AT}: the example {{'n': 'x'}} is invalid: 'x' is not of type 'integer'",
        ),
        (
            schema(properties={"default": {**TEXT, "example": 1}}),
            f"{AT}/properties/default: the example 1 is invalid",
        ),
        (
            document(paths={"/a/{x}": with_parameter(example=1)}),
            "/paths/~1a~1{x}/get/parameters/0: the example 1 is invalid",
        ),
        (schema(multipleOf=0.5, default=10**400), "it cannot be checked: OverflowError"),
        (schema(enum=["a"]), f"{AT}: the enum has one value ('a'): the generator makes a type"),
        (response(content={"a/b": {"schema": {"enum": ["a"]}}}), "a~1b/schema: the enum has one"),
        (schema(enum=["a", "b", "a"]), f"{AT}: the enum contains 'a' 2 times"),
        # about references
        (schema(items={"$ref": "#/no"}), f"{AT}/items: the reference '#/no' points at nothing"),
        (schema(items={"$ref": "b.json"}), f"{AT}/items: the reference 'b.json' points at nothing"),
        (
            among(S={"items": {**OF_OTHER, "properties": {}}}, **OTHER),
            f"{AT}/items: the siblings of a $ref are ignored",
        ),
        (
            {**schema(type="string"), "paths": operation(parameters=[S])["paths"]},
            "/parameters/0: '#/components/schemas/S' is one of schemas, but must be one of param",
        ),
        (schema(**S), f"{AT}: it contains itself without end"),
        (among(A=S, S={"anyOf": [{}, {"oneOf": [S]}]}), "schemas/A: it contains itself without"),
    ],
)
def test_an_error_is_reported_with_its_place(wrong: dict[str, Any], said: str) -> None:
    found = problems(wrong)
    assert not any("\n" in line for line in found)
    assert any(said in line for line in found), found


def test_all_errors_are_reported_at_once() -> None:
    wrong = {**schema(type="string", enum=["a"], example=1, default=2), "info": {}}
    said = "\n".join(problems(wrong))
    for part in ("title", "version", "the enum has one value", "the example 1", "the default 2"):
        assert part in said


def test_after_an_error_of_form_the_checks_that_rely_on_it_are_skipped() -> None:
    wrong = operation(security=[{"b": 1}], parameters=1)
    wrong["components"] = {"schemas": {"S": {**TEXT, "example": 1}}}
    said = "\n".join(problems(wrong))
    assert f"{GET}/parameters: 1 is not of type 'array'" in said
    assert "security scheme" not in said
    assert "example" not in said
