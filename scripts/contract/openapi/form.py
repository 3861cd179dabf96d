"""The form of an OpenAPI document outside its schemas: what must be an object, and what a list.

A document without it cannot be captured or compared: it is not clear what it says. Schemas are left
to the lint and to the comparison. Published ones often have a keyword of the wrong type; the
overlay mends ours, and a comparison reports it beside what it finds.
"""

from collections.abc import Iterator
from typing import Any

from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.paths import METHODS

_ANY: dict[str, str] = {}
# By kind of object, the kind of its fields: [kind] is a list of it, {kind} an object of it by name.
_FORMS: dict[str, dict[str, str]] = {
    "document": {
        "info": "any",
        "servers": "[any]",
        "paths": "{path-item}",
        "webhooks": "{path-item}",
        "components": "components",
        "security": "[any]",
        "tags": "[any]",
    },
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": "{any}",
        "requestBodies": "{request-body}",
        "headers": "{parameter}",
        "securitySchemes": "{security-scheme}",
        "links": "{any}",
        "callbacks": "{{path-item}}",
        "pathItems": "{path-item}",
        "mediaTypes": "{media-type}",
    },
    "path-item": {
        **dict.fromkeys(METHODS, "operation"),
        "additionalOperations": "{operation}",
        "servers": "[any]",
        "parameters": "[parameter]",
    },
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "request-body",
        "responses": "{response}",
        "callbacks": "{{path-item}}",
        "security": "[any]",
        "servers": "[any]",
    },
    "parameter": {"schema": "schema", "content": "{media-type}"},
    "request-body": {"content": "{media-type}"},
    "response": {"headers": "{parameter}", "content": "{media-type}", "links": "{any}"},
    "media-type": {"schema": "schema", "encoding": "{any}"},
    "security-scheme": {"flows": "{oauth-flow}"},
    "oauth-flow": {"scopes": "{}"},
}


def misshapen(document: dict[str, Any]) -> list[str]:
    """Name what is no object or no list where it must be one; null is as good as absent."""
    return list(_misshapen(Node(document, ""), "document"))


def _misshapen(node: Node, kind: str) -> Iterator[str]:
    if node.value is None or not kind:
        return
    is_list = kind.startswith("[")
    if not isinstance(node.value, list if is_list else dict):
        if not (kind == "schema" and isinstance(node.value, bool)):
            yield f"{node.where}: it must be {'a list' if is_list else 'an object'}"
    elif is_list:
        for item in node.items():
            yield from _misshapen(item, kind[1:-1])
    elif kind.startswith("{"):
        for name, member in node.members():
            if not name.startswith("x-") and name != "$ref":
                yield from _misshapen(member, kind[1:-1])
    else:
        for name, below in _FORMS.get(kind, _ANY).items():
            member_node = node.get(name)
            if member_node is not None:
                yield from _misshapen(member_node, below)
