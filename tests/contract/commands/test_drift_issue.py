"""scripts.drift_issue and scripts.weekly_issue keep one open issue each from week to week."""

import json
import subprocess
from pathlib import Path

import pytest

from scripts import drift_issue, weekly_issue
from scripts.contract.drift import Drift
from scripts.contract.errors import CannotRunError
from scripts.drift_issue import main
from tests.contract.diff.documents import Json
from tests.contract.recording import Recorded

GONE = "HighLevel's Associations document is gone (v3)"
ADVICE = "To adopt the changes: `make update`."
Done = subprocess.CompletedProcess[str]


class GitHub:
    """Replaces gh: it returns the open issues, and records the calls that change something."""

    def __init__(self) -> None:
        self.issues: list[Json] = []
        self.calls: list[list[str]] = []  # the body comes last
        self.fails: Done | Exception | None = None

    def run(self, command: list[str], *, input: str, **options: object) -> Done:
        given = {"capture_output": True, "text": True, "check": False, "timeout": 60.0}
        assert (command[0], options) == ("gh", given)
        if isinstance(self.fails, Exception):
            raise self.fails
        if command[1:4] == ["issue", "list", "--label"]:
            assert command[5:7] == ["--state", "open"]
            said = json.dumps(self.issues) if self.issues else ""
        else:
            self.calls.append([*command[1:], input])
            said = "https://github.example/issues/7\n"
        return self.fails or Done(command, 0, said, "")


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> GitHub:
    replaced = GitHub()
    monkeypatch.setattr(subprocess, "run", replaced.run)
    return replaced


@pytest.fixture
def drifts(monkeypatch: pytest.MonkeyPatch, empty_project: Path) -> list[Drift]:
    """Return the drifts that the command finds; the test changes them."""
    found: list[Drift] = []
    monkeypatch.setattr(
        drift_issue, "captured_versions", lambda _: [str(n) for n in range(len(found))]
    )
    monkeypatch.setattr(drift_issue, "find_drift", lambda _, version, *more: found[int(version)])
    return found


def test_the_documents_that_are_captured_are_compared(recorded: Recorded, github: GitHub) -> None:
    recorded(v3={"tags": [{"name": "New"}]})
    assert main([]) == 0
    create = github.calls[-1]
    assert create[3] == "HighLevel's Associations document has changed (v3)"
    assert create[-1].startswith("## ")  # only about the Version that changed
    assert "tag New" in create[-1]
    assert create[-1].endswith(f"\n{ADVICE}")


def test_an_issue_is_opened_edited_and_closed(
    github: GitHub, drifts: list[Drift], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    assert github.calls == []
    drifts.append(Drift("v3", gone="404"))
    body = f"{drifts[0].report('markdown')}\n{ADVICE}"
    assert main([]) == 0
    label, create = github.calls
    assert label[:4] == ["label", "create", "drift", "--force"]
    assert create[:6] == ["issue", "create", "--title", GONE, "--label", "drift"]
    assert create[-1] == body
    later = {"number": 12, "title": GONE, "body": body}
    github.issues = [later, {"number": 7, "title": GONE, "body": "before"}]
    assert main([]) == 0
    edit = github.calls[-1]
    assert edit[:5] == ["issue", "edit", "7", "--title", GONE]
    assert edit[-1] == body
    github.issues = [later | {"body": f"{body}\r\n"}]
    assert main([]) == 0
    assert github.calls[-1] == edit
    drifts.clear()
    assert main([]) == 0
    assert github.calls[-1][:4] == ["issue", "close", "12", "--comment"]
    assert capsys.readouterr().out.splitlines() == [
        "nothing has changed",
        "opened https://github.example/issues/7",
        "edited issue 7",
        "issue 12 is up to date",
        "closed issue 12",
    ]


@pytest.mark.parametrize(("length", "is_whole"), [(50_000, True), (70_000, False)])
def test_a_report_is_not_longer_than_github_allows(
    github: GitHub, drifts: list[Drift], length: int, is_whole: bool
) -> None:
    drifts.append(Drift("v3", gone="x" * length))
    assert main([]) == 0
    body = github.calls[-1][-1]
    assert 50_000 < len(body) < 65_536
    assert body.endswith(ADVICE if is_whole else "`make drift` prints all of it.\n")


@pytest.mark.usefixtures("drifts")
@pytest.mark.parametrize(
    ("fails", "why"),
    [
        (Done([], 1, "", "HTTP 403: Resource\n"), r"\Agh issue list: HTTP 403: Resource\Z"),
        (Done([], 3, "", ""), "gh issue list: it ended with 3"),
        (FileNotFoundError("gh"), "cannot run gh: gh"),
        (subprocess.TimeoutExpired("gh", 60.0), "cannot run gh: .* timed out after 60.0 seconds"),
    ],
)
def test_an_error_of_gh_is_reported(github: GitHub, fails: Done | Exception, why: str) -> None:
    github.fails = fails
    with pytest.raises(CannotRunError, match=why):
        main([])


def test_a_weekly_run_that_fails_has_an_issue_until_one_passes(
    tmp_path: Path, github: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    failed, proof, mutants = (tmp_path / each for each in ("failed", "proof.txt", "mutants.txt"))
    failed.write_text("make proof\n")
    proof.write_text("x" * 100_000 + "1 failed")
    mutants.write_text("none survived")
    arguments = list(map(str, (failed, proof, mutants)))
    assert weekly_issue.main(arguments) == 0
    title, body = github.calls[-1][3], github.calls[-1][-1]
    assert title == "The weekly run fails: make proof"
    assert body.startswith("proof.txt:\n\n```\nx")
    assert body.endswith("x1 failed\n```\n\nmutants.txt:\n\n```\nnone survived\n```\n")
    assert len(body) <= 60_000
    failed.unlink()
    github.issues = [{"number": 7, "title": title, "body": body}]
    assert weekly_issue.main(arguments) == 0
    assert capsys.readouterr().out.endswith("closed issue 7\n")
