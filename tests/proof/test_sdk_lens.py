"""The sdk lens agrees with the generated code of both contracts."""

# ruff: noqa: E501 - one row a line keeps the table readable

from typing import Any

import pytest

from scripts.diff.compare import compare
from tests.diff.documents import Json, S, document, has
from tests.proof.edits import ID, KEY, SCHEMAS, base, json_of, mutated
from tests.proof.generated import Surface

pytestmark = [pytest.mark.proof, pytest.mark.long]


def operation(path: str = "/a/{id}", **fields: Any) -> Json:
    answers = {"204": {"description": ""}}
    given = {"operationId": "op", "parameters": [ID], "responses": answers, **fields}
    return document({path: {"get": given}})


def taking(*parameters: Json) -> Json:
    return operation(parameters=[ID, *parameters])


def responding(schema: Json, status: str = "200", media_type: str = "application/json") -> Json:
    content = {media_type: {"schema": schema}}
    given = operation(responses={status: {"description": "", "content": content}})
    return {**given, "components": {"schemas": SCHEMAS}}


def parameter(place: str = "query", **more: Any) -> Json:
    return {"name": "tag", "in": place, "schema": S, **more}


def at(path: str, name: str = "id") -> Json:
    return operation(path, parameters=[{**ID, "name": name}])


def kinds(*media_types: str) -> Json:
    objects = {each: {"type": "object", "properties": {each[-3:]: S}} for each in media_types}
    return {"content": {each: {"schema": schema} for each, schema in objects.items()}}


def responses(*media_types: str) -> Json:
    return operation(responses={"200": {"description": "", **kinds(*media_types)}})


def bodies(*media_types: str) -> Json:
    return operation(requestBody=kinds(*media_types))


def naming(schema: Json) -> Json:
    """Return a contract of one operation with this response, and a component that is a string."""
    return {**responding(schema), "components": {"schemas": {"Name": S}}}


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
    ("a status, with a component", responding(PET_REFERENCE), responding(PET_REFERENCE, "201"), "none"),
    ("a status, with a class of its own", responding(has(a=S)), responding(has(a=S), "201"), "breaking"),
    ("a status, with a list of classes of its own", responding({"type": "array", "items": has(a=S)}), responding({"type": "array", "items": has(a=S)}, "201"), "breaking"),
    ("a body of another kind", responding(PET_REFERENCE), responding(PET_REFERENCE, media_type="application/xml"), "breaking"),
    ("a body of the same kind", responding(PET_REFERENCE), responding(PET_REFERENCE, media_type="application/vnd.a+json"), "none"),
    ("a reference wrapped", responding(PET_REFERENCE), responding({"allOf": [PET_REFERENCE]}), "none"),
    ("a title on a part of allOf", responding({"allOf": [PET_REFERENCE, has(a=S)]}), responding({"allOf": [PET_REFERENCE, {**has(a=S), "title": "Part"}]}), "none"),
    ("a title on the whole", responding(has(a=S)), responding({**has(a=S), "title": "Whole"}), "breaking"),
    ("a class in a list, titled", responding({"type": "array", "items": has(a=S)}), responding({"type": "array", "items": {**has(a=S), "title": "It"}}), "breaking"),
    ("a limit", responding(has(a=S)), responding(has(a={**S, "maxLength": 9})), "none"),
    ("a typed format", responding(has(a=S)), responding(has(a={**S, "format": "date"})), "breaking"),
    ("a hint", responding(has(a=S)), responding(has(a={**S, "format": "password"})), "none"),
    ("base64", responding(has(a=S)), responding(has(a={**S, "format": "byte"})), "none"),
    ("read-only", responding(has(a=S)), responding(has(a={**S, "readOnly": True})), "none"),
    ("any becomes one", responding({"anyOf": [S, INT]}), responding({"oneOf": [S, INT]}), "none"),
    ("types divided", responding({"type": ["string", "integer"]}), responding({"anyOf": [S, INT]}), "none"),
    ("an alternative", responding({"oneOf": [S, INT]}), responding({"oneOf": [S, INT, PET_REFERENCE]}), "breaking"),
    ("an alternative of a class of its own", responding(has(a={"oneOf": [S, has(b=S)]})), responding(has(a={"oneOf": [S, has(b=S), has(c=INT)]})), "breaking"),
    ("alternatives in another order", responding(has(a={"oneOf": [has(b=S), has(c=INT)]})), responding(has(a={"oneOf": [has(c=INT), has(b=S)]})), "breaking"),
    ("references in another order", responding(has(a={"oneOf": [PET_REFERENCE, S]})), responding(has(a={"oneOf": [S, PET_REFERENCE]})), "none"),
    ("an alternative before others", responding(has(a={"anyOf": [has(b=S), has(c=INT)]})), responding(has(a={"anyOf": [INT, has(b=S), has(c=INT)]})), "breaking"),
    ("a text joined with a limit", naming(has(a=NAME)), naming(has(a={"allOf": [NAME, {"minLength": 1}]})), "breaking"),
    ("an answer joined with a limit", naming(NAME), naming({"allOf": [NAME, {"minLength": 1}]}), "breaking"),
    ("an object joined with a limit", responding({"allOf": [PET_REFERENCE, has(a=S)]}), responding({"allOf": [PET_REFERENCE, has(a=S), {"minProperties": 1}]}), "none"),
    ("a text joined with itself", responding(has(a=S)), responding(has(a={"allOf": [S]})), "breaking"),
    ("parts without an object", responding(has(a=S)), responding(has(a={"allOf": [S, {"minLength": 1}]})), "breaking"),
    ("a second kind of answer", responses("application/json", "application/xml"), responses("application/json", "text/plain"), "none"),
    ("a first kind of answer that is not read", responses("application/xml", "application/json"), responses("application/yaml", "application/json"), "none"),
    ("a second kind of body", bodies("application/json", "multipart/form-data"), bodies("application/json", "application/x-www-form-urlencoded"), "breaking"),
    ("a second kind of body that is not written", bodies("application/json", "application/xml"), bodies("application/json", "text/plain"), "none"),
    ("an integer that is no fraction", responding(has(a={"type": "number"})), responding(has(a=INT)), "breaking"),
    ("closed", responding(has(a=S)), responding(has(closed=True, a=S)), "breaking"),
    ("a parameter's class", taking(parameter(schema={"enum": ["a", "b"]})), taking(parameter(schema={"enum": ["a", "b"], "title": "Kind"})), "breaking"),
    ("null", responding(has("a", a=S)), responding(has("a", a={**S, "nullable": True})), "breaking"),
    ("a class becomes one of two", responding(has(a=S)), responding({"oneOf": [has(a=S), INT]}), "breaking"),
]  # fmt: skip


def lens(old: Json, new: Json) -> str:
    found = {each.sdk for each in compare(old, new).findings}
    return next((each for each in ("breaking", "compatible") if each in found), "none")


def agrees(old: Json, new: Json) -> None:
    before, after = Surface(old), Surface(new)
    found = lens(old, new)
    assert (before.facts != after.facts) == (found != "none")
    if before.names - after.names:
        assert found == "breaking"


# Random edits about which the lens is wrong so far.
WRONG = {
    14: "a part of allOf is closed, which the generator ignores",
    19: "a list comes as text/plain, which the generator reads as before",
    50: "a reference in a part of allOf is wrapped, and the generator loses its fields",
}
SEEDS = [
    pytest.param(seed, marks=[pytest.mark.xfail(reason=WRONG[seed])] if seed in WRONG else [])
    for seed in range(60)
]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lens_is_right_about_a_random_edit(seed: int) -> None:
    agrees(base(), mutated(seed))
    agrees(mutated(seed), base())


@pytest.mark.parametrize(
    ("old", "new", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_the_lens_is_right_about_an_edit(old: Json, new: Json, expected: str) -> None:
    assert lens(old, new) == expected
    agrees(old, new)
    agrees(new, old)
