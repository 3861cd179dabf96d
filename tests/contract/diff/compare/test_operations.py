"""Operations, callbacks and webhooks: the mutated contract is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff.documents import JSON, XML, Json, at, document, found, operation, said

S: Json = {"type": "string"}


def called(done: Json | None = None, **expressions: Any) -> Json:
    """Give a document of one operation that calls back."""
    return operation(callbacks={"done": {"{$url}": {"post": done or {}}}, **expressions})


def ways(*security: Json) -> Json:
    """Give a document of two operations, of which one calls back, with this security."""
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "K"},
        "token": {"type": "http", "scheme": "bearer"},
    }
    paths = {**at("/a")["paths"], **called()["paths"]}
    return document(paths, security=list(security), components={"securitySchemes": schemes})


def beside(operations: Json) -> Json:
    """Give a document whose path is a reference, with these operations beside it."""
    item = {"get": {"operationId": "op"}}
    return document({"/a": {"$ref": "#/x-item", **operations}}, **{"x-item": item})


def sending(webhook: Json) -> Json:
    """Give a document with a webhook."""
    return document(openapi="3.1.0", webhooks={"created": {"post": webhook}})


def accepts(schema: Json) -> Json:
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
    ("a callback asks more", called(accepts(S)), called(accepts({**S, "maxLength": 5})), "max-length-added safe/none", "max-length-removed breaking/none"),
    ("a webhook", document(openapi="3.1.0"), sending({}), "webhook-added safe/none", "webhook-removed breaking/none"),
    ("a webhook sends more values", sending(accepts({"enum": ["a"]})), sending(accepts({"enum": ["a", "b"]})), "enum-values-added breaking/none", "enum-values-removed safe/none"),
    ("an operation beside a reference", beside({}), beside({"post": {"operationId": "add"}}), "operation-added safe/compatible", "operation-removed breaking/breaking"),
    ("a way to prove oneself that callbacks do not use", ways({"key": []}), ways({"key": []}, {"token": []}), "security-alternative-added safe/none", "security-alternative-removed breaking/none"),
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


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in OPERATIONS + TURNED],
    ids=[row[0] for row in OPERATIONS + TURNED],
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
