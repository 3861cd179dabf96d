"""Facts without prose: what a published document says, less how it words it.

Wording changes without meaning and is not ours to copy; the overlay brings our own.
"""

from typing import Any

from scripts.contract.walk import NAMED, is_data

_PROSE = frozenset(
    {"summary", "description", "externalDocs", "contact", "license", "termsOfService"}
)


def normalise(node: Any) -> Any:
    """Copy an OpenAPI document, or an object of one, without its prose."""
    if isinstance(node, list):
        return [normalise(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _value(key, value) for key, value in node.items() if key not in _PROSE}


def _value(key: str, value: Any) -> Any:
    if is_data(key, value):
        return value
    if key not in NAMED | {"scopes"} or not isinstance(value, dict):
        return normalise(value)
    if key == "scopes":
        return dict.fromkeys(value, "")  # OpenAPI demands a text beside each scope
    facts = {name: normalise(item) for name, item in value.items()}
    if key == "responses":
        for response in facts.values():
            if isinstance(response, dict) and "$ref" not in response:
                response["description"] = ""  # OpenAPI demands one
    return facts
