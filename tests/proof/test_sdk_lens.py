"""The sdk lens says what generating both contracts shows."""

# ruff: noqa: E501 - one row a line keeps the table readable

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from scripts.contract.diff.compare import compare
from tests.contract.diff.documents import Json, S, document, has
from tests.proof.generated import Surface

pytestmark = [pytest.mark.proof, pytest.mark.long]

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
    """Give content of one schema."""
    return {"content": {"application/json": {"schema": schema}}}


def base() -> Json:
    """Give a contract that uses what a generator can make something of."""
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


def places(item: Any, wanted: Callable[[Json], bool]) -> list[Json]:
    """Find all objects in a document that fit."""
    found = [item] if isinstance(item, dict) and wanted(item) else []
    members = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return found + [each for member in members for each in places(member, wanted)]


def mutated(seed: int) -> Json:
    """Give the contract with one random edit."""
    chosen, given = random.Random(seed), base()  # noqa: S311 - no secret
    edit = chosen.choice(EDITS)
    edit(given, chosen)
    return given


def _pick(given: Json, chosen: random.Random, key: str, kind: type = dict) -> Json:
    return chosen.choice(places(given, lambda each: isinstance(each.get(key), kind)))


def _remove_property(given: Json, chosen: random.Random) -> None:
    holder = _pick(given, chosen, "properties")
    del holder["properties"][chosen.choice(sorted(holder["properties"]))]


def _add_property(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "properties")["properties"]["added"] = S


def _toggle_required(given: Json, chosen: random.Random) -> None:
    holder = _pick(given, chosen, "properties")
    name = chosen.choice(sorted(holder["properties"]))
    holder["required"] = sorted({*holder.get("required", [])} ^ {name})


def _toggle_parameter(given: Json, chosen: random.Random) -> None:
    found = places(given, lambda each: each.get("in") in ("query", "header") and "schema" in each)
    each = chosen.choice(found)
    each["required"] = not each.get("required", False)


def _move_parameter(given: Json, chosen: random.Random) -> None:
    each = chosen.choice(
        places(given, lambda e: e.get("in") in ("query", "header") and "schema" in e)
    )
    each["in"] = "header" if each["in"] == "query" else "query"


def _limit(given: Json, chosen: random.Random) -> None:
    found = places(given, lambda each: each.get("type") == "string" and "enum" not in each)
    chosen.choice(found)["maxLength"] = 9


def _change_type(given: Json, chosen: random.Random) -> None:
    each = chosen.choice(places(given, lambda each: each == S))
    each["type"] = "integer"


def _change_format(given: Json, chosen: random.Random) -> None:
    each = _pick(given, chosen, "format", str)
    each["format"] = chosen.choice(["password", "int64", "date-time", "email"])


def _grow_enum(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "enum", list)["enum"].append("bird")


def _make_nullable(given: Json, chosen: random.Random) -> None:
    chosen.choice(places(given, lambda each: each.get("type") == "string" and "in" not in each))[
        "nullable"
    ] = True


def _change_status(given: Json, chosen: random.Random) -> None:
    responses = _pick(given, chosen, "responses")["responses"]
    status = chosen.choice(sorted(responses))
    responses[str(int(status) + 1)] = responses.pop(status)


def _add_media_type(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "content")["content"]["application/xml"] = {"schema": S}


def _rename_operation(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "operationId", str)["operationId"] += "-new"


def _retag(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "tags", list)["tags"] = ["animals"]


def _retitle(given: Json, chosen: random.Random) -> None:
    chosen.choice(places(given, lambda each: each.get("type") == "object"))["title"] = "Other"


def _describe(given: Json, chosen: random.Random) -> None:
    chosen.choice(places(given, lambda each: "type" in each))["description"] = "New words."


def _secure(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "operationId", str)["security"] = [{"key": []}]


def _close(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "properties")["additionalProperties"] = False


def _drop_operation(given: Json, chosen: random.Random) -> None:
    item = given["paths"]["/pets"]
    del item[chosen.choice(sorted(item))]


def _move_path(given: Json, _: random.Random) -> None:
    given["paths"]["/animals"] = given["paths"].pop("/pets")


def _flatten(given: Json, _: random.Random) -> None:
    pet = given["components"]["schemas"]["Pet"]
    barks = {**pet["properties"], "barks": {"type": "boolean"}}
    given["components"]["schemas"]["Dog"] = {**has(**barks), "required": pet["required"]}


def _rename_component(given: Json, _: random.Random) -> None:
    schemas = given["components"]["schemas"]
    schemas["Person"] = schemas.pop("Owner")
    schemas["Pet"]["properties"]["owner"] = {"$ref": "#/components/schemas/Person"}


def _wrap(given: Json, chosen: random.Random) -> None:
    holder = chosen.choice(places(given, lambda each: set(each) == {"$ref"}))
    holder["allOf"] = [{"$ref": holder.pop("$ref")}]


def _make_read_only(given: Json, chosen: random.Random) -> None:
    chosen.choice(places(given, lambda each: each.get("type") == "string" and "in" not in each))[
        "readOnly"
    ] = True


def _drop_unused(given: Json, _: random.Random) -> None:
    del given["components"]["schemas"]["Spare"]


def _change_default(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "default", int)["default"] = 20


def _add_error(given: Json, chosen: random.Random) -> None:
    responses = _pick(given, chosen, "responses")["responses"]
    responses["409"] = chosen.choice([{"description": ""}, {"description": "", **json_of(S)}])


def _drop_response(given: Json, chosen: random.Random) -> None:
    responses = _pick(given, chosen, "responses")["responses"]
    del responses[chosen.choice(sorted(responses))]


def _replace_media_type(given: Json, chosen: random.Random) -> None:
    content = _pick(given, chosen, "content")["content"]
    name = chosen.choice(["application/xml", "application/vnd.it+json", "text/plain"])
    content[name] = content.pop("application/json")


def _inline(given: Json, chosen: random.Random) -> None:
    holder = chosen.choice(places(given, lambda each: set(each) == {"$ref"}))
    name = holder.pop("$ref").rpartition("/")[2]
    holder |= copy.deepcopy(given["components"]["schemas"][name])


def _require_body(given: Json, chosen: random.Random) -> None:
    del _pick(given, chosen, "requestBody")["requestBody"]["required"]


EDITS = (
    _remove_property, _add_property, _toggle_required, _toggle_parameter, _move_parameter, _limit,
    _change_type, _change_format, _grow_enum, _make_nullable, _change_status, _add_media_type,
    _rename_operation, _retag, _retitle, _describe, _secure, _close, _drop_operation, _move_path,
    _flatten, _rename_component, _wrap, _make_read_only, _drop_unused, _change_default,
    _add_error, _drop_response, _replace_media_type, _inline, _require_body,
)  # fmt: skip


def operation(**fields: Any) -> Json:
    """Give a contract of one operation."""
    return document(
        {
            "/a/{id}": {
                "get": {
                    "operationId": "op",
                    "parameters": [ID],
                    "responses": {"204": {"description": ""}},
                    **fields,
                }
            }
        }
    )


def taking(*parameters: Json) -> Json:
    """Give a contract of one operation with further parameters."""
    return operation(parameters=[ID, *parameters])


def answering(schema: Json, status: str = "200", media_type: str = "application/json") -> Json:
    """Give a contract of one operation that answers."""
    content = {media_type: {"schema": schema}}
    given = operation(responses={status: {"description": "", "content": content}})
    return {**given, "components": {"schemas": SCHEMAS}}


def parameter(place: str = "query", **more: Any) -> Json:
    """Give a parameter."""
    return {"name": "tag", "in": place, "schema": S, **more}


def at(path: str, name: str = "id") -> Json:
    """Give a contract of one operation on another path."""
    given = operation(parameters=[{**ID, "name": name}])
    return {**given, "paths": {path: given["paths"]["/a/{id}"]}}


def kinds(*media_types: str) -> Json:
    """Give content of several kinds, each with a class of its own."""
    objects = {each: {"type": "object", "properties": {each[-3:]: S}} for each in media_types}
    return {"content": {each: {"schema": schema} for each, schema in objects.items()}}


def answers(*media_types: str) -> Json:
    """Give a contract of one operation that answers in several kinds."""
    return operation(responses={"200": {"description": "", **kinds(*media_types)}})


def bodies(*media_types: str) -> Json:
    """Give a contract of one operation that takes a body of several kinds."""
    return operation(requestBody=kinds(*media_types))


def naming(schema: Json) -> Json:
    """Give a contract of one operation that answers, with a component that is text."""
    return {**answering(schema), "components": {"schemas": {"Name": S}}}


NAME = {"$ref": "#/components/schemas/Name"}
PET_REFERENCE = {"$ref": "#/components/schemas/Pet"}
INT: Json = {"type": "integer"}
LIST: Json = {"type": "array", "items": S}
ROWS: list[tuple[str, Json, Json, str]] = [
    ("words", operation(), operation(summary="New words.", description="Many."), "none"),
    ("a path parameter renamed", operation(), at("/a/{key}", "key"), "breaking"),
    ("a path moved", operation(), at("/b/{id}"), "none"),
    ("a parameter added", operation(), taking(parameter()), "compatible"),
    ("a parameter removed", taking(parameter()), operation(), "breaking"),
    ("a parameter that must be sent", taking(parameter()), taking(parameter(required=True)), "breaking"),
    ("a parameter moved to a header", taking(parameter()), taking(parameter("header")), "none"),
    ("a list moved to a header", taking(parameter(schema=LIST)), taking(parameter("header", schema=LIST)), "breaking"),
    ("a header that OpenAPI ignores", taking({**parameter("header"), "name": "Authorization"}), operation(), "breaking"),
    ("a parameter exploded", taking(parameter(schema=LIST)), taking(parameter(schema=LIST, explode=False)), "none"),
    ("a parameter of JSON", taking(parameter()), taking({"name": "tag", "in": "query", **json_of(S)}), "breaking"),
    ("a default", taking(parameter(schema={**S, "default": "a"})), taking(parameter(schema={**S, "default": "b"})), "compatible"),
    ("a deprecated operation", operation(), operation(deprecated=True), "none"),
    ("security", operation(), {**operation(security=[{"key": []}]), "components": KEY}, "breaking"),
    ("a status, with a component", answering(PET_REFERENCE), answering(PET_REFERENCE, "201"), "none"),
    ("a status, with a class of its own", answering(has(a=S)), answering(has(a=S), "201"), "breaking"),
    ("a status, with a list of classes of its own", answering({"type": "array", "items": has(a=S)}), answering({"type": "array", "items": has(a=S)}, "201"), "breaking"),
    ("a body of another kind", answering(PET_REFERENCE), answering(PET_REFERENCE, media_type="application/xml"), "breaking"),
    ("a body of the same kind", answering(PET_REFERENCE), answering(PET_REFERENCE, media_type="application/vnd.a+json"), "none"),
    ("a reference wrapped", answering(PET_REFERENCE), answering({"allOf": [PET_REFERENCE]}), "none"),
    ("a title on a part of allOf", answering({"allOf": [PET_REFERENCE, has(a=S)]}), answering({"allOf": [PET_REFERENCE, {**has(a=S), "title": "Part"}]}), "none"),
    ("a title on the whole", answering(has(a=S)), answering({**has(a=S), "title": "Whole"}), "breaking"),
    ("a class in a list, titled", answering({"type": "array", "items": has(a=S)}), answering({"type": "array", "items": {**has(a=S), "title": "It"}}), "breaking"),
    ("a limit", answering(has(a=S)), answering(has(a={**S, "maxLength": 9})), "none"),
    ("a typed format", answering(has(a=S)), answering(has(a={**S, "format": "date"})), "breaking"),
    ("a hint", answering(has(a=S)), answering(has(a={**S, "format": "password"})), "none"),
    ("base64", answering(has(a=S)), answering(has(a={**S, "format": "byte"})), "none"),
    ("read-only", answering(has(a=S)), answering(has(a={**S, "readOnly": True})), "none"),
    ("any becomes one", answering({"anyOf": [S, INT]}), answering({"oneOf": [S, INT]}), "none"),
    ("types divided", answering({"type": ["string", "integer"]}), answering({"anyOf": [S, INT]}), "none"),
    ("an alternative", answering({"oneOf": [S, INT]}), answering({"oneOf": [S, INT, PET_REFERENCE]}), "breaking"),
    ("an alternative of a class of its own", answering(has(a={"oneOf": [S, has(b=S)]})), answering(has(a={"oneOf": [S, has(b=S), has(c=INT)]})), "breaking"),
    ("alternatives in another order", answering(has(a={"oneOf": [has(b=S), has(c=INT)]})), answering(has(a={"oneOf": [has(c=INT), has(b=S)]})), "breaking"),
    ("references in another order", answering(has(a={"oneOf": [PET_REFERENCE, S]})), answering(has(a={"oneOf": [S, PET_REFERENCE]})), "none"),
    ("an alternative before others", answering(has(a={"anyOf": [has(b=S), has(c=INT)]})), answering(has(a={"anyOf": [INT, has(b=S), has(c=INT)]})), "breaking"),
    ("a text joined with a limit", naming(has(a=NAME)), naming(has(a={"allOf": [NAME, {"minLength": 1}]})), "breaking"),
    ("an answer joined with a limit", naming(NAME), naming({"allOf": [NAME, {"minLength": 1}]}), "breaking"),
    ("an object joined with a limit", answering({"allOf": [PET_REFERENCE, has(a=S)]}), answering({"allOf": [PET_REFERENCE, has(a=S), {"minProperties": 1}]}), "none"),
    ("a text joined with itself", answering(has(a=S)), answering(has(a={"allOf": [S]})), "breaking"),
    ("parts without an object", answering(has(a=S)), answering(has(a={"allOf": [S, {"minLength": 1}]})), "breaking"),
    ("a second kind of answer", answers("application/json", "application/xml"), answers("application/json", "text/plain"), "none"),
    ("a first kind of answer that is not read", answers("application/xml", "application/json"), answers("application/yaml", "application/json"), "none"),
    ("a second kind of body", bodies("application/json", "multipart/form-data"), bodies("application/json", "application/x-www-form-urlencoded"), "breaking"),
    ("a second kind of body that is not written", bodies("application/json", "application/xml"), bodies("application/json", "text/plain"), "none"),
    ("an integer that is no fraction", answering(has(a={"type": "number"})), answering(has(a=INT)), "breaking"),
    ("closed", answering(has(a=S)), answering(has(closed=True, a=S)), "breaking"),
    ("a parameter's class", taking(parameter(schema={"enum": ["a", "b"]})), taking(parameter(schema={"enum": ["a", "b"], "title": "Kind"})), "breaking"),
    ("null", answering(has("a", a=S)), answering(has("a", a={**S, "nullable": True})), "breaking"),
    ("a class becomes one of two", answering(has(a=S)), answering({"oneOf": [has(a=S), INT]}), "breaking"),
]  # fmt: skip


def lens(old: Json, new: Json) -> str:
    """Give the worst finding of the sdk lens."""
    found = {each.sdk for each in compare(old, new).findings}
    return next((each for each in ("breaking", "compatible") if each in found), "none")


def agrees(old: Json, new: Json) -> None:
    """Generate both, and hold the lens against what differs."""
    before, after = Surface(old), Surface(new)
    found = lens(old, new)
    assert (before.facts != after.facts) == (found != "none")
    if before.names - after.names:
        assert found == "breaking"


@pytest.mark.parametrize("seed", range(60))
def test_a_random_edit_changes_the_client_where_the_lens_says_so(seed: int) -> None:
    agrees(base(), mutated(seed))
    agrees(mutated(seed), base())


@pytest.mark.parametrize(
    ("old", "new", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_an_edit_changes_the_client_where_the_lens_says_so(
    old: Json, new: Json, expected: str
) -> None:
    assert lens(old, new) == expected
    agrees(old, new)
    agrees(new, old)
