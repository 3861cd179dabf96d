"""The sdk lens says what generating both contracts shows."""

# ruff: noqa: E501 - one row a line keeps the table readable

from typing import Any

import pytest

from scripts.contract.diff.compare import compare
from tests.contract.diff.documents import Json, S, document, has
from tests.proof.edits import mutated
from tests.proof.generated import Surface
from tests.proof.pets import ID, KEY, SCHEMAS, base, json_of

pytestmark = [pytest.mark.proof, pytest.mark.long]


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
