"""scripts.drift_issue and scripts.weekly_issue keep one open issue each from week to week."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import weekly_issue
from scripts.contract.errors import CannotRunError
from scripts.drift_issue import main
from tests.contract.diff.documents import Json
from tests.contract.recording import Recorded

NEW = {"tags": [{"name": "New"}]}
CHANGED = "HighLevel's Associations document has changed (v3)"


class GitHub:
    """Replaces gh: it returns the open issues, and records its calls."""

    def __init__(self, folder: Path) -> None:
        self._log, self._issues = folder / "log", folder / "issues.json"
        self._log.touch()
        self.open()
        gh = folder / "gh"
        gh.write_text(
            "#!/bin/sh\n"
            f'printf "%s\\\\0" "$@" >> "{self._log}"\n'
            f'case "$*" in "issue list --label "*" --state open "*) cat "{self._issues}";;\n'
            f'*) cat >> "{self._log}"; echo "https://github.example/issues/7";; esac\n'
            f'printf "\\\\0END\\\\0" >> "{self._log}"\n'
        )
        gh.chmod(0o755)

    def open(self, *issues: Json) -> None:
        """Set the open issues."""
        self._issues.write_text(json.dumps(issues))

    @property
    def calls(self) -> list[list[str]]:
        """The calls of gh that change something; the body comes last."""
        calls = [call.split("\0") for call in self._log.read_text().split("\0END\0")[:-1]]
        return [call for call in calls if call[1] != "list"]


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return GitHub(folder)


Say = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Say:
    return lambda: capsys.readouterr().out


def test_without_drift_there_is_no_issue(recorded: Recorded, github: GitHub, said: Say) -> None:
    recorded()
    assert main([]) == 0
    assert said() == "nothing has changed\n"
    assert github.calls == []


def test_the_first_drift_opens_an_issue(recorded: Recorded, github: GitHub, said: Say) -> None:
    recorded(v3=NEW)
    assert main([]) == 0
    assert said() == "opened https://github.example/issues/7\n"
    label, create = github.calls
    assert label[:4] == ["label", "create", "drift", "--force"]
    assert create[:6] == ["issue", "create", "--title", CHANGED, "--label", "drift"]
    assert "tag New" in create[-1]
    assert create[-1].startswith("## ")  # only about the Version that changed


def test_further_drift_edits_the_open_issue(recorded: Recorded, github: GitHub, said: Say) -> None:
    recorded(v3=NEW)
    github.open(
        {"number": 12, "title": "a later one", "body": "b"},
        {"number": 7, "title": CHANGED, "body": "before"},
    )
    assert main([]) == 0
    assert said() == "edited issue 7\n"
    (edit,) = github.calls
    assert edit[:5] == ["issue", "edit", "7", "--title", CHANGED]
    assert "tag New" in edit[-1]
    github.open({"number": 7, "title": CHANGED, "body": f"{edit[-1]}\r\n"})
    assert main([]) == 0
    assert said() == "issue 7 is up to date\n"
    assert github.calls == [edit]


def test_the_issue_is_closed_when_the_drift_ends(
    recorded: Recorded, github: GitHub, said: Say
) -> None:
    recorded()
    github.open({"number": 7, "title": CHANGED, "body": "before"})
    assert main([]) == 0
    assert said() == "closed issue 7\n"
    (close,) = github.calls
    assert close[:4] == ["issue", "close", "7", "--comment"]


def test_a_missing_document_is_reported_with_the_others(recorded: Recorded, github: GitHub) -> None:
    recorded(dated=NEW, v3=None)
    assert main([]) == 0
    create = github.calls[-1]
    assert create[3] == "HighLevel's Associations document is gone (v3)"
    assert "tag New" in create[-1]
    assert "make capture VERSION=v3 FROM=..." in create[-1]


def test_a_report_is_not_longer_than_github_allows(recorded: Recorded, github: GitHub) -> None:
    recorded(v3={"tags": [{"name": f"Tag {number} {60 * 'x'}"} for number in range(2000)]})
    assert main([]) == 0
    assert 50_000 < len(github.calls[-1][-1]) < 65_536
    assert github.calls[-1][-1].endswith("`make drift` prints all of it.\n")


def test_an_error_of_gh_is_reported(
    recorded: Recorded, github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded()
    gh = tmp_path / "bin/gh"
    gh.write_text("#!/bin/sh\necho 'HTTP 403: Resource not accessible' >&2; exit 1\n")
    with pytest.raises(CannotRunError, match="gh issue list: HTTP 403: Resource not accessible"):
        main([])
    gh.unlink()
    monkeypatch.setenv("PATH", str(gh.parent))
    with pytest.raises(CannotRunError, match="cannot run gh"):
        main([])


def test_a_gh_that_hangs_is_stopped(
    recorded: Recorded, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded()

    def hang(command: list[str], *, timeout: float, **_: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(CannotRunError, match=r"cannot run gh: .* timed out after 60.0 seconds"):
        main([])


def test_a_weekly_run_that_fails_has_an_issue_until_one_passes(
    tmp_path: Path, github: GitHub, said: Say
) -> None:
    failed, proof, mutants = (
        tmp_path / name for name in ("failed.txt", "proof.txt", "mutants.txt")
    )
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
    github.open({"number": 7, "title": title, "body": body})
    assert weekly_issue.main(arguments) == 0
    assert said().endswith("closed issue 7\n")
