"""A walk finds the objects of a document, and normalising keeps its facts without prose."""

from typing import Any

from scripts.openapi.walking import normalise, walk

PROSE = dict.fromkeys(
    "summary description externalDocs contact license termsOfService".split(), "prose"
)


def test_every_object_has_its_pointer_and_its_kind_of_component() -> None:
    operation = {
        "requestBody": {"content": {"a/json": {"schema": {"items": {}}}}},
        "callbacks": {"done": {"{$url}": {"post": {}}}},
        "parameters": [{"x-own": {}, "example": {}, "examples": [{}]}],
    }
    found = [(where, kind) for _, where, kind in walk({"paths": {"/a": {"get": operation}}})]
    at = "/paths/~1a/get"
    assert found == [
        ("", "schemas"),
        ("/paths/~1a", "pathItems"),
        (at, "pathItems"),
        (f"{at}/requestBody", "requestBodies"),
        (f"{at}/requestBody/content/a~1json", "requestBodies"),
        (f"{at}/requestBody/content/a~1json/schema", "schemas"),
        (f"{at}/requestBody/content/a~1json/schema/items", "schemas"),
        (f"{at}/callbacks/done", "callbacks"),
        (f"{at}/callbacks/done/{{$url}}", "pathItems"),
        (f"{at}/callbacks/done/{{$url}}/post", "pathItems"),
        (f"{at}/parameters/0", "parameters"),
    ]


def test_prose_is_removed_at_every_place() -> None:
    def document(prose: Any) -> Any:
        schema = {"properties": {"p": {"type": "string", **prose}}, **prose}
        return {
            "info": {"title": "T", **prose},
            "paths": {"/a": {"get": {"parameters": [{"name": "q", **prose}], **prose}, **prose}},
            "components": {"schemas": {"S": schema}},
        }

    assert normalise(document(PROSE)) == document({})


def test_names_and_data_that_read_like_prose_are_kept() -> None:
    for fact in (
        {"components": {"securitySchemes": {"contact": {"type": "http"}}}},
        {"security": [{"contact": ["associations.write"]}]},
        {"examples": [{"description": "kept"}]},
        {"examples": {"description": {"value": {"summary": "kept"}}}},
        {"default": {"description": "kept"}, "x-mine": {"summary": "kept"}},
        {"scopes": ["a"], "responses": 1, "tags": [1]},
    ):
        assert normalise(fact) == fact


def test_a_text_that_openapi_requires_becomes_empty() -> None:
    responses = {"200": {"description": "Prose"}, "400": {}, "404": {"$ref": "#/x"}, "500": 1}
    empty = {"description": ""}
    assert normalise({"flows": {"f": {"scopes": {"a": "Prose"}}}, "responses": responses}) == {
        "flows": {"f": {"scopes": {"a": ""}}},
        "responses": {**responses, "200": empty, "400": empty},
    }
