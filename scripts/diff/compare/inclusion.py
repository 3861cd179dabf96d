"""Prove that one side accepts every value that the other side may send.

False means that there is no proof, not that the opposite is true.
"""

from typing import Any

from scripts.diff.compare.acceptance import NOT_LIMITING, accepts, accepts_all_text
from scripts.diff.compare.cases import (
    SchemaSide,
    accepts_null,
    by_constant,
    by_type,
    cases,
)
from scripts.diff.compare.compared import ComparedDocument
from scripts.diff.compare.implication import keyword_holds
from scripts.diff.compare.keywords import is_number, plain
from scripts.diff.compare.overlap import overlaps
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.compare.simplify import applies
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import value

_MAX_DEPTH = 60


class Inclusion:
    """Cached proofs for one direction."""

    def __init__(self, old: ComparedDocument, new: ComparedDocument, position: Position) -> None:
        self._is_request = position.direction is Direction.REQUEST
        self._text = position.text
        self._sender, self._receiver = (old, new) if self._is_request else (new, old)
        self._known: dict[tuple[Any, Any], bool] = {}
        self._assumed: dict[tuple[Any, Any], None] = {}  # assumed while it is being proved

    def holds(self, old: SchemaShape, new: SchemaShape) -> bool:
        """Return whether one schema provably accepts what another one sends."""
        sent, accepted = (old, new) if self._is_request else (new, old)
        self._assumed.clear()
        found = self._holds(SchemaSide(self._sender, sent), SchemaSide(self._receiver, accepted), 0)
        if found:
            self._known |= dict.fromkeys(self._assumed, True)
        return found

    def _holds(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        key = (sent.shape.key, accepted.shape.key)
        if key in self._known:
            return self._known[key]
        if key in self._assumed:
            return True
        if depth > _MAX_DEPTH:
            return False
        before = len(self._assumed)
        self._assumed[key] = None
        found = self._is_included(sent, accepted, depth)
        if not found:
            self._known[key] = False
            for later in list(self._assumed)[before:]:
                del self._assumed[later]
        return found

    def _is_included(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        if accepted.shape.accepts_all:
            return True
        if not self._text and accepts_null(sent) and not accepts_null(accepted, is_strict=True):
            return False
        if "discriminator" in accepted.shape.keywords and not _names_hold(sent, accepted):
            return False
        found = cases(sent)
        return found is not None and all(
            self._case_holds(SchemaSide(sent.document, case), accepted, frozenset(), depth)
            for case in found
        )

    def _case_holds(
        self, sent: SchemaSide, accepted: SchemaSide, named: frozenset[str], depth: int
    ) -> bool:
        """Prove it of one case; `named` are the property names that the enclosing schema lists."""
        case, wanted = sent.shape, accepted.shape
        if not case.types:
            return True
        named |= wanted.properties.keys()
        is_whole = not (wanted.alternatives or wanted.parts)
        is_open = "additionalProperties" not in wanted.keywords
        if is_whole and is_open and self._is_request and case.properties.keys() - named:
            return False  # the new schema no longer names a property
        if not self._keywords_hold(sent, accepted, depth):
            return False
        if not all(
            self._case_holds(sent, accepted.of(part), named, depth + 1) for part in wanted.parts
        ):
            return False
        if not wanted.alternatives:
            return True
        pieces = [[case], list(by_constant(case)), list(by_type(case))]
        return any(
            each
            and all(
                self._is_in_union(SchemaSide(sent.document, piece), accepted, named, depth + 1)
                for piece in each
            )
            for each in pieces
        )

    def _is_in_union(
        self, sent: SchemaSide, accepted: SchemaSide, named: frozenset[str], depth: int
    ) -> bool:
        if depth > _MAX_DEPTH:
            return False
        sides = [accepted.of(node) for node in accepted.shape.alternatives]
        for index, side in enumerate(sides):
            if self._case_holds(sent, side, named, depth):
                if accepted.shape.union == "anyOf" or "discriminator" in accepted.shape.keywords:
                    return True
                others = sides[:index] + sides[index + 1 :]
                return all(overlaps([sent, other]) is False for other in others)
        return False

    def _keywords_hold(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        case, wanted = sent.shape, accepted.shape
        if case.constants is not None:
            values = (each for each in case.constants if each is not None)
            return all(accepts(wanted, each, as_text=bool(self._text)) for each in values)
        if wanted.constants is not None:
            flags = {plain(each) for each in wanted.constants}
            return case.types == {"boolean"} and {"true", "false"} <= flags
        if not _types(case) <= wanted.types:
            return bool(self._text) and self._text_holds(sent, accepted, depth)
        return (
            all(
                keyword_holds(name, case, wanted)
                for name in wanted.keywords
                if name not in _CHECKED and applies(name, case.types)
            )
            and ("array" not in case.types or self._items_hold(sent, accepted, depth))
            and ("object" not in case.types or self._properties_hold(sent, accepted, depth))
        )

    def _text_holds(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        """Prove it of values that are written as text."""
        case, wanted = sent.shape, accepted.shape
        if case.types & {"object", "array"}:
            return False
        if wanted.types == {"array"}:
            # A single value is a list of one, unless commas could split it.
            is_one = self._text == "exploded" or "string" not in case.types
            least = value(wanted.keywords.get("minItems"), 0)
            return is_one and least in (0, 1) and self._items_hold(sent, accepted, depth)
        return accepts_all_text(wanted)

    def _items_hold(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        items, wanted = (side.shape.keywords.get("items") for side in (sent, accepted))
        if wanted is None:
            return True
        if "array" not in sent.shape.types:  # one value, where a list is expected
            return self._holds(sent, accepted.of(wanted), depth + 1)
        if items is None:
            return accepted.of(wanted).shape.accepts_all
        return self._holds(sent.of(items), accepted.of(wanted), depth + 1)

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


_CHECKED = frozenset({"items", "additionalProperties", "discriminator"}) | NOT_LIMITING


def _types(case: SchemaShape) -> frozenset[str]:
    """Return the types of a schema; multiples of an integer are integers."""
    multiple = value(case.keywords.get("multipleOf"))
    is_whole = is_number(multiple) and multiple == int(multiple)
    return case.types - {"fraction"} if is_whole else case.types
