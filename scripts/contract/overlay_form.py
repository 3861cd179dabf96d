"""The form of an OpenAPI Overlay document, by its version."""

from collections.abc import Iterator
from typing import Any

from scripts.contract.openapi.validation import validation_errors

_TEXT = {"type": "string"}
_PATH = {"type": "string", "pattern": r"^\$"}
_EXTENSIONS = {"^x-": True}


def _record(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object with only these properties and extensions."""
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "patternProperties": _EXTENSIONS,
        "additionalProperties": False,
    }


def _schema(version: str, info: dict[str, Any], action: dict[str, Any]) -> dict[str, Any]:
    common = {"target": _PATH, "description": _TEXT, "update": True, "remove": {"type": "boolean"}}
    actions = {"type": "array", "minItems": 1, "uniqueItems": True}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_record(
            ["overlay", "info", "actions"],
            {
                "overlay": {"type": "string", "pattern": version},
                "info": _record(["title", "version"], {"title": _TEXT, "version": _TEXT, **info}),
                "extends": _TEXT,
                "actions": {**actions, "items": _record(["target"], {**common, **action})},
            },
        ),
    }


_SCHEMAS = {
    "1.0.": _schema(r"^1\.0\.\d+$", {}, {}),
    "1.1.": _schema(r"^1\.1\.\d+$", {"description": _TEXT}, {"copy": _PATH}),
}


def errors_of(overlay: Any) -> Iterator[str]:
    """Yield the errors of an Overlay document of the version that it states."""
    version = str(overlay.get("overlay")) if isinstance(overlay, dict) else ""
    schema = _SCHEMAS.get(version[:4])
    if schema is None:
        yield "/overlay: the version must be 1.0 or 1.1, such as 1.1.0"
        return
    errors = list(validation_errors(schema, overlay))
    yield from errors
    if errors or version.startswith("1.0."):
        return
    for index, action in enumerate(overlay["actions"]):
        if len(action.keys() & {"update", "copy", "remove"}) != 1:
            yield f"/actions/{index}: an action must have one of update, copy and remove"
