"""Small OpenAPI documents, given a part of them."""

from collections.abc import Iterable
from typing import Any

from scripts.contract.overlay import Action, effect, overlay_of, read_actions

Document = dict[str, Any]
REASONS: Document = {"description": "D", "x-evidence": "E", "x-expect": 1}


def actions_of(*raw: Document) -> list[Action]:
    """Read actions; those without reasons get some."""
    return read_actions(overlay_of([REASONS | each for each in raw]))


def applied(document: Any, actions: Iterable[Action]) -> Any:
    for action in actions:
        document, _ = effect(document, action)
    return document


def document(version: str = "3.0.3", **parts: Any) -> Document:
    return {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {}, **parts}


def schema(version: str = "3.0.3", **keywords: Any) -> Document:
    return document(version, components={"schemas": {"S": keywords}})


def operation(**parts: Any) -> Document:
    return document(paths={"/a": {"get": {"responses": {"200": {"description": ""}}, **parts}}})


def body(content: Any) -> Document:
    return operation(requestBody={"content": content})


S = {"$ref": "#/components/schemas/S"}
REACHED = body({"application/json": {"schema": S}})["paths"]


def reached(**keywords: Any) -> Document:
    return {**schema(**keywords), "paths": REACHED}
