"""Which methods and fields of the facade a finding touches, and whether an app notices."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scripts.contract.diff.findings import Finding
from scripts.contract.diff.meaning.facade import Facade, Method
from scripts.contract.diff.names import python_name
from scripts.contract.openapi.paths import METHODS, template
from scripts.contract.openapi.pointers import unescape

_PROPERTY = re.compile(r"/properties/([^/]+)")


@dataclass(frozen=True, slots=True)
class Touched:
    """A method or a field of the facade that a finding reaches."""

    name: str
    shielded: bool  # an app that uses it notices nothing
    file: str = ""

    def as_data(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {"name": self.name, "shielded": self.shielded}


class Reach:
    """The way from an operation of a document to the facade: by the contract's operationIds."""

    def __init__(self, facade: Facade, contract: dict[str, Any]) -> None:
        self.facade = facade
        self._modules: dict[str, str] = {}
        for path, item in contract.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    label = f"{method.upper()} {template(path)}"
                    self._modules[label] = python_name(item[method].get("operationId", ""))

    def follow(self, findings: Iterable[Finding]) -> None:
        """Know operations that have moved by their new place as well."""
        for finding in findings:
            if finding.rule == "operation-moved":
                before, after = template(finding.before), template(finding.after)
                self._modules[after] = self._modules.get(before, "")

    def methods(self, operations: Iterable[str]) -> list[Method]:
        """Give the methods that call one of these operations."""
        modules = {self._modules.get(template(operation), "") for operation in operations}
        return [each for each in self.facade.methods.values() if each.operations & modules]

    def touched(self, finding: Finding) -> list[Touched]:
        """Give what a finding touches, the methods first."""
        methods = self.methods(finding.operations)
        fields = self._fields(finding, methods)
        found = [Touched(each.name, self._shielded(finding, each), each.file) for each in methods]
        return found + [Touched(name, self._field_shielded(finding, name)) for name in fields]

    def _fields(self, finding: Finding, methods: list[Method]) -> list[str]:
        """Give the model fields that the property in question feeds."""
        name = _property(finding)
        if name is None or finding.directions == ["request"]:
            return []
        fed = dict[str, None]()
        for method in methods:
            for reader in sorted(method.readers):
                fed.update(dict.fromkeys(sorted(self.facade.feeds.get(reader, {}).get(name, ()))))
        return list(fed)

    def _shielded(self, finding: Finding, method: Method) -> bool:
        if finding.wire == "safe":
            return True  # names in code are the overlay's, and what is new is not used yet
        if finding.rule == "operation-moved":
            return True  # regenerated code calls it where it stands now
        name = _property(finding)
        if name is None:
            return False
        if finding.directions == ["response"]:
            # What no model carries, no app sees; what one carries is the field's own matter.
            fields = self._fields(finding, [method])
            return all(self._field_shielded(finding, each) for each in fields)
        sends_it = name in method.arguments
        return not sends_it and finding.rule not in ("property-added-required", "unclassified")

    def _field_shielded(self, finding: Finding, name: str) -> bool:
        if finding.wire == "safe":
            return True
        kind = self.facade.types.get(name, "")
        if finding.rule.startswith("enum-"):
            return "str" in kind  # any text passes as it comes
        if finding.rule in ("property-became-optional", "became-nullable"):
            return "None" in kind
        return False


def _property(finding: Finding) -> str | None:
    """Name the property that a finding is about, as Python does."""
    steps = _PROPERTY.findall(finding.pointer)
    if steps:
        return python_name(unescape(steps[-1]))
    if finding.rule.startswith("property-") and isinstance(finding.before, str):
        return python_name(finding.before)
    return None
