"""Compare two documents: everything that differs, one finding per cause."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scripts.contract.diff.changes import Change, Difference, Item, Owner, Pair, Scope, Usage
from scripts.contract.diff.compare.addresses import compare_server
from scripts.contract.diff.compare.alternatives import compare_discriminator
from scripts.contract.diff.compare.compared import ComparedDocument, Documents
from scripts.contract.diff.compare.content import compare_media_type
from scripts.contract.diff.compare.document import compare_document, report_malformed
from scripts.contract.diff.compare.fields import unknown_fields
from scripts.contract.diff.compare.messages import (
    compare_header,
    compare_request_body,
    compare_response,
)
from scripts.contract.diff.compare.models import compare_unused_models, matched_models
from scripts.contract.diff.compare.operations import compare_operation, compare_paths
from scripts.contract.diff.compare.parameters import compare_parameter
from scripts.contract.diff.compare.reach import Reach
from scripts.contract.diff.compare.schemas import compare_schemas
from scripts.contract.diff.compare.schemes import compare_flow, compare_scheme, compare_schemes
from scripts.contract.diff.compare.shapes import SchemaShape
from scripts.contract.diff.findings import Comparison, group
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.references import Fetch

_COMPARERS: dict[str, Callable[[Node, Node, Scope, Documents], Iterator[Item]]] = {
    "document": compare_document,
    "server": compare_server,
    "operation": compare_operation,
    "parameter": compare_parameter,
    "request-body": compare_request_body,
    "media-type": compare_media_type,
    "response": compare_response,
    "header": compare_header,
    "discriminator": compare_discriminator,
    "security-scheme": compare_scheme,
    "oauth-flow": compare_flow,
}
"""By kind of object. Of the other kinds, what is inside is compared where it is used."""
_DOCUMENT = Scope(None, Position(Direction.REQUEST, in_code=False), "document")

Key = tuple[str, str]
"""What identifies a schema in its document."""


def compare(
    old: dict[str, Any],
    new: dict[str, Any],
    fetch_old: Fetch | None = None,
    fetch_new: Fetch | None = None,
    locations: tuple[str, str] = ("", ""),
) -> Comparison:
    """Compare two OpenAPI documents; what is broken in them is a problem and does not stop it.

    Relative URLs are resolved against the locations, where these are URLs.
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
    comparer.take(compare_paths(documents))
    comparer.take_schemas()
    comparer.take(pair for pair in matched_models(documents) if not comparer.is_in_code(pair))
    comparer.take_schemas()
    comparer.take(compare_unused_models(documents))
    comparer.take(compare_schemes(documents))
    comparer.compare(Pair("document", documents.old.root, documents.new.root, _DOCUMENT))
    for document in documents:
        report_malformed(document)
    problems = [problem for document in documents for problem in document.problems]
    return Comparison(group(comparer.differences, Reach(comparer.users).operations), problems)


class _Comparer:
    """Compares pairs as comparers yield them: pairs of schemas later, and each only once."""

    def __init__(self, documents: Documents) -> None:
        self.differences: list[Difference] = []
        self._sides = documents
        self._schemas: deque[Pair] = deque()
        self.users: dict[Owner, dict[Owner, None]] = {}  # what is used -> by whom
        self._in_code: set[tuple[str, Key]] = (
            set()
        )  # documents and schemas that generated code knows

    def take(self, items: Iterable[Item], scope: Scope = _DOCUMENT) -> None:
        """Go on with what a comparer yields; `scope` is that of a bare change."""
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
        """Compare two objects by their kind, and the fields that OpenAPI does not know."""
        kind, old, new, scope = pair
        if kind in _COMPARERS:
            self.take(_COMPARERS[kind](old, new, scope, self._sides), scope)
        self.take(unknown_fields(kind, old, new, scope))

    def take_schemas(self) -> None:
        """Compare the pairs of schemas that were met, and those that they lead to."""
        while self._schemas:
            pair = self._schemas.popleft()
            if self._sides.are_unchanged(pair.old, pair.new):
                continue
            old, new = self._shapes(pair)
            if pair.scope.position.is_given and not {**old.keywords, **new.keywords}.get("default"):
                given = pair.scope.position._replace(is_given=False)  # it matters to defaults only
                pair = pair._replace(scope=pair.scope.at(given))
            key = (old.key, new.key, pair.scope.position)
            users = self.users.setdefault(key, {})
            is_met = bool(users)
            users[pair.scope.owner] = None
            if not is_met:
                if pair.scope.position.in_code:
                    self._in_code |= {("old", old.key), ("new", new.key)}
                owned = pair._replace(scope=pair.scope._replace(owner=key))
                self.take(compare_schemas(owned, old, new, self._sides))

    def is_in_code(self, pair: Pair) -> bool:
        """Return whether both schemas were compared as ones that generated code knows."""
        old, new = self._shapes(pair)
        return {("old", old.key), ("new", new.key)} <= self._in_code

    def _shapes(self, pair: Pair) -> tuple[SchemaShape, SchemaShape]:
        return self._sides.old.shape(pair.old), self._sides.new.shape(pair.new)
