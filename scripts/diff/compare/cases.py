"""Split a schema into cases: schemas without alternatives, which together accept the same."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from scripts.diff.compare.compared import ComparedDocument
from scripts.diff.compare.merge import merge
from scripts.diff.compare.shapes import NUMBERS, SchemaShape
from scripts.openapi.nodes import Node

_MAX_DEPTH = 8
_MAX_CASES = 64  # per schema


class SchemaSide(NamedTuple):
    """A schema and the document that contains it."""

    document: ComparedDocument
    shape: SchemaShape

    def of(self, node: Node) -> "SchemaSide":
        """Return another schema of the same document."""
        return SchemaSide(self.document, self.document.shape(node))


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
    """Return the cases of a schema: it accepts what any of them accepts; None if too many."""
    document, shape = side
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
            merge(both, [case], document.join)
            found.append(both)
        if len(found) > _MAX_CASES:
            return None
    return found


def by_constant(case: SchemaShape) -> Iterator[SchemaShape]:
    """Yield one schema for each listed value."""
    node = case.keywords.get("enum")
    for each in case.constants or () if node is not None and "const" not in case.keywords else ():
        if each is not None and node is not None:
            yield replace(case, keywords={**case.keywords, "enum": node._replace(value=[each])})


def by_type(case: SchemaShape) -> Iterator[SchemaShape]:
    """Split a schema of several types into one for each type; numbers count as one type."""
    kinds = [NUMBERS] if case.types >= NUMBERS else []
    kinds = [*kinds, *(frozenset({each}) for each in case.types - frozenset().union(*kinds))]
    if len(kinds) > 1:
        yield from (replace(case, types=kind) for kind in kinds)
