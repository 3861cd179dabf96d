"""Follow HighLevel's document: capture it again, review what has changed, and update to it.

An update goes the whole way, from document to tested code, or changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts.contract.capture import Captured, capture, read_lock, revision_of, source_of, write
from scripts.contract.corrections import read_corrections
from scripts.contract.diff import accepted
from scripts.contract.diff.load import Contract, load
from scripts.contract.diff.overlay_status import overlay_status
from scripts.contract.diff.policies import read as policies
from scripts.contract.diff.report import render
from scripts.contract.diff.review import Review, compare_contracts, review
from scripts.contract.errors import CannotRunError
from scripts.contract.files import restored_on_failure, write_whole
from scripts.contract.generate import PACKAGE, Layout, build, put_in_place
from scripts.contract.openapi.documents import parse_openapi
from scripts.contract.places import place

Check = Callable[[], bool]
"""Run the tests on what is in place now; True if they pass."""
Progress = Callable[[str], None]

_CHANGELOG = "CHANGELOG.md"
_WRITTEN = ("openapi", PACKAGE, "facade", "README.md", _CHANGELOG)  # all that an update may write


@dataclass(frozen=True)
class Outcome:
    """How an update ended: the decision that a person must make first, if any."""

    decision: str = ""
    changed: bool = False


class _TestsFailError(Exception):
    """End an update early, so that everything is restored."""


def recapture(layout: Layout, version: str, start: str | None = None) -> Captured:
    """Read a Version's document again, from its recorded source or from `start`; write nothing."""
    known = read_lock(layout.captured(version).parent).get(version)
    if known is None:
        raise CannotRunError(f"nothing is recorded for {version}: run make capture first")
    origin = place(start or known["source"])
    return capture(
        origin,
        source=source_of(origin, None, known["source"]),
        revision=revision_of(origin),
        mapped=known.get("map", {}),
        read=lambda where: where.read(),
    )


def review_recapture(layout: Layout, version: str, captured: Captured, today: date) -> Review:
    """Compare what is captured with what was captured again, and review it."""
    old = load(str(layout.captured(version)))
    document = parse_openapi(captured.document, captured.origin)
    new = Contract(captured.origin, document, {"": captured.document})
    status = overlay_status(old.document, new.document, read_corrections(layout.openapi))
    entries = accepted.read(layout.root / accepted.FILE)
    compared = compare_contracts(old, new, policy=policies.read_if_any(layout.root / policies.FILE))
    return review(compared, entries, today, root=layout.root, overlay=status)


def update(
    layout: Layout, version: str, source: str | None, today: date, check: Check, say: Progress
) -> Outcome:
    """Capture, compare, review the overlay, regenerate, test, draft the changelog."""
    path = layout.captured(version)
    captured = recapture(layout, version, source)
    if path.exists() and path.read_bytes() == captured.document:
        say("nothing has changed: the published document is what is captured")
        return Outcome()
    result = review_recapture(layout, version, captured, today)
    say(render(result, "text"))
    if decision := _decision(result):
        return Outcome(decision)
    try:
        with restored_on_failure([layout.root / name for name in _WRITTEN]):
            write(path.parent, version, captured)
            put_in_place(layout, build(layout))
            say("captured document, contract and generated code are in place; testing")
            if not check():
                raise _TestsFailError
            _draft(layout.root / _CHANGELOG, result)
    except _TestsFailError:
        return Outcome("the tests fail with the new contract")
    return Outcome(changed=True)


def _decision(result: Review) -> str:
    """Return what a person must decide first; empty if the update can go on."""
    if result.stale:
        return f"an accepted finding no longer holds: {result.stale[0]}"
    if result.overlay and not result.overlay.is_settled:
        return f"the overlay must change: {result.overlay.unsettled[0]}"
    if result.verdict.needs_a_person:
        return f"{result.conclusion}; change it, or accept the findings with a reason"
    return ""


def _draft(changelog: Path, result: Review) -> None:
    """Insert an entry below the title of the changelog, for a person to word."""
    text = changelog.read_text("utf-8") if changelog.exists() else "# Changelog\n"
    version = result.next_version or "next"
    lines = [f"- {each.finding.message}" for each in result.open]
    entry = f"## {version} (draft)\n\n" + "\n".join(lines or ["- The contract was captured again."])
    head, mark, rest = text.partition("\n## ")
    whole = f"{head.rstrip()}\n\n{entry}\n" + (f"{mark}{rest}" if mark else "")
    write_whole(changelog, whole.encode())
