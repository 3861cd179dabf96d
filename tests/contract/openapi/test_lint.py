"""Every error of a contract is reported as one line."""

from typing import Any

import pytest

from scripts.contract.openapi.lint import problems


def document(version: str = "3.0.3", **parts: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {}, **parts}


def schema(version: str = "3.0.3", **keywords: Any) -> dict[str, Any]:
    other = {"Other": {"type": "object", "properties": {"n": {"type": "integer"}}}}
    return document(version, components={"schemas": {"S": keywords, **other}})


def operation(**parts: Any) -> dict[str, Any]:
    return {"get": {"responses": {"200": {"description": "Fine"}}, **parts}}


def path_parameter(name: str, **more: Any) -> list[dict[str, Any]]:
    field = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    return [{**field, **more}]


@pytest.mark.parametrize(
    "sound",
    [
        document(),
        document("3.1.0"),
        schema(type="integer", example=1, default=2),
        schema(type="number", example=1),
        schema(type="string", nullable=True, example=None),
        schema("3.1.0", type=["string", "null"], example=None),
        schema(type="string", enum=["a", "b"]),
        schema(example={"any": "thing"}),
        schema(anyOf=[{"type": "string"}, {"type": "array", "items": {}}], example=["a"]),
        schema(type="object", properties={"enum": {"type": "string"}, "example": {}}),
        document(components={"schemas": {"S": {"x-data": {"enum": [1], "$ref": "#/none"}}}}),
        schema(type="object", example={"enum": [1], "$ref": "#/none"}),
        document(paths={"/a/{x}": operation(parameters=path_parameter("x", example="one"))}),
        document(paths={"/a/{x}": operation(parameters=path_parameter("x")), "/a/b": operation()}),
    ],
)
def test_a_valid_document_has_no_problems(sound: dict[str, Any]) -> None:
    assert problems(sound) == []


S = "/components/schemas/S"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        # found by OpenAPI's schema
        (document(info={"title": "T"}), "/info: |version|is a required property"),
        (document(paths={"/a": {"get": {}}}), "/paths/~1a/get: |responses|is a required property"),
        (document(paths={"/a/{x}": operation()}), "Path parameter 'x'"),
        (schema(type="text"), "'text' is not"),
        (
            document(paths={f"/{name}": operation(operationId="same") for name in "ab"}),
            "Operation ID 'same'",
        ),
        # found by further checks
        (
            document(
                paths={
                    "/a/{x}": operation(parameters=path_parameter("x")),
                    "/a/{y}": operation(parameters=path_parameter("y")),
                }
            ),
            "/paths: /a/{x} and /a/{y} are the same template",
        ),
        (schema(type="integer", example="1"), f"{S}: the example '1' is invalid: "),
        (schema(type="integer", default="1"), f"{S}: the default '1' is invalid: "),
        (schema(type="integer", example=True), f"{S}: the example True is invalid: "),
        (schema(type="string", example=None), f"{S}: the example None is invalid: "),
        (schema("3.1.0", type="string", example=1), f"{S}: the example 1 is invalid: "),
        (schema(type="string", enum=["a", "b"], example="c"), f"{S}: the example 'c' is invalid"),
        (schema(type="integer", minimum=1, default=0), f"{S}: the default 0 is invalid: "),
        (
            schema(type="array", items={"type": "string"}, example=["a", 1]),
            f"{S}: the example ['a', 1] is invalid: 1 is not of type 'string'",
        ),
        (
            schema(allOf=[{"$ref": "#/components/schemas/Other"}], example={"n": "x"}),
            f"{S}: the example {{'n': 'x'}} is invalid: 'x' is not of type 'integer'",
        ),
        (
            schema(type="object", properties={"default": {"type": "string", "example": 1}}),
            f"{S}/properties/default: the example 1 is invalid",
        ),
        (
            document(paths={"/a/{x}": operation(parameters=path_parameter("x", example=1))}),
            "/paths/~1a~1{x}/get/parameters/0: the example 1 is invalid",
        ),
        (schema(type="string", enum=["a"]), f"{S}: the enum has one value ('a')"),
        (
            document(
                paths={
                    "/a": operation(
                        responses={
                            "default": {
                                "description": "",
                                "content": {"a/b": {"schema": {"type": "string", "enum": ["a"]}}},
                            }
                        }
                    )
                }
            ),
            "/paths/~1a/get/responses/default/content/a~1b/schema: the enum has one value",
        ),
        (schema(type="string", enum=["a", "b", "a"]), f"{S}: the enum contains 'a' 2 times"),
        (schema(items={"$ref": "#/no"}), f"{S}/items: the reference '#/no' points at nothing"),
        (schema(items={"$ref": "b.json"}), f"{S}/items: the reference 'b.json' points at nothing"),
        (
            schema(items={"$ref": "#/components/schemas/Other", "properties": {}}),
            f"{S}/items: the siblings of a $ref are ignored",
        ),
    ],
)
def test_an_error_is_reported_with_its_place(wrong: dict[str, Any], said: str) -> None:
    found = problems(wrong)
    assert not any("\n" in line for line in found)
    expected = said.split("|")
    assert any(all(part in line for part in expected) for line in found), found


def test_all_errors_are_reported_at_once() -> None:
    wrong = schema(type="string", enum=["a"], example=1, default=2)
    wrong["info"] = {}
    said = "\n".join(problems(wrong))
    for part in ("title", "version", "the enum has one value", "the example 1", "the default 2"):
        assert part in said
