"""Whether one value can be valid against several schemas at once, which oneOf forbids."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from math import prod
from typing import Any

from scripts.diff.changes import Change
from scripts.diff.compare.cases import SchemaSide, cases
from scripts.diff.compare.compared import DocumentPair
from scripts.diff.compare.keywords import is_number, plain
from scripts.diff.compare.scalars import LIMITS, meets, texts
from scripts.diff.compare.shapes import NUMBERS, SchemaShape
from scripts.diff.compare.simplify import has_type
from scripts.openapi.nodes import Node, value

_MAX_DEPTH = 6
_MAX_GROUPS = 512  # combinations of one case per schema
_MAX_PAIRS = 200  # of alternatives, to keep long lists cheap
_UNDECIDED = frozenset(
    "not if then else contains propertyNames patternProperties dependentSchemas unevaluatedItems "
    "unevaluatedProperties dependentRequired multipleOf prefixItems minProperties".split()
)
_DISTINCT_FORMATS = {"date", "date-time", "uuid", "email", "ipv4", "ipv6", "time"}
_LITERAL = re.compile(r"\^([\w /:-]+)(?![*?{+|])")


def overlaps(sides: Sequence[SchemaSide], depth: int = 0) -> bool | None:
    """Return whether some value is valid against all of these; None if undecidable.

    Only values with all properties that the first schema names count, as a client sends them.
    """
    if depth > _MAX_DEPTH:
        return None
    apart = [cases(side) for side in sides]
    known = [each for each in apart if each is not None]
    if len(known) < len(apart) or prod(map(len, known)) > _MAX_GROUPS:
        return None
    return _any(
        _overlap(
            [SchemaSide(side.document, case) for side, case in zip(sides, group, strict=True)],
            depth,
        )
        for group in product(*known)
    )


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return True if True in found else None if None in found else False


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return False if False in found else None if None in found else True


def _overlap(sides: Sequence[SchemaSide], depth: int) -> bool | None:
    shapes = [side.shape for side in sides]
    types = frozenset.intersection(*(shape.types for shape in shapes))
    if not types:
        return False
    listed = next((shape.constants for shape in shapes if shape.constants is not None), None)
    if listed is not None:
        return _any(_accepts(shapes, each) for each in listed if each is not None)
    unsure = any(shape.parts or _UNDECIDED & shape.keywords.keys() for shape in shapes)
    answers = [_of_type(kind, sides, depth) for kind in types]
    if unsure:
        answers = [False if answer is False else None for answer in answers]
    return _any(answers)


def _accepts(shapes: list[SchemaShape], item: Any) -> bool | None:
    return _all(_accepts_one(shape, item) for shape in shapes)


def _accepts_one(shape: SchemaShape, item: Any) -> bool | None:
    if not has_type(shape, item):
        return False
    if shape.constants is not None:
        return plain(item) in map(plain, shape.constants)
    if shape.parts or _UNDECIDED & shape.keywords.keys() or isinstance(item, dict | list):
        return None
    return meets(item, {name: shape.keywords[name] for name in LIMITS & shape.keywords.keys()})


def _of_type(kind: str, sides: Sequence[SchemaSide], depth: int) -> bool | None:
    shapes = [side.shape for side in sides]
    if kind in NUMBERS:
        return _numbers(shapes)
    if kind == "string":
        return _strings(shapes)
    if kind == "array":
        return _arrays(sides, depth)
    return _objects(sides, depth) if kind == "object" else True


def _stated(shapes: list[SchemaShape], *names: str) -> list[Any]:
    found = (value(shape.keywords.get(name)) for shape in shapes for name in names)
    return [each for each in found if is_number(each)]


def _numbers(shapes: list[SchemaShape]) -> bool | None:
    low = _stated(shapes, "minimum", "exclusiveMinimum")
    high = _stated(shapes, "maximum", "exclusiveMaximum")
    if not low or not high or max(low) < min(high):
        return True
    excluded = _stated(shapes, "exclusiveMinimum", "exclusiveMaximum")
    return bool(max(low) == min(high)) and max(low) not in excluded


def _strings(shapes: list[SchemaShape]) -> bool | None:
    low, high = _stated(shapes, "minLength"), _stated(shapes, "maxLength")
    if low and high and max(low) > min(high):
        return False
    formats = {str(node.value) for s in shapes if (node := s.keywords.get("format")) is not None}
    if len(formats & _DISTINCT_FORMATS) > 1:
        return False
    patterns = {each for shape in shapes for each in texts(value(shape.keywords.get("pattern")))}
    starts = [found[1] for each in patterns if (found := _LITERAL.match(each)) and "|" not in each]
    if any(not (a.startswith(b) or b.startswith(a)) for a, b in combinations(starts, 2)):
        return False
    is_sure = len(patterns) + len(formats) < 2 and not (patterns and (low or high))
    return True if is_sure else None


def _arrays(sides: Sequence[SchemaSide], depth: int) -> bool | None:
    shapes = [side.shape for side in sides]
    low, high = _stated(shapes, "minItems"), _stated(shapes, "maxItems")
    if low and high and max(low) > min(high):
        return False
    items = [
        side.of(node) for side in sides if (node := side.shape.keywords.get("items")) is not None
    ]
    inner = overlaps(items, depth + 1) if len(items) > 1 else True
    if inner is False and not (low and max(low) > 0):
        return None  # the empty list
    return inner


def _objects(sides: Sequence[SchemaSide], depth: int) -> bool | None:
    """Decide by required properties: one schema requires it, do the others accept it?"""
    first = sides[0].shape
    is_open = value(first.keywords.get("additionalProperties"), False) is not False
    answers: list[bool | None] = []
    for name in dict.fromkeys(name for side in sides for name in side.shape.required):
        if name not in first.properties and not is_open and name not in first.required:
            return False  # a client that follows the first schema never sends it
        if any(
            name not in side.shape.properties
            and value(side.shape.keywords.get("additionalProperties")) is False
            for side in sides
        ):
            return False
        nodes = [side.of(node) for side in sides if (node := side.shape.properties.get(name))]
        answers.append(overlaps(nodes, depth + 1) if len(nodes) > 1 else True)
    return _all(answers)


def compare_overlaps(
    shapes: tuple[SchemaShape, SchemaShape],
    pairs: list[tuple[Node, Node]],
    unmatched: tuple[list[Node], list[Node]],
    documents: DocumentPair,
) -> Iterator[Change]:
    """Compare whether a value may match several alternatives where `oneOf` allows exactly one.

    Alternatives of both documents keep their overlap.
    """
    old, new = (SchemaSide(each, shape) for each, shape in zip(documents, shapes, strict=True))
    known = [node for _, node in pairs], [node for node, _ in pairs]
    if begun := _refused(old, new, known[0], unmatched[1]):
        is_sure, names = begun
        yield Change(_rule(is_sure=is_sure), old.shape.node, new.shape.node, None, names)
    if ended := _refused(new, old, known[1], unmatched[0]):
        is_sure, names = ended
        yield Change(f"{_rule(is_sure=is_sure)}-ended", old.shape.node, new.shape.node, names)


def _rule(*, is_sure: bool) -> str:
    return "alternatives-overlap" if is_sure else "alternatives-may-overlap"


def _refused(
    before: SchemaSide, after: SchemaSide, known: list[Node], added: list[Node]
) -> tuple[bool, list[Any]] | None:
    """Return two alternatives that accept the same, formerly valid value, and whether for sure."""
    if after.shape.union != "oneOf" or "discriminator" in after.shape.keywords:
        return None
    was_exclusive = before.shape.union == "oneOf"
    pairs = [*product(known, added), *combinations(added, 2)]
    if not was_exclusive:
        pairs = [*combinations(after.shape.alternatives, 2)]
    found: list[Any] | None = None
    for pair in pairs[:_MAX_PAIRS]:
        answer = overlaps([before, *(after.of(node) for node in pair)])
        if answer is False:
            continue
        names = [after.document.shape(node).name or node.value for node in pair]
        if answer and not (was_exclusive and _is_loose(before)):
            return True, names
        found = found or names
    return (False, found) if found else None


def _is_loose(side: SchemaSide) -> bool:
    """Return whether alternatives overlap already, so that `oneOf` cannot be taken literally."""
    pairs = list(combinations(side.shape.alternatives, 2))
    return any(overlaps([side.of(node) for node in pair]) for pair in pairs[:_MAX_PAIRS])
