"""HighLevel's changes are a group of the changelog; an entry names its operations once."""

from dataclasses import replace

import pytest

from scripts.contract.changelog import changelog_with, described

from .diff.documents import at, document
from .diff.reviewing import compared

ADDED = compared(document(), at("/pets"))
ADDED_TWICE = replace(ADDED, findings=ADDED.findings * 2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Changelog\n", "# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n"),
        (
            "# Changelog\n\n## 0.1.0\n\nHighLevel:\n\n- GET /pets is new.\n",
            "# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n"
            "\n## 0.1.0\n\nHighLevel:\n\n- GET /pets is new.\n",
        ),
        (
            "# Changelog\n\n## Unreleased\n\nBulk:\n\n- Second.\n\n## 0.1.0\n\n- First.\n",
            "# Changelog\n\n## Unreleased\n\nBulk:\n\n- Second.\n"
            "\nHighLevel:\n\n- GET /pets is new.\n\n## 0.1.0\n\n- First.\n",
        ),
        (
            "## Unreleased\n\nHighLevel:\n\n- GET /pets is new. It pages.\n\nBulk:\n\n- Second.\n",
            "## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n- GET /pets is new. It pages.\n"
            "\nBulk:\n\n- Second.\n",
        ),
    ],
)
def test_the_changes_are_a_group_under_unreleased_with_each_line_once(
    before: str, after: str
) -> None:
    assert changelog_with(before, ADDED_TWICE) == after
    assert changelog_with(after, ADDED_TWICE) == after
    assert changelog_with(before, compared(document(), document())) == before


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
