"""What comparing gives: changes, in the scope that the caller adds, and pairs to compare next."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from scripts.contract.diff.rules import Position
from scripts.contract.openapi.nodes import Node, value

Owner = Any
"""What a difference belongs to: an operation ("GET /pets"), a pair of schemas, a scheme."""


class Change(NamedTuple):
    """One way in which two places differ. `old` and `new` are the nearest nodes there are."""

    rule: str
    old: Node
    new: Node
    before: Any = None  # None: absent
    after: Any = None
    in_code: bool = True  # False: generated code stays the same whatever the rule says
    classes: tuple[str | None, str | None] | None = None  # generated, whatever the documents say


def member_change(
    rule: str, old: Node, new: Node, before: Node | None, after: Node | None
) -> Change:
    """Return the change of a member that `old` and `new` hold, or one of them."""
    return Change(rule, before or old, after or new, value(before), value(after))


class Scope(NamedTuple):
    """What changes are part of: whose they are, where they stand, what they are called."""

    owner: Owner
    position: Position
    subject: str  # what differs, as a person names it
    cause: str | None = None  # one cause on many operations; None: the place itself is the cause

    def about(self, subject: str) -> "Scope":
        """Return the scope of something else of the same owner."""
        return Scope(self.owner, self.position, subject)

    def shared(self, subject: str) -> "Scope":
        """Return the scope of something that is one cause wherever it is met."""
        return Scope(self.owner, self.position, subject, subject)

    def part(self, suffix: str) -> "Scope":
        """Return the scope of a part of the subject."""
        cause = None if self.cause is None else self.cause + suffix
        return Scope(self.owner, self.position, self.subject + suffix, cause)

    def at(self, position: Position) -> "Scope":
        """Return the same scope at another position."""
        return Scope(self.owner, position, self.subject, self.cause)

    def add_to(self, changes: Iterable[Change]) -> "Iterator[Difference]":
        """Make differences of changes."""
        return (Difference(change, self) for change in changes)


class Difference(NamedTuple):
    """A change in its scope."""

    change: Change
    scope: Scope

    @property
    def position(self) -> Position:
        """Where the change stands."""
        position = self.scope.position
        return position if self.change.in_code else position.outside_code()


class Pair(NamedTuple):
    """Two objects of one kind (a key of `FIELDS`) that are to be compared with each other."""

    kind: str
    old: Node
    new: Node
    scope: Scope


class Usage(NamedTuple):
    """An operation reaches something that is compared elsewhere."""

    used: Owner
    user: Owner


Item = Change | Difference | Pair | Usage
"""What a comparer yields; a bare change is one of the pair that is being compared."""
