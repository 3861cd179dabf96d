"""Which methods and fields of the facade a finding affects, and whether apps are shielded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from scripts.contract.diff.findings import Finding
from scripts.contract.diff.impact.apps import read_apps
from scripts.contract.diff.impact.facade import Facade, FacadeMethod, read_facade
from scripts.contract.diff.impact.subject import Subject, subject_of
from scripts.contract.diff.load import load
from scripts.contract.diff.names import python_name
from scripts.contract.diff.reviewed import Affected, ReviewedFinding
from scripts.contract.openapi.documents import Document
from scripts.contract.openapi.nodes import Node, text
from scripts.contract.openapi.paths import Operation, operations_in, template
from scripts.contract.openapi.references import Source

_NEW = frozenset({"property-added-optional", "property-added-required", "parameter-added-optional"})
# By the location of a parameter ("" for a body): the option of every method that sends it.
_OPTIONS = {"": "extra_body", "query": "extra_query", "header": "extra_headers"}
_SENT_BEFORE = "sent already"
_TO_BE_WRITTEN = "a method is to be written; `client.api` sends it already"
_REMAINDER = "extra"  # the attribute with the fields that have no attribute of their own


class Impact:
    """How findings affect the facade, through the operations that it calls."""

    def __init__(self, facade: Facade, contract: Document, findings: Iterable[Finding]) -> None:
        self._facade = facade
        self._ids: dict[str, str] = {}  # of `GET /pets/{}`: the operationId, in snake_case
        self._sent: dict[str, set[str]] = {}  # by operationId: the names that the facade sends
        source = Source("contract", contract)
        for operation in operations_in(source, source.root.get("paths")):
            name = python_name(operation.id)
            self._ids[template(operation.label)] = name
            self._sent[name] = facade.sent_in(name) & set(_accepted(source, operation))
        for finding in findings:
            if finding.rule == "operation-moved":
                known = self._ids.get(template(finding.before), "")
                self._ids[template(finding.after)] = known

    def concerns(self, document: Document) -> bool:
        """Return whether a document has an operation of the contract."""
        source = Source("", document)
        operations = operations_in(source, source.root.get("paths"))
        return any(template(operation.label) in self._ids for operation in operations)

    def affected(self, finding: Finding, subject: Subject) -> tuple[Affected, ...]:
        """Return what a finding affects, the methods first."""
        if self.is_transport_header(finding, subject):
            return ()  # neither a method nor an app depends on it
        methods = self._methods(finding.operations)
        fields = dict.fromkeys(self._fields(finding, subject, methods))
        return (
            *(
                Affected(each.name, self._shields(finding, subject, each), each.source)
                for each in methods
            ),
            *(Affected(name, self._field_shields(finding, name)) for name in fields),
        )

    def reach(self, finding: Finding, subject: Subject) -> str:
        """Return how an app reaches a new item that no method names; empty for other findings."""
        methods = self._methods(finding.operations)
        if finding.rule == "operation-added":
            return _SENT_BEFORE if methods else _TO_BE_WRITTEN
        if not methods or finding.rule not in _NEW:
            return ""
        if subject.is_received_only:
            fields = dict.fromkeys(self._fields(finding, subject, methods))
            return f"attribute {', '.join(fields)}" if fields else "reachable in `.extra`"
        if any(subject.name in self._sent.get(each, ()) for m in methods for each in m.operations):
            return "sent by its method"
        option = _OPTIONS.get(subject.location)
        return f"sendable by `{option}`" if option else ""

    def is_transport_header(self, finding: Finding, subject: Subject) -> bool:
        """Return whether it concerns a header that every request has."""
        is_set = subject.location == "header" and self._facade.sets(subject.name)
        return is_set and bool(self._methods(finding.operations))

    def _methods(self, operations: Iterable[str]) -> list[FacadeMethod]:
        ids = {self._ids.get(template(operation), "") for operation in operations}
        every = (*self._facade.methods.values(), *self._facade.internal)
        return [each for each in every if each.operations & ids]

    def _fields(
        self, finding: Finding, subject: Subject, methods: list[FacadeMethod]
    ) -> Iterator[str]:
        """Yield the model fields that hold the property of a finding."""
        if subject.name == _REMAINDER or finding.directions == ["request"]:
            return
        for method in methods:
            if f"{method.returns}.{subject.name}" in self._facade.annotations:
                yield f"{method.returns}.{subject.name}"

    def _shields(self, finding: Finding, subject: Subject, method: FacadeMethod) -> bool:
        if finding.wire == "safe":
            return True  # the overlay decides the names in code; a new item is not used yet
        if finding.rule == "operation-moved":
            return True  # regenerated code uses its new path
        if not subject.name or method in self._facade.internal:
            return False
        if subject.is_received_only:
            # A field without a model field reaches no app; a model field is reported separately.
            fields = self._fields(finding, subject, [method])
            return all(self._field_shields(finding, each) for each in fields)
        is_sent = any(subject.name in self._sent.get(each, ()) for each in method.operations)
        if subject.must_be_sent:
            is_always_sent = is_sent and subject.name not in method.parameters
            return is_always_sent or subject.name in method.required
        return not is_sent and subject.location != "path" and finding.rule != "unclassified"

    def _field_shields(self, finding: Finding, name: str) -> bool:
        if finding.wire == "safe":
            return True
        annotation = self._facade.annotations[name]
        if finding.rule.startswith("enum-"):
            return "str" in annotation  # any text passes unchanged
        if finding.rule in ("property-became-optional", "became-nullable"):
            return "None" in annotation
        return False


def _accepted(source: Source, operation: Operation) -> Iterator[str]:
    """Yield, in snake_case, the query parameters and the body properties of an operation."""
    for holder in (operation.item, operation.node):
        parameters = holder.get("parameters")
        for each in parameters.items() if parameters is not None else ():
            parameter, _ = source.resolve(each)
            if text(parameter.get("in")) == "query":
                yield python_name(text(parameter.get("name")))
    body = _descendant(source, operation.node, "requestBody", "content")
    for _, media in body.members() if body is not None else ():
        properties = _descendant(source, media, "schema", "properties")
        for name, _ in properties.members() if properties is not None else ():
            yield python_name(name)


def _descendant(source: Source, node: Node, *keys: str) -> Node | None:
    """Return the node at a path of keys, following references; None if there is none."""
    for key in keys:
        found = node.get(key)
        if found is None:
            return None
        node, _ = source.resolve(found)
    return node


def with_impact(
    findings: Sequence[ReviewedFinding],
    documents: tuple[Document, Document],
    root: Path,
    contract: Path,
    apps: Sequence[Path],
) -> list[ReviewedFinding] | None:
    """Add what findings affect in `root` and in apps; None for the documents of another API."""
    facade = read_facade(root / "facade")
    known = load(str(root / contract)).document if (root / contract).exists() else {}
    impact = Impact(facade, known, [each.finding for each in findings])
    uses = read_apps(apps, facade)
    if not any(map(impact.concerns, documents)):
        return None
    completed: list[ReviewedFinding] = []
    for each in findings:
        subject = subject_of(each.finding, *documents)
        affected = impact.affected(each.finding, subject)
        exposed = {one.name for one in affected if not one.shielded}
        met = [
            use.breaks(subject, facade.methods.get(use.name)) for use in uses if use.name in exposed
        ]
        kept = tuple(use for use in met if use is not None)
        of_transport = impact.is_transport_header(each.finding, subject)
        completed.append(
            replace(
                each,
                affected=affected,
                uses=kept,
                is_transport_header=of_transport,
                reach=impact.reach(each.finding, subject),
            )
        )
    return completed
