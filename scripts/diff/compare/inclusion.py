"""Prove that one side accepts every value that the other side may send.

False means that there is no proof, not that the opposite is true.
"""

from dataclasses import replace
from itertools import count
from typing import Any

from scripts.diff.compare.canonical import ComparedDocument, SchemaSide
from scripts.diff.compare.overlap import accepts_null, are_apart, cases, overlaps
from scripts.diff.compare.samples import are_accepted
from scripts.diff.compare.scalars import NOT_LIMITING, STRUCTURED, applies, is_number, plain
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import canonical, value

_MAX_DEPTH = 60


class Inclusion:
    """Cached proofs for one direction."""

    def __init__(self, old: ComparedDocument, new: ComparedDocument, position: Position) -> None:
        self._is_request = position.direction is Direction.REQUEST
        self._text = position.text
        self._sender, self._receiver = (old, new) if self._is_request else (new, old)
        self._refuted: set[tuple[Any, Any]] = set()
        self._held: dict[tuple[Any, Any], None] = {}  # proved, or assumed while it is being proved

    def holds(self, old: SchemaShape, new: SchemaShape) -> bool:
        """Return whether one schema provably accepts what another one sends."""
        sent, accepted = (old, new) if self._is_request else (new, old)
        return self._holds(SchemaSide(self._sender, sent), SchemaSide(self._receiver, accepted), 0)

    def _holds(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        key = (sent.shape.key, accepted.shape.key)
        if key in self._held:
            return True
        if key in self._refuted or depth > _MAX_DEPTH:
            return False
        before = len(self._held)
        self._held[key] = None
        found = self._is_included(sent, accepted, depth)
        if not found:
            self._refuted.add(key)
            while len(self._held) > before:  # what was proved meanwhile may rest on it
                self._held.popitem()
        return found

    def _is_included(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        if accepted.shape.accepts_all:
            return True
        if not self._text and accepts_null(sent) and not accepts_null(accepted, is_strict=True):
            return False
        if "discriminator" in accepted.shape.keywords and not _names_hold(sent, accepted):
            return False
        if not are_accepted(sent, accepted, self._text):
            return False
        found = cases(sent)
        return found is not None and all(
            self._case_holds(SchemaSide(sent.document, piece), accepted, frozenset(), depth)
            for case in found
            for kind in sorted(case.types & STRUCTURED)
            for piece in [replace(case, types=frozenset({kind}))]
        )

    def _case_holds(
        self, sent: SchemaSide, accepted: SchemaSide, named: frozenset[str], depth: int
    ) -> bool:
        """Prove it of one case; `named` are the property names that the enclosing schema lists."""
        case, wanted = sent.shape, accepted.shape
        named |= wanted.properties.keys()
        is_whole = not wanted.alternatives  # nor parts, which are beside one
        is_open = "additionalProperties" not in wanted.keywords
        if is_whole and is_open and self._is_request and case.properties.keys() - named:
            return False  # the new schema no longer names a property
        if not self._keywords_hold(sent, accepted, depth):
            return False
        if not all(
            self._case_holds(sent, accepted.of(part), named, depth + 1) for part in wanted.parts
        ):
            return False
        return not wanted.alternatives or self._is_in_union(sent, accepted, named, depth + 1)

    def _is_in_union(
        self, sent: SchemaSide, accepted: SchemaSide, named: frozenset[str], depth: int
    ) -> bool:
        if depth > _MAX_DEPTH:
            return False
        sides = [accepted.of(node) for node in accepted.shape.alternatives]
        for index, side in enumerate(sides):
            if not are_apart(sent, side) and self._case_holds(sent, side, named, depth):
                if accepted.shape.union == "anyOf" or "discriminator" in accepted.shape.keywords:
                    return True
                others = sides[:index] + sides[index + 1 :]
                return all(overlaps([sent, other]) is False for other in others)
        return False

    def _keywords_hold(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        case, wanted = sent.shape, accepted.shape
        if wanted.constants is not None:
            known = {plain(each) for each in wanted.constants}
            return case.constants is not None and set(map(plain, case.constants)) <= known
        if not case.types <= wanted.types:
            return False
        refused = wanted.keywords.get("not")
        return (
            (refused is None or overlaps([sent, accepted.of(refused)]) is False)
            and all(
                _limit_holds(name, case, wanted)
                for name in wanted.keywords
                if name not in _CHECKED and applies(name, case.types)
            )
            and ("array" not in case.types or self._items_hold(sent, accepted, depth))
            and ("object" not in case.types or self._properties_hold(sent, accepted, depth))
        )

    def _items_hold(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        most = value(sent.shape.keywords.get("maxItems"))
        for index in count():
            if is_number(most) and index >= most:
                return True
            item, wanted = sent.shape.item(index), accepted.shape.item(index)
            if wanted is not None and not (
                accepted.of(wanted).shape.accepts_all
                if item is None
                else self._holds(sent.of(item), accepted.of(wanted), depth + 1)
            ):
                return False
            if index >= max(len(sent.shape.prefix), len(accepted.shape.prefix)):
                return True
        return False

    def _properties_hold(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        case, wanted = sent.shape, accepted.shape
        for name in wanted.required:
            if self._is_unsent(accepted, name):
                continue
            if name not in case.required or self._is_unsent(sent, name):
                return False
        if not self._is_request and wanted.properties.keys() - case.properties.keys():
            return False  # a property is no longer sent
        further, more = (shape.keywords.get("additionalProperties") for shape in (case, wanted))
        for name in wanted.properties.keys() - case.properties.keys():
            governed, others = accepted.of(wanted.properties[name]), case.unlisted(name)
            if others is None or (name not in case.required and sent.of(others).shape.accepts_all):
                continue
            if not self._holds(sent.of(others), governed, depth + 1):
                return False
        for name, node in case.properties.items():
            other = wanted.properties.get(name, more)
            if other is None:
                continue
            unsent = self._is_unsent(sent, name), self._is_unsent(accepted, name)
            if any(unsent):
                # A property that one side never sends has no value; one that the other ignores has.
                if unsent[0] != unsent[1] and unsent[self._is_request]:
                    return False
                continue
            if other.value is False or not self._holds(
                sent.of(node), accepted.of(other), depth + 1
            ):
                return False
        if more is None or accepted.of(more).shape.accepts_all:
            return True
        if further is None or further.value is True:
            return False
        return further.value is False or self._holds(sent.of(further), accepted.of(more), depth + 1)

    def _is_unsent(self, side: SchemaSide, name: str) -> bool:
        """Return whether this side never sends a property."""
        keyword = "readOnly" if self._is_request else "writeOnly"
        node = side.shape.properties.get(name)
        return node is not None and value(side.of(node).shape.keywords.get(keyword)) is True


def _names_hold(sent: SchemaSide, accepted: SchemaSide) -> bool:
    """Return whether a discriminator, which selects by name, accepts all names that are sent."""
    sides = [
        [side.of(node).shape.name for node in side.shape.alternatives] for side in (sent, accepted)
    ]
    return None not in sides[0] and set(sides[0]) <= set(sides[1])


_CHECKED = NOT_LIMITING | {"items", "prefixItems", "additionalProperties", "not"}
_COUNTS = frozenset("minItems minProperties minContains maxItems maxProperties maxContains".split())


def _limit_holds(name: str, case: SchemaShape, wanted: SchemaShape) -> bool:
    """Return whether the keywords of a case imply a wanted limit of objects or arrays."""
    limit, stated = wanted.keywords[name].value, value(case.keywords.get(name))
    if stated is not None and canonical(stated) == canonical(limit):
        return "$ref" not in canonical(limit)
    if name not in _COUNTS or not is_number(limit):
        return name == "uniqueItems" and limit is False
    known: list[Any] = [stated] if is_number(stated) else []
    if name.startswith("max"):
        return bool(known) and bool(known[0] <= limit)
    least = len(case.required) if name == "minProperties" else 0
    return bool(max([least, *known]) >= limit)
