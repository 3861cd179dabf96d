"""Contradictions within a page."""

import pytest

from scripts.evidence.page import read
from scripts.evidence.page_review import contradictions
from tests.evidence.pages import PAGE


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", None),
        ("pets/update-pet\n", "pets/get-pet\n", ("page-names-another-operation", "get-pet")),
        ("pets/update-pet\n", "pets/edit-pet\n", ("page-names-another-operation", "edit-pet")),
        ("pets/update-pet\n", "pets/update-pet/index.html\n", None),
        ("PUT https", "PATCH https", None),
        ("PUT https", "DELETE https", ("page-names-another-operation", "update-pet")),
        ("Example:`Rex`", "Example:`[1]`", None),  # any text is a string
        ("boolean", "boolean\nExample: `yes`", ("page-example-of-another-type", "boolean")),
        ("boolean", "boolean\nExample: `true`", None),
        ("boolean", "number\nExample: `true`", ("page-example-of-another-type", "number")),
        ('Example:`["old"]`', "Example:`old`", ("page-example-of-another-type", "string[]")),
        ("-H 'Version: 1' \\\n", "", ("page-sample-lacks-header", "Version")),
        ("-H 'Version: 1'", "-H 'version: 1'", None),
        ("### Path Parameters", "**Trace** string\n### Path Parameters", None),  # optional
        ("`pets.write`\n", "`pets.admin`\n", ("page-scopes-differ", ["pets.admin"])),
    ],
)
def test_two_contradicting_statements_are_found(
    old: str, new: str, expected: tuple[str, object] | None
) -> None:
    assert old in PAGE
    found = [
        (each.rule, each.before) for each in contradictions(read(PAGE.replace(old, new, 1), ""))
    ]
    assert found == ([expected] if expected else [])
