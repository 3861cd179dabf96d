"""An update runs all steps, or changes nothing if it stops at any of them."""

import json
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from scripts.contract import generate
from scripts.contract import update as library
from scripts.contract.generate import Layout, build_contract
from scripts.contract.update import DONE, LOOK, NOTHING, STOPPED, Outcome, Update, entry_with
from scripts.errors import CannotRunError
from tests.diff.documents import at, document
from tests.diff.reviewing import compared, edited
from tests.openapi.conftest import Git
from tests.openapi.serving import Serve

from . import changes, defect
from .changes import ASSOCIATION, CONTRACT, GET
from .editing import Change, both, edit
from .published import state, write

TODAY = date(2030, 1, 1)
VERSION = "2021-07-28"
ENTRY = "changes/+highlevel.highlevel.md"
COMMIT = ["git add --all, git diff --staged, then git commit"]
MENDING = "make generate OPTIONS=--mend"
URL = "https://h.example/a.json"
Starts = dict[str, str | None]


@dataclass
class Trial:
    """A project to update, and what its updates say."""

    layout: Layout
    folder: Path
    said: list[str] = field(default_factory=list)

    def publish(self, change: Change, *versions: str) -> Starts:
        """Publish the captured documents with a change; return the place of each."""
        found: Starts = {}
        for version in versions or self.layout.versions:
            document = json.loads(self.layout.captured(version).read_text())
            change(document)
            found[version] = str(write(self.folder / f"{version}.json", document))
        return found

    def run(self, starts: Starts, failures: tuple[str, ...] = (), **more: Any) -> Outcome:
        """Update; if nothing is put in place, the project must be unchanged."""
        before, checks = state(self.layout.root), {"tests": lambda folder: list(failures)}
        try:
            outcome = Update(self.layout, starts, TODAY, checks, self.said.append, **more).run()
        except BaseException:
            assert state(self.layout.root) == before
            raise
        assert (state(self.layout.root) == before) == (outcome.ending in (NOTHING, STOPPED))
        return outcome

    def source(self, version: str) -> Any:
        return json.loads(self.layout.captured("lock").read_text())[version]["source"]


@pytest.fixture
def trial(project: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    """Build only the contract, to save the seconds that generating code takes."""
    monkeypatch.setattr(library, "build", build_contract)
    monkeypatch.setattr(library, "put_in_place", lambda at, built: at.contract.write_bytes(built))
    return Trial(project, tmp_path)


PARAMETER = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
require = edit(GET, parameters=[PARAMETER])
mistype = edit(GET, "200", properties={"broken": {"type": "nothing"}})


def test_a_compatible_change_is_adopted_and_then_nothing_is_left_to_do(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("build", "put_in_place"):
        monkeypatch.setattr(library, name, getattr(generate, name))
    root, starts = trial.layout.root, trial.publish(changes.query)
    before = state(root)
    outcome = trial.run(starts)
    assert (outcome.ending, outcome.next) == (DONE, COMMIT)
    assert outcome.lines == ["query parameter unpublishedSearch may be sent now"]
    after = state(root)
    changed = (Path(name) for name in after if after[name] != before.get(name))
    assert {str(path.relative_to(root)) for path in changed} == {
        ENTRY,
        "generated_client/api/associations/list_associations.py",
        "openapi/associations.json",
        "openapi/captured/2021-07-28.json",
        "openapi/captured/lock.json",
        "openapi/captured/v3.json",
    }
    entry = "- query parameter unpublishedSearch may be sent now (in GET /associations/)."
    told = f"HighLevel has changed its API:\n\n{entry}\n"
    assert (root / ENTRY).read_text() == told
    assert trial.run(starts).ending == NOTHING


def test_a_change_to_review_is_put_in_place_and_listed_with_each_step_told(trial: Trial) -> None:
    starts = trial.publish(changes.scope_added)
    outcome = trial.run(starts)
    assert (outcome.ending, outcome.next, len(outcome.lines)) == (LOOK, COMMIT, 1)
    assert outcome.title == "1 change(s) of the contract; review the list"
    assert "unpublished.write" in trial.layout.contract.read_text()
    assert [each for each in trial.said if each.startswith("--- ")] == [
        f"--- capture: {VERSION} from {starts[VERSION]}",
        f"--- capture: v3 from {starts['v3']}",
        "--- drift: what HighLevel changed, in its own words",
        "--- diff: the committed contract against the new one",
        "--- generate: contract, client, facade/_sync, tables; the overlay is mended",
        "--- tests",
        "--- changelog",
    ]
    assert any("unpublished.write" in each for each in trial.said)


EDIT = [MENDING, "edit the lines above", "make test"]
CORRECT = ["correct it in openapi/overlay.yaml", MENDING]


def test_a_change_that_needs_a_person_stops_it_with_the_next_commands(trial: Trial) -> None:
    for change, title, to_do in (
        (changes.servers_changed, changes.OF_SERVER, EDIT),
        (mistype, "HighLevel's document is not valid", CORRECT),
    ):
        starts = trial.publish(change)
        outcome = trial.run(starts)
        assert outcome.ending == STOPPED
        assert outcome.title.startswith(title)
        captures = [f"make capture VERSION={name} FROM={starts[name]}" for name in (VERSION, "v3")]
        assert outcome.next == [*captures, *to_do]


def test_a_url_becomes_the_source_if_the_update_records_it(trial: Trial, serve: Serve) -> None:
    path = Path(str(trial.publish(changes.query, VERSION)[VERSION]))
    url = f"{serve({'/a.json': (200, path.read_bytes(), None)})}/a.json"
    assert trial.run({VERSION: url}, is_recorded=True).ending == LOOK
    assert trial.source(VERSION) == url


def test_a_capture_by_hand_records_what_the_update_would_have_recorded(trial: Trial) -> None:
    for start, is_recorded, command in (
        ("it's.json", False, """make capture VERSION=v3 FROM='it'"'"'s.json'"""),
        (URL, True, f"make capture VERSION=v3 FROM={URL}"),
        (URL, False, f"python -m scripts.capture {URL} --version v3 --source {{}}"),
    ):
        update = Update(trial.layout, {"v3": start}, TODAY, {}, print, is_recorded=is_recorded)
        assert update._capture_by_hand("v3", start) == command.format(trial.source("v3"))


def test_the_changes_are_one_entry_of_the_changelog_with_each_line_once() -> None:
    added = compared(document(), at("/pets"))
    twice = replace(added, findings=added.findings * 2)
    entry = "HighLevel has changed its API:\n\n- GET /pets is new.\n"
    assert entry_with("", twice) == entry_with(entry, twice) == entry
    assert entry_with("Earlier.\n", added) == "Earlier.\n- GET /pets is new.\n"
    assert entry_with("", compared(document(), document())) == ""


def test_a_document_given_for_another_version_is_refused(trial: Trial) -> None:
    with pytest.raises(CannotRunError, match="is the document of 2021-07-28, not of v3"):
        trial.run({"v3": trial.publish(changes.query, VERSION)[VERSION]})


@pytest.mark.parametrize("name", ["captured/v3.json", "overlay.yaml"])
def test_a_broken_file_is_named_by_its_path_in_the_project(trial: Trial, name: str) -> None:
    starts = trial.publish(changes.query)
    (trial.layout.openapi / name).write_text("{")
    try:
        said = "".join(trial.run(starts).lines)
    except CannotRunError as error:
        said = str(error)
    assert said.startswith(f"openapi/{name} is neither JSON nor YAML: ")


def test_failing_checks_stop_it_and_the_copy_that_they_saw_is_kept(trial: Trial) -> None:
    kept = trial.folder / "kept"
    starts = trial.publish(changes.query)
    # Generated code is not edited.
    for line, to_do in (("generated_client/x.py:1: error", CORRECT), ("FAILED tests/x.py", EDIT)):
        outcome = trial.run(starts, (line,), keep=kept / line[0])
        assert (outcome.ending, outcome.lines) == (STOPPED, [line])
        assert outcome.title == "tests fail with the new contract"
        assert outcome.next[2:] == to_do
    assert trial.said[-1] == f"the copy is kept in {kept / 'F'}"
    assert b'"unpublishedSearch"' in (kept / "F/openapi/associations.json").read_bytes()


def test_the_committed_contract_is_the_old_one_and_an_entry_is_kept(trial: Trial, git: Git) -> None:
    root, starts = trial.layout.root, trial.publish(changes.query)
    for words in (["init", "--quiet"], ["add", "openapi"], ["commit", "-qm", "A"]):
        git(root, *words)
    trial.layout.contract.write_text("{}")
    (root / "changes").mkdir()
    (root / ENTRY).write_text("Earlier.\n")
    assert trial.run(starts).lines == ["query parameter unpublishedSearch may be sent now"]
    assert (root / ENTRY).read_text().startswith("Earlier.\n- query parameter ")


def accept(trial: Trial, *fingerprints: str) -> None:
    entry = {"owner": "us", "reason": "R", "until": TODAY.isoformat()}
    entries = [{**entry, "fingerprint": each} for each in fingerprints]
    write(trial.layout.openapi / "accepted.yaml", entries)


def test_a_break_that_is_accepted_stops_it_no_more(trial: Trial) -> None:
    starts, kept = trial.publish(require), trial.folder / "kept"
    copy, _, words = trial.run(starts, keep=kept).lines[-1].partition(" --accept ")
    assert copy.endswith(f"HEAD:openapi/associations.json {kept}/openapi/associations.json")
    accept(trial, words.split()[0])
    assert trial.run(starts).ending in (DONE, LOOK)


def test_a_retirement_stops_it_with_the_lines_that_need_the_operation(trial: Trial) -> None:
    starts, label = trial.publish(changes.ROWS["PUT gone"][0]), f"PUT {ASSOCIATION}"
    stopped = trial.run(starts)
    assert stopped.title.endswith(f"(facade/_async/associations.py): {label} is gone")
    named = [each for each in stopped.lines if ": it needs " in each]
    assert {each.partition(":")[0] for each in named} >= {
        *("facade/_core/methods.py", "facade/_async/associations.py", "facade/testing/handlers.py")
    }
    gone = edited(lambda document: document["paths"][ASSOCIATION].pop("put"), old=CONTRACT)
    accept(trial, *(each.finding.fingerprint for each in gone.findings))
    accepted = trial.run(starts)
    assert accepted.title == "the facade sends an operation that is gone"
    assert (accepted.lines[:-1], accepted.next[-2:]) == (named, EDIT[1:])


def test_the_same_contract_and_code_are_not_checked_again(trial: Trial) -> None:
    defect.plant(trial.layout)
    assert trial.run(trial.publish(defect.mended), ("FAILED",)).ending == LOOK
    assert defect.TITLE not in trial.layout.overlay.read_text()


def test_ctrl_c_at_the_last_step_changes_nothing(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = trial.publish(changes.query)
    monkeypatch.setattr(library, "entry_with", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        trial.run(starts)


def test_code_that_cannot_be_generated_stops_it_with_the_file_to_edit(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line, to_do in (
        ("facade/_core/methods.py: there is no 'a'", EDIT),
        ("the generator warns", CORRECT),
    ):
        monkeypatch.setattr(library, "build", Mock(side_effect=CannotRunError(line)))
        outcome = trial.run(trial.publish(changes.query))
        assert (outcome.title, outcome.lines) == ("no code can be generated", [line])
        assert outcome.next[2:] == to_do


def test_what_does_not_fit_is_told_at_every_ending(trial: Trial) -> None:
    defect.plant(trial.layout)

    starts = trial.publish(both(defect.half_mended, require))
    assert trial.run(starts).ending == STOPPED
    assert any(each.endswith(f": {defect.TITLE}") for each in trial.said)
    assert "  to do: read the places, then set x-expect: 1" in trial.said
