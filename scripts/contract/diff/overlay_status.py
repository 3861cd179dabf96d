"""Check for each overlay action whether a newly captured document still needs it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scripts.contract import overlay
from scripts.contract.corrections import Corrections, Step
from scripts.contract.diff.compare import compare
from scripts.contract.diff.findings import Finding
from scripts.contract.openapi.documents import Document
from scripts.contract.openapi.nodes import canonical


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
    """Apply the actions one by one to both captured documents, and return their state."""
    steps = zip(corrections.steps(old), corrections.steps(new), strict=True)
    states = tuple(
        ActionStatus(str(after.action), *_state(before, after)) for before, after in steps
    )
    captured = compare(old, new).findings
    corrected = compare(corrections.apply(old), corrections.apply(new)).findings
    hides, causes = _missing(captured, corrected), _missing(corrected, captured)
    return OverlayStatus(states, tuple(hides), tuple(causes))


def apply_where_possible(document: Document, corrections: Corrections) -> Document:
    """Apply the actions that fit; an older document may not fit all of them."""
    return corrections.apply(document)


def _state(before: Step, after: Step) -> tuple[str, str]:
    action, new, count = after.action, after.before, len(after.places)
    in_old = overlay.places(before.before, action)
    expected = action.expect if isinstance(action.expect, int) else len(before.places)
    if after.problem:
        return "changed", after.problem.removeprefix(f"{action}: ")
    if count == expected or (count and action.expect == overlay.ALL):
        return "needed", f"{count} place(s)"
    if count:
        hits = f"it hits {count} place(s), not {expected}"
        return "changed", f"{hits}: read them, then change x-expect"
    if overlay.places(new, action):
        return "mended", "it changes nothing any more: delete it"
    # The target of a `remove` is absent once HighLevel has removed it.
    holders = [steps[:-1] if action.remove else steps for steps in in_old]
    gone = [steps for steps in holders if not _exists(new, steps)]
    if gone or not in_old:
        where = "/".join(map(str, gone[0])) if gone else action.target
        return "moved", f"there is nothing at {where}: find where it went"
    if all(_is_mended(new, steps, action, before.before) for steps in in_old):
        return "mended", "the place is there without the defect: delete it"
    return "moved", "what it corrects exists, but its target does not select it: change the target"


def _changes_nothing(document: Document, action: overlay.Action) -> bool:
    try:
        return bool(overlay.apply(document, [replace(action, expect=None)]) == document)
    except overlay.OverlayError:
        return False


def _is_mended(
    document: Document, steps: overlay.Steps, action: overlay.Action, old: Document
) -> bool:
    """Return whether a place already looks as the action would make it; list items may have moved.

    If an action only adds members, any value of these members counts.
    """
    target = "".join("[*]" if isinstance(step, int) else f"[{json.dumps(step)}]" for step in steps)
    found = overlay.places(document, replace(action, target=f"${target}"))
    if action.remove:
        return not found or any(isinstance(step, int) for step in steps)
    update = action.change.get("update")
    if isinstance(update, dict) and not update.keys() & _member(old, steps).keys():
        return update.keys() <= _member(document, steps).keys()
    exact = ("".join(f"[{json.dumps(step)}]" for step in each) for each in found)
    return any(_changes_nothing(document, replace(action, target=f"${each}")) for each in exact)


def _member(document: Any, steps: overlay.Steps) -> dict[Any, Any]:
    """Return the object at a place, or an empty one."""
    for step in steps:
        try:
            document = document[step]
        except (LookupError, TypeError):
            return {}
    return document if isinstance(document, dict) else {}


def _exists(document: Any, steps: overlay.Steps) -> bool:
    """Return whether a place exists; a list item may have another index."""
    for step in steps:
        if isinstance(document, list):
            return True
        if not isinstance(document, dict) or step not in document:
            return False
        document = document[step]
    return True


def _missing(some: Sequence[Finding], others: Sequence[Finding]) -> Iterator[Finding]:
    """Yield findings without an equal; pointers do not count, because the overlay moves places."""
    known = {_change(each) for each in others}
    return (each for each in some if _change(each) not in known)


def _change(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, canonical(finding.before), canonical(finding.after)
