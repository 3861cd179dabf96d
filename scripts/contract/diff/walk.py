"""The notebook of one comparison: both documents and every difference seen so far."""

from typing import Any

from scripts.contract.diff.fields import FIELDS
from scripts.contract.diff.findings import Difference
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.openapi.nodes import Node, canonical
from scripts.contract.openapi.references import Source

NOWHERE = Position(Direction.UNUSED, in_code=False)


class Walk:
    """Both documents, and the differences between them as they are seen."""

    def __init__(self, old: Source, new: Source) -> None:
        self.old, self.new = old, new
        self.differences: list[Difference] = []

    def report(
        self,
        rule: str,
        position: Position,
        subject: str,
        old: Node,
        new: Node,
        before: Any = None,
        after: Any = None,
        *,
        owner: Any = None,
        cause: str | None = None,
    ) -> None:
        """Note a difference."""
        self.differences.append(
            Difference(rule, position, subject, old, new, before, after, owner, cause)
        )

    def unknown_fields(
        self,
        kind: str,
        old: Node,
        new: Node,
        position: Position,
        subject: str,
        owner: Any = None,
        cause: str | None = None,
    ) -> None:
        """Note what differs in fields that OpenAPI does not know."""
        known = FIELDS[kind].known
        ours = old.value if isinstance(old.value, dict) else {}
        theirs = new.value if isinstance(new.value, dict) else {}
        for name in [key for key in {**ours, **theirs} if key not in known]:
            if name.startswith("x-"):
                continue
            before, after = ours.get(name), theirs.get(name)
            if canonical(before) != canonical(after) or (name in ours) != (name in theirs):
                self.report(
                    "unclassified",
                    position,
                    f"{subject}: {name}",
                    old.get(name) or old,
                    new.get(name) or new,
                    before,
                    after,
                    owner=owner,
                    cause=cause and f"{cause}: {name}",
                )
