"""An update runs all steps, or changes nothing if it stops at any of them."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import update as library
from scripts.contract import workspace
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Built, Layout, build_contract
from scripts.contract.update import DONE, LOOK, NOTHING, STOPPED, Check, Outcome, Update

from . import changes, defect
from .conftest import Git
from .serving import Serve

TODAY = date(2030, 1, 1)
VERSION = "2021-07-28"
CHANGELOG = "# Changelog\n\n## Unreleased\n\n- First.\n\n## 0.1.0\n\n- Older.\n"
Published = Callable[..., dict[str, str | None]]


def tree(layout: Layout) -> dict[str, bytes]:
    """Read everything that an update could change."""
    return {
        path.relative_to(layout.root).as_posix(): path.read_bytes()
        for path in layout.root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def published(project: Layout, tmp_path: Path) -> Published:
    """Publish the captured documents with an edit; return the place of each."""
    (project.root / "CHANGELOG.md").write_text(CHANGELOG)

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
    return Update(layout, starts, TODAY, checks, lambda text: None, **more).run()


def require(document: changes.Json) -> None:
    """Require a parameter that the facade does not send."""
    parameter = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
    document["paths"][changes.ASSOCIATION]["get"]["parameters"].append(parameter)


def mistype(document: changes.Json) -> None:
    """Set the type of a property to one that JSON Schema lacks."""
    changes.answer(document)["properties"]["broken"] = {"type": "nothing"}


def test_a_compatible_change_is_adopted(project: Layout, published: Published) -> None:
    before = tree(project)
    outcome = run(project, published(changes.query))
    assert outcome.ending == DONE
    assert outcome.lines == ["query parameter unpublishedSearch may be sent now"]
    after = tree(project)
    text = after["generated_client/api/associations/list_associations.py"].decode()
    assert "unpublished_search: str | Unset = UNSET" in text
    entry = "- query parameter unpublishedSearch may be sent now (in GET /associations/)."
    expected = CHANGELOG.replace("- First.\n", f"- First.\n\nHighLevel:\n\n{entry}\n")
    assert after["CHANGELOG.md"].decode() == expected
    assert {name for name in after if after[name] != before.get(name)} == {
        "CHANGELOG.md",
        "generated_client/api/associations/list_associations.py",
        "openapi/associations.json",
        "openapi/captured/2021-07-28.json",
        "openapi/captured/lock.json",
        "openapi/captured/v3.json",
        "openapi/manifest.json",
    }


@pytest.mark.usefixtures("at_once")
def test_a_change_to_review_is_put_in_place_and_listed(
    project: Layout, published: Published
) -> None:
    outcome = run(project, published(changes.scope_added))
    assert outcome.ending == LOOK
    assert outcome.title == "1 change(s) of the contract; review the list"
    assert len(outcome.lines) == 1
    assert outcome.next == ["git add --all, git diff --staged, then git commit"]
    assert "unpublished.write" in project.contract.read_text()


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("edit", "title"),
    [
        (require, "facade must change (facade/_async/associations.py)"),
        (changes.servers_changed, "facade must change"),
    ],
)
def test_a_change_that_the_facade_must_follow_stops_it_with_the_next_commands(
    project: Layout, published: Published, edit: changes.Change, title: str
) -> None:
    starts = published(edit)
    before = tree(project)
    outcome = run(project, starts)
    assert (outcome.ending, outcome.title) == (STOPPED, title)
    assert outcome.lines
    assert outcome.next == [
        f"make capture VERSION=2021-07-28 FROM='{starts['2021-07-28']}'",
        f"make capture VERSION=v3 FROM='{starts['v3']}'",
        "make generate OPTIONS=--mend",
        "edit the lines above",
        "make test",
    ]
    assert tree(project) == before


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("is_recorded", [True, False])
def test_the_next_commands_record_a_url_only_if_the_update_does(
    project: Layout, published: Published, serve: Serve, is_recorded: bool
) -> None:
    path = str(published(require, VERSION)[VERSION])
    url = serve({"/a.json": (200, Path(path).read_bytes(), None)}) + "/a.json"
    known = json.loads(project.captured("lock").read_text())[VERSION]["source"]
    outcome = run(project, {VERSION: url}, is_recorded=is_recorded)
    assert (outcome.ending, outcome.next[0]) == (
        STOPPED,
        f"make capture VERSION={VERSION} FROM='{url}'"
        if is_recorded
        else f"python -m scripts.capture {url} --version {VERSION} --source {known}",
    )


@pytest.mark.usefixtures("at_once")
def test_a_document_without_a_valid_contract_stops_it(
    project: Layout, published: Published
) -> None:
    starts = published(mistype)
    before = tree(project)
    outcome = run(project, starts)
    assert (outcome.ending, outcome.title) == (STOPPED, "the contract is not valid")
    assert "/properties/broken" in " ".join(outcome.lines)
    assert tree(project) == before


@pytest.mark.usefixtures("at_once")
def test_an_invalid_version_that_code_is_not_generated_from_does_not_stop_it(
    project: Layout, published: Published
) -> None:
    outcome = run(project, published(mistype, "v3"))
    assert outcome.ending == LOOK
    (line,) = [each for each in outcome.lines if each.startswith("code is generated from ")]
    assert line.startswith(
        "code is generated from 2021-07-28; v3, corrected, is not a valid contract:  "
    )
    assert "/properties/broken" in line
    assert '"nothing"' in project.captured("v3").read_text()


@pytest.mark.usefixtures("at_once")
def test_a_document_given_for_another_version_changes_nothing(
    project: Layout, published: Published
) -> None:
    starts = published(changes.query, "2021-07-28")
    before = tree(project)
    with pytest.raises(CannotRunError, match="is the document of 2021-07-28, not of v3"):
        run(project, {"v3": starts["2021-07-28"]})
    assert tree(project) == before


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
def test_failing_checks_stop_it_and_the_copy_is_kept(
    project: Layout, published: Published, tmp_path: Path
) -> None:
    starts = published(changes.query)
    before, kept = tree(project), tmp_path / "kept"
    outcome = run(project, starts, lambda folder: ["FAILED tests/x.py"], keep=kept)
    assert (outcome.ending, outcome.lines) == (STOPPED, ["FAILED tests/x.py"])
    assert outcome.title == "tests fail with the new contract"
    assert tree(project) == before
    assert b'"unpublishedSearch"' in (kept / "openapi/associations.json").read_bytes()
    with pytest.raises(CannotRunError, match="is not an empty folder"):
        run(project, starts, keep=kept)


@pytest.mark.usefixtures("at_once")
def test_checks_see_the_new_files_and_a_missing_changelog_is_created(
    project: Layout, published: Published, serve: Serve
) -> None:
    path = str(published(changes.query, VERSION)[VERSION])
    url = serve({"/a.json": (200, Path(path).read_bytes(), None)}) + "/a.json"
    (project.root / "CHANGELOG.md").unlink()

    def check(folder: Path) -> list[str]:
        text = (folder / "openapi/associations.json").read_text()
        return [] if "unpublishedSearch" in text else ["FAILED tests/x.py"]

    outcome = run(project, {VERSION: url}, check, is_recorded=True)
    assert outcome.ending == LOOK  # v3 gives another contract now
    assert json.loads(project.captured("lock").read_text())[VERSION]["source"] == url
    text = (project.root / "CHANGELOG.md").read_text()
    assert text.startswith("# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- query parameter ")


@pytest.mark.usefixtures("at_once")
def test_the_new_contract_is_compared_with_the_committed_one(
    project: Layout, published: Published, git: Git
) -> None:
    starts = published(changes.query)
    git(project.root, "init", "--quiet")
    git(project.root, "add", "openapi")
    git(project.root, "commit", "--quiet", "--message", "A")
    project.contract.write_text("{}")
    outcome = run(project, starts)
    assert outcome.lines == ["query parameter unpublishedSearch may be sent now"]


@pytest.mark.usefixtures("at_once")
def test_a_break_that_is_accepted_stops_it_no_more(
    project: Layout, published: Published, tmp_path: Path
) -> None:
    starts, kept = published(require), tmp_path / "kept"
    accept = run(project, starts, keep=kept).lines[-1]
    copy, _, fingerprint = accept.partition(" --accept ")
    assert copy.endswith(f"HEAD:openapi/associations.json {kept}/openapi/associations.json")
    entry = {
        "fingerprint": fingerprint.split()[0],
        "owner": "us",
        "reason": "R",
        "until": TODAY.isoformat(),
    }
    (project.openapi / "accepted.yaml").write_text(json.dumps([entry]))
    assert run(project, starts).ending in (DONE, LOOK)


@pytest.mark.usefixtures("at_once")
def test_the_same_contract_and_code_are_not_checked_again(
    project: Layout, published: Published
) -> None:
    defect.plant(project)
    outcome = run(project, published(defect.mended), lambda folder: ["FAILED tests/x.py"])
    assert outcome.ending == LOOK
    assert defect.TITLE not in project.overlay.read_text()


def test_without_changes_nothing_is_done(project: Layout, published: Published) -> None:
    lock = project.openapi / "captured/lock.json"
    starts = published(lambda document: None)
    entries = json.loads(lock.read_bytes())
    run(project, starts)  # the digests of the documents without prose
    before = tree(project)
    assert run(project, starts).ending == NOTHING
    assert tree(project) == before
    after = json.loads(lock.read_bytes())
    assert [after[name]["source"] for name in after] == [entries[name]["source"] for name in after]


def interrupt(*_: object, **more: object) -> Any:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("step", ["recapture", "build", "put_in_place", "changelog_with", "check"])
def test_ctrl_c_at_any_step_changes_nothing(
    project: Layout, published: Published, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    starts = published(changes.query)
    before = tree(project)
    if step != "check":
        monkeypatch.setattr(library, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(project, starts, interrupt if step == "check" else None)
    assert tree(project) == before


@pytest.mark.usefixtures("at_once")
def test_ctrl_c_during_the_last_step_restores_everything(
    project: Layout, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = published(changes.query)
    before = tree(project)

    def half(files: dict[Path, bytes]) -> None:
        path, data = next(iter(files.items()))
        path.write_bytes(data)
        raise KeyboardInterrupt

    monkeypatch.setattr(workspace, "write_all", half)
    with pytest.raises(KeyboardInterrupt):
        run(project, starts)
    assert tree(project) == before


@pytest.mark.usefixtures("at_once")
def test_a_concurrent_edit_is_not_lost(project: Layout, published: Published) -> None:
    def edit(folder: Path) -> list[str]:
        project.names.write_text(f"{project.names.read_text()}\n")
        return []

    with pytest.raises(CannotRunError, match="the project was changed while the update ran"):
        run(project, published(changes.query), edit)
