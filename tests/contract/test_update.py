"""An update runs all steps, or changes nothing if it stops at any of them."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from scripts.contract import update as library
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout, build_contract
from scripts.contract.update import DONE, LOOK, NOTHING, STOPPED, Check, Outcome, Update

from . import changes, defect
from .changes import Change
from .conftest import Git
from .published import state, write
from .serving import Serve

TODAY = date(2030, 1, 1)
VERSION = "2021-07-28"
CHANGELOG = "# Changelog\n\n## Unreleased\n\n- First.\n\n## 0.1.0\n\n- Older.\n"
COMMIT = ["git add --all, git diff --staged, then git commit"]
Published = Callable[..., dict[str, str | None]]


@pytest.fixture
def published(project: Layout, tmp_path: Path) -> Published:
    """Publish the captured documents with an edit; return the place of each."""
    (project.root / "CHANGELOG.md").write_text(CHANGELOG)

    def places(edit: Change, *versions: str) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for version in versions or project.versions:
            document = json.loads(project.captured(version).read_text())
            edit(document)
            found[version] = str(write(tmp_path / f"{version}.json", document))
        return found

    return places


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build only the contract, to save the seconds that generating code takes."""

    monkeypatch.setattr(library, "build", build_contract)
    monkeypatch.setattr(library, "put_in_place", lambda at, built: at.contract.write_bytes(built))


def run(
    layout: Layout, starts: dict[str, str | None], check: Check | None = None, **more: Any
) -> Outcome:
    """Update, with passing checks by default."""
    checks = {"tests": check or (lambda folder: [])}
    say = more.pop("say", lambda text: None)
    return Update(layout, starts, TODAY, checks, say, **more).run()


def source_of(project: Layout, version: str) -> Any:
    return json.loads(project.captured("lock").read_text())[version]["source"]


def failing(_: Path) -> list[str]:
    return ["FAILED tests/x.py"]


def require(document: changes.Json) -> None:
    """Require a parameter that the facade does not send."""
    parameter = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
    document["paths"][changes.ASSOCIATION]["get"]["parameters"].append(parameter)


def mistype(document: changes.Json) -> None:
    """Set the type of a property to one that JSON Schema lacks."""
    changes.answer(document)["properties"]["broken"] = {"type": "nothing"}


def test_a_compatible_change_is_adopted_and_then_nothing_is_left_to_do(
    project: Layout, published: Published
) -> None:
    starts = published(changes.query)
    before = state(project.root)
    outcome = run(project, starts)
    assert (outcome.ending, outcome.next) == (DONE, COMMIT)
    assert outcome.lines == ["query parameter unpublishedSearch may be sent now"]
    after = state(project.root)
    changed = (Path(name) for name in after if after[name] != before.get(name))
    assert {str(path.relative_to(project.root)) for path in changed} == {
        "CHANGELOG.md",
        "generated_client/api/associations/list_associations.py",
        "openapi/associations.json",
        "openapi/captured/2021-07-28.json",
        "openapi/captured/lock.json",
        "openapi/captured/v3.json",
        "openapi/manifest.json",
    }
    entry = "- query parameter unpublishedSearch may be sent now (in GET /associations/)."
    expected = CHANGELOG.replace("- First.\n", f"- First.\n\nHighLevel:\n\n{entry}\n")
    assert (project.root / "CHANGELOG.md").read_text() == expected
    assert run(project, starts).ending == NOTHING
    assert state(project.root) == after


@pytest.mark.usefixtures("at_once")
def test_a_change_to_review_is_put_in_place_and_listed_with_each_step_told(
    project: Layout, published: Published
) -> None:
    said: list[str] = []
    starts = published(changes.scope_added)
    outcome = run(project, starts, say=said.append)
    assert (outcome.ending, outcome.next) == (LOOK, COMMIT)
    assert outcome.title == "1 change(s) of the contract; review the list"
    assert len(outcome.lines) == 1
    assert "unpublished.write" in project.contract.read_text()
    assert [each for each in said if each.startswith("--- ")] == [
        f"--- capture: {VERSION} from {starts[VERSION]}",
        f"--- capture: v3 from {starts['v3']}",
        "--- generate: contract, client, facade/_sync, tables; the overlay is mended",
        "--- diff: the committed contract against the new one",
        "--- tests",
        "--- changelog",
    ]
    assert any("unpublished.write" in each for each in said)


EDIT = ["edit the lines above", "make test"]


def correct(name: str) -> list[str]:
    return [f"correct it in openapi/{name}.yaml", "make generate"]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("edit", "title", "named", "to_do"),
    [
        (require, "facade must change (facade/_async/associations.py)", "associations.get", EDIT),
        (changes.servers_changed, "facade must change", "https://api.example.com", EDIT),
        (mistype, "the contract is not valid", "/properties/broken", correct("overlay")),
        (
            changes.answers_without_body,
            "a body that we name is not where it was",
            "openapi/names.yaml: role `create_association 201` has no body now; "
            "POST /associations/ has: request (CreateAssociationBody), 201, 400 (ErrorPayload), ",
            correct("names"),
        ),
        (
            changes.labels_without_examples,
            "a correction no longer finds its place in what HighLevel published",
            "Labels, object keys and association types are text: the defect is still there, such ",
            correct("overlay"),
        ),
    ],
)
def test_a_change_that_needs_a_person_stops_it_with_the_next_commands(
    project: Layout, published: Published, edit: Change, title: str, named: str, to_do: list[str]
) -> None:
    starts = published(edit)
    before = state(project.root)
    outcome = run(project, starts)
    assert (outcome.ending, outcome.title) == (STOPPED, title)
    assert named in " ".join(outcome.lines)
    captures = [f"make capture VERSION={name} FROM='{starts[name]}'" for name in (VERSION, "v3")]
    assert outcome.next == [*captures, "make generate OPTIONS=--mend", *to_do]
    assert state(project.root) == before


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_url_becomes_the_source_only_if_the_update_records_it(
    project: Layout, published: Published, serve: Serve, is_recorded: bool
) -> None:
    known = source_of(project, VERSION)
    path = Path(str(published(changes.query, VERSION)[VERSION]))
    url = f"{serve({'/a.json': (200, path.read_bytes(), None)})}/a.json"
    assert run(project, {VERSION: url}, is_recorded=is_recorded).ending == LOOK
    assert source_of(project, VERSION) == (url if is_recorded else known)


URL = "https://h.example/a.json"


@pytest.mark.parametrize(
    ("start", "is_recorded", "command"),
    [
        (None, False, "make capture VERSION=v3"),
        ("a.json", False, "make capture VERSION=v3 FROM='a.json'"),
        (URL, True, f"make capture VERSION=v3 FROM='{URL}'"),
        (URL, False, f"python -m scripts.capture {URL} --version v3 --source {{}}"),
    ],
)
def test_a_capture_by_hand_records_what_the_update_would_have_recorded(
    project: Layout, start: str | None, is_recorded: bool, command: str
) -> None:
    update = Update(project, {"v3": start}, TODAY, {}, print, is_recorded=is_recorded)
    expected = command.format(source_of(project, "v3"))
    assert update._by_hand() == [expected, "make generate OPTIONS=--mend"]


@pytest.mark.usefixtures("at_once")
def test_an_invalid_version_that_code_is_not_generated_from_does_not_stop_it(
    project: Layout, published: Published
) -> None:
    outcome = run(project, published(mistype, "v3"))
    assert outcome.ending == LOOK
    (line,) = [each for each in outcome.lines if each.startswith("code is generated from ")]
    assert "2021-07-28; v3, corrected, is not a valid contract:  " in line
    assert '"nothing"' in project.captured("v3").read_text()


@pytest.mark.usefixtures("at_once")
def test_a_document_given_for_another_version_is_refused(
    project: Layout, published: Published
) -> None:
    with pytest.raises(CannotRunError, match="is the document of 2021-07-28, not of v3"):
        run(project, {"v3": published(changes.query, VERSION)[VERSION]})


@pytest.mark.parametrize("name", ["captured/v3.json", "overlay.yaml"])
def test_a_broken_file_is_named_by_its_path_in_the_project(
    project: Layout, published: Published, name: str
) -> None:
    starts = published(changes.query)
    (project.openapi / name).write_text("{")
    try:
        said = "".join(run(project, starts).lines)
    except CannotRunError as error:
        said = str(error)
    assert said.startswith(f"openapi/{name} is neither JSON nor YAML: ")


@pytest.mark.usefixtures("at_once")
def test_failing_checks_stop_it_and_the_copy_that_they_saw_is_kept(
    project: Layout, published: Published, tmp_path: Path
) -> None:
    starts = published(changes.query)
    before, kept, said = state(project.root), tmp_path / "kept", list[str]()
    outcome = run(project, starts, failing, keep=kept, say=said.append)
    assert (outcome.ending, outcome.lines) == (STOPPED, ["FAILED tests/x.py"])
    assert outcome.title == "tests fail with the new contract"
    assert said[-1] == f"the copy is kept in {kept}"
    assert state(project.root) == before
    assert b'"unpublishedSearch"' in (kept / "openapi/associations.json").read_bytes()


@pytest.mark.usefixtures("at_once")
def test_checks_see_the_new_files_the_committed_contract_is_the_old_one_and_a_changelog_is_made(
    project: Layout, published: Published, git: Git
) -> None:
    starts = published(changes.query)
    git(project.root, "init", "--quiet")
    git(project.root, "add", "openapi")
    git(project.root, "commit", "--quiet", "--message", "A")
    project.contract.write_text("{}")
    (project.root / "CHANGELOG.md").unlink()

    def check(folder: Path) -> list[str]:
        text = (folder / "openapi/associations.json").read_text()
        return [] if "unpublishedSearch" in text else ["FAILED tests/x.py"]

    outcome = run(project, starts, check)
    assert outcome.lines == ["query parameter unpublishedSearch may be sent now"]
    text = (project.root / "CHANGELOG.md").read_text()
    assert text.startswith("# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- query parameter ")


@pytest.mark.usefixtures("at_once")
def test_a_break_that_is_accepted_stops_it_no_more(
    project: Layout, published: Published, tmp_path: Path
) -> None:
    starts, kept = published(require), tmp_path / "kept"
    accept = run(project, starts, keep=kept).lines[-1]
    copy, _, fingerprint = accept.partition(" --accept ")
    assert copy.endswith(f"HEAD:openapi/associations.json {kept}/openapi/associations.json")
    entry = {"fingerprint": fingerprint.split()[0], "owner": "us", "reason": "R"}
    accepted = [{**entry, "until": TODAY.isoformat()}]
    (project.openapi / "accepted.yaml").write_text(json.dumps(accepted))
    assert run(project, starts).ending in (DONE, LOOK)


@pytest.mark.usefixtures("at_once")
def test_the_same_contract_and_code_are_not_checked_again(
    project: Layout, published: Published
) -> None:
    defect.plant(project)
    assert run(project, published(defect.mended), failing).ending == LOOK
    assert defect.TITLE not in project.overlay.read_text()


@pytest.mark.usefixtures("at_once")
def test_ctrl_c_at_the_last_step_changes_nothing(
    project: Layout, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = published(changes.query)
    before = state(project.root)
    monkeypatch.setattr(library, "changelog_with", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run(project, starts)
    assert state(project.root) == before
