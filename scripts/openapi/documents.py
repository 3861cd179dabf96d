"""Parse JSON or YAML documents, and write canonical JSON."""

import json
import re
from collections.abc import Iterator
from math import isfinite
from sys import intern
from typing import TYPE_CHECKING, Any, NoReturn

from scripts.errors import CannotRunError
from scripts.openapi.nodes import Node
from scripts.openapi.paths import METHODS

if TYPE_CHECKING:
    from scripts.openapi.yaml_text import Marks

Document = dict[str, Any]

_VERSION = re.compile(r"3\.[012]\.[0-9]+(-.+)?")
_MAX_DEPTH = 100  # levels; recursive code such as JSONPath reads the documents
_MAX_ERRORS = 20  # lines of an error message
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
# By kind of object, the kinds of its fields: [kind] is a list, {kind} an object with any keys.
# Schemas are left to the lint and to the comparison: published ones often have a keyword of the
# wrong type, which the overlay corrects, or a comparison reports as a problem.
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


def parse(data: bytes, name: str) -> Any:
    """Read JSON or YAML; `name` is for errors, and its suffix .json or .yaml decides the format."""
    return parse_marked(data, name)[0]


def parse_marked(data: bytes, name: str) -> "tuple[Any, Marks | None]":
    """Read JSON or YAML; of YAML, also return the place of each value."""
    try:
        text = data.decode("utf-8-sig")
        if name.endswith((".yaml", ".yml")) or not text.lstrip().startswith(("{", "[")):
            from scripts.openapi.yaml_text import read_yaml  # slow to import

            document, marks = read_yaml(text, _MAX_DEPTH)
        else:
            document, marks = _read_json(text), None
        _limit_depth(document)
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise CannotRunError(f"{name} is neither JSON nor YAML: {reason}") from error
    except RecursionError as error:
        raise CannotRunError(
            f"{name} is nested too deeply to read: more than {_MAX_DEPTH} levels"
        ) from error
    return document, marks


def _read_json(text: str) -> Any:
    loaded = json.loads(
        text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_unique_keys
    )
    if _SURROGATE.search(text):
        json.dumps(loaded, ensure_ascii=False).encode()  # fails for an unpaired surrogate
    return loaded


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text:.60} is too large a number")
    return number


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # A key occurs thousands of times in both documents; interning keeps one copy.
    made = {key: intern(each) if type(each) is str else each for key, each in pairs}
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in made if keys.count(key) > 1)
        raise ValueError(f"a key appears twice: {twice!r:.60}")
    return made


def _limit_depth(document: Any) -> None:
    level = [document]
    for _ in range(_MAX_DEPTH - 1):
        below = [item for each in level if isinstance(each, dict) for item in each.values()]
        below += [item for each in level if isinstance(each, list) for item in each]
        level = [item for item in below if isinstance(item, dict | list)]
        if not level:
            return
    raise RecursionError


def parse_openapi(data: bytes, name: str) -> Document:
    """Read an OpenAPI document; CannotRunError if it is anything else."""
    return as_openapi(parse(data, name), name)


def as_openapi(document: Any, name: str) -> Document:
    """Return the document if it is OpenAPI 3.0, 3.1 or 3.2; else raise CannotRunError."""
    version = document.get("openapi") if isinstance(document, dict) else None
    if isinstance(document, dict) and "swagger" in document and version is None:
        raise CannotRunError(
            f"{name} is a Swagger {document['swagger']!s:.10} document: convert it to OpenAPI 3 "
            "first, for example with `npx swagger2openapi FILE`"
        )
    if not (isinstance(version, str) and _VERSION.fullmatch(version)):
        found = f"openapi: {version!r:.40}" if version is not None else "no openapi field"
        raise CannotRunError(f"{name} is not an OpenAPI 3.0, 3.1 or 3.2 document ({found})")
    if version.startswith("3.0") and not isinstance(document.get("paths"), dict):
        raise CannotRunError(f"{name} has no paths: it is not a complete OpenAPI document")
    components = document.get("components", {})
    if not isinstance(components, dict) or any(
        not isinstance(members, dict)
        for section, members in components.items()
        if not section.startswith("x-")
    ):
        raise CannotRunError(f"{name}: components must be an object of objects")
    if wrong := list(_form_errors(Node(document, ""), "document")):
        more = [f"and {len(wrong) - _MAX_ERRORS} more"] if len(wrong) > _MAX_ERRORS else []
        lines = [f"{name} is not an OpenAPI document:", *wrong[:_MAX_ERRORS], *more]
        raise CannotRunError("\n  ".join(lines))
    return dict(document)


def _form_errors(node: Node, kind: str) -> Iterator[str]:
    """Yield an error for each field that must be an object or a list and is not; null is fine."""
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
        for name, below in _FORMS.get(kind, {}).items():
            member_node = node.get(name)
            if member_node is not None:
                yield from _form_errors(member_node, below)


def dump(document: Any) -> bytes:
    """Write canonical JSON: sorted keys, two spaces of indent, a final newline."""
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()
