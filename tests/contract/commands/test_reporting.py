"""Shared parts of the commands that compare: accepting findings, writing the report."""

import argparse
import io
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from scripts.contract.diff import accepted
from scripts.contract.diff.overlay_status import OverlayStatus
from scripts.contract.diff.review import Review
from scripts.contract.errors import CannotRunError
from scripts.reporting import completed, report, report_review, review_options
from tests.contract.diff.documents import at, document, holding, operation, requesting
from tests.contract.diff.reviewing import ROOT, compared

pytestmark = pytest.mark.usefixtures("empty_project")

BREAKING = compared(requesting(holding({"enum": ["a", "b"]})), requesting(holding({"enum": ["a"]})))
SAFE = compared(operation(), operation(deprecated=True))
NOTHING = compared(operation(), operation())
FINGERPRINT = BREAKING.findings[0].finding.fingerprint


def options(*arguments: str) -> argparse.Namespace:
    """Parse the options of a command that fails on breaking findings."""
    parents = [review_options("breaking")]
    return argparse.ArgumentParser(parents=parents).parse_args(arguments)


def test_accepting_by_option_takes_effect_at_once_and_lasts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("USER", "me")
    words = ["--accept", FINGERPRINT, "--owner", "api", "--reason", "unused"]
    assert report_review(BREAKING, options("--output", "report")) == 1
    accepting = options(*words, "--until", "9999-01-01", "--output", "report")
    assert report_review(BREAKING, accepting) == 0
    assert report_review(BREAKING, options("--output", "report")) == 0
    assert "accepted: unused" in Path("report").read_text()
    (entry,) = accepted.read(accepted.FILE)
    assert (entry.fingerprint, entry.owner, entry.reason) == (FINGERPRINT, "api", "unused")
    assert entry.until == date(9999, 1, 1)


@pytest.mark.parametrize(("user", "owner"), [("me", "me"), ("", "login")])
def test_by_default_the_user_accepts_a_finding_for_ninety_days(
    monkeypatch: pytest.MonkeyPatch, user: str, owner: str
) -> None:
    monkeypatch.setenv("USER", user)
    monkeypatch.setenv("LOGNAME", "login")
    before = date.today()
    words = ["--accept", FINGERPRINT, "--reason", "a", "--accepted", "mine.yaml"]
    completed(BREAKING, options(*words))
    (entry,) = accepted.read(Path("mine.yaml"))
    assert entry.owner == owner
    assert before + timedelta(days=90) <= entry.until <= date.today() + timedelta(days=90)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--accept", FINGERPRINT], "--accept needs --reason"),
        (["--accept", FINGERPRINT, "--reason", "a"], "--accept needs --owner"),
        (["--accept", FINGERPRINT, "--reason", "a", "--owner", "b", "--until", "x"], "not a day"),
        (["--reason", "a"], "--reason needs --accept"),
        (["--owner", "a"], "--owner needs --accept"),
        (["--until", "2030-01-01"], "--until needs --accept"),
    ],
)
def test_a_missing_option_to_accept_a_finding_is_an_error(
    words: list[str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "LOGNAME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CannotRunError, match=why):
        completed(BREAKING, options(*words))
    assert not accepted.FILE.exists()


def test_a_folder_instead_of_the_accepted_findings_is_an_error() -> None:
    with pytest.raises(CannotRunError, match=r"cannot read \.: Is a directory"):
        completed(BREAKING, options("--accepted", "."))


def test_a_review_has_the_lines_of_the_named_apps_and_the_state_of_the_overlay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, overlay = tmp_path / "app.py", OverlayStatus(())
    app.write_text(
        "from facade import AssociationsClient\n"
        "AssociationsClient('token', 'location').associations.get('id')\n"
    )
    monkeypatch.chdir(ROOT)
    gone = compared(at("/associations/{associationId}"), document())
    result = completed(gone, options("--apps", str(app)), overlay)
    assert [use.line for each in result.findings for use in each.uses] == [2]
    assert result.overlay is overlay


def test_one_failing_review_fails_the_run() -> None:
    assert report([NOTHING, SAFE], options("--output", "report")) == 0
    assert report([NOTHING, BREAKING, SAFE], options("--output", "report")) == 1


@pytest.mark.parametrize(
    ("results", "form", "nothing", "written"),
    [
        ([NOTHING], "text", "", "old.json → new.json: nothing has changed\n"),
        ([NOTHING, NOTHING], "text", "no news", "no news\n"),
        ([NOTHING], "markdown", "no news", ""),
    ],
)
def test_empty_reviews_are_one_line_of_text(
    results: list[Review], form: str, nothing: str, written: str
) -> None:
    report(results, options("--output", "report", "--format", form), nothing)
    assert Path("report").read_text() == written


def test_only_the_nonempty_of_several_reviews_are_written_with_a_line_between() -> None:
    named = replace(SAFE, old="older.json")
    report([SAFE, NOTHING, named], options("--output", "report"), "no news")
    written = Path("report").read_text()
    assert "nothing has changed" not in written
    first, second = written.split("\n\nolder.json → new.json\n")
    assert first.startswith("old.json → new.json\n")
    assert "GET /pets/{id} is deprecated" in first
    assert "GET /pets/{id} is deprecated" in second


def test_without_a_file_the_report_is_on_the_screen(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    report([NOTHING], options(), "no news")
    assert capsysbinary.readouterr().out == b"no news\n"


def test_a_folder_instead_of_the_report_is_an_error() -> None:
    with pytest.raises(CannotRunError, match=r"cannot write \.: "):
        report([BREAKING], options("--output", "."))


def test_a_closed_output_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(CannotRunError, match="the output is closed"):
        report([BREAKING], options())


class Unread:
    """An output whose reader has ended: it buffers bytes, and fails to flush them."""

    def __init__(self) -> None:
        self.buffer = io.BytesIO()

    def flush(self) -> None:
        raise BrokenPipeError


def test_the_report_is_flushed_before_the_command_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", Unread())
    with pytest.raises(BrokenPipeError):
        report([BREAKING], options())
