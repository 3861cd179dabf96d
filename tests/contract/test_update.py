"""An update runs all steps, or changes nothing if it stops at any of them."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import update as library
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Built, Layout, build_contract
from scripts.contract.update import DONE, LOOK, NOTHING, STOPPED, Check, Outcome, Update

from . import changes, defect
from .conftest import Git
from .published import state
from .serving import Serve

TODAY = date(2030, 1, 1)
VERSION = "2021-07-28"
ENTRY = "changes/+highlevel.highlevel.md"
COMMIT = ["git add --all, git diff --staged, then git commit"]
Published = Callable[..., dict[str, str | None]]


@pytest.fixture
def published(project: Layout, tmp_path: Path) -> Published:
    """Publish the captured documents with an edit; return the place of each."""

    def places(edit: changes.Change, *versions: str) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for version in versions or project.versions:
            document = json.loads(project.captured(version).read_text())
            edit(document)
            path = tmp_path / f"{version}.json"
            path.write_text(json.dumps(document))
            found[version] = str(path)
        return found

    return places


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build only the contract, to save the seconds that generating code takes."""

    def build(layout: Layout) -> Built:
        return Built({"openapi/associations.json": build_contract(layout)})

    def put(layout: Layout, built: Built) -> None:
        layout.contract.write_bytes(built.files["openapi/associations.json"])

    monkeypatch.setattr(library, "build", build)
    monkeypatch.setattr(library, "put_in_place", put)


def run(
    layout: Layout, starts: dict[str, str | None], check: Check | None = None, **more: Any
) -> Outcome:
    """Update, with passing checks by default."""
    checks = {"tests": check or (lambda folder: [])}
    say = more.pop("say", lambda text: None)
    return Update(layout, starts, TODAY, checks, say, **more).run()


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
    before, starts = state(project.root), published(changes.query)
    outcome = run(project, starts)
    assert outcome.ending == DONE
    assert outcome.lines == ["query parameter unpublishedSearch may be sent now"]
    assert outcome.next == COMMIT
    after = state(project.root)
    assert {
        str(Path(name).relative_to(project.root))
        for name in after
        if after[name] != before.get(name)
    } == {
        ENTRY,
        "generated_client/api/associations/list_associations.py",
        "openapi/associations.json",
        "openapi/captured/2021-07-28.json",
        "openapi/captured/lock.json",
        "openapi/captured/v3.json",
        "openapi/manifest.json",
    }
    entry = "- query parameter unpublishedSearch may be sent now (in GET /associations/)."
    told = f"HighLevel has changed its API:\n\n{entry}\n"
    assert (project.root / ENTRY).read_text() == told
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


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("edit", "title", "named", "to_do"),
    [
        (
            require,
            "facade must change (facade/_async/associations.py)",
            "associations.get",
            ["edit the lines above", "make test"],
        ),
        (
            changes.servers_changed,
            "facade must change",
            "https://api.example.com",
            ["edit the lines above", "make test"],
        ),
        (
            mistype,
            "the contract is not valid",
            "/properties/broken",
            ["correct it in openapi/overlay.yaml", "make generate"],
        ),
        (
            changes.answers_without_body,
            "a body that we name is not where it was",
            "openapi/names.yaml: role `create_association 201` has no body now; "
            "POST /associations/ has: request (CreateAssociationBody), 201, 400 (ErrorPayload), ",
            ["correct it in openapi/names.yaml", "make generate"],
        ),
        (
            changes.labels_without_examples,
            "a correction no longer finds its place in what HighLevel published",
            "Labels, object keys and association types are text: the defect is still there, such ",
            ["correct it in openapi/overlay.yaml", "make generate"],
        ),
    ],
)
def test_a_change_that_needs_a_person_stops_it_with_the_next_commands(
    project: Layout,
    published: Published,
    edit: changes.Change,
    title: str,
    named: str,
    to_do: list[str],
) -> None:
    starts = published(edit)
    before = state(project.root)
    outcome = run(project, starts)
    assert (outcome.ending, outcome.title) == (STOPPED, title)
    assert named in " ".join(outcome.lines)
    assert outcome.next == [
        f"make capture VERSION=2021-07-28 FROM='{starts['2021-07-28']}'",
        f"make capture VERSION=v3 FROM='{starts['v3']}'",
        "make generate OPTIONS=--mend",
        *to_do,
    ]
    assert state(project.root) == before


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_url_becomes_the_source_only_if_the_update_records_it(
    project: Layout, published: Published, serve: Serve, is_recorded: bool
) -> None:
    known = json.loads(project.captured("lock").read_text())[VERSION]["source"]
    path = Path(str(published(changes.query, VERSION)[VERSION]))
    url = f"{serve({'/a.json': (200, path.read_bytes(), None)})}/a.json"
    assert run(project, {VERSION: url}, is_recorded=is_recorded).ending == LOOK
    source = json.loads(project.captured("lock").read_text())[VERSION]["source"]
    assert source == (url if is_recorded else known)


def test_a_capture_by_hand_records_what_the_update_would_have_recorded(project: Layout) -> None:
    url = "https://h.example/a.json"
    source = json.loads(project.captured("lock").read_text())["v3"]["source"]
    for start, is_recorded, command in (
        (None, False, "make capture VERSION=v3"),
        ("a.json", False, "make capture VERSION=v3 FROM='a.json'"),
        (url, True, f"make capture VERSION=v3 FROM='{url}'"),
        (url, False, f"python -m scripts.capture {url} --version v3 --source {source}"),
    ):
        update = Update(project, {"v3": start}, TODAY, {}, print, is_recorded=is_recorded)
        assert update._by_hand() == [command, "make generate OPTIONS=--mend"]


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
def test_a_document_given_for_another_version_changes_nothing(
    project: Layout, published: Published
) -> None:
    starts = published(changes.query, "2021-07-28")
    before = state(project.root)
    with pytest.raises(CannotRunError, match="is the document of 2021-07-28, not of v3"):
        run(project, {"v3": starts["2021-07-28"]})
    assert state(project.root) == before


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
def test_checks_see_the_new_files_the_committed_contract_is_the_old_one_and_an_entry_is_kept(
    project: Layout, published: Published, git: Git
) -> None:
    starts = published(changes.query)
    git(project.root, "init", "--quiet")
    git(project.root, "add", "openapi")
    git(project.root, "commit", "--quiet", "--message", "A")
    project.contract.write_text("{}")
    (project.root / "changes").mkdir()
    (project.root / ENTRY).write_text("Earlier.\n")

    def check(folder: Path) -> list[str]:
        text = (folder / "openapi/associations.json").read_text()
        return [] if "unpublishedSearch" in text else ["FAILED tests/x.py"]

    outcome = run(project, starts, check)
    assert outcome.lines == ["query parameter unpublishedSearch may be sent now"]
    text = (project.root / ENTRY).read_text()
    assert text.startswith("Earlier.\n- query parameter ")


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


def interrupt(*_: object, **more: object) -> Any:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("at_once")
def test_ctrl_c_at_the_last_step_changes_nothing(
    project: Layout, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = published(changes.query)
    before = state(project.root)
    monkeypatch.setattr(library, "entry_with", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(project, starts)
    assert state(project.root) == before
