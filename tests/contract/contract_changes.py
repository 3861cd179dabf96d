"""Changes of the contract, and who must change something after each: the facade, apps, or nobody.

Beside tests.contract.changes, which edits published documents: what reaches the contract past the
names and corrections of ours.
"""

# ruff: noqa: E501 - one row a line keeps the table readable

import copy
import json
from typing import Any

from tests.contract.changes import ASSOCIATION, CONTRACT, Change, Json

LIST, RELATIONS, BATCH = "/associations/", "/associations/relations", "/associations/relations/bulk"
RELATION, BY_KEY = f"{RELATIONS}/{{id}}", "/associations/key/{key_name}"
CODE, APPS, NOBODY = "the facade", "apps", "nobody"


def schema(document: Json, name: str) -> Json:
    found: Json = document["components"]["schemas"][name]
    return found


def _without_example(found: Json) -> Json:
    return {key: value for key, value in found.items() if key != "example"}


def _no_longer_required(holder: Json, key: str) -> None:
    required = [each for each in holder.pop("required", ()) if each != key]
    if required:
        holder["required"] = required


def field(name: str, key: str, value: Json, *, is_required: bool = False) -> Change:
    """Replace or add a field of a schema."""

    def change(document: Json) -> None:
        holder = schema(document, name)
        known = {**holder["properties"].get(key, {}), **value}
        holder["properties"][key] = _without_example(known)
        if is_required:
            holder["required"] = sorted({*holder.get("required", ()), key})

    return change


def without(name: str, key: str) -> Change:
    def change(document: Json) -> None:
        holder = schema(document, name)
        del holder["properties"][key]
        _no_longer_required(holder, key)

    return change


def optional(name: str, key: str) -> Change:
    return lambda document: _no_longer_required(schema(document, name), key)


def on(name: str, **more: Any) -> Change:
    """Set keywords of a schema."""
    return lambda document: schema(document, name).update(more)


def renamed_schema(name: str) -> Change:
    def change(document: Json) -> None:
        text = json.dumps(document).replace(f'"{name}"', '"Other"')
        document.update(json.loads(text.replace(f'schemas/{name}"', 'schemas/Other"')))

    return change


def parameter(path: str, method: str, name: str, **more: Any) -> Change:
    """Change a parameter or its schema, or add one."""

    def change(document: Json) -> None:
        listed = document["paths"][path][method]["parameters"]
        found = next((each for each in listed if each.get("name") == name), None)
        if found is None:
            found = {"name": name, "in": "query", "schema": {"type": "string"}}
            listed.append(found)
        found |= {**more, "schema": _without_example({**found["schema"], **more.get("schema", {})})}

    return change


def without_parameter(path: str, name: str) -> Change:
    def change(document: Json) -> None:
        operation = document["paths"][path]["get"]
        operation["parameters"] = [e for e in operation["parameters"] if e.get("name") != name]

    return change


def operation(path: str, method: str, **more: Any) -> Change:
    return lambda document: document["paths"][path][method].update(more)


def without_operation(path: str, method: str) -> Change:
    return lambda document: document["paths"][path].pop(method)


def moved(path: str, to: str) -> Change:
    def change(document: Json) -> None:
        document["paths"][to] = document["paths"].pop(path)

    return change


def renamed_key(document: Json) -> None:
    moved(BY_KEY, "/associations/key/{name}")(document)
    (key, *_) = document["paths"]["/associations/key/{name}"]["get"]["parameters"]
    key["name"] = "name"


def status(path: str, method: str, was: str, now: str, *, has_body: bool = True) -> Change:
    """Answer with another status, perhaps without a body, or no longer (an empty one)."""

    def change(document: Json) -> None:
        responses = document["paths"][path][method]["responses"]
        response = copy.deepcopy(responses.pop(was))
        if not has_body:
            response.pop("content", None)
        if now:
            responses[now] = response

    return change


def media_type(path: str, method: str, name: str) -> Change:
    """Take another kind of body."""

    def change(document: Json) -> None:
        body = document["paths"][path][method]["requestBody"]
        body["content"] = {name: body["content"]["application/json"]}

    return change


def secured(**scheme: Any) -> Change:
    """Require another security scheme of an operation, beside or instead of the token."""

    def change(document: Json) -> None:
        document["components"]["securitySchemes"]["other"] = scheme
        document["paths"][ASSOCIATION]["get"]["security"] = [{"other": []}]

    return change


def served(*urls: str) -> Change:
    return lambda document: document.update(servers=[{"url": each} for each in urls])


OURS = CONTRACT["servers"][0]["url"]
KEY: Json = {"type": "apiKey", "in": "header", "name": "X-Key"}
TEXT: Json = {"type": "string"}
INTEGER: Json = {"type": "integer"}
BODY, PAYLOAD = "CreateAssociationBody", "AssociationPayload"

CONTRACT_CHANGES: dict[str, tuple[Change, str]] = {
    # operations
    "an operation gone": (without_operation(ASSOCIATION, "put"), CODE),
    "an operation that we add, gone": (without_operation(BATCH, "post"), CODE),
    "an operation renamed": (operation(ASSOCIATION, "put", operationId="rename_association"), CODE),
    "an operation in another module": (operation(ASSOCIATION, "put", tags=["links"]), CODE),
    "an operation moved": (moved(ASSOCIATION, "/associations/one/{associationId}"), NOBODY),
    "an operation deprecated": (operation(LIST, "get", deprecated=True), NOBODY),
    # parameters
    "lists lose skip": (without_parameter(LIST, "skip"), CODE),
    "a filter gone": (without_parameter(RELATION, "associationIds"), CODE),
    "a filter must be sent": (parameter(RELATION, "get", "associationIds", required=True), CODE),
    "skip need not be sent": (parameter(LIST, "get", "skip", required=False), NOBODY),
    "skip is text": (parameter(LIST, "get", "skip", schema=TEXT), CODE),
    "skip may be a fraction": (parameter(LIST, "get", "skip", schema={"type": "number"}), NOBODY),
    "a lower limit": (parameter(LIST, "get", "limit", schema={"maximum": 100}), APPS),
    "a default of what is sent": (parameter(LIST, "get", "limit", schema={"default": 20}), NOBODY),
    "a new parameter": (parameter(LIST, "get", "search"), NOBODY),
    "a new parameter that must be sent": (parameter(LIST, "get", "search", required=True), CODE),
    "a header that must be sent": (parameter(LIST, "get", "X-New", required=True, **{"in": "header"}), CODE),
    "a key in the path is renamed": (renamed_key, NOBODY),
    # what is sent
    "a sent field gone": (without("CreateRelationBody", "firstRecordId"), CODE),
    "a field that may be sent, gone": (without(BODY, "firstObjectToSecondObjectMaxLimit"), CODE),
    "a sent field of another type": (field("CreateRelationBody", "firstRecordId", INTEGER), CODE),
    "a sent field of listed values": (field(BODY, "firstObjectKey", {"enum": ["contact", "business"]}), CODE),
    "a sent field of limited length": (field(BODY, "key", {"maxLength": 20}), APPS),
    "a sent field with a pattern": (field(BODY, "firstObjectLabel", {"pattern": "^[A-Z]"}), APPS),
    "a sent field need not be sent": (optional(BODY, "key"), NOBODY),
    "a field that may be sent, must be": (field(BODY, "firstObjectToSecondObjectCardinality", {}, is_required=True), CODE),
    "a new field": (field(BODY, "note", TEXT), NOBODY),
    "a new field that must be sent": (field(BODY, "note", TEXT, is_required=True), CODE),
    "a closed body": (on(BODY, additionalProperties=False), APPS),
    "a renamed body": (renamed_schema("CreateRelationBody"), CODE),
    "a titled body": (on("UpdateAssociationBody", title="Labels"), CODE),
    "the pairs gone": (without("CreateRelationsBody", "add"), CODE),
    "a form": (media_type(RELATIONS, "post", "application/x-www-form-urlencoded"), CODE),
    # statuses and what is read
    "201 to 200": (status(LIST, "post", "201", "200"), NOBODY),
    "200 to 202": (status(ASSOCIATION, "put", "200", "202"), NOBODY),
    "a deletion's 200 to 204": (status(RELATION, "delete", "200", "204", has_body=False), NOBODY),
    "a reading's 200 to 204": (status(ASSOCIATION, "get", "200", "204", has_body=False), CODE),
    "one of two successes gone": (status(BATCH, "post", "200", ""), NOBODY),
    "an error gone": (status(LIST, "post", "422", ""), NOBODY),
    "a closed answer": (on(PAYLOAD, additionalProperties=False), NOBODY),
    "a renamed answer": (renamed_schema("RelationListPayload"), NOBODY),
    "a read field gone": (without("RelationListPayload", "relations"), CODE),
    "an attribute gone": (without("RelationPayload", "firstObjectKey"), CODE),
    "an attribute of another type": (field(PAYLOAD, "firstObjectKey", INTEGER), CODE),
    "an attribute of listed values": (field(PAYLOAD, "associationType", {"enum": ["USER_DEFINED", "OTHER"]}), NOBODY),
    "a field that is no attribute, gone": (without("DeletedPayload", "message"), NOBODY),
    "a total of another type": (field("AssociationListPayload", "total", TEXT), NOBODY),
    "an error's field of another type": (field("ErrorPayload", "message", INTEGER), NOBODY),
    # security and servers
    "a key instead of the token": (secured(**KEY), CODE),
    "OAuth instead of the token": (secured(type="http", scheme="bearer", bearerFormat="JWT"), NOBODY),
    "another server": (served("https://api.example.com"), CODE),
    "a further server": (served(OURS, "https://api.example.com"), NOBODY),
}  # fmt: skip


def changed(change: Change) -> Json:
    """Return the contract with a change."""
    document = copy.deepcopy(CONTRACT)
    change(document)
    return document
