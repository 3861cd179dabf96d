"""The test cases of the OpenAPI Overlay Specification, with our own documents."""

from typing import Any

import pytest

from .test_overlay import corrected

SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://a.example"}, {"url": "https://b.example", "x-old": True}],
    "paths": {
        "/books": {
            "get": {"operationId": "books", "responses": {"200": {}, "500": {}}},
            "post": {"operationId": "add", "responses": {"201": {}, "500": {}}},
        },
        "/books/{id}": {"delete": {"operationId": "drop", "responses": {"204": {}}}},
    },
    "components": {
        "schemas": {
            "Book": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "price": {"type": "number"}},
                "example": {"id": "1"},
            }
        }
    },
}


def shop(**changed: Any) -> dict[str, Any]:
    return {**SHOP, **changed}


BOOKS, BOOK = SHOP["paths"]["/books"], SHOP["components"]["schemas"]["Book"]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        pytest.param(
            [{"target": "$.info", "update": {"license": {"name": "MIT"}}}],
            shop(info={"title": "Shop", "version": "1", "license": {"name": "MIT"}}),
            id="a license is added",
        ),
        pytest.param(
            [
                {"target": "$.info", "update": {"title": "Books", "description": "All of them."}},
                {"target": "$.paths['/books'].get", "update": {"summary": "List the books."}},
            ],
            shop(
                info={"title": "Books", "version": "1", "description": "All of them."},
                paths={
                    **SHOP["paths"],
                    "/books": {**BOOKS, "get": {**BOOKS["get"], "summary": "List the books."}},
                },
            ),
            id="description and summary are set",
        ),
        pytest.param(
            [{"target": "$.paths.*.*", "update": {"deprecated": True}}],
            shop(
                paths={
                    "/books": {verb: {**BOOKS[verb], "deprecated": True} for verb in BOOKS},
                    "/books/{id}": {
                        "delete": {**SHOP["paths"]["/books/{id}"]["delete"], "deprecated": True}
                    },
                }
            ),
            id="many operations are changed",
        ),
        pytest.param(
            [{"target": "$..schemas[*].example", "remove": True}],
            shop(
                components={
                    "schemas": {"Book": {"type": "object", "properties": BOOK["properties"]}}
                }
            ),
            id="an example is removed",
        ),
        pytest.param(
            [{"target": "$.paths[*][*].responses['500']", "remove": True}],
            shop(
                paths={
                    **SHOP["paths"],
                    "/books": {
                        "get": {"operationId": "books", "responses": {"200": {}}},
                        "post": {"operationId": "add", "responses": {"201": {}}},
                    },
                }
            ),
            id="matching responses are removed",
        ),
        pytest.param(
            [{"target": "$.components.schemas.Book.properties.price", "remove": True}],
            shop(
                components={"schemas": {"Book": {**BOOK, "properties": {"id": {"type": "string"}}}}}
            ),
            id="a property is removed",
        ),
        pytest.param(
            [{"target": "$.servers[?@['x-old'] == true]", "remove": True}],
            shop(servers=[{"url": "https://a.example"}]),
            id="a server is removed",
        ),
        pytest.param(
            [
                {"target": "$.servers[*]", "remove": True},
                {"target": "$.servers", "update": [{"url": "https://c.example"}]},
            ],
            shop(servers=[{"url": "https://c.example"}]),
            id="servers are replaced",
        ),
        pytest.param(
            [{"target": "$", "update": {"info": {"version": "2"}, "x-mine": [1]}}],
            {**shop(info={"title": "Shop", "version": "2"}), "x-mine": [1]},
            id="the root is changed",
        ),
    ],
)
def test_the_standard_cases_of_overlay_tools(
    actions: list[dict[str, Any]], expected: object
) -> None:
    assert corrected(SHOP, *actions) == expected
    assert corrected(SHOP, *actions, version="1.0.0") == expected
