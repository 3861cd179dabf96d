"""The items that a comparer yields: changes, scoped changes, and pairs to compare next."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from scripts.diff.rules import Position
from scripts.openapi.nodes import Node, value

Owner = Any
"""What a difference belongs to: an operation ("GET /pets"), a pair of schemas, a scheme."""


Places = tuple[Node, Node]
"""A place in each document."""


class Change(NamedTuple):
    """One difference between two places. `old` and `new` are the nearest existing nodes."""

    rule: str
    old: Node
    new: Node
    before: Any = None  # None: absent
    after: Any = None
    in_code: bool = True  # False: generated code does not change, whatever the rule says
    classes: tuple[str | None, str | None] | None = None  # names of the generated classes


def member_change(
    rule: str, old: Node, new: Node, before: Node | None, after: Node | None
) -> Change:
    """Return the change of a member that `old`, `new` or both contain."""
    return Change(rule, before or old, after or new, value(before), value(after))


class Scope(NamedTuple):
    """The context of changes: their owner, their position, and the name of what changed."""

    owner: Owner
    position: Position
    subject: str  # what changed, in words
    cause: str | None = None  # the same for all places of one cause; None: each place is one

    def about(self, subject: str) -> "Scope":
        """Return the scope of another subject of the same owner."""
        return Scope(self.owner, self.position, subject)

    def shared(self, subject: str) -> "Scope":
        """Return the scope of a subject that is one cause in all its places."""
        return Scope(self.owner, self.position, subject, subject)

    def part(self, suffix: str) -> "Scope":
        """Return the scope of a part of the subject."""
        cause = None if self.cause is None else self.cause + suffix
        return Scope(self.owner, self.position, self.subject + suffix, cause)

    def at(self, position: Position) -> "Scope":
        """Return the same scope at another position."""
        return Scope(self.owner, position, self.subject, self.cause)

    def add_to(self, changes: Iterable[Change]) -> "Iterator[Difference]":
        """Return the changes as differences in this scope."""
        return (Difference(change, self) for change in changes)


class Difference(NamedTuple):
    """A change with its scope."""

    change: Change
    scope: Scope

    @property
    def position(self) -> Position:
        """The position of the change."""
        position = self.scope.position
        return position if self.change.in_code else position.outside_code()


class Pair(NamedTuple):
    """Two objects of one kind (a key of `FIELDS`) to compare."""

    kind: str
    old: Node
    new: Node
    scope: Scope


class Usage(NamedTuple):
    """A reference of an owner to another one that is compared separately."""

    used: Owner
    user: Owner


Item = Change | Difference | Pair | Usage
"""What a comparer yields; a bare change belongs to the pair that is being compared."""
