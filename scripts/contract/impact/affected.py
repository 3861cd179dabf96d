"""Which methods and fields of the facade a finding affects, and whether apps are shielded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.contract.impact.apps import read_apps
from scripts.contract.impact.breaks import Break, broken, is_of_values
from scripts.contract.impact.facade import Facade, FacadeMethod, Need, read_facade
from scripts.contract.impact.reviewed import Affected, AffectingFinding
from scripts.contract.impact.subject import Subject, subject_of
from scripts.contract.names import read_names
from scripts.diff.findings import Finding
from scripts.diff.names import python_name
from scripts.diff.results import ReviewedFinding
from scripts.openapi.documents import Document, parse
from scripts.openapi.paths import Operation, operations_in, template
from scripts.openapi.pointers import lookup, parent
from scripts.openapi.references import Source

_NEW = frozenset({"property-added-optional", "property-added-required", "parameter-added-optional"})
# By the location of a parameter ("" for a body): the option of every method that sends it.
_OPTIONS = {"": "extra_body", "query": "extra_query", "header": "extra_headers"}
_SENT_BEFORE = "sent already"
_TO_BE_WRITTEN = "a method is to be written; `client.api` sends it already"
_REMAINDER = "extra"  # the attribute with the fields that have no attribute of their own


class Impact:
    """How findings affect the facade, through the operations that it calls.

    An operation that has an id of ours is called so in generated code; any other one is published,
    and is called as `names` say, by `GET /pets/{}`, or by its own id.
    """

    def __init__(
        self,
        facade: Facade,
        names: Mapping[str, str],
        documents: tuple[Document, Document],
        findings: Iterable[Finding],
    ) -> None:
        self._facade, self._names = facade, names
        self._sources = tuple(map(Source, ("old", "new"), documents))
        self._operations: tuple[dict[str, Operation], ...] = tuple(
            {template(each.label): each for each in operations_in(one, one.root.get("paths"))}
            for one in self._sources
        )
        self._ids: dict[str, str] = {}  # the operation of the facade by `GET /pets/{}`
        for one in reversed(self._operations):
            self._ids |= {label: self._name(each) for label, each in one.items()}
        self._moved = {
            template(new): template(old)
            for each in findings
            if each.rule == "operation-moved"
            for old, new in zip(_listed(each.before), _listed(each.after), strict=True)
        }
        self._ids |= {new: self._ids.get(old, "") for new, old in self._moved.items()}

    @property
    def is_foreign(self) -> bool:
        """Whether the documents have no operation that the facade knows."""
        return not any(
            template(label) in self._names or each.id in self._facade.needs
            for one in self._operations
            for label, each in one.items()
        )

    def affected(self, finding: Finding, subject: Subject) -> tuple[Affected, ...]:
        """Return what a finding affects, the methods first."""
        if self.is_transport_header(finding, subject):
            return ()  # neither a method nor an app depends on it
        methods = self._methods(finding.operations)
        fields = dict.fromkeys(self._fields(finding, subject, methods))
        return (
            *self._server(finding),
            *(self._method(finding, subject, each) for each in methods),
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
        needs = [self._need(each) for method in methods for each in method.operations]
        if any(subject.name in need.sends | need.may_send for need in needs):
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

    def _server(self, finding: Finding) -> Iterator[Affected]:
        if finding.rule == "server-removed" and finding.before == self._facade.server:
            yield Affected("BASE_URL", False, self._facade.server_source)

    def _method(self, finding: Finding, subject: Subject, method: FacadeMethod) -> Affected:
        found = {self._broken(finding, subject, each) for each in self._called(finding, method)}
        # A model field is reported separately, and a method is as good as those of its model.
        fields = self._fields(finding, subject, [method])
        if not all(self._field_shields(finding, each) for each in fields):
            found.add(Break.CODE)
        if Break.APPS in found and self._refuses_default(finding, subject, method):
            found.add(Break.CODE)
        is_passed = Break.CODE not in found and Break.APPS in found
        return Affected(method.name, found <= {Break.NONE}, method.source, is_passed)

    def _refuses_default(self, finding: Finding, subject: Subject, method: FacadeMethod) -> bool:
        """Return whether what a method sends by default is refused now."""
        if (value := method.defaults.get(subject.name)) is not None:
            from openapi_schema_validator import OAS30Validator  # slow to import

            with suppress(KeyError):
                schema = lookup(self._sources[1].root.value, parent(finding.places[0].new))
                return not OAS30Validator(schema).is_valid(value)
        return False

    def _called(self, finding: Finding, method: FacadeMethod) -> Iterator[str]:
        """Yield the operations of a finding that a method sends, as `GET /pets/{}`."""
        for label in map(template, finding.operations):
            if self._ids.get(label) in method.operations:
                yield label

    def _broken(self, finding: Finding, subject: Subject, label: str) -> Break:
        name = self._ids[label]
        if finding.rule.startswith("operation-"):
            return Break.NONE if self._is_named(finding, label, name) else Break.CODE
        new = self._operations[1].get(label)
        return broken(finding, subject, self._need(name), new, self._sources[1])

    def _is_named(self, finding: Finding, label: str, name: str) -> bool:
        """Return whether generated code calls an operation as before."""
        if finding.rule == "operation-module-changed":
            return not self._is_ours(label)
        if "breaking" not in (finding.wire, finding.sdk):
            return True
        operations = self._operations[1].values()
        if finding.rule == "operation-id-renamed" and self._is_ours(label):
            return name in [each.id for each in operations]
        return name in map(self._name, operations)

    def _is_ours(self, label: str) -> bool:
        """Return whether an operation of the old document has an id of ours."""
        old = self._operations[0].get(self._moved.get(label, label))
        return old is not None and old.id in self._facade.needs

    def _name(self, operation: Operation) -> str:
        if operation.id in self._facade.needs:
            return operation.id
        return self._names.get(template(operation.label)) or python_name(operation.id)

    def _need(self, operation: str) -> Need:
        return self._facade.needs.get(operation, Need())

    def _field_shields(self, finding: Finding, name: str) -> bool:
        if finding.wire == "safe" or is_of_values(finding):
            return True
        if finding.rule in ("property-became-optional", "became-nullable"):
            return "None" in self._facade.annotations[name]
        return False


def _listed(value: Any) -> list[Any]:
    """Return the values of a finding that may have several."""
    return value if isinstance(value, list) else [value]


def _published_names(root: Path) -> dict[str, str]:
    """Return the ids that names.yaml gives to published operations, by `GET /pets/{}`."""
    path = root / "openapi" / "names.yaml"
    if not path.exists():
        return {}
    names = read_names(parse(path.read_bytes(), str(path)), str(path))
    return {label: each.operationId for label, each in names.operations.items()}


def with_impact(
    findings: Sequence[ReviewedFinding],
    documents: tuple[Document, Document],
    root: Path,
    apps: Sequence[Path],
) -> list[AffectingFinding] | None:
    """Add what findings affect in `root` and in apps; None for the documents of another API."""
    facade = read_facade(root / "facade")
    impact = Impact(facade, _published_names(root), documents, [each.finding for each in findings])
    uses = read_apps(apps, facade)
    if impact.is_foreign:
        return None
    completed: list[AffectingFinding] = []
    for each in findings:
        subject = subject_of(each.finding, *documents)
        affected = impact.affected(each.finding, subject)
        exposed = {one.name for one in affected if not one.shielded}
        met = [
            use.breaks(subject, facade.methods.get(use.name)) for use in uses if use.name in exposed
        ]
        completed.append(
            AffectingFinding(
                *(each.finding, each.old, each.new, each.accepted, each.policy),
                affected=affected,
                uses=tuple(use for use in met if use is not None),
                is_transport_header=impact.is_transport_header(each.finding, subject),
                reach=impact.reach(each.finding, subject),
            )
        )
    return completed
