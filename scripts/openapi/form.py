"""The form of an OpenAPI document outside its schemas: which fields are objects, which lists.

A document without this form cannot be captured or compared. Schemas are left to the lint and to
the comparison: published schemas often have a keyword of the wrong type. The overlay corrects
ours, and a comparison reports such a keyword as a problem.
"""

from collections.abc import Iterator
from typing import Any

from scripts.openapi.nodes import Node
from scripts.openapi.paths import METHODS

_ANY: dict[str, str] = {}
# By kind of object, the kinds of its fields: [kind] is a list, {kind} an object with any keys.
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


def form_errors(document: dict[str, Any]) -> list[str]:
    """Return an error for each field that must be an object or a list and is not; null is fine."""
    return list(_form_errors(Node(document, ""), "document"))


def _form_errors(node: Node, kind: str) -> Iterator[str]:
    if node.value is None or not kind:
        return
    is_list = kind.startswith("[")
    if not isinstance(node.value, list if is_list else dict):
        if not (kind == "schema" and isinstance(node.value, bool)):
            yield f"{node.where}: it must be {'a list' if is_list else 'an object'}"
    elif is_list:
        for item in node.items():
            yield from _form_errors(item, kind[1:-1])
    elif kind.startswith("{"):
        for name, member in node.members():
            if not name.startswith("x-") and name != "$ref":
                yield from _form_errors(member, kind[1:-1])
    else:
        for name, below in _FORMS.get(kind, _ANY).items():
            member_node = node.get(name)
            if member_node is not None:
                yield from _form_errors(member_node, below)
