"""Compare two documents and return one finding per cause."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from scripts.diff.changes import Change, Difference, Item, Owner, Pair, Scope, Usage
from scripts.diff.compare.alternatives import compare_discriminator
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.document import compare_document, report_malformed
from scripts.diff.compare.fields import FIELDS, unknown_fields
from scripts.diff.compare.members import FIELD_RULES, compare_fields
from scripts.diff.compare.messages import (
    compare_header,
    compare_media_type,
    compare_request_body,
    compare_response,
)
from scripts.diff.compare.models import compare_unused_models, matched_models
from scripts.diff.compare.operations import compare_callback, compare_operation, compare_paths
from scripts.diff.compare.parameters import compare_parameter
from scripts.diff.compare.proofs import Documents
from scripts.diff.compare.schemas import compare_broken, compare_schemas
from scripts.diff.compare.schemes import compare_flow, compare_scheme, compare_schemes
from scripts.diff.compare.shapes import Key, SchemaShape
from scripts.diff.findings import Comparison, group
from scripts.diff.rules import Direction, Position
from scripts.errors import CannotRunError
from scripts.openapi.nodes import Node
from scripts.openapi.references import Fetch, is_unresolved

_COMPARERS: dict[str, Callable[[Node, Node, Scope, Documents], Iterator[Item]]] = {
    "document": compare_document,
    "operation": compare_operation,
    "callback": compare_callback,
    "parameter": compare_parameter,
    "request-body": compare_request_body,
    "media-type": compare_media_type,
    "response": compare_response,
    "header": compare_header,
    "discriminator": compare_discriminator,
    "security-scheme": compare_scheme,
    "oauth-flow": compare_flow,
}
"""By kind of object. The content of other kinds is compared where it is used."""
_DOCUMENT = Scope(None, Position(Direction.REQUEST, in_code=False), "the document")


def compare(
    old: dict[str, Any],
    new: dict[str, Any],
    fetch_old: Fetch | None = None,
    fetch_new: Fetch | None = None,
    locations: tuple[str, str] = ("", ""),
) -> Comparison:
    """Compare two OpenAPI documents; an error in a document becomes a problem of the result.

    Relative URLs are resolved against the locations, if these are URLs.
    """
    documents = Documents(
        ComparedDocument("old", old, fetch_old, locations[0]),
        ComparedDocument("new", new, fetch_new, locations[1]),
    )
    try:
        return _compare(documents)
    except RecursionError as error:
        raise CannotRunError("a document is nested too deeply to compare") from error


def _compare(documents: Documents) -> Comparison:
    comparer = _Comparer(documents)
    comparer.process(compare_paths(documents))
    comparer.process_schemas()
    comparer.process(pair for pair in matched_models(documents) if not comparer.is_in_code(pair))
    comparer.process_schemas()
    comparer.process(compare_unused_models(documents))
    comparer.process(compare_schemes(documents))
    comparer.compare(Pair("document", documents.old.root, documents.new.root, _DOCUMENT))
    for document in documents:
        report_malformed(document)
    problems = [problem for document in documents for problem in document.problems]
    return Comparison(group(comparer.differences, Reach(comparer.users).operations), problems)


class _Comparer:
    """Compare the pairs that comparers yield, references followed, and schemas last and once."""

    def __init__(self, documents: Documents) -> None:
        self.differences: list[Difference] = []
        self._sides = documents
        self._schemas: deque[Pair] = deque()
        self.users: dict[Owner, dict[Owner, None]] = {}  # the users of each owner
        self._in_code: set[tuple[str, Key]] = set()  # by document: the schemas in generated code

    def process(self, items: Iterable[Item], scope: Scope = _DOCUMENT) -> None:
        """Process the items of a comparer; `scope` applies to bare changes."""
        for item in items:
            if isinstance(item, Difference):
                self.differences.append(item)
            elif isinstance(item, Change):
                self.differences.append(Difference(item, scope))
            elif isinstance(item, Usage):
                self.users.setdefault(item.used, {})[item.user] = None
            elif item.kind == "schema":
                self._schemas.append(item)
            else:
                self.compare(item)

    def compare(self, pair: Pair) -> None:
        """Compare two objects by their tables, their kind, and fields unknown to OpenAPI."""
        kind, *_, scope = pair
        old, new = self._sides
        found = old.resolve(pair.old)[0], new.resolve(pair.new)[0]
        if is_unresolved(*found):
            self.process(compare_broken(pair, *found))
            return
        self.process(compare_fields(FIELD_RULES.get(kind, ()), *found), scope)
        if kind in _COMPARERS:
            self.process(_COMPARERS[kind](*found, scope, self._sides), scope)
        if kind in FIELDS:
            self.process(unknown_fields(kind, *found, scope))

    def process_schemas(self) -> None:
        """Compare the queued pairs of schemas, and the pairs that these lead to."""
        while self._schemas:
            pair = self._schemas.popleft()
            if self._sides.are_unchanged(pair.old, pair.new):
                continue
            old, new = self._shapes(pair)
            position = pair.scope.position
            if position.is_always_sent and not {**old.keywords, **new.keywords}.get("default"):
                position = position._replace(is_always_sent=False)  # only defaults depend on it
                pair = pair._replace(scope=pair.scope.at(position))
            key = (old.key, new.key, position)
            users = self.users.setdefault(key, {})
            is_met = bool(users)
            users[pair.scope.owner] = None
            if not is_met:
                if position.in_code:
                    self._in_code |= {("old", old.key), ("new", new.key)}
                owned = pair._replace(scope=pair.scope._replace(owner=key))
                self.process(compare_schemas(owned, old, new, self._sides))

    def is_in_code(self, pair: Pair) -> bool:
        """Return whether generated code contains both schemas."""
        old, new = self._shapes(pair)
        return {("old", old.key), ("new", new.key)} <= self._in_code

    def _shapes(self, pair: Pair) -> tuple[SchemaShape, SchemaShape]:
        return self._sides.old.shape(pair.old), self._sides.new.shape(pair.new)


class Reach:
    """The operations that reach the owners of differences; an operation reaches itself.

    A set of operations is an integer with one bit each, so that one pass over the references is
    enough for thousands of schemas that refer to each other.
    """

    def __init__(self, users: Mapping[Owner, Iterable[Owner]]) -> None:
        """`users` maps each owner to the operations and schemas that refer to it."""
        owners = {*users, *(user for each in users.values() for user in each)}
        names = {owner for owner in owners if owner and isinstance(owner, str)}
        self._names = sorted(names, key=by_path)
        self._bits: dict[Owner, int] = {name: 1 << i for i, name in enumerate(self._names)}
        self._listed: dict[int, list[str]] = {}
        used: dict[Owner, list[Owner]] = {}
        for owner, each in users.items():
            for user in each:
                used.setdefault(user, []).append(owner)
        pending = deque(self._bits)
        while pending:
            user = pending.popleft()
            users_bits = self._bits[user]
            for owner in used.get(user, ()):
                known = self._bits.get(owner, 0)
                if known | users_bits != known:
                    self._bits[owner] = known | users_bits
                    pending.append(owner)

    def operations(self, owners: Iterable[Owner]) -> list[str]:
        """Return the operations that reach any of the owners, sorted by path and method."""
        bits, others = 0, set[str]()
        for owner in owners:
            bits |= self._bits.get(owner, 0)
            if owner and isinstance(owner, str) and owner not in self._bits:
                others.add(owner)  # an operation without references
        if bits not in self._listed:
            digits = f"{bits:b}"[::-1]
            self._listed[bits] = [
                name for name, digit in zip(self._names, digits, strict=False) if digit == "1"
            ]
        found = self._listed[bits]
        return sorted({*found, *others}, key=by_path) if others else found


def by_path(label: str) -> tuple[str, ...]:
    """Return a sort key: path, then method."""
    return label.partition(" ")[::-1]
