"""A finding as a reader gets it: located in both documents, and judged."""

from dataclasses import dataclass
from typing import Any

from scripts.diff.findings import Finding
from scripts.openapi.lines import Location


@dataclass(frozen=True, slots=True)
class ReviewedFinding:
    """A finding, its location in both documents, and why its severity does not count."""

    finding: Finding
    old: Location
    new: Location
    accepted: str | None = None  # the reason, if a person or a policy accepted it
    policy: str = ""  # why a policy changed its severity
    joined: "tuple[ReviewedFinding, ...]" = ()  # further findings that a reader gets with it

    def severity(self, lens: str) -> str:
        """Return breaking, risky or safe, the severity under a lens."""
        wire = self.finding.wire if lens != "sdk" else "safe"
        sdk = self.finding.sdk if lens != "wire" else "none"
        return "breaking" if "breaking" in (wire, sdk) else wire

    def impact(self) -> list[str]:
        """Return what depends on it, one line each; a project that knows overrides this."""
        return []

    def data(self) -> dict[str, Any]:
        """Return the same as members of the report in JSON."""
        return {}
