"""Check for each overlay action whether a newly captured document still needs it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.contract.corrections import Corrections
from scripts.contract.notices import open_notices
from scripts.diff.compare import compare
from scripts.diff.findings import Finding
from scripts.openapi.documents import Document
from scripts.openapi.nodes import canonical


@dataclass(frozen=True, slots=True)
class ActionStatus:
    """One action, and whether it is still needed."""

    action: str
    state: str  # needed, mended (delete it), moved (its target is gone), changed (read it again)
    reason: str

    def __str__(self) -> str:
        return f"{self.state}: {self.action}: {self.reason}"


@dataclass(frozen=True, slots=True)
class OverlayStatus:
    """The state of every action, and the findings that the overlay hides or causes."""

    actions: tuple[ActionStatus, ...] = ()
    hides: tuple[Finding, ...] = ()  # between the captured documents, but not between contracts
    causes: tuple[Finding, ...] = ()  # between contracts, but not between captured documents

    @property
    def is_settled(self) -> bool:
        """Whether every action is still needed unchanged."""
        return not self.unsettled

    @property
    def unsettled(self) -> list[ActionStatus]:
        """The actions that a person must change or delete."""
        return [each for each in self.actions if each.state != "needed"]


def overlay_status(old: Document, new: Document, corrections: Corrections) -> OverlayStatus:
    """Return the state of each action, and what the corrections make of the changes."""
    notices = open_notices(corrections, {"": new}, {"": old})
    found = {each.action.number: (each.state, each.to_do) for each in notices}
    states = tuple(
        ActionStatus(str(each), *found.get(each.number, ("needed", "as it stands")))
        for each in corrections.actions
    )
    captured = compare(old, new).findings
    corrected = compare(corrections.apply(old), corrections.apply(new)).findings
    hides, causes = _missing(captured, corrected), _missing(corrected, captured)
    return OverlayStatus(states, tuple(hides), tuple(causes))


def _missing(some: Sequence[Finding], others: Sequence[Finding]) -> Iterator[Finding]:
    """Yield findings without an equal; pointers do not count, because the overlay moves places."""
    known = {_change(each) for each in others}
    return (each for each in some if _change(each) not in known)


def _change(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, canonical(finding.before), canonical(finding.after)
