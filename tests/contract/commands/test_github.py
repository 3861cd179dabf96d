"""One issue or pull request of a kind is open."""

from pathlib import Path

import pytest

from scripts.github import close, keep
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
