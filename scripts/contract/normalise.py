"""Facts without prose: what a published document says, less how it words it.

Wording changes without meaning and is not ours to copy; the overlay brings our own.
"""

from typing import Any

_PROSE = frozenset(
    {"summary", "description", "externalDocs", "contact", "license", "termsOfService"}
)
# Keys of these maps are names that somebody chose: a property may well be called "description".
_NAMED = frozenset(
    "paths webhooks callbacks properties patternProperties dependentSchemas definitions $defs "
    "schemas responses parameters requestBodies headers securitySchemes links pathItems "
    "content encoding variables examples flows".split()
)
# Values of these are data: nothing in them is prose of the document.
DATA = frozenset({"example", "default", "enum", "const", "value", "mapping", "required"})


def normalise(node: Any) -> Any:
    """Copy an OpenAPI document, or an object of one, without its prose."""
    if isinstance(node, list):
        return [normalise(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _value(key, value) for key, value in node.items() if key not in _PROSE}


def _value(key: str, value: Any) -> Any:
    if key in DATA or key.startswith("x-") or (key == "examples" and isinstance(value, list)):
        return value
    if key not in _NAMED | {"scopes"} or not isinstance(value, dict):
        return normalise(value)
    if key == "scopes":
        return dict.fromkeys(value, "")  # OpenAPI demands a text beside each scope
    facts = {name: normalise(item) for name, item in value.items()}
    if key == "responses":
        for response in facts.values():
            if isinstance(response, dict) and "$ref" not in response:
                response["description"] = ""  # OpenAPI demands one
    return facts
