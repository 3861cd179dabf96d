"""When the contract moves: drift is told, and an update goes the whole way or changes nothing."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts import drift
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.update import Outcome, update

Json = dict[str, Any]
TOP = Path(__file__).parents[2]
ASSOCIATION = "/associations/{associationId}"


def tree(layout: Layout) -> dict[str, bytes]:
    """Read everything an update could change."""
    return {
        path.relative_to(layout.root).as_posix(): path.read_bytes()
        for path in layout.root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def published(project: Layout, tmp_path: Path) -> Callable[..., str]:
    """Give the place of a published document: what is captured, with an edit."""
    (project.root / "CHANGELOG.md").write_text("# Changelog\n\n## 0.1.0\n\n- First.\n")

    def place(edit: Callable[[Json], Any] = lambda document: None) -> str:
        document = json.loads(project.captured(DEFAULT_VERSION).read_text())
        edit(document)
        path = tmp_path / "published.json"
        path.write_text(json.dumps(document))
        return str(path)

    return place


def go(layout: Layout, source: str, passes: bool = True) -> Outcome:
    """Update from a source, with tests that pass or fail."""
    today = date(2030, 1, 1)
    return update(layout, DEFAULT_VERSION, source, today, lambda: passes, lambda text: None)


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


def test_nothing_moved_is_nothing_done(project: Layout, published: Callable[..., str]) -> None:
    before = tree(project)
    assert go(project, published()) == Outcome()
    assert tree(project) == before


def test_a_compatible_change_goes_the_whole_way(
    project: Layout, published: Callable[..., str]
) -> None:
    assert go(project, published(add_optional)) == Outcome(changed=True)
    generated = project.package / "api/associations/get_association.py"
    assert "verbose: bool | Unset = UNSET" in generated.read_text()
    assert (project.root / "CHANGELOG.md").read_text() == (
        "# Changelog\n\n## 0.1.1 (draft)\n\n"
        "- query parameter verbose may be sent now\n\n## 0.1.0\n\n- First.\n"
    )


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (require, "facade must change (facade/associations.py)"),
        (mend, "the overlay must change: mended: overlay action"),
    ],
)
def test_what_a_person_must_decide_stops_it_and_nothing_is_changed(
    project: Layout, published: Callable[..., str], edit: Callable[[Json], None], why: str
) -> None:
    source = published(edit)
    before = tree(project)
    assert go(project, source).decide.startswith(why)
    assert tree(project) == before


def test_failing_tests_put_everything_back(project: Layout, published: Callable[..., str]) -> None:
    source = published(add_optional)
    before = tree(project)
    assert go(project, source, passes=False).decide == "the tests fail with the new contract"
    assert tree(project) == before


def test_drift_is_told_and_writes_nothing(
    project: Layout, published: Callable[..., str], capsysbinary: Any
) -> None:
    source = published()
    assert drift.main(["--source", source, "--format", "markdown"]) == 0
    assert capsysbinary.readouterr().out == b""
    source = published(add_optional)
    before = tree(project)
    assert drift.main(["--source", source, "--format", "markdown"]) == 1
    assert b"query parameter verbose may be sent now" in capsysbinary.readouterr().out
    assert tree(project) == before


def test_a_source_that_cannot_be_reached_cannot_run(project: Layout, tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="cannot read"):
        drift.main(["--source", str(tmp_path / "missing.json")])
    with pytest.raises(CannotRunError, match="nothing is recorded for v9"):
        drift.main(["--version", "v9"])
