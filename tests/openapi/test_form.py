"""Fields outside schemas that must be objects or lists."""

from typing import Any

import pytest

from scripts.openapi.form import form_errors
from tests.contract.small import body, document, operation, parameter, response


def scheme(scopes: object) -> dict[str, Any]:
    return {"securitySchemes": {"b": {"flows": {"f": {"scopes": scopes}}}}}


WHOLE = document(
    servers=[{}],
    components={
        "schemas": {"Any": True, "S": {"required": True}},
        "callbacks": {"$ref": "#/x"},
        "x-own": {"a": 1},
        **scheme({"read": ""}),
    },
    paths={"x-own": 1, "/a": {"parameters": [{"in": "query"}], "get": {"callbacks": {"c": {}}}}},
)
NULLS = document(
    tags=None,
    components={"schemas": {"S": None}},
    paths={"/a": None, "/b": {"get": None, "put": {"parameters": None, "responses": None}}},
)


@pytest.mark.parametrize("sound", [WHOLE, NULLS])
def test_schemas_extensions_and_references_are_not_checked_and_null_is_absent(
    sound: dict[str, Any],
) -> None:
    assert form_errors(sound) == []


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (document(tags=["a"]), "/tags/0: it must be an object"),
        (document(servers={"url": "/"}), "/servers: it must be a list"),
        (document(webhooks={"a": 1}), "/webhooks/a: it must be an object"),
        (document(components={"schemas": {"S": "text"}}), "/components/schemas/S: it must be an"),
        (document(components=scheme([])), "/components/securitySchemes/b/flows/f/scopes: it must"),
        (operation(parameters={}), "/paths/~1a/get/parameters: it must be a list"),
        (operation(callbacks={"c": []}), "/paths/~1a/get/callbacks/c: it must be an object"),
        (parameter(schema="text"), "/paths/~1a/get/parameters/0/schema: it must be an object"),
        (body({"a/b": {"schema": 1}}), "/paths/~1a/get/requestBody/content/a~1b/schema: it must"),
        (response(links=[]), "/paths/~1a/get/responses/200/links: it must be an object"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(wrong: dict[str, Any], line: str) -> None:
    assert [each.startswith(line) for each in form_errors(wrong)] == [True]
