"""What comparing one operation needs: the notebook, the schemas, whose hands it is in."""

from dataclasses import dataclass
from typing import Any

from scripts.contract.diff.rules import Direction, Position
from scripts.contract.diff.schemas import Schemas
from scripts.contract.diff.walk import Walk
from scripts.contract.openapi.nodes import Node


@dataclass(frozen=True, slots=True)
class Context:
    """One operation, or what stands in for one: a callback, a webhook."""

    walk: Walk
    schemas: Schemas
    operation: str  # "GET /pets": who is named in findings; empty for a webhook
    label: str  # how the place is named
    turned: bool = False  # the server calls the app
    in_code: bool = True

    @property
    def sent(self) -> Position:
        """The position of what the caller sends."""
        return self._position(Direction.REQUEST)

    @property
    def received(self) -> Position:
        """The position of what the caller receives."""
        return self._position(Direction.RESPONSE)

    def _position(self, direction: Direction) -> Position:
        return Position(direction.turned() if self.turned else direction, self.in_code)

    def report(
        self,
        rule: str,
        subject: str,
        old: Node,
        new: Node,
        before: Any = None,
        after: Any = None,
        *,
        position: Position | None = None,
        cause: str | None = None,
    ) -> None:
        """Note a difference of this operation."""
        self.walk.report(
            rule,
            position or self.sent,
            subject,
            old,
            new,
            before,
            after,
            owner=self.operation,
            cause=cause,
        )
