"""Two schemas side by side, and where they stand."""

from dataclasses import dataclass
from typing import Any

from scripts.contract.diff.rules import Position
from scripts.contract.diff.shape import Shape
from scripts.contract.diff.walk import Walk
from scripts.contract.openapi.nodes import Node

ALTERNATIVE = "|"
"""Stands in a subject before the number of an alternative."""

Below = tuple[Node, Node, Position, str]
"""A pair of schemas below: old, new, position, subject."""


@dataclass(slots=True)
class Pair:
    """Two schemas that stand in the same place."""

    walk: Walk
    old: Shape
    new: Shape
    position: Position
    subject: str
    key: Any
    shared: bool  # the same subject on many operations is one cause

    def report(
        self,
        rule: str,
        old: Node | None,
        new: Node | None,
        before: Any = None,
        after: Any = None,
        *,
        subject: str | None = None,
        position: Position | None = None,
    ) -> None:
        """Note a difference of these schemas; a missing place is the schema itself."""
        name = subject or self.subject
        self.walk.report(
            rule,
            position or self.position,
            name,
            old or self.old.node,
            new or self.new.node,
            before,
            after,
            owner=self.key,
            cause=name if self.shared else None,
        )

    def keyword(self, rule: str, keyword: str, position: Position | None = None) -> None:
        """Note that one keyword differs."""
        old, new = self.old.keywords.get(keyword), self.new.keywords.get(keyword)
        before, after = old and old.value, new and new.value
        self.report(rule, old, new, before, after, position=position)
