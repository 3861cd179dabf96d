"""An update goes the whole way, or changes nothing, wherever it stops."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import update as library
from scripts.contract.capture import Captured
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.update import Outcome, recapture, review_recapture, update
from tests.contract.diff.documents import Json

TOP = Path(__file__).parents[2]
ASSOCIATION = "/associations/{associationId}"
TODAY = date(2030, 1, 1)
CHANGELOG = "# Changelog\n\n## 0.1.0\n\n- First.\n"


def tree(layout: Layout) -> dict[str, bytes]:
    """Read everything that an update could change."""
    return {
        path.relative_to(layout.root).as_posix(): path.read_bytes()
        for path in layout.root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def published(project: Layout, tmp_path: Path) -> Callable[..., str]:
    """Give the place of a published document: what is captured, with an edit."""
    (project.root / "CHANGELOG.md").write_text(CHANGELOG)

    def place(edit: Callable[[Json], Any] = lambda document: None) -> str:
        document = json.loads(project.captured(DEFAULT_VERSION).read_text())
        edit(document)
        path = tmp_path / "published.json"
        path.write_text(json.dumps(document))
        return str(path)

    return place


def run(layout: Layout, source: str, check: Callable[[], bool] = lambda: True) -> Outcome:
    """Update from a source, with tests that pass by default."""
    return update(layout, DEFAULT_VERSION, source, TODAY, check, lambda text: None)


def add_optional(document: Json) -> None:
    """Give an operation a parameter that may be sent."""
    parameter = {"name": "verbose", "in": "query", "schema": {"type": "boolean"}}
    document["paths"][ASSOCIATION]["get"]["parameters"].append(parameter)


def require(document: Json) -> None:
    """Give an operation a parameter that must be sent."""
    add_optional(document)
    document["paths"][ASSOCIATION]["get"]["parameters"][-1]["required"] = True


def mend(document: Json) -> None:
    """Mend what the overlay corrects."""
    document.pop("x-tagGroups")


def republished(published: Callable[..., str], project: Layout) -> Captured:
    """Capture again what was published with one more parameter."""
    return recapture(project, DEFAULT_VERSION, published(add_optional))


def test_what_is_published_now_is_reviewed_with_the_overlay(
    project: Layout, published: Callable[..., str]
) -> None:
    captured = republished(published, project)
    result = review_recapture(project, DEFAULT_VERSION, captured, TODAY)
    assert [each.finding.rule for each in result.findings] == ["parameter-added-optional"]
    assert result.overlay is not None
    assert result.overlay.is_settled


def test_the_recorded_source_stays_where_a_copy_is_read(
    project: Layout, published: Callable[..., str]
) -> None:
    lock = json.loads((project.root / "openapi/captured/lock.json").read_text())
    captured = republished(published, project)
    assert captured.entry["source"] == lock[DEFAULT_VERSION]["source"]


def test_a_version_that_was_never_captured_cannot_be_captured_again(project: Layout) -> None:
    with pytest.raises(CannotRunError, match="nothing is recorded for v9: run make capture first"):
        recapture(project, "v9")


def test_nothing_moved_is_nothing_done(project: Layout, published: Callable[..., str]) -> None:
    before = tree(project)
    assert run(project, published()) == Outcome()
    assert tree(project) == before


def test_a_compatible_change_goes_the_whole_way(
    project: Layout, published: Callable[..., str]
) -> None:
    assert run(project, published(add_optional)) == Outcome(changed=True)
    generated = project.package / "api/associations/get_association.py"
    assert "verbose: bool | Unset = UNSET" in generated.read_text()
    text = (project.root / "CHANGELOG.md").read_text()
    assert "(draft)\n\n- query parameter verbose may be sent now\n\n## 0.1.0\n" in text
    assert text.endswith("## 0.1.0\n\n- First.\n")


@pytest.mark.parametrize(
    ("edit", "decision"),
    [
        (require, "facade must change (facade/"),
        (mend, "the overlay must change: mended: overlay action"),
    ],
)
def test_a_decision_of_a_person_stops_it_and_nothing_is_changed(
    project: Layout, published: Callable[..., str], edit: Callable[[Json], None], decision: str
) -> None:
    source = published(edit)
    before = tree(project)
    assert run(project, source).decision.startswith(decision)
    assert tree(project) == before


def test_an_accepted_finding_that_no_longer_holds_stops_it(
    project: Layout, published: Callable[..., str]
) -> None:
    source = published(add_optional)
    entry = "- {fingerprint: abc, owner: api, reason: known, until: 2040-01-01}\n"
    (project.root / "openapi/accepted.yaml").write_text(entry)
    assert run(project, source).decision.startswith("an accepted finding no longer holds: abc")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write every file that an update writes, without the seconds that generating takes."""

    def put_in_place(layout: Layout, built: object) -> None:
        for path in (layout.contract, layout.package / "client.py", layout.root / "facade/new.py"):
            path.write_text("changed")
        (layout.package / "errors.py").unlink()

    monkeypatch.setattr(library, "build", lambda layout: None)
    monkeypatch.setattr(library, "put_in_place", put_in_place)


def test_failing_tests_put_everything_back(
    project: Layout, published: Callable[..., str], at_once: None
) -> None:
    source = published(add_optional)
    before = tree(project)
    assert run(project, source, lambda: False).decision == "the tests fail with the new contract"
    assert tree(project) == before


def interrupt(*_: object) -> bool:
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["build", "put_in_place", "check", "_draft"])
def test_ctrl_c_at_any_step_puts_everything_back(
    project: Layout,
    published: Callable[..., str],
    at_once: None,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    source = published(add_optional)
    before = tree(project)
    if step != "check":
        real = getattr(library, step)
        monkeypatch.setattr(library, step, lambda *given: real(*given) or interrupt())
    with pytest.raises(KeyboardInterrupt):
        run(project, source, interrupt if step == "check" else lambda: True)
    assert tree(project) == before


def test_an_update_leaves_no_copy_behind(
    project: Layout, published: Callable[..., str], at_once: None
) -> None:
    run(project, published(add_optional))
    assert [path.name for path in project.root.iterdir() if path.name.startswith(".")] == []
