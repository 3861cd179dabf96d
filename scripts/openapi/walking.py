"""Walk through an OpenAPI document without mistaking names and data for its keywords."""

from collections.abc import Iterator
from typing import Any

from scripts.openapi.pointers import escape

# The keys of these maps are chosen by authors: a property may be named "description".
NAMED = frozenset(
    "paths webhooks callbacks properties patternProperties dependentSchemas definitions $defs "
    "schemas responses parameters requestBodies headers securitySchemes links pathItems "
    "content encoding variables examples flows mediaTypes additionalOperations".split()
)
_DATA = frozenset(
    "example default enum const value mapping required dependentRequired security".split()
)
# The kind of component that may be under a keyword, and below it until the next of these.
_SECTIONS = (
    "schemas responses parameters examples requestBodies headers securitySchemes links callbacks "
    "pathItems mediaTypes".split()
)
_KINDS = {
    **{section: section for section in _SECTIONS},
    "schema": "schemas",
    "properties": "schemas",
    "requestBody": "requestBodies",
    "paths": "pathItems",
    "webhooks": "pathItems",
}
_PROSE = frozenset(
    {"summary", "description", "externalDocs", "contact", "license", "termsOfService"}
)


def walk(
    node: Any, where: str = "", kind: str = "schemas", *, named: bool = False
) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield each object of a document, its pointer, and its kind of component."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from walk(item, f"{where}/{index}", kind)
    elif isinstance(node, dict):
        if not named:
            yield node, where, kind
        for key, value in node.items():
            there = f"{where}/{escape(key)}"
            if named:
                yield from walk(value, there, kind)
            elif not is_data(key, value):
                yield from walk(value, there, _kind(key, kind), named=key in NAMED)


def _kind(key: str, around: str) -> str:
    """Return the kind of component under a keyword; a callback contains path items by URL."""
    return _KINDS.get(key, "pathItems" if around == "callbacks" else around)


def normalise(node: Any) -> Any:
    """Copy an OpenAPI document, or a part of one, without its prose.

    Wording changes often, and its copyright is the publisher's.
    """
    if isinstance(node, list):
        return [normalise(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _facts(key, value) for key, value in node.items() if key not in _PROSE}


def _facts(key: str, value: Any) -> Any:
    if is_data(key, value):
        return value
    if key not in NAMED | {"scopes"} or not isinstance(value, dict):
        return normalise(value)
    if key == "scopes":
        return dict.fromkeys(value, "")  # OpenAPI requires a description of each scope
    facts = {name: normalise(item) for name, item in value.items()}
    if key == "responses":
        for response in facts.values():
            if isinstance(response, dict) and "$ref" not in response:
                response["description"] = ""  # OpenAPI requires one
    return facts


def is_data(key: str, value: object) -> bool:
    """Return whether the value of a keyword is data, without OpenAPI keywords in it."""
    return key in _DATA or key.startswith("x-") or (key == "examples" and isinstance(value, list))
