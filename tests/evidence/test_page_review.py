"""A page of the documentation is compared with the contract and with itself."""

import copy
from pathlib import Path

import pytest

from scripts.diff.load import Contract
from scripts.diff.results import Review
from scripts.errors import CannotRunError
from scripts.evidence.page import LINE, read
from scripts.evidence.page_review import both, compare_page, contradictions
from scripts.openapi.documents import dump
from tests.evidence.pages import CONTRACT, PAGE, SPELLINGS


def compared(folder: Path, page: str | bytes | None, lens: str = "both") -> Review:
    path = folder / "page.md"
    if page is not None:
        path.write_bytes(page.encode() if isinstance(page, str) else page)
    return compare_page(Contract("pets.json", CONTRACT, {"": dump(CONTRACT)}), path, lens)


PUT = "PUT https://pets.example/pets/:petId"
NOTIFY = "**notify** boolean"
SAMPLE = "curl -X PUT 'https://pets.example/pets/:petId' \\"
SCOPE_RULES = ["page-scopes-differ", "security-scope-listed", "security-scope-unlisted"]
RENAMED = PAGE.replace(":petId", ":id").replace("**petId**", "**id**")


@pytest.mark.parametrize(
    "text",
    [
        *SPELLINGS.values(),
        RENAMED.replace("source: https://docs.example/pets/update-pet\n", ""),
        PAGE.replace("#### Token Type(s)\n`Keeper Token`\n", ""),
        PAGE.replace("scopes: pets.write", ""),
        PAGE.partition("```lines")[0],  # without a sample
    ],
)
def test_a_page_that_agrees_with_the_contract_has_no_findings(tmp_path: Path, text: str) -> None:
    result = compared(tmp_path, text)
    assert (result.new, result.findings) == (str(tmp_path / "page.md"), ())
    assert [each for each in result.unaffected if LINE in each.pointer] == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("**id** stringrequired", "**id** string", ["property-became-optional at **id** string"]),
        ("**mail** string", "**mail** boolean", ["type-changed at **mail** boolean"]),
        ("**owner**", "**age** number\n**owner**", ["property-added-optional at **age** number"]),
        (f"### Query Parameters\n{NOTIFY}\n", "", [f"parameter-removed at {PUT}"]),
        (NOTIFY, f"{NOTIFY}\n**Possible values:** \\[ `true`\\]", [f"enum-added at {NOTIFY}"]),
        ("PUT https://pets", "PUT https://other", ["server-added at ---", "server-removed at ---"]),
        ("`pets.write`\n", "`pets.admin`\n", [f"{rule} at {PUT}" for rule in SCOPE_RULES]),
        ("`Keeper Token`", "`Visitor Token`", ["wire-fact-changed at ---"]),
        ("- 200\n", "- 200\n- 409\n", ["error-response-added at - 409"]),
        ("-H 'Version: 1' \\\n", "", [f"page-sample-lacks-header at {SAMPLE}"]),
    ],
)
def test_a_difference_is_found_at_its_line_of_the_page(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    assert old in PAGE
    text = PAGE.replace(old, new, 1)
    lines = text.splitlines()
    findings = compared(tmp_path, text).findings
    assert {each.new.column for each in findings} == {1}
    found = [(each.finding.rule, each.new.line) for each in findings]
    assert sorted(f"{rule} at {lines[line - 1].strip()}" for rule, line in found) == expected


def test_only_what_a_page_documents_is_compared() -> None:
    text = {"type": "string"}
    said = {**text, "description": "words", "example": "e", "minimum": 1}
    pet = {"description": said, "example": said, "mother": {"$ref": "#/components/schemas/Pet"}}
    trace = {"name": "trace", "in": "header", "schema": text}
    contract = copy.deepcopy(CONTRACT)
    contract["components"]["schemas"]["Pet"] = {"type": "object", "properties": pet}
    contract["paths"]["/pets/{petId}"]["parameters"] = [trace]
    documents = both(contract, read(RENAMED, "page.md"))
    expected, marked = (each["paths"]["/pets/{petId}"] for each in documents)
    assert expected["parameters"] == marked["parameters"] == [trace]
    (response,) = expected["put"]["responses"].values()
    recursive = {"description": text, "example": text, "mother": {}}
    assert response["content"]["application/json"]["schema"]["properties"] == recursive
    names = [each["name"] for each in marked["put"]["parameters"]]
    assert names == ["Version", "petId", "notify"]


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (PAGE.replace("PUT https", "PATCH https"), r"documents PATCH /pets/\{petId}, which"),
        (PAGE.replace("/pets/:petId", "/cats"), "page.md documents PUT /cats, which the contract"),
        (b"\xff\xfe\x00", "it is not text"),
        (None, r"cannot read \S*page\.md: No such file"),
    ],
)
def test_a_page_of_no_operation_of_the_contract_is_refused(
    tmp_path: Path, page: str | bytes | None, why: str
) -> None:
    with pytest.raises(CannotRunError, match=why):
        compared(tmp_path, page)


def test_a_contradiction_does_not_concern_generated_code(tmp_path: Path) -> None:
    text = PAGE.replace("scopes: pets.write", "scopes: pets.admin")
    (found,) = compared(tmp_path, text).findings
    assert (found.finding.rule, found.finding.sdk) == ("page-scopes-differ", "none")
    assert compared(tmp_path, text, "sdk").findings == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("```codeBlock\n{", "```codeBlock\nno JSON", []),
        ('"tags": ["old"]', '"tags": {"more": 1}', []),
        ("pets/update-pet\n", "pets/get-pet\n", ["names-another-operation: get-pet, update-pet"]),
        ("pets/update-pet\n", "pets/edit-pet\n", ["names-another-operation: edit-pet, update-pet"]),
        ("pets/update-pet\n", "pets/update-pet/index.html\n", []),
        ("PUT https", "PATCH https", []),
        ("PUT h", "DELETE h", ["names-another-operation: update-pet, DELETE /pets/{petId}"]),
        ("Example:`Rex`", "Example:`[1]`", []),  # any text is a string
        ("boolean", "boolean\nExample: `yes`", ["example-of-another-type: boolean, string"]),
        ("boolean", "boolean\nExample: `true`", []),
        ("boolean", "number\nExample: `1`", []),
        ("boolean", "number\nExample: `true`", ["example-of-another-type: number, boolean"]),
        ('ple:`["old"]`', "ple:`old`", ["example-of-another-type: string[], string"]),
        ("-H 'Version: 1' \\\n", "", ["sample-lacks-header: Version, None"]),
        ("-H 'Version: 1'", "-H 'version: 1'", []),
        ("### Path Parameters", "**Trace** string\n### Path Parameters", []),  # optional
        ("`pets.write`\n", "`pets.admin`\n", ["scopes-differ: ['pets.admin'], ['pets.write']"]),
    ],
)
def test_two_contradicting_statements_are_found(old: str, new: str, expected: list[str]) -> None:
    assert old in PAGE
    found = contradictions(read(PAGE.replace(old, new, 1), ""))
    assert [f"{each.rule}: {each.before}, {each.after}" for each in found] == [
        f"page-{each}" for each in expected
    ]
