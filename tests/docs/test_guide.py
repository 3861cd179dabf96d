"""The tables of the guide name the errors, statuses and numbers of the code."""

import re

import pytest

from facade import AssociationsError, ConnectFailedError
from facade._core.options import TIMEOUT
from facade._core.response import status_error
from facade._core.retry import DEADLINE, MAX_RETRY_AFTER, RETRIES, retry_delay
from scripts.docs.parts import PARTS
from tests.docs.samples import ROOT

ERRORS = (ROOT / "docs/guide/errors.md").read_text()
WAITS = (ROOT / "docs/guide/waits.md").read_text()
# What to do is said of the classes below them.
BASES = ["AssociationsError", "APIConnectionError", "APIStatusError"]


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the tables below a heading, up to the next of its level."""
    section = page.partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| (.+) \|$", section, re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def test_the_guide_says_once_what_to_do_about_each_error_of_the_tree() -> None:
    named = [
        name for row in rows(ERRORS, "## What to do") for name in re.findall(r"`(\w+)`", row[0])
    ]
    tree = re.findall(r"^\W*(\w+Error)\b", PARTS["error-tree"](ROOT), re.MULTILINE)
    assert sorted(named + BASES) == sorted(tree)


def is_sent_again(error: AssociationsError, *, idempotent: bool, attempt: int = 1) -> bool:
    """Return whether a request that failed is sent again."""
    delay = retry_delay(idempotent=idempotent, error=error, attempt=attempt, elapsed=0.0)
    return delay is not None


def refusal(status: int) -> AssociationsError:
    """Make the error for a status."""
    return status_error(method="GET", path="/x", status_code=status, headers={}, body={})


def statuses(cell: str) -> set[int]:
    """Return the statuses that a cell names, as in `408, 520 to 527`."""
    named = re.findall(r"\b(\d{3})\b(?: to (\d{3}))?", cell)
    return {each for first, last in named for each in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize(("column", "idempotent"), [(1, True), (2, False)])
def test_the_statuses_that_the_guide_calls_sent_again_are_sent_again(
    column: int, idempotent: bool
) -> None:
    named: set[int] = set()
    for row in rows(WAITS, "## What is sent again"):
        if row[column].startswith("yes"):
            named |= statuses(row[0])
    assert named == {
        status
        for status in range(400, 600)
        if is_sent_again(refusal(status), idempotent=idempotent)
    }


def test_the_guide_counts_the_attempts_to_connect() -> None:
    error = ConnectFailedError("no")
    [row] = [each for each in rows(WAITS, "## What is sent again") if "no connection" in each[0]]
    for cell, idempotent in ((row[1], True), (row[2], False)):
        again = [is_sent_again(error, idempotent=idempotent, attempt=n) for n in range(1, 10)]
        assert cell == f"yes, {sum(again)} times"
    assert f"so nothing was done; sent again up to {sum(again)} times" in ERRORS


@pytest.mark.parametrize(
    "sentence",
    [
        f"what `Retry-After` says, up to {MAX_RETRY_AFTER:.0f} s",
        f"A request is sent again up to {RETRIES} times",
        f"| {TIMEOUT.connect:.0f} s to connect, {TIMEOUT.read:.0f} s for the rest |",
        f"the call with all its requests and waits, but the wait for the pace | {DEADLINE:.0f} s |",
        f"further attempts of a request | {RETRIES} |",
    ],
)
def test_the_guide_has_the_numbers_of_the_code(sentence: str) -> None:
    assert sentence in WAITS
