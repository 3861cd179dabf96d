"""HighLevel's changes are a group of the changelog; an entry names its operations once."""

from dataclasses import replace

import pytest

from scripts.contract.changelog import changelog_with, described

from .diff.documents import Json, S, at, document, holding, requesting, responding
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
            "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- First.\n",
            "# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n"
            "\n## 0.1.0\n\n- First.\n",
        ),
        (
            "# Changelog\n\n## Unreleased\n\nBulk:\n\n- Second.\n\n## 0.1.0\n\n- First.\n",
            "# Changelog\n\n## Unreleased\n\nBulk:\n\n- Second.\n"
            "\nHighLevel:\n\n- GET /pets is new.\n\n## 0.1.0\n\n- First.\n",
        ),
        (
            "## Unreleased\n\nHighLevel:\n\n- GET /cats is new.\n\nBulk:\n\n- Second.\n",
            "## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n- GET /cats is new.\n"
            "\nBulk:\n\n- Second.\n",
        ),
        (
            "## Unreleased\n\nHighLevel:\n\n- GET /pets is new. It pages.\n",
            "## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n- GET /pets is new. It pages.\n",
        ),
    ],
)
def test_the_changes_are_a_group_under_unreleased_with_each_line_once(
    before: str, after: str
) -> None:
    assert changelog_with(before, ADDED_TWICE) == after
    assert changelog_with(after, ADDED_TWICE) == after


def test_a_changelog_without_changes_stays_the_same() -> None:
    assert changelog_with("# Changelog\n", compared(document(), document())) == "# Changelog\n"


def test_an_operation_in_the_message_is_not_named_again() -> None:
    (new,) = ADDED.findings
    for operations in (["GET /pets", "GET /cats"], ["GET /cats", "GET /pets"]):
        assert described(replace(new, finding=replace(new.finding, operations=operations))) == (
            "GET /pets is new"
        )


def answering(schema: Json) -> Json:
    """Return a document whose two operations respond with one component."""
    item = responding({"$ref": "#/components/schemas/Pet"})["paths"]["/pets"]
    return document({"/a": item, "/b": item}, components={"schemas": {"Pet": schema}})


def taking(schema: Json) -> Json:
    """Return a document whose two operations take a body of one schema."""
    item = requesting(schema)["paths"]["/pets"]
    return document({"/a": item, "/b": item})


@pytest.mark.parametrize(
    ("old", "new", "entry"),
    [
        (document(), at("/pets"), "GET /pets is new"),
        (
            at("/pets"),
            at("/pets", requestBody={"content": {}}),
            "request body of GET /pets may be sent now",
        ),
        (
            at("/pets"),
            at("/pets", parameters=[{"name": "q", "in": "query", "schema": S}]),
            "query parameter q may be sent now (in GET /pets)",
        ),
        (
            answering(holding(S)),
            answering(holding({"type": "integer"})),
            "Pet.p has another type (in GET /a and 1 more)",
        ),
        (
            taking({"enum": ["a", "b"]}),
            taking({"enum": ["a"]}),
            "request body of PUT /a (and 1 more) loses values",
        ),
    ],
)
def test_an_entry_names_its_operations_once(old: Json, new: Json, entry: str) -> None:
    expected = f"# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- {entry}.\n"
    assert changelog_with("# Changelog\n", compared(old, new)) == expected
