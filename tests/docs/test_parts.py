"""The generated parts of the site contain code and contract, with links for the site."""

import pytest

from scripts.docs.parts import PARTS
from tests.docs.samples import ROOT

SHOWN = [
    ("changelog", "## Unreleased"),
    ("contributing", "with invented ids and values; its README describes the form."),
    ("corrections", "[e09-relations-listed](witnesses.md#e09-relations-listed)"),
    ("error-tree", "├── ContractError                      A success whose body"),
    ("errors", "::: facade.NotFoundError\n    options: {merge_init_into_class: false}"),
    ("facts", "| Must skip and limit be sent? | optional |"),
    (
        "faults",
        "| [`false_422`][facade.testing.faults.false_422] | Do the work, but respond with 422",
    ),
    ("fields", "| `associations` | list of [AssociationPayload](#associationpayload) | yes |"),
    ("methods", "| `associations.get(association_id)` | `Association` |"),
    ("oauth-error-tree", "    ├── StateMismatchError"),
    ("oauth-errors", "::: facade.oauth.TokenStoreError"),
    ("operations", "| `DELETE /associations/relations/{id}`<br>Delete one relation;"),
    ("rules", "| operation-removed | breaking |"),
    ("strengths", "| code | a client in use depends on it |"),
    ("webhook-error-tree", "    │   └── UnknownKindError"),
    ("webhook-errors", "::: facade.webhooks.StaleError"),
    (
        "witnesses",
        "### e09-relations-listed\n\nWhat does listing the relations of",
    ),
]


@pytest.mark.parametrize(("name", "shown"), SHOWN)
def test_a_part_contains_its_source(name: str, shown: str) -> None:
    assert shown in PARTS[name](ROOT)


def test_every_part_is_on_a_page() -> None:
    pages = "".join(page.read_text() for page in (ROOT / "docs").rglob("*.md"))
    assert [name for name in PARTS if f"<!-- part: {name} -->" not in pages] == []
