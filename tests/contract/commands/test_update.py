"""scripts.update: its outcomes, its output, and the environment of its tests."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from scripts import console, update
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout
from scripts.contract.update import DONE, LOOK, NOTHING, STOPPED, Outcome, Update

from ..published import state

NEXT = ["git diff"]


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (Outcome(NOTHING, "nothing has changed"), 0, "\nnothing: nothing has changed\n"),
        (Outcome(DONE, "1 change", ["a"], NEXT), 0, "\ndone: 1 change\n  a\nnext:\n  git diff\n"),
        (Outcome(LOOK, "b", ["c"], NEXT), 0, "\nlook: b\n  c\nnext:\n  git diff\n"),
        (
            Outcome(STOPPED, "facade must change", ["x.py:1"], ["make capture"]),
            1,
            "\nstopped: facade must change\n  x.py:1\nnothing was changed here; --keep DIR keeps "
            "the attempt\nnext:\n  make capture\n",
        ),
    ],
)
def test_the_outcome_is_printed_and_decides_the_exit_code(
    outcome: Outcome,
    code: int,
    said: str,
    project: Layout,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(Update, "run", lambda self: outcome)
    assert update.main(["--outcome", "outcome.json"]) == code
    assert capsys.readouterr().out == said
    written = json.loads((project.root / "outcome.json").read_text())
    assert (written["ending"], written["next"]) == (outcome.ending, list(outcome.next))


def test_an_update_that_could_not_run_has_an_outcome(
    project: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Update) -> Outcome:
        raise CannotRunError("cannot read a.json")

    monkeypatch.setattr(Update, "run", fail)
    with pytest.raises(CannotRunError):
        update.main(["--outcome", "outcome.json"])
    written = json.loads((project.root / "outcome.json").read_text())
    assert (written["ending"], written["title"]) == ("could not run", "cannot read a.json")


def test_what_is_asked_for_is_what_is_done(
    project: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Update] = []

    def run(self: Update) -> Outcome:
        asked.append(self)
        return Outcome(NOTHING, "nothing has changed")

    monkeypatch.setattr(Update, "run", run)
    options = ["--version", "v3", "--source", "a.json", "--keep", "copy", "--record"]
    assert update.main(options) == update.main([]) == 0
    assert [(each.starts, each.keep, each.is_recorded) for each in asked] == [
        ({"v3": "a.json"}, Path("copy"), True),
        ({"2021-07-28": None, "v3": None}, None, False),
    ]


def test_a_source_without_the_version_ends_with_2_and_is_an_outcome(
    project: Layout,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    shutil.copy(project.captured("2021-07-28"), source)
    before = state(project.root)
    arguments = ["--version", "v3", "--source", str(source), "--outcome", str(tmp_path / "o.json")]
    monkeypatch.setattr(sys, "argv", ["update", *arguments])
    with pytest.raises(SystemExit) as caught:
        console.run(update.main)
    assert caught.value.code == 2
    assert f"{source} has no document of v3, but of 2021-07-28" in capsys.readouterr().err
    assert json.loads((tmp_path / "o.json").read_text())["ending"] == "could not run"
    assert state(project.root) == before


def test_the_tests_of_an_update_exist() -> None:
    top = Path(__file__).parents[3]
    named = [each for each in update._TESTS if each.startswith("tests/")]
    assert named
    assert [each for each in named if not (top / each).exists()] == []


TEST = """
import os
def test_a() -> None:
    assert "VERSION" not in os.environ
    assert "MAKEFLAGS" not in os.environ
def test_b() -> None:
    assert "{word}"
"""


@pytest.mark.parametrize(("word", "failing"), [("x", []), ("", ["FAILED test_a.py::test_b"])])
def test_the_tests_do_not_inherit_the_variables_of_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, failing: list[str]
) -> None:
    monkeypatch.setenv("VERSION", "v3")
    monkeypatch.setenv("MAKEFLAGS", " -- VERSION=v3")
    (tmp_path / "test_a.py").write_text(TEST.format(word=word))
    monkeypatch.setattr(update, "_TESTS", ("pytest", "-q", "-p", "no:cacheprovider"))
    assert [line.partition(" - ")[0] for line in update._tests(tmp_path)] == failing


def test_type_errors_are_reported_as_lines_of_the_facade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_text("x: int = ''\n")
    monkeypatch.setattr(update, "_TYPES", ("mypy", "a.py"))
    (line,) = update._types(tmp_path)
    assert line.startswith("a.py:1: error: Incompatible types")
