"""The schema that fits what was seen, where nothing is published that does."""

from typing import Any

from scripts.contract.observed.seen import Shape


def schema(shape: Shape) -> dict[str, Any]:
    """Give a schema that every value of a shape is valid against; no field is required."""
    kinds = [kind for kind in sorted(shape.types) if kind != "null"]
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    each = [_of(kind, shape) for kind in kinds]
    found: dict[str, Any] = each[0] if len(each) == 1 else {"anyOf": each} if each else {}
    return {**found, "nullable": True} if "null" in shape.types else found


def _of(kind: str, shape: Shape) -> dict[str, Any]:
    if kind == "array":
        return {"type": kind, "items": schema(shape.items) if shape.items else {}}
    if kind == "object" and shape.fields:
        properties = {name: schema(each) for name, each in sorted(shape.fields.items())}
        return {"type": kind, "properties": properties}
    return {"type": kind}
