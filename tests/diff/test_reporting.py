"""Shared parts of the commands that compare: accepting, policies, writing the report."""

import argparse
import io
import re
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scripts.diff import accepted
from scripts.diff.policies.read import NO_POLICY, Acceptance, Policy, Severities
from scripts.diff.reporting import completed, policy_of, policy_options, report, review_options
from scripts.diff.results import Review
from scripts.errors import CannotRunError
from tests.diff.documents import holding, operation, requesting
from tests.diff.reviewing import compared

pytestmark = pytest.mark.usefixtures("empty_project")

PAIR = tuple(requesting(holding({"enum": each})) for each in (["a", "b"], ["a"]))
BREAKING = compared(*PAIR)
SAFE = compared(operation(), operation(deprecated=True))
NOTHING = compared(operation(), operation())
FINGERPRINT = BREAKING.findings[0].finding.fingerprint


def options(*arguments: str) -> argparse.Namespace:
    """Parse the options of a command that fails on breaking findings."""
    parents = [review_options("breaking"), policy_options()]
    return argparse.ArgumentParser(parents=parents).parse_args(arguments)


def report_review(given: Review, *words: str) -> int:
    parsed = options(*words, "--output", "report")
    return report([completed(given, parsed)], parsed)


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
    assert report_review(BREAKING) == 1
    assert report_review(BREAKING, "--accept", FINGERPRINT, "--reason", "unused", *given) == 0
    assert report_review(BREAKING) == 0
    assert "accepted: unused" in Path("report").read_text()
    (entry,) = accepted.read(accepted.FILE)
    assert (entry.fingerprint, entry.owner, entry.reason) == (FINGERPRINT, owner, "unused")
    days = timedelta(days=90)
    assert (until or before + days) <= entry.until <= (until or date.today() + days)


def test_the_fingerprints_of_what_is_told_at_once_are_accepted_at_once() -> None:
    (found,) = BREAKING.findings
    another = replace(found, finding=replace(found.finding, fingerprint="another"))
    words = ["--accept", f"{FINGERPRINT}, another", "--reason", "a", "--owner", "b"]
    assert report_review(replace(BREAKING, findings=(found, another)), *words) == 0
    assert {one.fingerprint for one in accepted.read(accepted.FILE)} == {FINGERPRINT, "another"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--accept 0", "--accept needs --reason"),
        ("--accept 0 --reason a", "--accept needs --owner"),
        ("--accept 0 --reason a --owner b --until x", "not a day"),
        ("--accept 0 --reason a --owner b --until 2020-01-01", "2020-01-01 has passed"),
        ("--reason a", "--reason needs --accept"),
        ("--until 2030-01-01", "--until needs --accept"),
        ("--accepted .", "cannot read .: Is a directory"),
        ("--severity a", "write RULE=LEVEL"),
        ("--severity enum-value-removed=safe", "did you mean 'enum-values-removed'"),
        ("--exclude-path pets", "'pets' is not a pattern of paths"),
        ("--accept-rule enum-*", "--accept-rule needs --reason"),
        ("--accept-rule enum-* --reason a --until soon", "'soon' is not a day"),
        ("--policy missing.yaml", "cannot read missing.yaml: No such file"),
    ],
)
def test_an_option_that_is_missing_or_wrong_is_an_error(
    words: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "LOGNAME"):
        monkeypatch.delenv(name, raising=False)
    given = options(*words.split())
    with pytest.raises(CannotRunError, match=re.escape(why)):
        completed(replace(BREAKING, policy=policy_of(given)), given)
    assert not accepted.FILE.exists()


def test_options_are_added_to_the_file_which_is_openapi_diff_yaml_by_default() -> None:
    assert policy_of(options()) == NO_POLICY
    Path("openapi").mkdir()
    Path("openapi/diff.yaml").write_text("exclude-paths: [/pets]\n")
    assert policy_of(options()).exclude_paths == ("/pets",)
    Path("policies.yaml").write_text(
        "severity: {default-changed: safe, model-renamed: safe}\n"
        "exclude-paths: [/a]\n"
        "accept: [{rule: enum-*, reason: first}]\n"
        "unstable-may-break: true\n"
    )
    words = (
        "--policy policies.yaml --severity default-changed=risky --exclude-path /b "
        "--accept-rule model-*@/c/** --reason second --owner api --until 2030-01-31 "
        "--removal-after-sunset"
    )
    risky, safe = Severities("risky", None, "compatible"), Severities("safe", None, "none")
    second = Acceptance("model-*", "/c/**", "second", "api", date(2030, 1, 31))
    assert policy_of(options(*words.split())) == Policy(
        {"default-changed": risky, "model-renamed": safe},
        ("/a", "/b"),
        (Acceptance("enum-*", "**", "first"), second),
        frozenset({"unstable-may-break", "removal-after-sunset"}),
    )


def test_a_report_is_grouped_by_severity_or_as_the_option_says() -> None:
    for words, by in (("", "severity"), ("--group cause", "cause")):
        assert completed(SAFE, options(*words.split())).grouped == by


def test_empty_reviews_are_one_line_of_text_on_the_screen_or_in_a_file(capsysbinary: Any) -> None:
    for count, form, nothing, written in (
        (1, "text", "", "old.json → new.json: nothing has changed\n"),
        (2, "text", "no news", "no news\n"),
        (1, "markdown", "no news", ""),
    ):
        report([NOTHING] * count, options("--output", "report", "--format", form), nothing)
        assert Path("report").read_text() == written
        report([NOTHING] * count, options("--format", form), nothing)
        assert capsysbinary.readouterr().out == written.encode()


class Unread:
    """An output whose reader has ended: it buffers bytes, and fails to flush them."""

    def __init__(self) -> None:
        self.buffer = io.BytesIO()

    def flush(self) -> None:
        raise BrokenPipeError("unread")


def test_an_output_that_cannot_be_written_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[tuple[Any, list[str], type[Exception], str]] = [
        (sys.stdout, ["--output", "."], CannotRunError, r"cannot write \.: "),
        (None, [], CannotRunError, "the output is closed"),
        (Unread(), [], BrokenPipeError, "unread"),  # when it is flushed, before the command ends
    ]
    for output, words, error, why in cases:
        monkeypatch.setattr(sys, "stdout", output)
        with pytest.raises(error, match=why):
            report([BREAKING], options(*words))
