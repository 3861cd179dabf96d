"""The tables of the guide match the errors, statuses and numbers of the code."""

import re

import pytest

from facade import AssociationsError, ConnectFailedError
from facade._core.call_options import CallSettings
from facade._core.calls import Action
from facade._core.client_options import TIMEOUT
from facade._core.response import status_error
from facade._core.retry import DEADLINE, MAX_BACKOFF, MAX_RETRY_AFTER, RETRIES, Attempts
from scripts.docs.parts import PARTS
from tests.docs.samples import ROOT

ERRORS = (ROOT / "docs/guide/errors.md").read_text()
WAITS = (ROOT / "docs/guide/waits.md").read_text()
# The guide describes their subclasses instead.
BASES = ["AssociationsError", "APIConnectionError", "APIStatusError"]


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the tables below a heading, up to the next heading of level 2."""
    section = page.partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| (.+) \|$", section, re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def test_the_guide_says_once_what_to_do_about_each_error_of_the_tree() -> None:
    named = [
        name for row in rows(ERRORS, "## What to do") for name in re.findall(r"`(\w+)`", row[0])
    ]
    tree = re.findall(r"^\W*(\w+Error)\b", PARTS["error-tree"](ROOT), re.MULTILINE)
    assert sorted(named + BASES) == sorted(tree)


def is_retried(error: AssociationsError, *, idempotent: bool, attempt: int = 1) -> bool:
    """Return whether a failed request is retried."""
    action = Action.READ if idempotent else Action.CREATE
    attempts = Attempts(action, CallSettings({}, RETRIES, MAX_BACKOFF, None))
    attempts.made = attempt
    return attempts.after(error).wait is not None


def error_of(status: int) -> AssociationsError:
    """Return the error for a status."""
    return status_error(method="GET", path="/x", status_code=status, headers={}, body={})


def statuses(cell: str) -> set[int]:
    """Return the statuses in a cell, such as `408, 520 to 527`."""
    named = re.findall(r"\b(\d{3})\b(?: to (\d{3}))?", cell)
    return {each for first, last in named for each in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize(("column", "idempotent"), [(1, True), (2, False)])
def test_the_statuses_that_the_guide_calls_retried_are_retried(
    column: int, idempotent: bool
) -> None:
    named: set[int] = set()
    for row in rows(WAITS, "## What is retried"):
        if row[column].startswith(("yes", "once")):
            named |= statuses(row[0])
    assert named == {
        status for status in range(400, 600) if is_retried(error_of(status), idempotent=idempotent)
    }


def test_the_guide_has_the_number_of_attempts_to_connect() -> None:
    error = ConnectFailedError("no")
    [row] = [each for each in rows(WAITS, "## What is retried") if "no connection" in each[0]]
    for cell, idempotent in ((row[1], True), (row[2], False)):
        retried = [is_retried(error, idempotent=idempotent, attempt=n) for n in range(1, 10)]
        assert cell == f"yes, {sum(retried)} times"
    assert f"so nothing was done; retried up to {sum(retried)} times" in ERRORS


@pytest.mark.parametrize(
    "sentence",
    [
        f"`Retry-After`, up to {MAX_RETRY_AFTER:.0f} s",
        f"A request is retried up to {RETRIES} times",
        f"| {TIMEOUT.connect:.0f} s to connect, {TIMEOUT.read:.0f} s for the rest |",
        f"all its requests and waits, except the wait for the pace | {DEADLINE:.0f} s |",
        f"| retries of a request | {RETRIES} |",
        f"up to 0.5 s, 1 s, 2 s, then {MAX_BACKOFF:.0f} s |",
        f"unless the server asks for a longer one | {MAX_BACKOFF:.0f} s |",
    ],
)
def test_the_guide_has_the_numbers_of_the_code(sentence: str) -> None:
    assert sentence in WAITS
