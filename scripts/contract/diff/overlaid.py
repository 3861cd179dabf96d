"""The overlay in review: is each action still needed, and what does the whole hide or cause?"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from scripts.contract import overlay
from scripts.contract.diff.compare import compare
from scripts.contract.diff.findings import Finding
from scripts.contract.openapi.documents import Document, parse
from scripts.contract.openapi.nodes import canonical
from scripts.contract.places import FilePlace

Way = tuple[Any, ...]
"""The keys and indexes that lead to a place."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One action, and what became of what it corrects."""

    action: str
    state: str  # needed, mended (delete it), moved (its target is gone), changed (read it again)
    reason: str

    def __str__(self) -> str:
        return f"{self.state}: {self.action}: {self.reason}"


@dataclass(slots=True)
class OverlayReview:
    """What a newly captured document means for the overlay."""

    actions: list[Judgement] = field(default_factory=list)
    hides: list[Finding] = field(default_factory=list)  # of the captured documents, not after it
    causes: list[Finding] = field(default_factory=list)  # only after it

    @property
    def settled(self) -> bool:
        """Whether every action is still needed as it stands."""
        return all(each.state == "needed" for each in self.actions)

    def lines(self) -> list[str]:
        """Say it, one line each; actions that are needed are only counted."""
        needed = sum(each.state == "needed" for each in self.actions)
        return [
            f"{needed} of {len(self.actions)} actions are still needed as they stand",
            *(str(each) for each in self.actions if each.state != "needed"),
            *(f"the overlay hides: {each.message} ({each.fingerprint})" for each in self.hides),
            *(f"the overlay causes: {each.message} ({each.rule})" for each in self.causes),
        ]

    def as_data(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "actions": [asdict(each) for each in self.actions],
            "hides": [each.fingerprint for each in self.hides],
            "causes": [{"rule": each.rule, "message": each.message} for each in self.causes],
        }


def read_overlay(path: Path) -> list[overlay.Action]:
    """Read the actions of an overlay file."""
    return overlay.read_actions(parse(FilePlace(path).read(), str(path)))


def review_overlay(old: Document, new: Document, actions: list[overlay.Action]) -> OverlayReview:
    """Apply an overlay to both captured documents, action by action."""
    given = OverlayReview()
    ours, theirs = old, new
    for action in actions:
        given.actions.append(_judge(ours, theirs, action))
        ours, theirs = _applied(ours, action), _applied(theirs, action)
    before, after = compare(old, new).findings, compare(ours, theirs).findings
    given.hides = list(_missing(before, after))
    given.causes = list(_missing(after, before))
    return given


def corrected(document: Document, actions: list[overlay.Action]) -> Document:
    """Apply an overlay as far as it fits, so that an old document can be compared as well."""
    for action in actions:
        document = _applied(document, action)
    return document


def _applied(document: Document, action: overlay.Action) -> Document:
    try:
        changed: Document = overlay.apply(document, [replace(action, expect=None)])
    except overlay.OverlayError:
        return document  # what it corrects is not there; the judgement says so
    return changed


def _judge(old: Document, new: Document, action: overlay.Action) -> Judgement:
    there, here = overlay.places(old, action), overlay.places(new, action)
    expected = len(there) if action.expect is None else action.expect
    if len(here) == expected:
        if _changes_nothing(new, action):
            return Judgement(str(action), "mended", "it changes nothing any more: delete it")
        return Judgement(str(action), "needed", f"{len(here)} place(s)")
    if here:
        why = f"it hits {len(here)} place(s), not {expected}: read them, then change x-expect"
        return Judgement(str(action), "changed", why)
    # What an action removes may be gone: that is what it is for.
    holders = [way[:-1] if action.remove else way for way in there]
    gone = [way for way in holders if not _leads(new, way)]
    if gone or not there:
        where = "/".join(map(str, gone[0])) if gone else action.target
        return Judgement(str(action), "moved", f"there is nothing at {where}: find where it went")
    if all(_mended(new, way, action) for way in there):
        return Judgement(str(action), "mended", "the place is there without the defect: delete it")
    why = "what it corrects is there, but it finds it no more: mend its target"
    return Judgement(str(action), "moved", why)


def _changes_nothing(document: Document, action: overlay.Action) -> bool:
    try:
        return bool(overlay.apply(document, [replace(action, expect=None)]) == document)
    except overlay.OverlayError:
        return False


def _mended(document: Document, way: Way, action: overlay.Action) -> bool:
    """Tell whether a place says what an action would have it say; an item may have moved."""
    target = "".join("[*]" if isinstance(step, int) else f"[{json.dumps(step)}]" for step in way)
    found = overlay.places(document, replace(action, target=f"${target}"))
    if action.remove:
        return not found or any(isinstance(step, int) for step in way)
    exact = ("".join(f"[{json.dumps(step)}]" for step in each) for each in found)
    return any(_changes_nothing(document, replace(action, target=f"${each}")) for each in exact)


def _leads(document: Any, way: Way) -> bool:
    """Tell whether what a way leads to is there; an item of a list may have another index."""
    for step in way:
        if isinstance(document, list):
            return True
        if not isinstance(document, dict) or step not in document:
            return False
        document = document[step]
    return True


def _missing(ones: list[Finding], others: list[Finding]) -> Iterator[Finding]:
    """Give findings that have no equal; the overlay moves pointers, so that they do not count."""
    known = {_change(each) for each in others}
    return (each for each in ones if _change(each) not in known)


def _change(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, canonical(finding.before), canonical(finding.after)
