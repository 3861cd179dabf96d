"""A contract with many features that affect generated code."""

import copy

from tests.contract.diff.documents import Json, S, document, has

PET = {
    **has(
        "id name",
        id={"type": "string", "format": "uuid"},
        name=S,
        age={"type": "integer", "format": "int32"},
        kind={"type": "string", "enum": ["cat", "dog"]},
        born={"type": "string", "format": "date"},
        owner={"$ref": "#/components/schemas/Owner"},
        tags={"type": "array", "items": S},
        home=has("street", street=S),
    ),
    "title": "Pet",
}
SCHEMAS = {
    "Pet": PET,
    "Owner": has("name", name=S, phone={**S, "nullable": True}),
    "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}, has(barks={"type": "boolean"})]},
    "Spare": has(a=S),
}
ID = {"name": "id", "in": "path", "required": True, "schema": S}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 10}}
VERSION = {"name": "Version", "in": "header", "required": True, "schema": S}
KEY = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}


def json_of(schema: Json) -> Json:
    """Return content with one schema."""
    return {"content": {"application/json": {"schema": schema}}}


def base() -> Json:
    """Return a copy to edit."""
    pet, dog = ({"$ref": f"#/components/schemas/{name}"} for name in ("Pet", "Dog"))
    pets = {"type": "array", "items": pet}
    return copy.deepcopy(
        document(
            {
                "/pets": {
                    "get": {
                        "operationId": "list-pets",
                        "tags": ["pets"],
                        "parameters": [LIMIT, VERSION],
                        "responses": {"200": {"description": "", **json_of(pets)}},
                    },
                    "post": {
                        "operationId": "add-pet",
                        "tags": ["pets"],
                        "security": [{"key": []}],
                        "requestBody": {"required": True, **json_of(pet)},
                        "responses": {
                            "201": {"description": "", **json_of(dog)},
                            "400": {"description": "", **json_of(has("message", message=S))},
                        },
                    },
                },
                "/pets/{id}": {
                    "get": {
                        "operationId": "get-pet",
                        "tags": ["pets"],
                        "parameters": [ID],
                        "responses": {
                            "200": {"description": "", **json_of({"oneOf": [pet, dog]})},
                            "404": {"description": ""},
                        },
                    }
                },
            },
            components={"schemas": SCHEMAS, **KEY},
        )
    )
