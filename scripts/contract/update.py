"""Adopt HighLevel's published documents with checked code, or change nothing.

The work is done in a copy of the project; the result is put in place at the end.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts.contract import workspace
from scripts.contract.advice import Advice, Cause, said
from scripts.contract.capture import read_lock, write
from scripts.contract.corrections import Recaptured, read_corrections
from scripts.contract.generate import (
    DEFAULT_VERSION,
    PACKAGE,
    Layout,
    build,
    put_in_place,
    read_captured,
)
from scripts.contract.notices import mend, open_notices, written
from scripts.contract.recapture import Starts, recapture, require_document_of, reviewed
from scripts.contract.review import CONTRACT, ContractReview
from scripts.contract.told import drift_lines, to_review
from scripts.diff.load import Contract
from scripts.diff.report import render
from scripts.diff.results import Review
from scripts.errors import CannotRunError
from scripts.files import write_all, write_whole
from scripts.openapi.documents import dump, parse
from scripts.openapi.places import GitPlace, is_url

Check = Callable[[Path], list[str]]
"""Check the project in a folder; return the failures, one line each."""

NOTHING, DONE, LOOK, STOPPED = "nothing", "done", "look", "stopped"
ENTRY = Path("changes/+highlevel.highlevel.md")  # of the next release's changelog
_MEND = "make generate OPTIONS=--mend"
_COMMIT = "git add --all, git diff --staged, then git commit"  # new files are not in git yet


@dataclass(frozen=True)
class Outcome:
    """How an update ended, what the user should know, and the next commands."""

    ending: str  # nothing, done, look (done, with a list to review) or stopped
    title: str
    lines: Sequence[str] = ()
    next: Sequence[str] = ()


@dataclass(frozen=True)
class Update:
    layout: Layout
    starts: Starts
    today: date
    checks: Mapping[str, Check]  # by name
    say: Callable[[str], None]
    keep: Path | None = None  # where to keep the copy if the update stops
    is_recorded: bool = False  # whether the given places become the recorded sources

    def run(self) -> Outcome:
        """Run all steps; if the update stops, the project is unchanged."""
        with workspace.copy_of(self.layout.root, self.keep) as tried:
            try:
                outcome = self._try(tried)
            except CannotRunError as error:  # the user does not know the paths of the copy
                raise CannotRunError(tried.named(str(error))) from error
            if outcome.ending in (DONE, LOOK):
                tried.bring_back()
            elif outcome.ending == STOPPED and self.keep is not None:
                tried.keep(self.keep)
                self.say(f"the copy is kept in {self.keep}")
        return outcome

    def _try(self, tried: workspace.Workspace) -> Outcome:
        layout = Layout(tried.folder)
        corrections = read_corrections(layout.openapi)
        before = {name: read_captured(layout, name) for name in layout.versions}
        self._capture(layout)
        after = {name: read_captured(layout, name) for name in layout.versions}
        pairs = {
            name: Recaptured(*map(corrections.of, (before[name], after[name]))) for name in after
        }
        self._say("--- drift: what HighLevel changed, in its own words", *drift_lines(pairs))
        notices = open_notices(corrections, after, before)
        text, name = layout.overlay.read_bytes(), layout.name(layout.overlay)
        self._say(*written(notices, text, name))
        contract = pairs[DEFAULT_VERSION].new.contract
        new = Contract(str(CONTRACT), contract, {"": dump(contract)}, str(CONTRACT))
        result = reviewed(layout, self._committed(), new, self.today)
        report = render(result, "text").rstrip()
        self._say("--- diff: the committed contract against the new one", report)
        advice = Advice(layout, pairs, notices, result, [*self.starts], self.keep)
        for cause in advice.causes():
            write_whole(layout.contract, dump(contract))  # to be accepted
            return self._stopped(cause)
        self._say("--- generate: contract, client, facade/_sync, tables; the overlay is mended")
        if notices:
            write_whole(layout.overlay, mend(notices, text, name))
        try:
            put_in_place(layout, build(layout))
        except CannotRunError as error:
            lines = tried.named(str(error)).splitlines()
            file = "" if lines[0].startswith("facade/") else layout.overlay.name
            return self._stopped(Cause("no code can be generated", lines, file))
        if not (changed := tried.changed()):
            return Outcome(NOTHING, "nothing has changed: the captured documents are up to date")
        inputs = ("openapi/captured/", "openapi/overlay.yaml")
        is_made_anew = any(not name.startswith(inputs) for name in changed)
        for name, check in self.checks.items() if is_made_anew else ():
            self._say(f"--- {name}")
            if failing := check(tried.folder):
                is_generated = any(each.startswith(PACKAGE) for each in failing)
                file = layout.overlay.name if is_generated else ""
                return self._stopped(Cause(f"{name} fail with the new contract", failing, file))
        self._say("--- changelog")
        entry = layout.root / ENTRY
        if told := entry_with(entry.read_text("utf-8") if entry.exists() else "", result):
            write_all({entry: told.encode()})
        return _done(result, to_review(advice))

    def _capture(self, layout: Layout) -> None:
        captured = {}
        for version, start in self.starts.items():
            self._say(f"--- capture: {version} from {start or 'its recorded source'}")
            captured[version] = recapture(layout, version, start, is_recorded=self.is_recorded)
            if start:
                require_document_of(version, captured[version], layout.versions)
        for version, each in captured.items():
            write(layout.captured(version).parent, version, each)
            self._say(*(f"problem in {version}: {problem}" for problem in each.problems))

    def _committed(self) -> Contract:
        try:
            data = GitPlace(str(self.layout.root), "HEAD", f"./{CONTRACT}").read()
        except CannotRunError:
            data = self.layout.contract.read_bytes()
        where = f"HEAD:{CONTRACT}"
        return Contract(where, parse(data, where), {"": data}, str(CONTRACT))

    def _stopped(self, cause: Cause) -> Outcome:
        captures = [self._capture_by_hand(name, start) for name, start in self.starts.items()]
        edit = [f"correct it in openapi/{cause.file}", _MEND]
        to_do = edit if cause.file else [_MEND, "edit the lines above", "make test"]
        return Outcome(STOPPED, cause.title, cause.lines, [*captures, *to_do])

    def _capture_by_hand(self, version: str, start: str | None) -> str:
        """Return the command that captures what a stopped update has captured."""
        if start and is_url(start) and not self.is_recorded:  # make capture would record it
            source = read_lock(self.layout.captured(version).parent)[version]["source"]
            command = ("python", "-m", "scripts.capture", start)
            return shlex.join([*command, "--version", version, "--source", source])
        return f"make capture VERSION={version}" + (f" FROM={shlex.quote(start)}" if start else "")

    def _say(self, *lines: str) -> None:
        for line in lines:
            self.say(line)


def entry_with(text: str, result: Review) -> str:
    """Add the changes by HighLevel to the text of their entry, each line once."""
    lines = text.splitlines() or ["HighLevel has changed its API:", ""]
    added = [f"- {said(each.finding)}." for each in result.findings]
    return "".join(f"{line}\n" for line in dict.fromkeys([*lines, *added])) if added else text


def _done(result: ContractReview, lines: Sequence[str]) -> Outcome:
    version = f"; next version: {result.next_version}" if result.next_version else ""
    title = f"{len(result.findings)} change(s) of the contract{version}"
    if lines:
        return Outcome(LOOK, f"{title}; review the list", lines, [_COMMIT])
    return Outcome(DONE, title, [each.finding.message for each in result.open], [_COMMIT])
