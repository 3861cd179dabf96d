"""Operations, callbacks and webhooks: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

from tests.contract.diff.documents import (
    Json,
    Row,
    at,
    document,
    each_row,
    found,
    mirrors,
    operation,
    shown,
)
from tests.contract.diff.examples import check

S: Json = {"type": "string"}


def called(done: Json | None = None, **expressions: Any) -> Json:
    """Return a document of one operation with a callback."""
    return operation(callbacks={"done": {"{$url}": {"post": done or {}}}, **expressions})


def ways(*security: Json) -> Json:
    """Return a document of two operations, one with a callback, with this security."""
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "K"},
        "token": {"type": "http", "scheme": "bearer"},
    }
    paths = {**at("/a")["paths"], **called()["paths"]}
    return document(paths, security=list(security), components={"securitySchemes": schemes})


def with_siblings(operations: Json) -> Json:
    """Return a document whose path is a reference, with these operations as siblings."""
    item = {"get": {"operationId": "op"}}
    return document({"/a": {"$ref": "#/x-item", **operations}}, **{"x-item": item})


def sending(webhook: Json) -> Json:
    """Return a document with a webhook."""
    return document(openapi="3.1.0", webhooks={"created": {"post": webhook}})


def accepts(schema: Json) -> Json:
    """Return an operation with a request body."""
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


# case, old, new, findings, findings backwards
OPERATIONS: list[Row] = [
    ("another method", at("/a"), at("/a", "put"), "operation-added, operation-removed"),
    ("renamed, but not in Python", operation(operationId="getPet"), operation(operationId="get-pet"), "(operation-id-renamed)"),
    ("a callback requires more", called(accepts(S)), called(accepts({**S, "maxLength": 5})), "max-length-added"),
    ("a webhook sends more values", sending(accepts({"enum": ["a"]})), sending(accepts({"enum": ["a", "b"]})), "(enum-values-added)"),
    ("an operation as a sibling of a reference", with_siblings({}), with_siblings({"post": {"operationId": "add"}}), "operation-added"),
    ("a security alternative, which does not apply to callbacks", ways({"key": []}), ways({"key": []}, {"token": []}), "security-alternative-added"),
    ("a callback that leads nowhere", operation(callbacks={"done": {"$ref": "#/a"}}), called(), ""),
    ("an unknown field", operation(), operation(colour="red"), "unclassified"),
]  # fmt: skip

HOOK: Json = {"parameters": [{"name": "X-Sign", "in": "header", "required": True, "schema": S}]}
EMPTY: Json = {"parameters": [{"name": "a", "in": "query", "allowEmptyValue": True, "schema": S}]}
FULL: Json = {"parameters": [{"name": "a", "in": "query", "schema": S}]}
SIGNED: Json = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}


def optional(hook: Json) -> Json:
    """Return a webhook with one optional parameter."""
    return {"parameters": [{**hook["parameters"][0], "required": False}]}


def signed(*security: Json) -> Json:
    """Return a document with a webhook that has this security."""
    return {**sending({"security": list(security)}), "components": SIGNED}


def responding(*statuses: str, **response: Any) -> Json:
    """Return a document with a webhook that an app responds to like this."""
    return sending({"responses": {each: {"description": "", **response} for each in statuses}})


# A server sends a webhook and an app responds: the directions are reversed.
REVERSED: list[Row] = [
    ("servers", {**sending({}), "servers": [{"url": "https://a.example"}]}, sending({}), ""),
]  # fmt: skip


@each_row(OPERATIONS, REVERSED)
def test_a_change_of_an_operation_is_found_by_its_rule(old: Json, new: Json, expected: str) -> None:
    assert shown(old, new) == expected
    assert mirrors(old, new)


def test_the_examples_of_the_rules_are_found() -> None:
    check("Operations")


def test_the_contents_of_a_moved_operation_are_compared() -> None:
    old = at("/a", parameters=[])
    new = at("/b", parameters=[{"name": "tag", "in": "query", "schema": S}])
    assert found(old, new) == [
        "operation-moved breaking/none",
        "parameter-added-optional safe/compatible",
    ]


def test_two_paths_with_one_template_are_matched_by_their_text() -> None:
    def two(**more: Any) -> Json:
        return document(
            {
                "/pets/{id}": {"get": {"operationId": "a", **more}},
                "/pets/{name}": {"get": {"operationId": "b"}},
            }
        )

    assert found(two(), two()) == []
    assert found(two(), two(deprecated=True)) == ["operation-deprecated safe/none"]
