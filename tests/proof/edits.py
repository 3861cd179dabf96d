"""A contract with many features that affect generated code, and random edits of it."""

import copy
import random
from collections.abc import Callable
from typing import Any

from tests.diff.documents import Json, S, document, has

SCHEMAS: Json = {
    "Pet": {
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
    },
    "Owner": has("name", name=S, phone={**S, "nullable": True}),
    "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}, has(barks={"type": "boolean"})]},
    "Spare": has(a=S),
}
ID = {"name": "id", "in": "path", "required": True, "schema": S}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 10}}
VERSION = {"name": "Version", "in": "header", "required": True, "schema": S}
KEY = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
Edit = Callable[[Json, random.Random], None]
"""Edit an object that was found, with choices of its own."""


def json_of(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


def answer(schema: Json) -> Json:
    return {"description": "", **json_of(schema)}


def base() -> Json:
    pet, dog = ({"$ref": f"#/components/schemas/{name}"} for name in ("Pet", "Dog"))
    listing = {
        "operationId": "list-pets",
        "tags": ["pets"],
        "parameters": [LIMIT, VERSION],
        "responses": {"200": answer({"type": "array", "items": pet})},
    }
    adding = {
        "operationId": "add-pet",
        "tags": ["pets"],
        "security": [{"key": []}],
        "requestBody": {"required": True, **json_of(pet)},
        "responses": {"201": answer(dog), "400": answer(has("message", message=S))},
    }
    getting = {
        "operationId": "get-pet",
        "tags": ["pets"],
        "parameters": [ID],
        "responses": {"200": answer({"oneOf": [pet, dog]}), "404": {"description": ""}},
    }
    paths = {"/pets": {"get": listing, "post": adding}, "/pets/{id}": {"get": getting}}
    return copy.deepcopy(document(paths, components={"schemas": SCHEMAS, **KEY}))


def mutated(seed: int) -> Json:
    chosen, given = random.Random(seed), base()  # noqa: S311 - no secret
    wanted, edit = chosen.choice(EDITS)
    edit(chosen.choice(_places(given, wanted)), chosen)
    return given


def _places(item: Any, wanted: Callable[[Json], bool]) -> list[Json]:
    found = [item] if isinstance(item, dict) and wanted(item) else []
    members = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return found + [each for member in members for each in _places(member, wanted)]


def holding(name: str, kind: type = dict) -> Callable[[Json], bool]:
    return lambda each: isinstance(each.get(name), kind)


def of_type(name: str) -> Callable[[Json], bool]:
    return lambda each: each.get("type") == name and "in" not in each


OTHER_PLACE = {"query": "header", "header": "query"}


def is_parameter(each: Json) -> bool:
    return each.get("in") in OTHER_PLACE and "schema" in each


def is_reference(each: Json) -> bool:
    return set(each) == {"$ref"}


def set_to(**values: Any) -> Edit:
    return lambda each, _: each.update(values)


def renamed(name: str, *others: str) -> Edit:
    return lambda each, chosen: each.update({chosen.choice(others): each.pop(name)})


def inside(name: str, edit: Edit) -> tuple[Callable[[Json], bool], Edit]:
    return holding(name), lambda each, chosen: edit(each[name], chosen)


def without_one(each: Json, chosen: random.Random) -> None:
    del each[chosen.choice(sorted(each))]


def add_response(each: Json, chosen: random.Random) -> None:
    each["409"] = {"description": "", **chosen.choice([{}, json_of(S)])}


def toggle_required(each: Json, chosen: random.Random) -> None:
    name = chosen.choice(sorted(each["properties"]))
    each["required"] = sorted({*each.get("required", [])} ^ {name})


def change_status(each: Json, chosen: random.Random) -> None:
    status = chosen.choice(sorted(each["responses"]))
    each["responses"][str(int(status) + 1)] = each["responses"].pop(status)


def flatten(schemas: Json, _: random.Random) -> None:
    pet = schemas["Pet"]
    barks = {**pet["properties"], "barks": {"type": "boolean"}}
    schemas["Dog"] = {**has(**barks), "required": pet["required"]}


def rename_component(schemas: Json, _: random.Random) -> None:
    schemas["Person"] = schemas.pop("Owner")
    schemas["Pet"]["properties"]["owner"] = {"$ref": "#/components/schemas/Person"}


def inline(each: Json, _: random.Random) -> None:
    each |= copy.deepcopy(SCHEMAS[each.pop("$ref").rpartition("/")[2]])


FORMATS = ["password", "int64", "date-time", "email"]
OTHER_MEDIA_TYPES = ["application/xml", "application/vnd.it+json", "text/plain"]
EDITS: list[tuple[Callable[[Json], bool], Edit]] = [
    inside("properties", without_one),
    inside("properties", set_to(added=S)),
    (holding("properties"), toggle_required),
    (holding("properties"), set_to(additionalProperties=False)),
    (is_parameter, lambda each, _: each.update(required=not each.get("required", False))),
    (is_parameter, lambda each, _: each.update({"in": OTHER_PLACE[each["in"]]})),
    (lambda each: each.get("type") == "string" and "enum" not in each, set_to(maxLength=9)),
    (lambda each: each == S, set_to(type="integer")),
    (of_type("string"), set_to(nullable=True)),
    (of_type("string"), set_to(readOnly=True)),
    (of_type("object"), set_to(title="Other")),
    (lambda each: "type" in each, set_to(description="New words.")),
    (holding("format", str), lambda each, chosen: each.update(format=chosen.choice(FORMATS))),
    (holding("enum", list), lambda each, _: each["enum"].append("bird")),
    (holding("default", int), set_to(default=20)),
    (is_reference, lambda each, _: each.update(allOf=[{"$ref": each.pop("$ref")}])),
    (is_reference, inline),
    (holding("responses"), change_status),
    inside("responses", add_response),
    inside("responses", without_one),
    inside("content", set_to(**{"application/xml": {"schema": S}})),
    inside("content", renamed("application/json", *OTHER_MEDIA_TYPES)),
    inside("requestBody", lambda each, _: each.pop("required")),
    (
        holding("operationId", str),
        lambda each, _: each.update(operationId=f"{each['operationId']}-new"),
    ),
    (holding("operationId", str), set_to(security=[{"key": []}])),
    (holding("tags", list), set_to(tags=["animals"])),
    (holding("post"), without_one),
    (holding("/pets"), renamed("/pets", "/animals")),
    (holding("Spare"), lambda each, _: each.pop("Spare")),
    (holding("Dog"), flatten),
    (holding("Owner"), rename_component),
]
