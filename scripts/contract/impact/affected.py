"""Which methods and fields of the facade a finding affects, and whether apps are shielded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.contract.impact.apps import AppUse, read_apps
from scripts.contract.impact.breaks import Break, Subject, broken, is_of_values, subject_of
from scripts.contract.impact.facade import SET_HEADERS, Facade, FacadeMethod, Need, read_facade
from scripts.contract.impact.verdict import Affected, AffectingFinding
from scripts.contract.naming import read_names
from scripts.diff.findings import Finding
from scripts.diff.names import python_name
from scripts.diff.reviewed import ReviewedFinding
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
        self._facade, self._names, self._documents = facade, names, documents
        sources = tuple(map(Source, ("old", "new"), documents))
        self._new = sources[1]
        self._operations: tuple[dict[str, Operation], ...] = tuple(
            {template(each.label): each for each in operations_in(one, one.root.get("paths"))}
            for one in sources
        )
        self._ids: dict[str, str] = {}  # the operation of the facade by `GET /pets/{}`
        for one in reversed(self._operations):
            self._ids |= {label: self._name(each) for label, each in one.items()}
        self._moved = {
            template(new): template(old) for each in findings for old, new in moves_of(each)
        }
        self._ids |= {new: self._ids.get(old, "") for new, old in self._moved.items()}

    @property
    def is_foreign(self) -> bool:
        return not any(
            label in self._names or each.id in self._facade.needs
            for one in self._operations
            for label, each in one.items()
        )

    def of(self, reviewed: ReviewedFinding, uses: Iterable[AppUse]) -> AffectingFinding:
        """Return a finding with what it affects, the methods first, and which uses in apps."""
        finding = reviewed.finding
        subject = subject_of(finding, *self._documents)
        ids = {self._ids.get(template(each), "") for each in finding.operations}
        methods = [each for each in self._facade.senders if ids & {*each.operations}]
        is_header = subject.location == "header" and subject.name in SET_HEADERS
        is_set = is_header and bool(methods)  # neither a method nor an app depends on it
        attributes = dict.fromkeys(self._attributes(finding, subject, methods))
        affected: list[Affected] = []
        if not is_set:
            if finding.rule == "server-removed" and finding.before == self._facade.server:
                affected.append(Affected("BASE_URL", False, self._facade.server_source))
            affected += [self._method(finding, subject, each) for each in methods]
            affected += [Affected(one, self._shields(finding, one)) for one in attributes]
        exposed = {each.name for each in affected if not each.shielded}
        called = self._facade.methods
        met = [use.breaks(subject, called.get(use.name)) for use in uses if use.name in exposed]
        return AffectingFinding(
            *(finding, reviewed.old, reviewed.new, reviewed.accepted, reviewed.policy),
            affected=tuple(affected),
            uses=tuple(use for use in met if use is not None),
            is_transport_header=is_set,
            reach=self._reach(finding, subject, methods, list(attributes)),
        )

    def _reach(
        self,
        finding: Finding,
        subject: Subject,
        methods: Sequence[FacadeMethod],
        attributes: list[str],
    ) -> str:
        """Return how an app reaches a new item that no method names; empty for other findings."""
        if finding.rule == "operation-added":
            return _SENT_BEFORE if methods else _TO_BE_WRITTEN
        if not methods or finding.rule not in _NEW:
            return ""
        if subject.is_received_only:
            return f"attribute {', '.join(attributes)}" if attributes else "reachable in `.extra`"
        needs = [self._need(each) for method in methods for each in method.operations]
        if any(subject.name in need.sends | need.may_send for need in needs):
            return "sent by its method"
        option = _OPTIONS.get(subject.location)
        return f"sendable by `{option}`" if option else ""

    def _attributes(
        self, finding: Finding, subject: Subject, methods: Iterable[FacadeMethod]
    ) -> Iterator[str]:
        """Yield the model fields that hold the property of a finding."""
        if subject.name != _REMAINDER and finding.directions != ["request"]:
            for method in methods:
                if (name := f"{method.model}.{subject.name}") in self._facade.annotations:
                    yield name

    def _method(self, finding: Finding, subject: Subject, method: FacadeMethod) -> Affected:
        labels = [each for each in map(template, finding.operations) if each in self._ids]
        called = [each for each in labels if self._ids[each] in method.operations]
        found = {self._broken(finding, subject, each) for each in called}
        # A model field is reported separately, and a method is as good as those of its model.
        attributes = self._attributes(finding, subject, [method])
        if not all(self._shields(finding, each) for each in attributes):
            found.add(Break.CODE)
        if Break.APPS in found and self._refuses_default(finding, subject, method):
            found.add(Break.CODE)
        is_passed = Break.CODE not in found and Break.APPS in found
        return Affected(method.name, found <= {Break.NONE}, method.source, is_passed)

    def _refuses_default(self, finding: Finding, subject: Subject, method: FacadeMethod) -> bool:
        """Return whether what a method sends by default is refused now."""
        if (value := method.keywords.get(subject.name)) is not None:
            from openapi_schema_validator import OAS30Validator  # slow to import

            with suppress(KeyError):
                schema = lookup(self._new.root.value, parent(finding.places[0].new))
                return not OAS30Validator(schema).is_valid(value)
        return False

    def _broken(self, finding: Finding, subject: Subject, label: str) -> Break:
        name = self._ids[label]
        if finding.rule.startswith("operation-"):
            return Break.NONE if self._is_named(finding, label, name) else Break.CODE
        new = self._operations[1].get(label)
        return broken(finding, subject, self._need(name), new, self._new)

    def _is_named(self, finding: Finding, label: str, name: str) -> bool:
        """Return whether generated code calls an operation as before."""
        old = self._operations[0].get(self._moved.get(label, label))
        is_ours = old is not None and old.id in self._facade.needs
        if finding.rule == "operation-module-changed":
            return not is_ours
        if "breaking" not in (finding.wire, finding.sdk):
            return True
        operations = self._operations[1].values()
        if finding.rule == "operation-id-renamed" and is_ours:
            return name in [each.id for each in operations]
        return name in map(self._name, operations)

    def _name(self, operation: Operation) -> str:
        if operation.id in self._facade.needs:
            return operation.id
        return self._names.get(template(operation.label)) or python_name(operation.id)

    def _need(self, operation: str) -> Need:
        return self._facade.needs.get(operation, Need())

    def _shields(self, finding: Finding, attribute: str) -> bool:
        if finding.wire == "safe" or is_of_values(finding):
            return True
        is_absent = finding.rule in ("property-became-optional", "became-nullable")
        return is_absent and "None" in self._facade.annotations[attribute]


def moves_of(finding: Finding) -> list[tuple[Any, Any]]:
    """Return the operations that a finding says have moved: where they were, and where they are."""
    sides = (each if isinstance(each, list) else [each] for each in (finding.before, finding.after))
    return list(zip(*sides, strict=True)) if finding.rule == "operation-moved" else []


def with_impact(
    findings: Sequence[ReviewedFinding],
    documents: tuple[Document, Document],
    root: Path,
    apps: Sequence[Path],
) -> list[AffectingFinding] | None:
    """Add what findings affect in `root` and in apps; None for the documents of another API."""
    facade, path = read_facade(root / "facade"), root / "openapi" / "names.yaml"
    raw = parse(path.read_bytes(), str(path)) if path.exists() else {}
    listed = read_names(raw, str(path)).operations
    names = {label: each.operationId for label, each in listed.items()}
    impact = Impact(facade, names, documents, [each.finding for each in findings])
    uses = read_apps(apps, facade)
    return None if impact.is_foreign else [impact.of(each, uses) for each in findings]
