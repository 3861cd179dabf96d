"""Compare schemas: each pair once for each direction, however many operations use it."""

from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from scripts.contract.diff import alternatives, keywords, objects
from scripts.contract.diff.names import class_name
from scripts.contract.diff.pair import ALTERNATIVE, Pair
from scripts.contract.diff.rules import Position
from scripts.contract.diff.shape import Shapes
from scripts.contract.diff.walk import Walk
from scripts.contract.openapi.nodes import Node


class _Visit(NamedTuple):
    old: Node
    new: Node
    position: Position
    subject: str
    owner: Any
    shared: bool


class Schemas:
    """The pairs of schemas that were met, and who uses whom."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.old, self.new = Shapes(walk.old), Shapes(walk.new)
        self.met_old: set[tuple[str, str]] = set()
        self.met_new: set[tuple[str, str]] = set()
        self._users: dict[Any, dict[Any, None]] = {}  # pair -> operations and pairs above it
        self._pending: deque[_Visit] = deque()

    def visit(
        self,
        old: Node,
        new: Node,
        position: Position,
        subject: str,
        owner: Any,
        *,
        shared: bool = False,
    ) -> None:
        """Note that two schemas are to be compared. `shared`: the subject is one cause."""
        self._pending.append(_Visit(old, new, position, subject, owner, shared))

    def run(self) -> None:
        """Compare all that was noted, and what that leads to."""
        while self._pending:
            self._compare(self._pending.popleft())

    def link(self, owner: Any, user: Any) -> None:
        """Note that an operation uses something that is compared elsewhere."""
        self._users.setdefault(owner, {})[user] = None

    def operations_of(self, owner: Any) -> Iterable[str]:
        """Give the operations that reach a pair."""
        seen, pending, found = {owner}, [owner], dict[str, None]()
        while pending:
            user = pending.pop()
            if isinstance(user, str):
                found[user] = None
            for above in self._users.get(user, ()):
                if above not in seen:
                    seen.add(above)
                    pending.append(above)
        return found

    def _compare(self, visit: _Visit) -> None:
        old, new = self.old.of(visit.old), self.new.of(visit.new)
        key = (old.key, new.key, visit.position)
        users = self._users.setdefault(key, {})
        met = bool(users)
        users[visit.owner] = None
        if met:
            return
        if visit.position.in_code:  # what code does not know is compared for the code's sake later
            self.met_old.add(old.key)
            self.met_new.add(new.key)
        name = new.name or old.name
        pair = Pair(
            self.walk,
            old,
            new,
            visit.position,
            name or visit.subject,
            key,
            visit.shared and name is None,
        )
        if self._dangling(visit, pair):
            return
        _model_names(pair, visit)
        for below in _differences(pair, self):
            self._pending.append(_Visit(*below, owner=key, shared=pair.shared))

    def _dangling(self, visit: _Visit, pair: Pair) -> bool:
        """Leave out what one side cannot show; it is told as a problem."""
        ours, theirs = _last_step(pair.old.node), _last_step(pair.new.node)
        if ours is None and theirs is None:
            return False
        if ours is not None and theirs is not None and ours != theirs:
            pair.report("unclassified", visit.old, visit.new, visit.old.value, visit.new.value)
        return True


def _differences(pair: Pair, schemas: Schemas) -> list[tuple[Node, Node, Position, str]]:
    """Report what differs here; give the pairs of schemas below."""
    old, new = pair.old, pair.new
    if bool(old.parts) != bool(new.parts) and (new if new.parts else old).is_bare_conjunction:
        return alternatives.compare_parts(pair, schemas.old, schemas.new)
    one_is_union = bool(old.alternatives) != bool(new.alternatives)
    if one_is_union and (new if new.alternatives else old).is_bare_union:
        return alternatives.compare(pair, schemas.old, schemas.new)
    if not keywords.compare_types(pair):
        return []
    keywords.compare(pair)
    below = alternatives.compare(pair, schemas.old, schemas.new)
    below += objects.compare(pair, schemas.old, schemas.new)
    pair.walk.unknown_fields(
        "schema",
        old.node,
        new.node,
        pair.position,
        pair.subject,
        pair.key,
        pair.subject if pair.shared else None,
    )
    return below


def _model_names(pair: Pair, visit: _Visit) -> None:
    """Report that the class which is generated for a schema is renamed.

    Alternatives of one union that are renamed are renamed together.
    """
    old, new = pair.old, pair.new
    if old.name == new.name or not (old.is_model and new.is_model):
        return
    if old.name and new.name:
        if class_name(old.name) == class_name(new.name):
            return
        rule = "model-renamed"
    else:
        rule = "model-inlined" if old.name else "model-named"
    union, mark, _ = visit.subject.rpartition(ALTERNATIVE)
    cause = f"models of {union}" if mark else f"model {old.name} {new.name}"
    subject = old.name or new.name or ""
    before, after = old.name, new.name
    pair.walk.report(
        rule, pair.position, subject, old.node, new.node, before, after, owner=pair.key, cause=cause
    )


def _last_step(node: Node) -> str | None:
    reference = node.value.get("$ref") if isinstance(node.value, dict) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else None
