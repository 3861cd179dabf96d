"""scripts.mutants plants bugs and reports those that no test finds."""

from collections.abc import Generator
from pathlib import Path

import pytest

from scripts.errors import CannotRunError
from scripts.mutants import main
from scripts.mutation.bugs import EQUIVALENTS, Bug, bugs_of
from scripts.mutation.trials import BugOutcome, Trial, Trials
from tests.mutation.conftest import commit, make_project

PACE = "facade/pace.py"
EQUIVALENT = "facade/pace.py: {LIMIT: {10 -> 10000: unused}}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, git: object) -> Path:
    """Return a project in which no test runs: the bugs of a function `allowed` survive."""
    del git  # it keeps a surrounding repository out
    folder = make_project(tmp_path / "project")
    monkeypatch.chdir(folder)

    monkeypatch.setattr("os.cpu_count", lambda: 7)

    def run(trials: Trials, bugs: list[Bug]) -> Generator[Trial, None, None]:
        assert trials._jobs == 7
        for bug in bugs:
            survives = bug.function == "allowed"
            outcome = BugOutcome.SURVIVED if survives else BugOutcome.MIRROR
            yield Trial(bug, outcome, "" if survives else "tests/test_it.py::test_it", 1.0)

    monkeypatch.setattr(Trials, "run", run)
    return folder


def test_survivors_are_listed_with_their_line_and_how_to_repeat_them(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([PACE, "--number", "4", "--seed", "x", "--fail-over", "25"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[:7] == [
        "4 bugs were planted (seed x):",
        "     3 killed by the mirrored test file",
        "     0 killed by other tests only",
        "     0 killed only by the time limit",
        "     1 survived",
        f"     0 more were left out as equivalent ({EQUIVALENTS})",
        "survivors (25.0 %):",
    ]
    assert lines[7].startswith("  facade/pace.py:8 allowed: ")
    assert [line for line in err.splitlines() if line.startswith("4/4 ")]
    command, _, named = lines[8].partition("=")
    assert command == "    make mutants ONLY"
    assert main(["--only", named]) == 0
    assert lines[7] in capsys.readouterr().out
    assert main([PACE, "--number", "4", "--fail-over", "24"]) == 1
    (project / EQUIVALENTS).write_text(EQUIVALENT)
    assert main([PACE, "--number", "4"]) == 0
    out = capsys.readouterr().out
    assert "3 bugs were planted" in out
    assert "   1 more were left out as equivalent" in out


@pytest.mark.usefixtures("project")
def test_a_path_without_code_is_an_error() -> None:
    with pytest.raises(CannotRunError, match=r"no code in facade/pase\.py or scripts that"):
        main([PACE, "facade/pase.py", "scripts", "--fail-over", "5"])


def test_functions_of_the_last_commit_are_the_default(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "facade/new.py").write_text("A = 1.0\n")
    commit(project)
    assert main([]) == main(["--since", "HEAD"]) == 0
    out, err = capsys.readouterr()
    assert "1 bugs were planted" in out
    assert "0 bugs were planted" in out
    assert "facade/new.py:1 A: wrong unit: 1.0 -> 1000.0" in err
    assert "no test file mirrors facade/new.py" in out
    assert "survivors" not in out


def test_an_interrupted_run_prints_what_was_found(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: Trials, bugs: list[Bug]) -> Generator[Trial, None, None]:
        yield Trial(bugs[0], BugOutcome.SURVIVED, "", 1.0)
        raise KeyboardInterrupt

    monkeypatch.setattr(Trials, "run", run)
    with pytest.raises(KeyboardInterrupt):
        main([PACE])
    assert "survivors (100.0 %):\n  facade/pace.py:" in capsys.readouterr().out


def test_a_bug_that_is_not_in_the_code_is_an_error(project: Path) -> None:
    known = bugs_of(project, PACE)[0][0].id
    with pytest.raises(CannotRunError, match="no bug is called 12345678"):
        main(["--only", f"{known} 12345678"])
