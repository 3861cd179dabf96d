"""Operations, callbacks and webhooks: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from scripts.diff.compare import compare
from tests.diff.documents import Json, S, at, document, found_by_rule, operation, worst
from tests.diff.examples import examples_of


def called(done: Json | None = None) -> Json:
    return operation(callbacks={"done": {"{$url}": {"post": done or {}}}})


def ways(*security: Json) -> Json:
    """Return a document of two operations, one with a callback, with this security."""
    keys = {name: {"type": "apiKey", "in": name, "name": "K"} for name in ("header", "query")}
    paths = {**at("/a")["paths"], **called()["paths"]}
    return document(paths, security=list(security), components={"securitySchemes": keys})


def with_siblings(operations: Json) -> Json:
    """Return a document whose path is a reference, with these operations as siblings."""
    item = {"get": {"operationId": "op"}}
    return document({"/a": {"$ref": "#/x-item", **operations}}, **{"x-item": item})


def by_reference(**fields: Any) -> Json:
    return document(
        {"/a": {"get": {"$ref": "#/x-get"}}}, **{"x-get": {"operationId": "op", **fields}}
    )


def sending(webhook: Json) -> Json:
    return document(openapi="3.1.0", webhooks={"x-new": {"post": webhook}})


def body(schema: Json) -> Json:
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


def named(**paths: str) -> Json:
    return document({path: {"get": {"operationId": name}} for name, path in paths.items()})


def copying(name: str) -> Json:
    return document({"/a": {"additionalOperations": {"COPY": {"operationId": name}}}})


def two_alike(*arguments: str) -> Json:
    """Return a document of two paths that differ in the name of their argument."""
    gets = {each: {"operationId": "op", "deprecated": each == "id"} for each in arguments}
    return document({f"/pets/{{{each}}}": {"get": get} for each, get in gets.items()})


def tagged(tag: str) -> Json:
    return document({f"/{name}": {"get": {"operationId": name, "tags": [tag]}} for name in "ab"})


test_the_examples_of_the_rules_are_found = examples_of("operation callback webhook")
test_a_change_of_an_operation_is_found_by_its_rule = found_by_rule([
    ("another method", at("/a"), at("/a", "put"), "operation-added, operation-removed"),
    ("a method of OpenAPI 3.2", at("/a", "query"), document({"/a": {}}), "operation-removed"),
    ("another method than OpenAPI has", copying("a"), copying("b"), "operation-id-renamed"),
    ("renamed, but not in Python", operation(operationId="getPet"), operation(operationId="get-pet"), "(operation-id-renamed)"),
    ("named at last", document({"/a": {"get": {}}}), at("/a"), "operation-id-renamed"),
    ("tagged at last", at("/a"), at("/a", tags=["a"]), "operation-module-changed"),
    ("further tags in another order", at("/a", tags=["a", "b", "c"]), at("/a", tags=["a", "c", "b"]), ""),
    ("an id that two operations have", document({"/a": {"get": {"operationId": "op"}}, "/b": {"get": {"operationId": "op"}}}), at("/c"), "operation-added, operation-removed, operation-removed"),
    ("two operations with another tag", tagged("a"), tagged("b"), "operation-module-changed"),
    ("two operations that move by one edit", named(a="/a", b="/b"), named(a="/v2/a", b="/v2/b"), "operation-moved"),
    ("an argument and all servers", at("/p/{a}"), {**at("/p/{b}"), "servers": [{"url": "https://e.example"}]}, "server-added, server-removed"),
    ("two paths with one template, by their ids", named(x="/p/{a}", y="/p/{b}"), named(y="/p/{c}", x="/p/{d}"), ""),
    ("two paths with one template, by their text", two_alike("id", "name"), two_alike("name", "id"), ""),
    ("two paths with one template, and another server", two_alike("id", "name"), {**two_alike("name", "id"), "servers": [{"url": "https://e.example"}]}, "server-added, server-removed"),
    ("two paths with one template below another base path, by their arguments", {**named(a="/pets/{a}", b="/pets/{b}"), "servers": [{"url": "/v2"}]}, named(b="/v2/pets/{b}", a="/v2/pets/{a}"), "base-path-moved"),
    ("a webhook sends more values", sending(body({"enum": ["a"]})), sending(body({"enum": ["a", "b"]})), "(enum-values-added)"),
    ("an operation as a sibling of a reference", with_siblings({}), with_siblings({"post": {"operationId": "add"}}), "operation-added"),
    ("a security alternative, which does not apply to callbacks", ways({"header": []}), ways({"header": []}, {"query": []}), "security-alternative-added"),
    ("an operation by reference", by_reference(), by_reference(deprecated=True), "operation-deprecated"),
    ("a reference to an operation that leads nowhere", by_reference(parameters=[{"name": "a", "in": "query"}]), document({"/a": {"get": {"$ref": "#/x"}}}), "reference-broken"),
    ("a callback that leads nowhere", operation(callbacks={"done": {"$ref": "#/a"}}), called(), "(reference-mended)"),
    ("an operation that moves and changes", at("/a"), at("/b", parameters=[{"name": "tag", "in": "query", "schema": S}]), "operation-moved, parameter-added-optional"),
])  # fmt: skip


def test_what_a_callback_sends_is_received_by_an_app() -> None:
    old, new = (called(body({"enum": values})) for values in (["a"], ["a", "b"]))
    assert (worst(old, new), worst(new, old)) == ("breaking", "safe")


EDITS = ["{}-{}old", "old{}-{}", "{}old-{}", "{}-{}olx"]


@pytest.mark.parametrize("edit", EDITS)
def test_one_edit_of_many_operation_ids_is_one_finding(edit: str) -> None:
    def renamed(*edits: str) -> Json:
        names = zip(edits, ("ax", "by", "cz"), strict=True)
        return named(**{each.format(*name): f"/{name}" for each, name in names})

    old = renamed(*["{}-{}"] * 3)
    (finding,) = compare(old, renamed(edit, edit, edit)).findings
    assert finding.before == ["a-x", "b-y", "c-z"]
    for other in set(EDITS) - {edit}:
        assert len(compare(old, renamed(edit, edit, other)).findings) == 2


def test_an_operation_without_tags_is_shown_without_any() -> None:
    (finding,) = compare(at("/a", tags=["a"]), at("/a")).findings
    assert (finding.before, finding.after) == (["a"], None)
