"""The programs gh and git are run, and an error of theirs is told."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.errors import CannotRunError
from scripts.github import close, keep, run_tool
from tests.contract.commands.fake_gh import URL, GitHub


def test_what_has_a_label_is_opened_once_kept_up_to_date_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    github = GitHub(tmp_path / "bin")
    assert close("issue", "weekly", "It passes.") == "no issue is open"
    github.open("pr")
    assert keep("pr", "weekly", "T", "B\n", "Fails", branch="b") == f"opened {URL}"
    github.open("issue", *({"number": each, "title": "T", "body": "B"} for each in (9, 7)))
    assert keep("issue", "weekly", "T", "B\n", "Fails") == "issue 7 is up to date"
    assert keep("issue", "weekly", "T2", "B", "Fails") == "edited issue 7"
    assert close("issue", "weekly", "It passes.") == "closed issue 7"
    new = ["--title", "T", "--label", "weekly", "--body-file", "-", "--head", "b", "B\n"]
    assert github.calls == [
        ["label", "create", "weekly", "--force", "--description", "Fails", ""],
        ["pr", "create", *new],
        ["issue", "edit", "7", "--title", "T2", "--body-file", "-", "B"],
        ["issue", "close", "7", "--comment", "It passes.", ""],
    ]


def test_a_tool_gets_its_text_in_its_folder(tmp_path: Path) -> None:
    assert run_tool("sh", "-c", "cat; pwd", text="a\n", cwd=tmp_path) == f"a\n{tmp_path}\n"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("sh", "-c", "echo ' HTTP 403' >&2; exit 1", "a"), "^sh -c echo .*: HTTP 403$"),
        (("sh", "-c", "exit 3"), "^sh -c exit 3: it ended with 3$"),
        (("./missing",), r"^cannot run \./missing: .*No such file"),
    ],
)
def test_an_error_of_a_tool_is_told_with_what_was_run(command: tuple[str, ...], why: str) -> None:
    with pytest.raises(CannotRunError, match=why):
        run_tool(*command)


def test_a_tool_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: Any, *, timeout: float, **_: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(CannotRunError, match=r"^cannot run gh: .* timed out after 60\.0 s") as told:
        run_tool("gh", "issue", "list")
    assert isinstance(told.value.__cause__, subprocess.TimeoutExpired)
