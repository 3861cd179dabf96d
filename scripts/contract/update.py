"""The whole way when the contract moves; it stops where a person must decide, nothing changed."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts.contract import capture
from scripts.contract.diff import accepted
from scripts.contract.diff.load import load
from scripts.contract.diff.meaning.verdict import explain
from scripts.contract.diff.overlaid import read_overlay, review_overlay
from scripts.contract.diff.report import render
from scripts.contract.diff.review import Review, review
from scripts.contract.files import replace_folder, write_whole
from scripts.contract.generate import PACKAGE, Layout, build, put_in_place
from scripts.contract.recapture import as_contract, recapture

Check = Callable[[], bool]
"""Run the tests on what stands now; True if they pass."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """How an update ended: `decide` says what a person must decide, empty if nothing."""

    decide: str = ""
    changed: bool = False


def update(
    layout: Layout, version: str, source: str | None, today: date, check: Check, say: Say
) -> Outcome:
    """Capture, compare, review the overlay, regenerate, test, draft the changelog."""
    captured = layout.captured(version)
    now = recapture(captured.parent, version, source)
    if captured.exists() and captured.read_bytes() == now.document:
        say("nothing moved: the document is what is captured")
        return Outcome()
    given = _reviewed(layout, captured, now.document, today)
    say(render(given, "text"))
    if reason := _to_decide(given):
        return Outcome(reason)
    try:
        with _restored_on_failure(layout):
            capture.write(captured.parent, version, now)
            put_in_place(layout, build(layout))
            say("captured document, contract and generated code are in place; testing")
            if not check():
                raise _TestsFailError
            _draft(layout.root / "CHANGELOG.md", given)
    except _TestsFailError:
        return Outcome("the tests fail with the new contract")
    return Outcome(changed=True)


def _reviewed(layout: Layout, captured: Path, data: bytes, today: date) -> Review:
    old, new = load(str(captured)), as_contract(str(captured), data)
    given = review(old, new)
    given.overlay = review_overlay(old.document, new.document, read_overlay(layout.overlay))
    accepted.mark(given, accepted.read(layout.root / accepted.FILE), today)
    explain(given, layout.root, load(str(layout.contract)).document, [])
    return given


def _to_decide(given: Review) -> str:
    """Say what only a person can decide; empty if the way is clear."""
    if given.stale:
        return f"an accepted finding no longer holds: {given.stale[0]}"
    if given.overlay and not given.overlay.settled:
        first = next(each for each in given.overlay.actions if each.state != "needed")
        return f"the overlay must change: {first}"
    if given.verdict.startswith(("apps break", "facade must change")):
        return f"{given.verdict}; change it, or accept the findings with a reason"
    return ""


class _TestsFailError(Exception):
    """Leave an update half way, so that everything is put back."""


@contextmanager
def _restored_on_failure(layout: Layout) -> Iterator[None]:
    """Keep what an update changes, and put it back if it does not come to its end."""
    kept = ("openapi", PACKAGE)
    with tempfile.TemporaryDirectory(dir=layout.root, prefix=".before.") as folder:
        for name in kept:
            shutil.copytree(layout.root / name, Path(folder) / name)
        try:
            yield
        except BaseException:
            for name in kept:
                replace_folder(layout.root / name, Path(folder) / name)
            raise


def _draft(changelog: Path, given: Review) -> None:
    """Put an entry under the first heading of the changelog, for a person to word."""
    text = changelog.read_text("utf-8") if changelog.exists() else "# Changelog\n"
    version = given.next_version or "next"
    lines = [f"- {each.finding.message}" for each in given.open]
    entry = f"## {version} (draft)\n\n" + "\n".join(lines or ["- The contract was captured again."])
    head, mark, rest = text.partition("\n## ")
    whole = f"{head.rstrip()}\n\n{entry}\n" + (f"{mark}{rest}" if mark else "")
    write_whole(changelog, whole.encode())
