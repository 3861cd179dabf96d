"""Shared parts of the commands that compare: accepting findings, writing the report."""

import argparse
import io
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scripts.diff import accepted
from scripts.diff.reporting import completed, report, review_options
from scripts.diff.results import Review
from scripts.errors import CannotRunError
from tests.diff.documents import holding, operation, requesting
from tests.diff.reviewing import compared

pytestmark = pytest.mark.usefixtures("empty_project")

BREAKING = compared(requesting(holding({"enum": ["a", "b"]})), requesting(holding({"enum": ["a"]})))
SAFE = compared(operation(), operation(deprecated=True))
NOTHING = compared(operation(), operation())
FINGERPRINT = BREAKING.findings[0].finding.fingerprint


def options(*arguments: str) -> argparse.Namespace:
    """Parse the options of a command that fails on breaking findings."""
    parents = [review_options("breaking")]
    return argparse.ArgumentParser(parents=parents).parse_args(arguments)


def report_review(given: Review, words: argparse.Namespace) -> int:
    return report([completed(given, words)], words)


def accepting(*more: str) -> argparse.Namespace:
    return options("--accept", FINGERPRINT, *more, "--output", "report")


@pytest.mark.parametrize(
    ("user", "given", "owner", "until"),
    [
        ("me", ["--owner", "api", "--until", "9999-01-01"], "api", date(9999, 1, 1)),
        ("me", [], "me", None),
        ("", [], "login", None),
    ],
)
def test_accepting_by_option_takes_effect_at_once_and_lasts_by_default_for_ninety_days(
    monkeypatch: pytest.MonkeyPatch, user: str, given: list[str], owner: str, until: date | None
) -> None:
    monkeypatch.setenv("USER", user)
    monkeypatch.setenv("LOGNAME", "login")
    before = date.today()
    assert report_review(BREAKING, options("--output", "report")) == 1
    assert report_review(BREAKING, accepting("--reason", "unused", *given)) == 0
    assert report_review(BREAKING, options("--output", "report")) == 0
    assert "accepted: unused" in Path("report").read_text()
    (entry,) = accepted.read(accepted.FILE)
    assert (entry.fingerprint, entry.owner, entry.reason) == (FINGERPRINT, owner, "unused")
    days = timedelta(days=90)
    assert (until or before + days) <= entry.until <= (until or date.today() + days)


def test_the_fingerprints_of_what_is_told_at_once_are_accepted_at_once() -> None:
    changed = replace(BREAKING.findings[0].finding, fingerprint="another")
    both = (*BREAKING.findings, replace(BREAKING.findings[0], finding=changed))
    given = options("--accept", f"{FINGERPRINT}, another", "--reason", "a", "--owner", "b")
    given.output = Path("report")
    assert report_review(replace(BREAKING, findings=both), given) == 0
    assert {one.fingerprint for one in accepted.read(accepted.FILE)} == {FINGERPRINT, "another"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--accept", FINGERPRINT], "--accept needs --reason"),
        (["--accept", FINGERPRINT, "--reason", "a"], "--accept needs --owner"),
        (["--accept", FINGERPRINT, "--reason", "a", "--owner", "b", "--until", "x"], "not a day"),
        (["--reason", "a"], "--reason needs --accept"),
        (["--until", "2030-01-01"], "--until needs --accept"),
        (["--accepted", "."], r"cannot read \.: Is a directory"),
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


@pytest.mark.parametrize(
    ("results", "form", "nothing", "written"),
    [
        ([NOTHING], "text", "", "old.json → new.json: nothing has changed\n"),
        ([NOTHING, NOTHING], "text", "no news", "no news\n"),
        ([NOTHING], "markdown", "no news", ""),
    ],
)
def test_empty_reviews_are_one_line_of_text_on_the_screen_or_in_a_file(
    results: list[Review], form: str, nothing: str, written: str, capsysbinary: Any
) -> None:
    report(results, options("--output", "report", "--format", form), nothing)
    assert Path("report").read_text() == written
    report(results, options("--format", form), nothing)
    assert capsysbinary.readouterr().out == written.encode()


def test_only_the_nonempty_of_several_reviews_are_written_with_a_line_between() -> None:
    named = replace(SAFE, old="older.json")
    assert report([BREAKING, NOTHING, SAFE], options("--output", "report")) == 1
    assert report([SAFE, NOTHING, named], options("--output", "report"), "no news") == 0
    first, second = Path("report").read_text().split("\n\nolder.json → new.json\n")
    assert first.startswith("old.json → new.json\n")
    for each in (first, second):
        assert "GET /pets/{id} is deprecated" in each
        assert "nothing has changed" not in each


class Unread:
    """An output whose reader has ended: it buffers bytes, and fails to flush them."""

    def __init__(self) -> None:
        self.buffer = io.BytesIO()

    def flush(self) -> None:
        raise BrokenPipeError("unread")


@pytest.mark.parametrize(
    ("output", "words", "error", "why"),
    [
        (sys.stdout, ["--output", "."], CannotRunError, r"cannot write \.: "),
        (None, [], CannotRunError, "the output is closed"),
        (Unread(), [], BrokenPipeError, "unread"),  # when it is flushed, before the command ends
    ],
)
def test_an_output_that_cannot_be_written_is_an_error(
    monkeypatch: pytest.MonkeyPatch, output: object, words: list[str], error: Any, why: str
) -> None:
    monkeypatch.setattr(sys, "stdout", output)
    with pytest.raises(error, match=why):
        report([BREAKING], options(*words))
