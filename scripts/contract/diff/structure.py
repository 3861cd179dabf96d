"""What a document says, as written, in a form in which equal things are equal."""

from typing import Any

from scripts.contract.diff.fields import FIELDS
from scripts.contract.openapi.nodes import Node, canonical, value

_WAIVED = FIELDS["schema"].waived.keys() - {"$ref"}
_NAMED = ("properties", "patternProperties", "dependentSchemas")
_UNORDERED = ("enum", "required", "oneOf", "anyOf", "allOf", "type")


def structure(schema: Any) -> Any:
    """Give a schema as written, without what is waived and with lists that know no order sorted."""
    if isinstance(schema, list):
        return [structure(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    for key, item in schema.items():
        if key in _NAMED and isinstance(item, dict):
            kept[key] = {name: structure(each) for name, each in item.items()}
        elif key in _UNORDERED and isinstance(item, list):
            kept[key] = sorted((structure(each) for each in item), key=canonical)
        elif key in ("const", "default"):
            kept[key] = item
        elif key not in _WAIVED:
            kept[key] = structure(item)
    return kept


def same(old: Node | None, new: Node | None) -> bool:
    """Tell whether two places say the same, wording apart; nothing is as good as empty."""
    return canonical(structure(value(old) or {})) == canonical(structure(value(new) or {}))
