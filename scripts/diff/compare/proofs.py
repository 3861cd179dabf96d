"""The two documents of a comparison, and what is known of both: what is unchanged or proved."""

from collections.abc import Iterator

from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.inclusion import Inclusion
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.compare.unchanged import Unchanged
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node
from scripts.openapi.references import is_unresolved


class Documents:
    """The old and the new document, with what is unchanged between them, and what is proved."""

    def __init__(self, old: ComparedDocument, new: ComparedDocument) -> None:
        self.old, self.new = old, new
        self._unchanged = Unchanged(old, new)
        self._inclusions: dict[Position, Inclusion] = {}

    def __iter__(self) -> Iterator[ComparedDocument]:
        return iter((self.old, self.new))

    def resolve(self, old: Node, new: Node) -> tuple[Node, Node] | None:
        """Follow references in both documents; None, and a problem, if one is broken."""
        found = self.old.resolve(old)[0], self.new.resolve(new)[0]
        return None if is_unresolved(*found) else found

    def are_unchanged(self, old: Node | None, new: Node | None) -> bool:
        """Return whether two places exist and are the same, including all that they refer to."""
        return old is not None and new is not None and self._unchanged.holds(old, new)

    def is_proved(self, old: SchemaShape, new: SchemaShape, position: Position) -> bool:
        """Return whether every value sent at a position is provably accepted."""
        if position.direction is Direction.UNUSED:
            return False
        known = Position(position.direction, text=position.text)
        if known not in self._inclusions:
            self._inclusions[known] = Inclusion(self.old, self.new, known)
        return self._inclusions[known].holds(old, new)
