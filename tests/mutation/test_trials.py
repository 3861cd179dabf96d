"""Bugs in copies of a project, and the tests that fail for them."""

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from scripts.mutation import trials
from scripts.mutation.bugs import Bug, bugs_of
from scripts.mutation.trials import BugOutcome, Trial, Trials

PACE = "facade/pace.py"


def bugs(project: Path, *texts: str, file: str = PACE) -> list[Bug]:
    """Return the bugs of a file whose descriptions have these texts."""
    every = [bug for function in bugs_of(project, file) for bug in function]
    return [bug for text in texts for bug in every if text in str(bug)]


def tried(project: Path, *chosen: Bug) -> list[Trial]:
    return list(Trials(project, jobs=1).run(chosen))


def test_the_mirror_comes_first_then_other_tests_that_import_the_module(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    chosen = bugs(project, "10 -> 10000", "1 -> 2", "lost option: end")
    assert {trial.bug.change: (trial.outcome, trial.test) for trial in tried(project, *chosen)} == {
        "10 -> 10000": (BugOutcome.MIRROR, "tests/facade/test_pace.py::test_it[the limit]"),
        "1 -> 2": (BugOutcome.OTHERS, "tests/facade/test_turns.py::test_turns"),
        # A test fails, but it fails without a bug as well.
        'end="" -> nothing': (BugOutcome.SURVIVED, ""),
    }
    after = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert after == before


def test_a_hang_is_ended_and_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "_LEAST", 0)
    monkeypatch.setattr(trials, "_UNKNOWN", 0.1)
    monkeypatch.setattr(trials, "_TIMES", 2)
    shutil.move(project / "tests/facade/test_turns.py", project / "tests/facade/test_pace.py")
    (trial,) = tried(project, *bugs(project, "turns.append(1) -> pass"))
    assert (trial.outcome, trial.test) == (BugOutcome.TIME, "tests/facade/test_pace.py")


def test_a_test_file_that_fails_without_a_bug_says_nothing_about_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(project))  # which would hide the bugs of a copy
    tests = project / "tests/facade"
    shutil.copy(tests / "test_broken.py", tests / "test_pace.py")
    with (tests / "test_turns.py").open("a") as turns:
        turns.write("    import os\n    assert os.environ['PYTHONPATH'] == ''\n")
    several = Trials(project, jobs=1)
    assert [each.outcome for each in several.run(bugs(project, "1 -> 2"))] == [BugOutcome.OTHERS]
    assert several.broken == ["tests/facade/test_broken.py", "tests/facade/test_pace.py"]


def test_a_bug_in_async_code_is_in_the_blocking_code_too(project: Path) -> None:
    asynchronous = "class AsyncReader:\n    async def read(self):\n        return await self.a(1)\n"
    for name in ("_async", "_sync"):
        (project / "facade" / name).mkdir()
        (project / "facade" / name / "reader.py").write_text(asynchronous)
    (project / "tests/facade/test_reader.py").write_text(
        "from inspect import getsource\n"
        "from facade._sync import reader\n"
        "def test_blocking():\n"
        "    assert 'return self.a(2)' not in getsource(reader.Reader)\n"
    )
    (project / "facade/_sync/reader.py").write_text("class Reader:\n    pass\n")
    (trial,) = tried(project, *bugs(project, "1 -> 2", file="facade/_async/reader.py"))
    assert trial.outcome is BugOutcome.MIRROR
    assert 0 < trial.seconds < 100


def test_a_run_that_is_closed_ends_its_tests(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "_LEAST", 600)
    os.mkfifo(tmp_path / "pipe")
    (project / "tests/facade/test_pace.py").write_text(
        "import threading\n"
        "from facade.pace import LIMIT, allowed\n"
        "def test_it():\n"
        "    assert allowed(9)\n"
        "    if LIMIT != 10:\n"
        f"        held = open({str(tmp_path / 'pipe')!r}, 'w')\n"
        "        threading.Event().wait()\n"
    )
    failing, endless = bugs(project, "LIMIT -> None", "10 -> 10000")
    with closing(Trials(project, jobs=2).run([failing, endless])) as running:
        assert next(running).bug is failing
        pipe = (tmp_path / "pipe").open()  # waits for the endless test
    assert pipe.read() == ""  # until the test ends
    pipe.close()
