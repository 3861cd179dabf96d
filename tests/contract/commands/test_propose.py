"""scripts.propose keeps one pull request or issue, and scripts.weekly_issue keeps one issue."""

import json
import subprocess
from pathlib import Path

import pytest

from scripts import weekly_issue
from scripts.errors import CannotRunError
from scripts.propose import BRANCH, main
from tests.contract.commands.fake_gh import GitHub
from tests.diff.documents import Json
from tests.openapi.conftest import Git

LOOK = {
    "ending": "look",
    "title": "1 change(s) of the contract; next version: 0.1.1; review the list",
    "lines": ["POST /associations/ requires the *scope* x"],
    "next": ["git add --all"],
}
STOPPED = {"ending": "stopped", "title": "facade must change", "lines": ["l"], "next": ["n"]}
NOTHING: Json = {"ending": "nothing", "title": "nothing has changed", "lines": [], "next": []}
TITLE = f"Adopt HighLevel's changes: {LOOK['title']}"
BODY = """`make update` ended **look**.

## To decide or to review

    POST /associations/ requires the *scope* x

# What HighLevel did

## Drift

# What it means here

## Verdict

## How its checks start
"""


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    return GitHub(tmp_path / "bin")


@pytest.fixture
def repository(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    origin, clone = tmp_path / "origin.git", tmp_path / "clone"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    (clone / "openapi").mkdir()
    (clone / "openapi/a.json").write_text("1\n")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "A")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    monkeypatch.chdir(clone)
    return clone


def result(folder: Path, outcome: Json, change: str = "2", name: str = "openapi/a.json") -> str:
    folder.mkdir(exist_ok=True)
    (folder / "outcome.json").write_text(json.dumps(outcome))
    (folder / "drift.md").write_text("## Drift\n")
    (folder / "report.md").write_text("## Verdict\n")
    (folder / "changes.patch").write_text(
        f"diff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n-1\n+{change}\n"
    )
    return str(folder)


def pushed(repository: Path, what: str = "HEAD:openapi/a.json") -> str:
    origin, show = repository.parent / "origin.git", what.replace("HEAD", BRANCH)
    command = ["git", "-C", str(origin), "show", show]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_finished_update_is_one_pull_request_that_is_kept_up_to_date(
    tmp_path: Path, repository: Path, github: GitHub, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    github.open("issue", {"number": 3, "title": "T", "body": "B"})
    assert main([result(tmp_path / "r", LOOK)]) == 0
    assert pushed(repository) == "2\n"
    label, create, close = github.calls
    assert label[:4] == ["label", "create", "highlevel", "--force"]
    assert create[:4] == ["pr", "create", "--title", TITLE]
    assert create[-3:-1] == ["--head", BRANCH]
    assert create[-1].startswith(BODY)
    assert close[:3] == ["issue", "close", "3"]
    github.open("issue")
    github.open("pr", {"number": 7, "title": TITLE, "body": create[-1]})
    for change, said in (("2", "is up to date"), ("3", "pushed")):
        git(repository, "switch", "--quiet", "-")
        git(repository, "reset", "--quiet", "--hard", "origin/main")
        capsys.readouterr()
        assert main([result(tmp_path / "r", LOOK, change)]) == 0
        branch, request, issue = capsys.readouterr().out.splitlines()
        assert said in branch
        assert (request, issue) == ("pull request 7 is up to date", "no issue is open")
        assert pushed(repository) == f"{change}\n"


def test_a_branch_that_somebody_has_worked_on_is_left_as_it_is(
    tmp_path: Path, repository: Path, github: GitHub, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([result(tmp_path / "r", LOOK)]) == 0
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "Mine")
    git(repository, "push", "--quiet", "origin", BRANCH)
    git(repository, "switch", "--quiet", "--detach", "origin/main")
    assert main([result(tmp_path / "r", LOOK, "3")]) == 0
    assert f"{BRANCH} has commits of somebody else" in capsys.readouterr().out
    assert pushed(repository) == "2\n"


def test_a_patch_changes_only_what_an_update_writes(
    tmp_path: Path, repository: Path, github: GitHub
) -> None:
    folder = result(tmp_path / "r", LOOK, name=".github/workflows/a.yml")
    with pytest.raises(CannotRunError, match=r"what no update does: \.github/workflows/a\.yml"):
        main([folder])
    assert github.calls == []


def test_a_stopped_update_is_one_issue_until_nothing_is_left(
    tmp_path: Path, repository: Path, github: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([result(tmp_path / "r", STOPPED)]) == 0
    title = "HighLevel's changes are not adopted: facade must change"
    create = github.calls[-1]
    assert create[:6] == ["issue", "create", "--title", title, "--label", "highlevel"]
    assert "\n    l\n\n## Next\n\n    n\n\n# What HighLevel did\n" in create[-1]
    assert "What it means here" not in create[-1]  # nothing has changed here
    assert main([result(tmp_path / "r", STOPPED | {"next": []})]) == 0
    assert "## Next" not in github.calls[-1][-1]
    github.open("issue", {"number": 9, "title": title, "body": "before"})
    assert main([result(tmp_path / "r", STOPPED)]) == 0
    assert github.calls[-1][:5] == ["issue", "edit", "9", "--title", title]
    github.open("pr", {"number": 7, "title": "T", "body": "B"})
    assert main([result(tmp_path / "r", NOTHING)]) == 0
    closed = [call[:3] for call in github.calls[-2:]]
    assert closed == [["pr", "close", "7"], ["issue", "close", "9"]]
    (repository / "b").touch()  # nothing was committed or pushed
    with pytest.raises(subprocess.CalledProcessError):
        pushed(repository)


def test_a_report_that_is_not_there_leaves_the_other_under_its_heading(
    tmp_path: Path, repository: Path, github: GitHub
) -> None:
    folder = result(tmp_path / "r", LOOK)
    (tmp_path / "r/drift.md").unlink()
    assert main([folder]) == 0
    body = github.calls[1][-1]
    assert "\n# What it means here\n\n## Verdict\n" in body
    assert "What HighLevel did" not in body


def test_a_body_is_not_longer_than_github_allows(
    tmp_path: Path, repository: Path, github: GitHub
) -> None:
    for length, is_whole in ((50_000, True), (70_000, False)):
        assert main([result(tmp_path / "r", STOPPED | {"lines": ["x" * length]})]) == 0
        body = github.calls[-1][-1]
        assert 50_000 < len(body) < 65_536
        assert body.strip().endswith("## Drift" if is_whole else "`make drift` prints all of it.")


def test_a_weekly_run_that_fails_has_an_issue_until_one_passes(
    tmp_path: Path, github: GitHub, capsys: pytest.CaptureFixture[str]
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
    github.open("issue", {"number": 7, "title": title, "body": body})
    assert weekly_issue.main(arguments) == 0
    assert capsys.readouterr().out.endswith("closed issue 7\n")
