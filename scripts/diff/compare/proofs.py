"""The two documents of a comparison, and what is known of both: what is unchanged or proved."""

from scripts.diff.compare.compared import ComparedDocument, DocumentPair
from scripts.diff.compare.inclusion import Inclusion
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.compare.unchanged import Unchanged
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node


class Documents(DocumentPair):
    """The old and the new document, with what is unchanged between them, and what is proved."""

    def __init__(self, old: ComparedDocument, new: ComparedDocument) -> None:
        super().__init__(old, new)
        self._unchanged = Unchanged(self)
        self._inclusions: dict[Position, Inclusion] = {}

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
