"""Whether every value that one side may send is one that the other side accepts.

A proof only: False says that it could not be shown, not that it is untrue.
"""

from typing import TYPE_CHECKING, Any

from scripts.contract.diff.compare.acceptance import SAYS_NOTHING, takes, takes_all_text
from scripts.contract.diff.compare.cases import SchemaSide, by_constant, by_type, cases, takes_null
from scripts.contract.diff.compare.implication import keyword_holds
from scripts.contract.diff.compare.keywords import is_number, plain
from scripts.contract.diff.compare.overlap import overlaps
from scripts.contract.diff.compare.shapes import SchemaShape
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.openapi.nodes import value

if TYPE_CHECKING:
    from scripts.contract.diff.compare.compared import ComparedDocument

_DEEPEST = 60


class Inclusion:
    """Proofs for one direction; what was proved once is remembered."""

    def __init__(
        self, old: "ComparedDocument", new: "ComparedDocument", position: Position
    ) -> None:
        self._is_request = position.direction is Direction.REQUEST
        self._text = position.text
        self._sender, self._receiver = (old, new) if self._is_request else (new, old)
        self._known: dict[tuple[Any, Any], bool] = {}
        self._assumed: dict[tuple[Any, Any], None] = {}  # true while nothing speaks against it

    def holds(self, old: SchemaShape, new: SchemaShape) -> bool:
        """Return whether what is sent by one of two schemas is accepted by the other."""
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
        if depth > _DEEPEST:
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
        if accepted.shape.takes_all:
            return True
        if not self._text and takes_null(sent) and not takes_null(accepted, is_strict=True):
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
        """Prove it of a schema without alternatives; `named` are properties known from around."""
        case, wanted = sent.shape, accepted.shape
        if not case.types:
            return True
        named |= wanted.properties.keys()
        is_whole = not (wanted.alternatives or wanted.parts)
        is_open = "additionalProperties" not in wanted.keywords
        if is_whole and is_open and self._is_request and case.properties.keys() - named:
            return False  # a property that is no longer known
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
        if depth > _DEEPEST:
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
            return all(takes(wanted, each, as_text=bool(self._text)) for each in values)
        if wanted.constants is not None:
            flags = {plain(each) for each in wanted.constants}
            return case.types == {"boolean"} and {"true", "false"} <= flags
        if not _types(case) <= wanted.types:
            return bool(self._text) and self._text_holds(sent, accepted, depth)
        return (
            all(keyword_holds(name, case, wanted) for name in wanted.keywords if name not in _HELD)
            and ("array" not in case.types or self._items_hold(sent, accepted, depth))
            and ("object" not in case.types or self._properties_hold(sent, accepted, depth))
        )

    def _text_holds(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        """Prove it of values that are written as text."""
        case, wanted = sent.shape, accepted.shape
        if case.types & {"object", "array"}:
            return False
        if wanted.types == {"array"}:
            # One value is a list of one, unless it might be divided at its commas.
            is_one = self._text == "exploded" or "string" not in case.types
            least = value(wanted.keywords.get("minItems"), 0)
            return is_one and least in (0, 1) and self._items_hold(sent, accepted, depth)
        return takes_all_text(wanted)

    def _items_hold(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        items, wanted = (side.shape.keywords.get("items") for side in (sent, accepted))
        if wanted is None:
            return True
        if "array" not in sent.shape.types:  # one value, written where a list is wanted
            return self._holds(sent, accepted.of(wanted), depth + 1)
        if items is None:
            return accepted.of(wanted).shape.takes_all
        return self._holds(sent.of(items), accepted.of(wanted), depth + 1)

    def _properties_hold(self, sent: SchemaSide, accepted: SchemaSide, depth: int) -> bool:
        case, wanted = sent.shape, accepted.shape
        for name in wanted.required:
            if self._is_unsent(accepted, name):
                continue
            if name not in case.required or self._is_unsent(sent, name):
                return False
        if not self._is_request and wanted.properties.keys() - case.properties.keys():
            return False  # a property that no longer comes
        further, more = (shape.keywords.get("additionalProperties") for shape in (case, wanted))
        for name, node in case.properties.items():
            other = wanted.properties.get(name, more)
            if other is None:
                continue
            unsent = self._is_unsent(sent, name), self._is_unsent(accepted, name)
            if any(unsent):
                # What one side does not send is no value; that the other now ignores it is one.
                if unsent[0] != unsent[1] and unsent[self._is_request]:
                    return False
                continue
            if other.value is False or not self._holds(
                sent.of(node), accepted.of(other), depth + 1
            ):
                return False
        if more is None or accepted.of(more).shape.takes_all:
            return True
        if further is None or further.value is True:
            return False
        return further.value is False or self._holds(sent.of(further), accepted.of(more), depth + 1)

    def _is_unsent(self, side: SchemaSide, name: str) -> bool:
        """Return whether a property is one that this side never sends."""
        keyword = "readOnly" if self._is_request else "writeOnly"
        node = side.shape.properties.get(name)
        return node is not None and value(side.of(node).shape.keywords.get(keyword)) is True


def _names_hold(sent: SchemaSide, accepted: SchemaSide) -> bool:
    """Return whether a discriminator, which selects by name, knows all that are sent."""
    sides = [
        [side.of(node).shape.name for node in side.shape.alternatives] for side in (sent, accepted)
    ]
    return None not in sides[0] and set(sides[0]) <= set(sides[1])


_HELD = frozenset({"items", "additionalProperties", "discriminator"}) | SAYS_NOTHING


def _types(case: SchemaShape) -> frozenset[str]:
    """Return the types of a schema; multiples of a whole number are whole."""
    multiple = value(case.keywords.get("multipleOf"))
    is_whole = is_number(multiple) and multiple == int(multiple)
    return case.types - {"fraction"} if is_whole else case.types
