"""Operations, callbacks and webhooks: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff.documents import (
    JSON,
    XML,
    Json,
    at,
    document,
    expected_lines,
    found,
    operation,
)

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
OPERATIONS: list[tuple[str, Json, Json, str, str]] = [
    ("added", document(), at("/a"), "operation-added safe/compatible", "operation-removed breaking/breaking"),
    ("moved", at("/a"), at("/b"), "operation-moved breaking/none", "operation-moved breaking/none"),
    ("another method", at("/a"), at("/a", "put"), "operation-added safe/compatible, operation-removed breaking/breaking", "operation-added safe/compatible, operation-removed breaking/breaking"),
    ("deprecated", operation(), operation(deprecated=True), "operation-deprecated safe/none", "operation-undeprecated safe/none"),
    ("renamed", operation(operationId="a"), operation(operationId="b"), "operation-id-renamed safe/breaking", "operation-id-renamed safe/breaking"),
    ("renamed, but not in Python", operation(operationId="getPet"), operation(operationId="get-pet"), "operation-id-renamed safe/none", "operation-id-renamed safe/none"),
    ("another first tag", operation(tags=["a"]), operation(tags=["b"]), "operation-module-changed safe/breaking", "operation-module-changed safe/breaking"),
    ("another second tag", operation(tags=["a"]), operation(tags=["a", "b"]), "operation-tags-changed safe/none", "operation-tags-changed safe/none"),
    ("a callback", operation(), called(), "callback-added safe/none", "callback-removed breaking/none"),
    ("a callback requires more", called(accepts(S)), called(accepts({**S, "maxLength": 5})), "max-length-added safe/none", "max-length-removed breaking/none"),
    ("a webhook", document(openapi="3.1.0"), sending({}), "webhook-added safe/none", "webhook-removed breaking/none"),
    ("a webhook sends more values", sending(accepts({"enum": ["a"]})), sending(accepts({"enum": ["a", "b"]})), "enum-values-added breaking/none", "enum-values-removed safe/none"),
    ("an operation as a sibling of a reference", with_siblings({}), with_siblings({"post": {"operationId": "add"}}), "operation-added safe/compatible", "operation-removed breaking/breaking"),
    ("a security alternative, which does not apply to callbacks", ways({"key": []}), ways({"key": []}, {"token": []}), "security-alternative-added safe/none", "security-alternative-removed breaking/none"),
    ("a callback that leads nowhere", operation(callbacks={"done": {"$ref": "#/a"}}), called(), "", ""),
    ("an unknown field", operation(), operation(colour="red"), "unclassified risky/compatible", "unclassified risky/compatible"),
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
REVERSED: list[tuple[str, Json, Json, str, str]] = [
    ("a promised header", sending({}), sending(HOOK), "parameter-added-required safe/none", "parameter-removed breaking/none"),
    ("a possible header", sending({}), sending(optional(HOOK)), "parameter-added-optional safe/none", "parameter-removed breaking/none"),
    ("a header that is promised now", sending(optional(HOOK)), sending(HOOK), "parameter-became-required safe/none", "parameter-became-optional breaking/none"),
    ("a value that may be empty", sending(FULL), sending(EMPTY), "parameter-empty-value-allowed breaking/none", "parameter-empty-value-refused safe/none"),
    ("a body", sending({}), sending({"requestBody": {"required": True, "content": JSON}}), "request-body-added-required safe/none", "request-body-removed breaking/none"),
    ("a body that is promised now", sending({"requestBody": {"content": JSON}}), sending({"requestBody": {"required": True, "content": JSON}}), "request-body-became-required safe/none", "request-body-became-optional breaking/none"),
    ("a further type of body", sending({"requestBody": {"content": JSON}}), sending({"requestBody": {"content": {**JSON, **XML}}}), "media-type-added risky/none", "media-type-removed breaking/none"),
    ("a further answer", responding("200"), responding("200", "202"), "success-response-added safe/none", "success-response-removed breaking/none"),
    ("a further refusal", responding("200"), responding("200", "410"), "error-response-added safe/none", "error-response-removed risky/none"),
    ("a body of the answer", responding("200"), responding("200", content=JSON), "response-body-added breaking/none", "response-body-removed breaking/none"),
    ("a header of the answer", responding("200", headers={"X-A": {"schema": S}}), responding("200", headers={"X-A": {"schema": S, "required": True}}), "response-header-became-required breaking/none", "response-header-became-optional safe/none"),
    ("a further header of the answer", responding("200"), responding("200", headers={"X-A": {"schema": S}}), "response-header-added risky/none", "response-header-removed breaking/none"),
    ("a proof", signed(), signed({"key": []}), "security-added safe/none", "security-removed breaking/none"),
    ("servers", {**sending({}), "servers": [{"url": "https://a.example"}]}, sending({}), "", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in OPERATIONS + REVERSED],
    ids=[row[0] for row in OPERATIONS + REVERSED],
)
def test_a_change_of_an_operation_is_found_by_its_rule(
    old: Json, new: Json, forwards: str, backwards: str
) -> None:
    assert found(old, new) == expected_lines(forwards)
    assert found(new, old) == expected_lines(backwards)


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
