"""A finding of a review: located in both documents, judged, and with all that it affects."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.diff.findings import Finding
from scripts.openapi.lines import Location

if TYPE_CHECKING:  # slow to import, and only findings in apps need it
    from scripts.contract.impact.apps import AppUse


@dataclass(frozen=True, slots=True)
class Affected:
    """A method or a field of the facade that a finding affects."""

    name: str
    shielded: bool  # apps that use it need no change
    source: str = ""  # the file of a method
    is_passed: bool = False  # only apps need a change: the method passes on what they give

    @property
    def must_change(self) -> bool:
        """Whether hand-written code of the facade must change."""
        return not (self.shielded or self.is_passed)


@dataclass(frozen=True, slots=True)
class ReviewedFinding:
    """A finding, its location in both documents, and what it affects."""

    finding: Finding
    old: Location
    new: Location
    accepted: str | None = None  # the reason, if a person or a policy accepted it
    policy: str = ""  # why a policy changed its severity
    affected: tuple[Affected, ...] = ()  # methods and fields of the facade
    uses: "tuple[AppUse, ...]" = ()  # places in apps
    is_transport_header: bool = False  # a header that the facade sets on every request
    reach: str = ""  # how an app reaches a new item that no method names

    @property
    def needs_a_method(self) -> bool:
        """Whether it is a new operation that no method of the facade calls."""
        return self.finding.rule == "operation-added" and not self.is_called

    @property
    def is_called(self) -> bool:
        """Whether the facade calls an operation of the finding."""
        return bool(self.affected) or self.is_transport_header

    def severity(self, lens: str) -> str:
        """Return breaking, risky or safe, the severity under a lens."""
        wire = self.finding.wire if lens != "sdk" else "safe"
        sdk = self.finding.sdk if lens != "wire" else "none"
        return "breaking" if "breaking" in (wire, sdk) else wire
