"""Which methods and fields of the facade a finding affects, and whether an app notices."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scripts.contract.diff.findings import Finding
from scripts.contract.diff.impact.facade import Facade, FacadeMethod
from scripts.contract.diff.names import python_name
from scripts.contract.openapi.documents import Document
from scripts.contract.openapi.nodes import Node, text
from scripts.contract.openapi.paths import Operation, operations_in, template
from scripts.contract.openapi.pointers import unescape
from scripts.contract.openapi.references import Source

_PROPERTY = re.compile(r"/properties/([^/]+)")
_REMAINDER = "extra"  # the attribute that keeps fields without an attribute of their own


@dataclass(frozen=True, slots=True)
class Affected:
    """A method or a field of the facade that a finding reaches."""

    name: str
    shielded: bool  # an app that uses it notices nothing
    source: str = ""  # the file of a method


class Impact:
    """How findings reach the facade: by the operations that the contract and the facade share."""

    def __init__(self, facade: Facade, contract: Document, findings: Iterable[Finding]) -> None:
        self._facade = facade
        self._ids: dict[str, str] = {}  # of `GET /pets/{}`: the operationId, in snake_case
        self._sent: dict[str, set[str]] = {}  # by operationId: what the facade sends, in snake_case
        source = Source("contract", contract)
        for operation in operations_in(source, source.root.get("paths")):
            name = python_name(operation.id)
            self._ids[template(operation.label)] = name
            self._sent[name] = facade.sent_in(name) & set(_accepted(source, operation))
        for finding in findings:
            if finding.rule == "operation-moved":
                known = self._ids.get(template(finding.before), "")
                self._ids[template(finding.after)] = known

    def affected(self, finding: Finding) -> tuple[Affected, ...]:
        """Return what a finding affects, the methods first."""
        methods = self._methods(finding.operations)
        fields = dict.fromkeys(self._fields(finding, methods))
        return (
            *(Affected(each.name, self._shields(finding, each), each.source) for each in methods),
            *(Affected(name, self._field_shields(finding, name)) for name in fields),
        )

    def _methods(self, operations: Iterable[str]) -> list[FacadeMethod]:
        ids = {self._ids.get(template(operation), "") for operation in operations}
        return [each for each in self._facade.methods.values() if each.operations & ids]

    def _fields(self, finding: Finding, methods: list[FacadeMethod]) -> Iterator[str]:
        """Yield the model fields that hold the property in question."""
        name = _property(finding)
        if name is None or name == _REMAINDER or finding.directions == ["request"]:
            return
        for method in methods:
            if f"{method.returns}.{name}" in self._facade.annotations:
                yield f"{method.returns}.{name}"

    def _shields(self, finding: Finding, method: FacadeMethod) -> bool:
        if finding.wire == "safe":
            return True  # names in code are the overlay's, and what is new is not used yet
        if finding.rule == "operation-moved":
            return True  # regenerated code calls it at its new path
        name = _property(finding)
        if name is None:
            return False
        if finding.directions == ["response"]:
            # A field that no model holds reaches no app; one that a model holds is reported itself.
            return all(
                self._field_shields(finding, each) for each in self._fields(finding, [method])
            )
        is_sent = any(name in self._sent.get(each, ()) for each in method.operations)
        return not is_sent and finding.rule not in ("property-added-required", "unclassified")

    def _field_shields(self, finding: Finding, name: str) -> bool:
        if finding.wire == "safe":
            return True
        annotation = self._facade.annotations[name]
        if finding.rule.startswith("enum-"):
            return "str" in annotation  # any text passes as it comes
        if finding.rule in ("property-became-optional", "became-nullable"):
            return "None" in annotation
        return False


def _property(finding: Finding) -> str | None:
    """Return the property that a finding is about, in snake_case."""
    steps = _PROPERTY.findall(finding.pointer)
    if steps:
        return python_name(unescape(steps[-1]))
    if finding.rule.startswith("property-") and isinstance(finding.before, str):
        return python_name(finding.before)
    return None


def _accepted(source: Source, operation: Operation) -> Iterator[str]:
    """Yield, in snake_case, the query parameters and the body's properties of an operation."""
    for holder in (operation.item, operation.node):
        parameters = holder.get("parameters")
        for each in parameters.items() if parameters is not None else ():
            parameter, _ = source.resolve(each)
            if text(parameter.get("in")) == "query":
                yield python_name(text(parameter.get("name")))
    body = _below(source, operation.node, "requestBody", "content")
    for _, media in body.members() if body is not None else ():
        properties = _below(source, media, "schema", "properties")
        for name, _ in properties.members() if properties is not None else ():
            yield python_name(name)


def _below(source: Source, node: Node, *keys: str) -> Node | None:
    """Return a member of a member, following references; None if one is missing."""
    for key in keys:
        found = node.get(key)
        if found is None:
            return None
        node, _ = source.resolve(found)
    return node
