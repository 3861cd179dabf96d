"""Operations, parameters, bodies and responses: the mutated contract is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff_documents import Json, document, found, operation, said

S: Json = {"type": "string"}
LIST: Json = {"type": "array", "items": S}
ID: Json = {"name": "id", "in": "path", "required": True, "schema": S}
JSON: Json = {"application/json": {"schema": S}}
XML: Json = {"application/xml": {"schema": S}}


def at(path: str, method: str = "get", **fields: Any) -> Json:
    """Give a document of one operation with this path."""
    return document({path: {method: {"operationId": "op", **fields}}})


def query(name: str = "tag", place: str = "query", schema: Json | None = None, **more: Any) -> Json:
    """Give a document of one operation that takes a parameter."""
    return operation(parameters=[{"name": name, "in": place, "schema": schema or S, **more}])


def path_parameter(required: bool) -> Json:
    """Give a document whose path parameter is marked."""
    return operation(parameters=[{**ID, "required": required}])


def body(content: Json | None = None, **more: Any) -> Json:
    """Give a document of one operation that takes a body."""
    return operation(requestBody={"content": JSON if content is None else content, **more})


def answers(*statuses: str, **response: Any) -> Json:
    """Give a document of one operation that answers these statuses, all alike."""
    return operation(responses={status: {"description": "", **response} for status in statuses})


def header(**fields: Any) -> Json:
    """Give a document of one operation that answers with a header."""
    return answers("200", headers={"X-Rate": {"schema": S, **fields}})


def called(done: Json | None = None, **expressions: Any) -> Json:
    """Give a document of one operation that calls back."""
    return operation(callbacks={"done": {"{$url}": {"post": done or {}}}, **expressions})


def beside(operations: Json) -> Json:
    """Give a document whose path is a reference, with these operations beside it."""
    item = {"get": {"operationId": "op"}}
    return document({"/a": {"$ref": "#/x-item", **operations}}, **{"x-item": item})


def sending(webhook: Json) -> Json:
    """Give a document with a webhook."""
    return document(openapi="3.1.0", webhooks={"created": {"post": webhook}})


def takes(schema: Json) -> Json:
    """Give an operation that takes a body."""
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


# what, old, new, what is found, what is found backwards
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
    ("a callback asks more", called(takes(S)), called(takes({**S, "maxLength": 5})), "max-length-added safe/none", "max-length-removed breaking/none"),
    ("a webhook", document(openapi="3.1.0"), sending({}), "webhook-added safe/none", "webhook-removed breaking/none"),
    ("a webhook sends more values", sending(takes({"enum": ["a"]})), sending(takes({"enum": ["a", "b"]})), "enum-values-added breaking/none", "enum-values-removed safe/none"),
    ("an operation beside a reference", beside({}), beside({"post": {"operationId": "add"}}), "operation-added safe/compatible", "operation-removed breaking/breaking"),
    ("a callback that leads nowhere", operation(callbacks={"done": {"$ref": "#/a"}}), called(), "", ""),
    ("an unknown field", operation(), operation(colour="red"), "unclassified risky/compatible", "unclassified risky/compatible"),
]  # fmt: skip

HOOK: Json = {"parameters": [{"name": "X-Sign", "in": "header", "required": True, "schema": S}]}
EMPTY: Json = {"parameters": [{"name": "a", "in": "query", "allowEmptyValue": True, "schema": S}]}
FULL: Json = {"parameters": [{"name": "a", "in": "query", "schema": S}]}
SIGNED: Json = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}


def optional(hook: Json) -> Json:
    """Give a webhook whose one parameter need not be sent."""
    return {"parameters": [{**hook["parameters"][0], "required": False}]}


def signed(*security: Json) -> Json:
    """Give a document with a webhook that proves itself like this."""
    return {**sending({"security": list(security)}), "components": SIGNED}


def answered(*statuses: str, **response: Any) -> Json:
    """Give a document with a webhook that an app answers like this."""
    return sending({"responses": {each: {"description": "", **response} for each in statuses}})


# What a server sends and an app answers: the directions are turned round.
TURNED: list[tuple[str, Json, Json, str, str]] = [
    ("a promised header", sending({}), sending(HOOK), "parameter-added-required safe/none", "parameter-removed breaking/none"),
    ("a possible header", sending({}), sending(optional(HOOK)), "parameter-added-optional safe/none", "parameter-removed breaking/none"),
    ("a header that is promised now", sending(optional(HOOK)), sending(HOOK), "parameter-became-required safe/none", "parameter-became-optional breaking/none"),
    ("a value that may be empty", sending(FULL), sending(EMPTY), "parameter-empty-value-allowed breaking/none", "parameter-empty-value-refused safe/none"),
    ("a body", sending({}), sending({"requestBody": {"required": True, "content": JSON}}), "request-body-added-required safe/none", "request-body-removed breaking/none"),
    ("a body that is promised now", sending({"requestBody": {"content": JSON}}), sending({"requestBody": {"required": True, "content": JSON}}), "request-body-became-required safe/none", "request-body-became-optional breaking/none"),
    ("a further type of body", sending({"requestBody": {"content": JSON}}), sending({"requestBody": {"content": {**JSON, **XML}}}), "media-type-added risky/none", "media-type-removed breaking/none"),
    ("a further answer", answered("200"), answered("200", "202"), "success-response-added safe/none", "success-response-removed breaking/none"),
    ("a further refusal", answered("200"), answered("200", "410"), "error-response-added safe/none", "error-response-removed risky/none"),
    ("a body of the answer", answered("200"), answered("200", content=JSON), "response-body-added breaking/none", "response-body-removed breaking/none"),
    ("a header of the answer", answered("200", headers={"X-A": {"schema": S}}), answered("200", headers={"X-A": {"schema": S, "required": True}}), "response-header-became-required breaking/none", "response-header-became-optional safe/none"),
    ("a further header of the answer", answered("200"), answered("200", headers={"X-A": {"schema": S}}), "response-header-added risky/none", "response-header-removed breaking/none"),
    ("a proof", signed(), signed({"key": []}), "security-added safe/none", "security-removed breaking/none"),
    ("servers", {**sending({}), "servers": [{"url": "https://a.example"}]}, sending({}), "", ""),
]  # fmt: skip

PARAMETERS: list[tuple[str, Json, Json, str, str]] = [
    ("another name in another case", query("Tag"), query("tag"), "parameter-added-optional safe/compatible, parameter-removed breaking/breaking", "parameter-added-optional safe/compatible, parameter-removed breaking/breaking"),
    ("one of several types, joined", query(schema={"oneOf": [S, LIST]}), query(schema={"oneOf": [S, LIST]}, explode=False), "parameter-explode-changed breaking/none", "parameter-explode-changed breaking/none"),
    ("one of several single types, joined", query(schema={"oneOf": [S, {"type": "integer"}]}), query(schema={"oneOf": [S, {"type": "integer"}]}, explode=False), "", ""),
    ("required", operation(), query(required=True), "parameter-added-required breaking/breaking", "parameter-removed breaking/breaking"),
    ("optional", operation(), query(), "parameter-added-optional safe/compatible", "parameter-removed breaking/breaking"),
    ("became required", query(), query(required=True), "parameter-became-required breaking/breaking", "parameter-became-optional safe/compatible"),
    ("another place", query(), query(place="cookie"), "parameter-location-changed breaking/compatible", "parameter-location-changed breaking/compatible"),
    ("style", query(schema=LIST), query(schema=LIST, style="pipeDelimited"), "parameter-style-changed breaking/none", "parameter-style-changed breaking/none"),
    ("explode", query(schema=LIST), query(schema=LIST, explode=False), "parameter-explode-changed breaking/none", "parameter-explode-changed breaking/none"),
    ("explode of one value", query(), query(explode=False), "", ""),
    ("the default style", query(schema=LIST), query(schema=LIST, style="form", explode=True), "", ""),
    ("reserved characters", query(), query(allowReserved=True), "parameter-reserved-changed breaking/none", "parameter-reserved-changed breaking/none"),
    ("empty values", query(), query(allowEmptyValue=True), "parameter-empty-value-allowed safe/none", "parameter-empty-value-refused breaking/none"),
    ("content", query(), operation(parameters=[{"name": "tag", "in": "query", "content": JSON}]), "parameter-content-changed breaking/compatible", "parameter-content-changed breaking/compatible"),
    ("deprecated", query(), query(deprecated=True), "parameter-deprecated safe/none", "parameter-undeprecated safe/none"),
    ("an enum", query(schema={"enum": ["a"]}), query(schema={"enum": ["a", "b"]}), "enum-values-added safe/compatible", "enum-values-removed breaking/breaking"),
    ("a header of any case", query("X-A", "header"), query("x-a", "header"), "", ""),
    ("a header that does not count", operation(), query("Authorization", "header", required=True), "parameter-added-required safe/breaking", "parameter-removed safe/breaking"),
    ("path parameter marked", path_parameter(False), path_parameter(True), "path-parameter-marked-required safe/compatible", "path-parameter-marked-optional safe/breaking"),
    ("path parameter renamed", at("/a/{id}", parameters=[ID]), at("/a/{pet}", parameters=[{**ID, "name": "pet"}]), "path-parameter-renamed safe/breaking", "path-parameter-renamed safe/breaking"),
    ("on the path", operation(parameters=[ID]), document({"/pets/{id}": {"parameters": [ID], "get": {"operationId": "get-pet"}}}), "", ""),
    ("an unknown field", query(), query(colour="red"), "unclassified risky/compatible", "unclassified risky/compatible"),
]  # fmt: skip

BODIES: list[tuple[str, Json, Json, str, str]] = [
    ("required", operation(), body(required=True), "request-body-added-required breaking/breaking", "request-body-removed breaking/breaking"),
    ("optional", operation(), body(), "request-body-added-optional safe/compatible", "request-body-removed breaking/breaking"),
    ("became required", body(), body(required=True), "request-body-became-required breaking/breaking", "request-body-became-optional safe/compatible"),
    ("a further type to send", body(), body({**JSON, **XML}), "media-type-added safe/compatible", "media-type-removed breaking/breaking"),
    ("a further type to receive", answers("200", content=JSON), answers("200", content={**JSON, **XML}), "media-type-added risky/compatible", "media-type-removed breaking/breaking"),
    ("other types", body(), body(XML), "media-types-replaced breaking/breaking", "media-types-replaced breaking/breaking"),
    ("a charset", body(), body({"application/json; charset=utf-8": {"schema": S}}), "", ""),
    ("an encoding", body({"multipart/form-data": {"schema": S}}), body({"multipart/form-data": {"schema": S, "encoding": {"a": {}}}}), "encoding-changed risky/none", "encoding-changed risky/none"),
    ("a success", answers("200"), answers("200", "202"), "success-response-added risky/breaking", "success-response-removed breaking/breaking"),
    ("another success", answers("200"), answers("201"), "success-status-changed breaking/compatible", "success-status-changed breaking/compatible"),
    ("an error", answers("200"), answers("200", "404"), "error-response-added safe/compatible", "error-response-removed safe/breaking"),
    ("a body", answers("200"), answers("200", content=JSON), "response-body-added safe/compatible", "response-body-removed breaking/breaking"),
    ("a header", answers("200"), header(), "response-header-added safe/none", "response-header-removed breaking/none"),
    ("a promised header", header(), header(required=True), "response-header-became-required safe/none", "response-header-became-optional breaking/none"),
    ("a header's style", header(), header(explode=True), "header-style-changed breaking/none", "header-style-changed breaking/none"),
    ("a deprecated header", header(), header(deprecated=True), "header-deprecated safe/none", "header-undeprecated safe/none"),
    ("a header's type", header(), header(schema={"type": "integer"}), "type-changed breaking/none", "type-changed breaking/none"),
    ("a header that OpenAPI ignores", answers("200"), answers("200", headers={"Content-Type": {"required": True, "schema": S}}), "response-header-added safe/none", "response-header-removed safe/none"),
    ("a header that leads nowhere", header(required=True), answers("200", headers={"X-Rate": {"$ref": "#/a"}}), "", ""),
    ("a body that leads nowhere", body(required=True), operation(requestBody={"$ref": "#/a"}), "", ""),
    ("links", answers("200"), answers("200", links={"self": {"operationId": "op"}}), "links-changed safe/none", "links-changed safe/none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in OPERATIONS + TURNED + PARAMETERS + BODIES],
    ids=[row[0] for row in OPERATIONS + TURNED + PARAMETERS + BODIES],
)
def test_what_an_operation_says_is_judged_by_its_rule(
    old: Json, new: Json, forwards: str, backwards: str
) -> None:
    assert found(old, new) == said(forwards)
    assert found(new, old) == said(backwards)


def test_a_moved_operation_is_compared_inside_as_well() -> None:
    old = at("/a", parameters=[])
    new = at("/b", parameters=[{"name": "tag", "in": "query", "schema": S}])
    assert found(old, new) == [
        "operation-moved breaking/none",
        "parameter-added-optional safe/compatible",
    ]


def test_two_paths_of_one_template_are_matched_by_their_text() -> None:
    def two(**more: Any) -> Json:
        return document(
            {
                "/pets/{id}": {"get": {"operationId": "a", **more}},
                "/pets/{name}": {"get": {"operationId": "b"}},
            }
        )

    assert found(two(), two()) == []
    assert found(two(), two(deprecated=True)) == ["operation-deprecated safe/none"]
