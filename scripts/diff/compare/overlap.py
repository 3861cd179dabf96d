"""The cases of a schema, and whether a value fits several schemas at once, which oneOf forbids."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations, islice, product
from math import prod
from typing import Any

from scripts.diff.changes import Change, Places
from scripts.diff.compare.canonical import ComparedDocument, SchemaSide
from scripts.diff.compare.samples import share_scalar
from scripts.diff.compare.scalars import STRUCTURED, is_number, plain
from scripts.diff.compare.shapes import SchemaShape
from scripts.openapi.nodes import Node, value

_MAX_UNIONS = 8  # unions in unions
_MAX_CASES = 64  # per schema
_MAX_DEPTH = 6
_MAX_GROUPS = 512  # combinations of one case per schema
_MAX_PAIRS = 200  # of alternatives, to keep long lists cheap
_UNDECIDED = frozenset(
    "not if then else contains propertyNames patternProperties dependentSchemas unevaluatedItems "
    "unevaluatedProperties dependentRequired minProperties enum const".split()
)


def accepts_null(side: SchemaSide, depth: int = 0, *, is_strict: bool = False) -> bool:
    """Return whether null is accepted; if `is_strict`, oneOf refuses it where two branches do."""
    shape = side.shape
    is_typed = "type" in shape.keywords
    if not shape.alternatives or depth > _MAX_UNIONS or (is_typed and not is_strict):
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
            )
            both.add([case], document.join)
            found.append(both)
        if len(found) > _MAX_CASES:
            return None
    return found


def are_apart(one: SchemaSide, other: SchemaSide) -> bool:
    """Return whether the constants of a required property tell the objects of two schemas apart."""
    if not one.shape.types == other.shape.types == {"object"}:
        return False
    for name in one.shape.required.keys() & other.shape.required.keys():
        found = [(each, each.shape.properties.get(name)) for each in (one, other)]
        shapes = [side.of(node).shape for side, node in found if node is not None]
        always = [each for each in shapes if not each.keywords.keys() & {"readOnly", "writeOnly"}]
        known = [set(map(plain, each.constants)) for each in always if each.constants is not None]
        if len(known) == 2 and known[0].isdisjoint(known[1]):
            return True
    return False


def overlaps(sides: Sequence[SchemaSide], depth: int = 0) -> bool | None:
    """Return whether some value is valid against all of these; None if undecidable.

    Only values with all properties that the first schema names count, as a client sends them.
    """
    if depth > _MAX_DEPTH:
        return None
    listed = [set(map(plain, each)) for side in sides if (each := side.shape.constants) is not None]
    if len(listed) > 1 and not set.intersection(*listed):
        return False
    if any(are_apart(*pair) for pair in combinations(sides, 2)):
        return False
    scalar = share_scalar(sides)
    if scalar:
        return True
    apart = [cases(side) for side in sides]
    known = [each for each in apart if each is not None]
    if len(known) < len(apart) or prod(map(len, known)) > _MAX_GROUPS:
        return None
    return _any(
        [
            scalar,
            *(
                _overlap(
                    [
                        SchemaSide(side.document, case)
                        for side, case in zip(sides, group, strict=True)
                    ],
                    depth,
                )
                for group in product(*known)
            ),
        ]
    )


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return True if True in found else None if None in found else False


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return False if False in found else None if None in found else True


def _overlap(sides: Sequence[SchemaSide], depth: int) -> bool | None:
    shapes = [side.shape for side in sides]
    kinds = STRUCTURED.intersection(*(shape.types for shape in shapes))
    found = _any((_arrays if kind == "array" else _objects)(sides, depth) for kind in kinds)
    unsure = any(shape.parts or _UNDECIDED & shape.keywords.keys() for shape in shapes)
    return None if found and unsure else found


def _stated(shapes: list[SchemaShape], name: str) -> list[Any]:
    found = (value(shape.keywords.get(name)) for shape in shapes)
    return [each for each in found if is_number(each)]


def _arrays(sides: Sequence[SchemaSide], depth: int) -> bool | None:
    shapes = [side.shape for side in sides]
    low, high = max([0, *_stated(shapes, "minItems")]), _stated(shapes, "maxItems")
    if high and low > min(high):
        return False
    answers: list[bool | None] = []
    last = max(len(shape.prefix) for shape in shapes)
    for index in range(last + 1):
        items = [side.of(node) for side in sides if (node := side.shape.item(index)) is not None]
        if len(items) > 1 and not (high and index >= min(high)):
            answer = overlaps(items, depth + 1)
            # A list without this item may be shared.
            is_needed = low > index
            answers.append(None if answer is False and not is_needed else answer)
    return _all(answers)


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
    pairs: Sequence[Places],
    unmatched: tuple[list[Node], list[Node]],
    documents: Iterable[ComparedDocument],
) -> Iterator[Change]:
    """Compare whether a value may match several alternatives where `oneOf` allows exactly one.

    Only so many are looked at: the pairs that changed come first.
    """
    old, new = (SchemaSide(each, shape) for each, shape in zip(documents, shapes, strict=True))
    if begun := _refused(old, new, pairs, unmatched[1]):
        is_sure, names = begun
        rule = "alternatives-overlap" if is_sure else "alternatives-may-overlap"
        yield Change(rule, old.shape.node, new.shape.node, None, names)
    if ended := _refused(new, old, [pair[::-1] for pair in pairs], unmatched[0]):
        is_sure, names = ended
        rule = "alternatives-overlap-ended" if is_sure else "alternatives-may-overlap-ended"
        yield Change(rule, old.shape.node, new.shape.node, names)


def _refused(
    before: SchemaSide, after: SchemaSide, known: Sequence[Places], added: list[Node]
) -> tuple[bool, list[Any]] | None:
    """Return two alternatives that accept the same, formerly valid value, and whether for sure."""
    if after.shape.union != "oneOf" or "discriminator" in after.shape.keywords:
        return None
    was_exclusive = before.shape.union == "oneOf"
    pairs: Iterator[Places] = combinations(after.shape.alternatives, 2)
    if was_exclusive:
        apart = (
            (one, other)
            for (was, one), (others, other) in islice(combinations(known, 2), _MAX_PAIRS)
            if overlaps([before.of(was), before.of(others)]) is False
        )
        pairs = chain(product((node for _, node in known), added), combinations(added, 2), apart)
    found: list[Any] | None = None
    for pair in islice(pairs, _MAX_PAIRS):
        both = [after.of(node) for node in pair]
        # Of two that share nothing, which is cheap to see, nothing else matters.
        answer = overlaps(both) is not False and overlaps([before, *both])
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
