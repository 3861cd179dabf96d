"""Match old items with new ones: operations, alternatives, parts of schemas."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from scripts.diff.compare.canonical import SchemaSide
from scripts.diff.compare.fields import structure
from scripts.diff.compare.proofs import Documents
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.names import class_name
from scripts.openapi.nodes import Node, canonical

_MIN_SIMILARITY = 0.5  # the similarity from which two alternatives count as one that changed
MAX_COMPARISONS = 2500  # comparisons for similarity, to keep long lists cheap

Item = TypeVar("Item")
Keys = tuple[Callable[[Item], Hashable | None], Callable[[Item], Hashable | None]]
Matches = tuple[list[tuple[Item, Item]], list[Item], list[Item]]
"""Matched pairs, and the unmatched old and new items."""


def match_by(keys: Iterable[Keys[Item]], old: Sequence[Item], new: Sequence[Item]) -> Matches[Item]:
    """Match items by the first key that they share; a key of None matches nothing."""
    pairs: list[tuple[Item, Item]] = []
    for key_of_old, key_of_new in keys:
        waiting: dict[Hashable, list[Item]] = {}
        for item in old:
            waiting.setdefault(key_of_old(item), []).append(item)
        waiting.pop(None, None)
        found = [(same.pop(0), other) for other in new if (same := waiting.get(key_of_new(other)))]
        pairs += found
        old, new = _unmatched(found, old, new)
    return pairs, list(old), list(new)


def _unmatched(
    pairs: list[tuple[Item, Item]], old: Sequence[Item], new: Sequence[Item]
) -> tuple[list[Item], list[Item]]:
    taken = {id(item) for pair in pairs for item in pair}
    return (
        [item for item in old if id(item) not in taken],
        [item for item in new if id(item) not in taken],
    )


def match_schemas(old: list[Node], new: list[Node], documents: Documents) -> Matches[Node]:
    """Match by component, then structure, then discriminating property, then similarity."""
    sides = [SchemaSide(document, SchemaShape(document.root)) for document in documents]

    def keys(of: Callable[[SchemaSide], Hashable | None]) -> Keys[Node]:
        return lambda node: of(sides[0].of(node)), lambda node: of(sides[1].of(node))

    pairs, old, new = match_by(map(keys, _WAYS), old, new)
    found = _similar(old, new, documents)
    old, new = _unmatched(found, old, new)
    alone, old, new = match_by([keys(_types)], old, new)
    return [*pairs, *found, *alone], old, new


def _discriminating_property(side: SchemaSide) -> str | None:
    """Return the property with only one accepted value, as a discriminator has."""
    for name, node in sorted(side.shape.properties.items()):
        values = side.of(node).shape.constants
        if values is not None and len(values) == 1:
            return f"{name}={canonical(values[0])}"
    return None


def _title(side: SchemaSide) -> Hashable | None:
    title = side.shape.keywords.get("title")
    return (canonical(title.value), side.shape.types) if title is not None else None


def _types(side: SchemaSide) -> Hashable | None:
    return None if side.shape.name or _discriminating_property(side) else side.shape.types


_WAYS: tuple[Callable[[SchemaSide], Hashable | None], ...] = (
    lambda side: class_name(side.shape.name) if side.shape.name else None,
    lambda side: canonical(structure(side.shape.node.value)),
    _discriminating_property,
    _title,
)


def _similar(old: list[Node], new: list[Node], documents: Documents) -> list[tuple[Node, Node]]:
    if len(old) * len(new) > MAX_COMPARISONS:
        return list(zip(old, new, strict=False))
    ranked = sorted(
        (
            -_similarity(documents.old.shape(one), documents.new.shape(other)),
            i + j,
            abs(i - j),
            i,
            j,
        )
        for i, one in enumerate(old)
        for j, other in enumerate(new)
    )
    left, right, pairs = set(range(len(old))), set(range(len(new))), []
    for score, *_, i, j in ranked:
        if -score >= _MIN_SIMILARITY and i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairs.append((old[i], new[j]))
    return pairs


def _similarity(old: SchemaShape, new: SchemaShape) -> float:
    if not old.types & new.types:
        return 0.0
    names = old.properties.keys() | new.properties.keys()
    if names:
        common = old.properties.keys() & new.properties.keys()
        pairs = [(old.properties[name].value, new.properties[name].value) for name in common]
        equal = sum(1 for one, other in pairs if structure(one) == structure(other))
        return (len(common) + equal) / 2 / len(names)
    if old.constants is not None and new.constants is not None:
        before, after = ({canonical(each) for each in s.constants or ()} for s in (old, new))
        return 0.5 + len(before & after) / len(before | after) / 2 if before & after else 0.0
    return 1.0 if old.types == new.types else 0.6
