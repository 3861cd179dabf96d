"""Split a schema into cases: schemas without alternatives, which accept the same objects."""

from dataclasses import replace

from scripts.diff.compare.canonical import SchemaShape, SchemaSide
from scripts.diff.compare.scalars import STRUCTURED

_MAX_DEPTH = 8
_MAX_CASES = 64  # per schema


def accepts_null(side: SchemaSide, depth: int = 0, *, is_strict: bool = False) -> bool:
    """Return whether null is accepted; if `is_strict`, oneOf refuses it where two branches do."""
    shape = side.shape
    is_typed = "type" in shape.keywords
    if not shape.alternatives or depth > _MAX_DEPTH or (is_typed and not is_strict):
        return shape.nullable
    found = [
        accepts_null(side.of(node), depth + 1, is_strict=is_strict) for node in shape.alternatives
    ]
    if is_typed:
        return shape.nullable and any(found)
    fitting = found.count(True) + shape.nullable
    return fitting == 1 if is_strict and shape.union == "oneOf" else fitting > 0


def cases(side: SchemaSide, depth: int = 0) -> list[SchemaShape] | None:
    """Return the cases of a schema, for its objects and arrays; None if too many."""
    document, shape = side
    if not shape.types & STRUCTURED:
        return []
    if not shape.alternatives:
        return [shape]
    if depth > 4:
        return None
    found: list[SchemaShape] = []
    for node in shape.alternatives:
        inner = cases(side.of(node), depth + 1)
        if inner is None:
            return None
        for case in inner:
            both = replace(
                shape,
                keywords=dict(shape.keywords),
                properties=dict(shape.properties),
                required=dict(shape.required),
                parts=list(shape.parts),
                merged={},
                alternatives=[],
                union="",
                nullable=True,
            )
            both.add(case, document.join)
            found.append(both)
        if len(found) > _MAX_CASES:
            return None
    return found
