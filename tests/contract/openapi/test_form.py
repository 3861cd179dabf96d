"""Fields outside schemas that must be objects or lists."""

from typing import Any

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import as_openapi
from scripts.contract.openapi.form import form_errors
from tests.contract.malformed import body, document, operation, parameter, response

WHOLE = document(
    servers=[{}],
    tags=[{}],
    security=[{}],
    components={"schemas": {"Any": True, "S": {"required": True}}, "x-own": {"a": 1}},
    paths={
        "x-own": 1,
        "/a": {
            "parameters": [{"in": "query"}],
            "get": {"callbacks": {"c": {}, "d": {"$ref": "#/components/callbacks/d"}}},
        },
    },
)


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (document(info="T"), "/info: it must be an object"),
        (document(tags=["a"]), "/tags/0: it must be an object"),
        (document(servers={"url": "/"}), "/servers: it must be a list"),
        (document(webhooks={"a": 1}), "/webhooks/a: it must be an object"),
        (document(paths={"/a": "get"}), "/paths/~1a: it must be an object"),
        (document(paths={"/a": {"get": []}}), "/paths/~1a/get: it must be an object"),
        (document(components={"schemas": {"S": "string"}}), "/components/schemas/S: it must be"),
        (document(components={"headers": {"S": 1}}), "/components/headers/S: it must be an object"),
        (
            document(
                components={"securitySchemes": {"b": {"flows": {"implicit": {"scopes": []}}}}}
            ),
            "/components/securitySchemes/b/flows/implicit/scopes: it must be an object",
        ),
        (operation(parameters={}), "/paths/~1a/get/parameters: it must be a list"),
        (operation(security="b"), "/paths/~1a/get/security: it must be a list"),
        (operation(callbacks={"c": []}), "/paths/~1a/get/callbacks/c: it must be an object"),
        (operation(responses=[]), "/paths/~1a/get/responses: it must be an object"),
        (parameter(schema="text"), "/paths/~1a/get/parameters/0/schema: it must be an object"),
        (body(["a/b"]), "/paths/~1a/get/requestBody/content: it must be an object"),
        (body({"a/b": {"schema": 1}}), "/paths/~1a/get/requestBody/content/a~1b/schema: it must"),
        (response(headers=[]), "/paths/~1a/get/responses/200/headers: it must be an object"),
        (response(links=[]), "/paths/~1a/get/responses/200/links: it must be an object"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(wrong: dict[str, Any], line: str) -> None:
    assert [each.startswith(line) for each in form_errors(wrong)] == [True]
    with pytest.raises(CannotRunError, match=r"\Aa.json is not an OpenAPI document:\n  /\w"):
        as_openapi(wrong, "a.json")


def test_schemas_extensions_and_references_are_not_checked() -> None:
    assert form_errors(WHOLE) == []


def test_null_counts_as_absent() -> None:
    paths = {"/a": None, "/b": {"get": None, "put": {"parameters": None, "responses": None}}}
    assert form_errors(document(tags=None, paths=paths, components={"schemas": {"S": None}})) == []


def test_a_long_list_is_truncated() -> None:
    wrong = document(paths={f"/{number}": "get" for number in range(25)})
    with pytest.raises(CannotRunError, match=r"(\n  /paths/~1\d+: .*){20}\n  and 5 more\Z"):
        as_openapi(wrong, "a.json")
