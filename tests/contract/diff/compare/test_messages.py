"""Bodies, responses and headers: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff.documents import JSON, Json, S, expected_lines, found, has, operation

OBJECT: Json = {"application/json": {"schema": has(a=S)}}


def body(content: Json | None = None, **more: Any) -> Json:
    """Return a document of one operation with a request body."""
    return operation(requestBody={"content": JSON if content is None else content, **more})


def responses(*statuses: str, **response: Any) -> Json:
    """Return a document of one operation with equal responses of these statuses."""
    return operation(responses={status: {"description": "", **response} for status in statuses})


def header(**fields: Any) -> Json:
    """Return a document of one operation with a response header."""
    return responses("200", headers={"X-Rate": {"schema": S, **fields}})


BODIES: list[tuple[str, Json, Json, str, str]] = [
    ("required", operation(), body(required=True), "request-body-added-required breaking/breaking", "request-body-removed breaking/breaking"),
    ("optional", operation(), body(), "request-body-added-optional safe/compatible", "request-body-removed breaking/breaking"),
    ("became required", body(), body(required=True), "request-body-became-required breaking/breaking", "request-body-became-optional safe/compatible"),
    ("a range of statuses", responses("200", "404"), responses("200", "4XX"), "", ""),
    ("a range of statuses in another case", responses("4xx"), responses("4XX"), "", ""),
    ("a status within a range", responses("2XX"), responses("200"), "", ""),
    ("a success", responses("200"), responses("200", "202"), "success-response-added risky/none", "success-response-removed breaking/none"),
    ("another success", responses("200"), responses("201"), "success-status-changed breaking/none", "success-status-changed breaking/none"),
    ("an error", responses("200"), responses("200", "404"), "error-response-added safe/none", "error-response-removed safe/none"),
    ("a success of a type of its own", responses("200"), operation(responses={"200": {"description": ""}, "202": {"description": "", "content": JSON}}), "success-response-added risky/breaking", "success-response-removed breaking/breaking"),
    ("another success, with a class of its own", responses("200", content=OBJECT), responses("201", content=OBJECT), "success-status-changed breaking/breaking", "success-status-changed breaking/breaking"),
    ("an error of a type of its own", responses("200"), operation(responses={"200": {"description": ""}, "404": {"description": "", "content": OBJECT}}), "error-response-added safe/compatible", "error-response-removed safe/breaking"),
    ("a body", responses("200"), responses("200", content=JSON), "response-body-added safe/compatible", "response-body-removed breaking/breaking"),
    ("a header", responses("200"), header(), "response-header-added safe/none", "response-header-removed breaking/none"),
    ("a promised header", header(), header(required=True), "response-header-became-required safe/none", "response-header-became-optional breaking/none"),
    ("a header's style", header(), header(explode=True), "header-style-changed breaking/none", "header-style-changed breaking/none"),
    ("a deprecated header", header(), header(deprecated=True), "header-deprecated safe/none", "header-undeprecated safe/none"),
    ("a header's type", header(), header(schema={"type": "integer"}), "type-changed safe/none", "type-changed breaking/none"),
    ("a header that OpenAPI ignores", responses("200"), responses("200", headers={"Content-Type": {"required": True, "schema": S}}), "response-header-added safe/none", "response-header-removed safe/none"),
    ("a header that leads nowhere", header(required=True), responses("200", headers={"X-Rate": {"$ref": "#/a"}}), "", ""),
    ("a body that leads nowhere", body(required=True), operation(requestBody={"$ref": "#/a"}), "", ""),
    ("links", responses("200"), responses("200", links={"self": {"operationId": "op"}}), "links-changed safe/none", "links-changed safe/none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in BODIES],
    ids=[row[0] for row in BODIES],
)
def test_a_change_of_a_body_or_a_response_is_found_by_its_rule(
    old: Json, new: Json, forwards: str, backwards: str
) -> None:
    assert found(old, new) == expected_lines(forwards)
    assert found(new, old) == expected_lines(backwards)
