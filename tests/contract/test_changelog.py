"""HighLevel's changes are one entry of the changelog, which names operations once."""

from dataclasses import replace

import pytest
from scripts.contract.changelog import described, entry_with

from tests.diff.documents import at, document
from tests.diff.reviewing import compared

ADDED = compared(document(), at("/pets"))
ADDED_TWICE = replace(ADDED, findings=ADDED.findings * 2)


def test_the_changes_are_one_entry_with_each_line_once() -> None:
    entry = "HighLevel has changed its API:\n\n- GET /pets is new.\n"
    assert entry_with("", ADDED_TWICE) == entry
    assert entry_with(entry, ADDED_TWICE) == entry
    assert entry_with("Earlier.\n- It pages.\n", ADDED) == (
        "Earlier.\n- It pages.\n- GET /pets is new.\n"
    )
    assert entry_with("", compared(document(), document())) == ""


@pytest.mark.parametrize(
    ("operations", "entry"),
    [
        ([], "GET /pets is new"),
        (["GET /cats", "GET /pets"], "GET /pets is new"),
        (["GET /cats"], "GET /pets is new (in GET /cats)"),
        (["GET /cats", "GET /cows", "GET /ants"], "GET /pets is new (in GET /cats and 2 more)"),
    ],
)
def test_an_entry_names_its_operations_once(operations: list[str], entry: str) -> None:
    (new,) = ADDED.findings
    finding = replace(new.finding, operations=operations)
    assert described(replace(new, finding=finding)) == entry
