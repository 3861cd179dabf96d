"""Match the operations of both documents, and compare their own fields."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import NamedTuple

from scripts.diff.changes import Change, Difference, Item, Pair, Scope
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.document import compare_servers, urls
from scripts.diff.compare.matching import match_by
from scripts.diff.compare.members import compare_named_members, one_sided
from scripts.diff.compare.messages import compare_request_bodies, compare_responses
from scripts.diff.compare.parameters import compare_parameters
from scripts.diff.compare.proofs import Documents
from scripts.diff.compare.security import compare_security
from scripts.diff.names import python_name
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node, text, value
from scripts.openapi.paths import Operation, arguments, operations_in, template
from scripts.openapi.references import is_unresolved


def compare_paths(documents: Documents) -> Iterator[Item]:
    """Compare all operations and webhooks of both documents."""
    old, new = documents.old.root.get("paths"), documents.new.root.get("paths")
    matches = match(
        list(operations_in(documents.old, old)), list(operations_in(documents.new, new)), documents
    )
    for before, after in matches.same:
        yield from _both(before, after, _scope(after), documents)
    for before, after in matches.moved:
        change = Change("operation-moved", before.node, after.node, before.label, after.label)
        cause = _edit(before.path, after.path)
        yield Difference(change, _scope(after).about(before.id)._replace(cause=cause))
        yield from _both(before, after, _scope(after), documents)
    holders = old or documents.old.root, new or documents.new.root
    for before in matches.gone:
        change = one_sided("operation", before.node, None, holders, before.label)
        yield Difference(change, _scope(before))
    for after in matches.added:
        change = one_sided("operation", None, after.node, holders, after.label)
        yield Difference(change, _scope(after))
    items = {(each.item.pointer, other.item.pointer): (each, other) for each, other in matches.same}
    for before, after in items.values():
        yield Pair("path-item", before.item, after.item, _scope(after)._replace(subject=after.path))
    hooks = [
        document.root.get("webhooks") or document.root.child("webhooks", {})
        for document in documents
    ]
    scope = Scope("", Position(Direction.RESPONSE, in_code=False), "webhook")
    yield from _calls("webhook", hooks[0], hooks[1], scope, documents)


def _scope(operation: Operation) -> Scope:
    return Scope(operation.label, Position(Direction.REQUEST), operation.label)


def _both(old: Operation, new: Operation, scope: Scope, documents: Documents) -> Iterator[Item]:
    """Compare a matched pair of operations."""
    if not is_unresolved(old.node, new.node):
        yield from compare_parameters(old, new, scope, documents)
        yield from compare_servers(old, new, scope, documents)
    yield Pair("operation", old.node, new.node, scope)


def compare_operation(old: Node, new: Node, scope: Scope, documents: Documents) -> Iterator[Item]:
    """Compare the fields of two operations."""
    yield from _identifier(old, new, scope)
    yield from _tags(old, new, scope)
    yield from compare_request_bodies(old, new, scope, documents)
    yield from compare_responses(old, new, scope, documents)
    yield from compare_security(old, new, scope, documents)
    outside = scope.at(scope.position.outside_code())
    yield from compare_named_members(
        "callback", "callbacks", old, new, lambda name: outside.part(f" callback {name}")
    )


def _identifier(old: Node, new: Node, scope: Scope) -> Iterator[Difference]:
    before, after = text(old.get("operationId")), text(new.get("operationId"))
    if before != after:
        change = Change(
            "operation-id-renamed",
            old.get("operationId") or old,
            new.get("operationId") or new,
            before or None,
            after or None,
            in_code=python_name(before) != python_name(after),
        )
        yield Difference(change, scope._replace(cause=_edit(before, after)))


def _edit(before: str, after: str) -> str | None:
    """Describe the edit of an operationId, so that one suffix on many of them is one cause."""
    if not before or not after:
        return None
    start = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    rest = before[start:], after[start:]
    end = 0
    while end < min(map(len, rest)) and rest[0][-1 - end] == rest[1][-1 - end]:
        end += 1
    removed, added = (part[: len(part) - end] for part in rest)
    if not removed or not added:  # a pure insertion or removal
        at = "start" if start == 0 else "end" if end == 0 else "middle"
        return f"operationId {at}: -{removed} +{added}"
    return None


def _tags(old: Node, new: Node, scope: Scope) -> Iterator[Difference]:
    before, after = (
        [str(tag) for tag in tags] if isinstance(tags := value(node.get("tags")), list) else []
        for node in (old, new)
    )
    first = [python_name(tags[0]) if tags else "default" for tags in (before, after)]
    moved = first[0] != first[1]
    if before != after and (moved or set(before) != set(after)):
        rule = "operation-module-changed" if moved else "operation-tags-changed"
        places = old.get("tags") or old, new.get("tags") or new
        change = Change(rule, *places, before or None, after or None)
        yield Difference(change, scope._replace(cause=rule))


def compare_callback(old: Node, new: Node, scope: Scope, documents: Documents) -> Iterator[Item]:
    """Compare the operations of a callback, which the server calls."""
    yield from _calls("callback", old, new, scope.at(scope.position.opposite()), documents)


def _calls(kind: str, old: Node, new: Node, scope: Scope, documents: Documents) -> Iterator[Item]:
    """Compare the operations that the server calls, matched by the text of their key."""
    before, after = (
        {(each.method, each.path): each for each in operations_in(document, node)}
        for document, node in zip(documents, (old, new), strict=True)
    )
    for method, path in {**before, **after}:
        one, other = before.get((method, path)), after.get((method, path))
        inner = scope.about(f"{scope.subject} {method.upper()} {path}")
        if one is not None and other is not None:
            owned = inner._replace(owner=scope.owner or inner.subject)
            yield from _both(one, other, owned, documents)
        else:
            nodes = one and one.node, other and other.node
            yield Difference(one_sided(kind, *nodes, (old, new), inner.subject), inner)


_WAYS: tuple[Callable[[ComparedDocument, Operation], Hashable], ...] = (
    lambda document, one: (*arguments(one.path), one.method, urls(document, one)),
    lambda _, one: (one.method, one.path),
    lambda _, one: (one.method, template(one.path), one.id),
    lambda document, one: (one.method, urls(document, one)),
    lambda _, one: (one.method, template(one.path)),
)
"""The keys by which operations are matched, the best first."""


class Matches(NamedTuple):
    """Matched, removed and added operations."""

    same: list[tuple[Operation, Operation]]
    moved: list[tuple[Operation, Operation]]
    gone: list[Operation]
    added: list[Operation]


def match(old: list[Operation], new: list[Operation], documents: Documents) -> Matches:
    """Match by URL, by text, by template, then by operationId."""
    keys = [(partial(way, documents.old), partial(way, documents.new)) for way in _WAYS]
    same, old, new = match_by(keys, old, new)
    return Matches(same, *match_by([(_unique_id(old), _unique_id(new))], old, new))


def _unique_id(operations: list[Operation]) -> Callable[[Operation], tuple[str, ...] | None]:
    """Return a key function: method and operationId, or None if the id is not unique."""
    counts = Counter((each.method, each.id) for each in operations)

    def key(operation: Operation) -> tuple[str, ...] | None:
        found = operation.method, operation.id
        return found if operation.id and counts[found] == 1 else None

    return key
