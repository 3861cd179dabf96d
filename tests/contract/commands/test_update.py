"""scripts.update: its outcomes, its output, and the environment of its tests."""

import json
from pathlib import Path

import pytest

from scripts import update
from scripts.contract.generate import Layout
from scripts.contract.update import LOOK, NOTHING, STOPPED, Outcome, Update
from scripts.contract.workspace import copy_of
from scripts.errors import CannotRunError

from ..published import TOP

NEXT = ["git diff"]
KEPT = "nothing was changed here; --keep DIR keeps the attempt"


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (Outcome(NOTHING, "nothing has changed"), 0, "\nnothing: nothing has changed\n"),
        (Outcome(LOOK, "b", ["c"], NEXT), 0, "\nlook: b\n  c\nnext:\n  git diff\n"),
        (Outcome(STOPPED, "d", ["e"], NEXT), 1, f"\nstopped: d\n  e\n{KEPT}\nnext:\n  git diff\n"),
    ],
)
@pytest.mark.usefixtures("project")
def test_the_outcome_is_printed_and_decides_the_exit_code(
    outcome: Outcome,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[Update] = []

    def run(self: Update) -> Outcome:
        asked.append(self)
        return outcome

    monkeypatch.setattr(Update, "run", run)
    assert update.main(["--outcome", "outcome.json"]) == code
    assert capsys.readouterr().out == said
    written = json.loads(Path("outcome.json").read_text())
    assert (written["ending"], written["next"]) == (outcome.ending, list(outcome.next))
    options = ["--version", "v3", "--source", "a.json", "--keep", "copy", "--record"]
    assert update.main(options) == code
    assert [(each.starts, each.keep, each.is_recorded) for each in asked] == [
        ({"2021-07-28": None, "v3": None}, None, False),
        ({"v3": "a.json"}, Path("copy"), True),
    ]


def test_an_update_that_could_not_run_has_an_outcome(project: Layout) -> None:
    with pytest.raises(CannotRunError):
        update.main(["--outcome", "outcome.json", "--version", "v9"])
    written = json.loads(Path("outcome.json").read_text())
    assert written["ending"] == "could not run"
    assert written["title"].startswith("v9 is not captured")


def test_the_tests_of_an_update_exist() -> None:
    named = [each for each in update._TESTS if each.startswith("tests/")]
    assert named
    assert [each for each in named if not (TOP / each).exists()] == []


def test_the_tables_of_the_guide_are_written_anew_in_the_copy() -> None:
    with copy_of(TOP) as tried:
        page = tried.folder / "docs/guide/versions.md"
        current = page.read_text()
        page.write_text(current.replace("| `v3` |", "| `v2` |"))
        assert update._run(*update._CHECKS["guide"], tried.folder) == []
        assert page.read_text() == current


FAILING = "raise SystemExit(1)"


def test_the_failures_of_a_tool_are_its_lines_with_an_error_or_its_last_ones(
    tmp_path: Path,
) -> None:
    for script, failures in (
        (f"print('a.py:1: error: x'); print('Found 1 error'); {FAILING}", ["a.py:1: error: x"]),
        (f"print('x: error: y\\n' * 9); {FAILING}", ["x: error: y"] * 8),
        ("raise SystemExit(3)", ["tool ended with 3"]),
        ("print('a.py:1: error: x')", []),
    ):
        (tmp_path / "tool.py").write_text(script)
        assert update._run(("tool",), update._CHECKS["types"][1], tmp_path) == failures


def test_the_tests_do_not_inherit_the_variables_of_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VERSION", "MAKEFLAGS", "KEPT"):
        monkeypatch.setenv(name, "x")
    lines = ["import os", "found = {'VERSION', 'MAKEFLAGS', 'KEPT'} & {*os.environ}"]
    lines += ["print('FAILED', *found)", "print('ERROR', *found)", "print('1 failed')", FAILING]
    (tmp_path / "tool.py").write_text("\n".join(lines))
    assert update._run(("tool",), update._CHECKS["tests"][1], tmp_path) == [
        "FAILED KEPT",
        "ERROR KEPT",
    ]


def test_a_step_that_takes_long_says_that_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tool.py").write_text(f"import time; time.sleep(1); print('a'); {FAILING}")
    assert 5 <= update._SILENCE <= 30
    monkeypatch.setattr(update, "_SILENCE", 0.1)
    assert update._run(("tool",), "", tmp_path) == ["a"]
    assert "    tool: " in capsys.readouterr().err
