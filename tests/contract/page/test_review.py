"""A page of the documentation is compared with the contract and with itself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.contract.diff.load import Contract
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import dump
from scripts.contract.page.review import compare_page
from tests.contract.page.pages import CONTRACT, PAGE, SPELLINGS


@pytest.fixture
def found(tmp_path: Path) -> Callable[[str], list[str]]:
    """Compare a page with the contract; return `line rule: subject`."""

    def run(text: str) -> list[str]:
        path = tmp_path / "page.md"
        path.write_text(text)
        compared = compare_page(Contract("pets.json", CONTRACT, {"": dump(CONTRACT)}), path)
        assert compared.new == str(path)
        lines = text.splitlines()
        return sorted(
            f"{each.finding.rule} at {lines[each.new.line - 1].strip()}"
            for each in compared.findings
        )

    return run


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_page_that_agrees_with_the_contract_has_no_findings(
    found: Callable[[str], list[str]], text: str
) -> None:
    assert found(text) == []


# The change of the page, and the findings with their lines.
PAGES = [
    ("**id** stringrequired", "**id** string", ["property-became-optional at **id** string"]),
    ("**mail** string", "**mail** boolean", ["type-changed at **mail** boolean"]),
    (
        "**id** stringrequired\n\n",
        "**id** stringrequired\n\n**age** number\n\n",
        ["property-added-optional at **age** number"],
    ),
    (
        "### Query Parameters\n\n**notify** boolean\n\n",
        "",
        ["parameter-removed at PUT https://pets.example/pets/:petId"],
    ),
    (
        "**notify** boolean",
        "**notify** boolean\n\n**Possible values:** \\[ `true`\\]",
        ["enum-added at **notify** boolean"],
    ),
    (
        "PUT https://pets.example",
        "PUT https://other.example",
        ["server-added at ---", "server-removed at ---"],
    ),
    (
        "`pets.write`\n",
        "`pets.admin`\n",
        [
            "page-scopes-differ at PUT https://pets.example/pets/:petId",
            "security-scope-listed at PUT https://pets.example/pets/:petId",
            "security-scope-unlisted at PUT https://pets.example/pets/:petId",
        ],
    ),
    ("`Keeper Token`", "`Visitor Token`", ["wire-fact-changed at ---"]),
    ("- 200\n", "- 200\n- 409\n", ["error-response-added at - 409"]),
    (
        "-H 'Version: 1' \\\n",
        "",
        ["page-sample-lacks-header at curl -X PUT 'https://pets.example/pets/:petId' \\"],
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), PAGES)
def test_a_difference_is_found_at_its_line_of_the_page(
    found: Callable[[str], list[str]], old: str, new: str, expected: list[str]
) -> None:
    assert PAGE.count(old) >= 1
    assert found(PAGE.replace(old, new, 1)) == expected


def test_the_operation_is_identified_by_method_and_path(
    found: Callable[[str], list[str]],
) -> None:
    renamed = PAGE.replace(":petId", ":id").replace("**petId**", "**id**")
    renamed = renamed.replace("source: https://docs.example/pets/update-pet\n", "")
    assert found(renamed) == []


def test_a_page_that_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    contract = Contract("pets.json", CONTRACT, {"": dump(CONTRACT)})
    with pytest.raises(CannotRunError, match=r"^cannot read .*none.md: No such file"):
        compare_page(contract, tmp_path / "none.md")
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CannotRunError, match="it is not text"):
        compare_page(contract, tmp_path / "binary.md")


@pytest.mark.parametrize(
    ("lens", "rules"),
    [("both", ["page-scopes-differ", "type-changed"]), ("sdk", ["type-changed"])],
)
def test_a_contradiction_does_not_concern_generated_code(
    tmp_path: Path, lens: str, rules: list[str]
) -> None:
    path = tmp_path / "page.md"
    text = PAGE.replace("**mail** string", "**mail** boolean")
    path.write_text(text.replace("scopes: pets.write", "scopes: pets.admin"))
    contract = Contract("pets.json", CONTRACT, {"": dump(CONTRACT)})
    found = compare_page(contract, path, lens).findings
    assert sorted(each.finding.rule for each in found) == rules
