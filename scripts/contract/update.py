"""Adopt HighLevel's published documents with checked code, or change nothing.

The work is done in a copy of the project; the result is put in place at the end.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts.contract import workspace
from scripts.contract.capture import Captured, read_lock, write
from scripts.contract.changelog import ENTRY, entry_with
from scripts.contract.diff import accepted
from scripts.contract.diff.load import Contract, load
from scripts.contract.diff.policies import read as policies
from scripts.contract.diff.report import render
from scripts.contract.diff.review import CONTRACT, Review, compare_contracts, review
from scripts.contract.errors import CannotRunError
from scripts.contract.files import write_all, write_whole
from scripts.contract.generate import Layout, build, put_in_place, read_captured
from scripts.contract.notices import Notice, mend, notices_of
from scripts.contract.openapi.documents import parse
from scripts.contract.places import GitPlace, is_url
from scripts.contract.recapture import Starts, recapture, require_document_of
from scripts.contract.update_advice import moved_roles, must_change, to_review, wrong_server

Check = Callable[[Path], list[str]]
"""Check the project in a folder; return the failures, one line each."""
Progress = Callable[[str], None]

NOTHING, DONE, LOOK, STOPPED = "nothing", "done", "look", "stopped"
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
    """An update with its options."""

    layout: Layout
    starts: Starts
    today: date
    checks: Mapping[str, Check]  # by name
    say: Progress
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
                self.say(f"the copy is kept in {tried.keep()}")
        return outcome

    def _try(self, tried: workspace.Workspace) -> Outcome:
        layout = Layout(tried.folder)
        earlier = {name: read_captured(layout, name) for name in layout.versions}
        captured = self._capture(layout)
        self._step("generate: contract, client, facade/_sync, tables; the overlay is mended")
        try:
            mended = _mended(layout, notices_of(layout, earlier))
            if lost := [f"{each.action.description}: {each.lost}" for each in mended if each.lost]:
                if roles := moved_roles(layout, earlier):
                    title = "a body that we name is not where it was"
                    return self._correct(title, [*roles, *lost], layout.names)
                title = "a correction no longer finds its place in what HighLevel published"
                return self._correct(title, lost, layout.overlay)
            put_in_place(layout, build(layout))
        except CannotRunError as error:
            lines = tried.named(str(error)).splitlines()
            is_role = lines[0].startswith(layout.name(layout.names))
            wrong = layout.names if is_role else layout.overlay
            return self._correct("the contract is not valid", lines, wrong)
        if not tried.changed():
            return Outcome(NOTHING, "nothing has changed: the captured documents are up to date")
        self._step("diff: the committed contract against the new one")
        result = self._reviewed(layout)
        self.say(render(result, "text").rstrip())
        if lines := wrong_server(layout):
            return self._stopped("facade must change", lines)
        if result.verdict.needs_a_person:
            return self._stopped(result.conclusion, must_change(result, layout.root, self.keep))
        inputs = ("openapi/captured/", "openapi/overlay.yaml")
        is_made_anew = any(not name.startswith(inputs) for name in tried.changed())
        for name, check in self.checks.items() if is_made_anew else ():
            self._step(name)
            if failing := check(tried.folder):
                return self._stopped(f"{name} fail with the new contract", failing)
        self._step("changelog")
        entry = layout.root / ENTRY
        text = entry.read_text("utf-8") if entry.exists() else ""
        if text := entry_with(text, result):
            write_all({entry: text.encode()})
        return _done(result, to_review(layout, result, mended, earlier, captured))

    def _capture(self, layout: Layout) -> dict[str, Captured]:
        captured = {}
        for version, start in self.starts.items():
            self._step(f"capture: {version} from {start or 'its recorded source'}")
            captured[version] = recapture(layout, version, start, is_recorded=self.is_recorded)
            if start:
                require_document_of(version, captured[version], layout.versions)
        for version, each in captured.items():
            write(layout.captured(version).parent, version, each)
        return captured

    def _reviewed(self, layout: Layout) -> Review:
        old, new = self._committed(), load(str(layout.contract))
        new.name = new.path = str(CONTRACT)
        entries = accepted.read(layout.root / accepted.FILE)
        policy = policies.read_if_any(layout.root / policies.FILE)
        compared = compare_contracts(old, new, policy=policy)
        return review(compared, entries, self.today, root=layout.root)

    def _committed(self) -> Contract:
        """Read the contract of the last commit; outside a repository, the one in the project."""
        path = self.layout.contract
        name = self.layout.name(path)
        try:
            data = GitPlace(str(self.layout.root), "HEAD", f"./{name}").read()
        except CannotRunError:
            data = path.read_bytes()
        where = f"HEAD:{name}"
        return Contract(where, parse(data, where), {"": data}, name)

    def _correct(self, title: str, lines: Sequence[str], file: Path) -> Outcome:
        edit = f"correct it in openapi/{file.name}"
        return Outcome(STOPPED, title, lines, [*self._by_hand(), edit, "make generate"])

    def _stopped(self, title: str, lines: Sequence[str]) -> Outcome:
        edit = [*self._by_hand(), "edit the lines above", "make test"]
        return Outcome(STOPPED, title, lines, edit)

    def _by_hand(self) -> list[str]:
        """Return the commands that repeat the steps of a stopped update."""
        captures = [self._capture_by_hand(name, start) for name, start in self.starts.items()]
        return [*captures, "make generate OPTIONS=--mend"]

    def _capture_by_hand(self, version: str, start: str | None) -> str:
        if start and is_url(start) and not self.is_recorded:  # make capture would record it
            source = read_lock(self.layout.captured(version).parent)[version]["source"]
            command = ("python", "-m", "scripts.capture", start)
            return shlex.join([*command, "--version", version, "--source", source])
        return f"make capture VERSION={version}" + (f" FROM='{start}'" if start else "")

    def _step(self, what: str) -> None:
        self.say(f"--- {what}")


def _done(result: Review, lines: Sequence[str]) -> Outcome:
    version = f"; next version: {result.next_version}" if result.next_version else ""
    title = f"{len(result.findings)} change(s) of the contract{version}"
    if lines:
        return Outcome(LOOK, f"{title}; review the list", lines, [_COMMIT])
    return Outcome(DONE, title, [each.finding.message for each in result.open], [_COMMIT])


def _mended(layout: Layout, notices: list[Notice]) -> list[Notice]:
    if notices:
        name = layout.name(layout.overlay)
        write_whole(layout.overlay, mend(notices, layout.overlay.read_bytes(), name))
    return notices
