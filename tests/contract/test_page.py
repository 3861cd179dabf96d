"""A page of the documentation as a witness: against the contract, and against itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.diff.load import Contract
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import dump
from scripts.contract.page.read import read
from scripts.contract.page.review import review_page
from scripts.diff import main
from tests.contract.diff_documents import Json

TEXT: Json = {"type": "string"}
PET: Json = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "owner": {"type": "object", "properties": {"mail": TEXT}},
        "toys": {
            "type": "array",
            "items": {"type": "object", "required": ["kind"], "properties": {"kind": TEXT}},
        },
        "tags": {"type": "array", "items": TEXT},
    },
}
CONTRACT: Json = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://pets.example"}],
    "paths": {
        "/pets/{petId}": {
            "put": {
                "operationId": "update_pet",
                "parameters": [
                    {"name": "Version", "in": "header", "required": True, "schema": TEXT},
                    {"name": "petId", "in": "path", "required": True, "schema": TEXT},
                    {"name": "notify", "in": "query", "schema": {"type": "boolean"}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/NewName"}}
                    },
                },
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}
                        },
                    },
                    "404": {"description": "not on the page"},
                },
                "security": [{"bearer": ["pets.write"]}],
            }
        }
    },
    "components": {
        "schemas": {
            "Pet": PET,
            "NewName": {"type": "object", "required": ["name"], "properties": {"name": TEXT}},
        },
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
    },
    "x-wire": {"token-types": {"asks": "Whose token?", "answer": "Keeper Token"}},
}

PAGE = """---
source: https://docs.example/pets/update-pet
title: Rename a pet
---

[To the text](https://docs.example/pets/update-pet/index.html#__docusaurus_skipToContent_fallback)

# Rename a pet

```
PUT https://pets.example/pets/:petId
```

Gives a pet another name.

### Requirements

#### Scope(s)

`pets.write`

#### Token Type(s)

`Keeper Token`

## Request

### Header Parameters

**Version** stringrequired

### Path Parameters

**petId** stringrequired

### Query Parameters

**notify** boolean

- application/json

### Body **required**

**name** stringrequired

Example:`Rex`

## Responses

- 200

The pet with its name.

- application/json

- Schema
- Example (auto)

**Schema**

**id** stringrequired

**name** stringrequired

Example:`Rex`

**owner** object

**mail** string

**toys** object\\[\\]

- Array \\[

**kind** stringrequired

- \\]

**tags** string\\[\\]

Example:`["old"]`

```codeBlock
{
  "id": "p1",
  "name": "Rex",
  "owner": {
    "mail": "a@b.example"
  },
  "toys": [\\
    {\\
      "kind": "ball"\\
    }\\
  ],
  "tags": [\\
    "old"\\
  ]
}

```

## Tell us

#### Authorization: Authorization

```
name:  [Authorization](https://docs.example/auth)type: httpscopes: pets.writescheme: bearer
```

```lines
curl -X PUT 'https://pets.example/pets/:petId' \\
-H 'Version: 1' \\
-d '{"name": "Rex"}'
```
"""

TIGHT = PAGE.replace("** string", "**string").replace("** object", "**object")
TIGHT = TIGHT.replace("** boolean", "**boolean")


@pytest.fixture
def found(tmp_path: Path) -> Callable[[str], list[str]]:
    """Compare a page with the contract; give `line rule: subject`."""

    def run(text: str) -> list[str]:
        path = tmp_path / "page.md"
        path.write_text(text)
        review = review_page(Contract("pets.json", CONTRACT, {"": dump(CONTRACT)}), path)
        assert review.new == str(path)
        lines = text.splitlines()
        return sorted(
            f"{each.finding.rule} at {lines[each.new.line - 1].strip()}" for each in review.findings
        )

    return run


@pytest.mark.parametrize("text", [PAGE, TIGHT], ids=["spaced", "tight"])
def test_a_page_that_says_what_the_contract_says_leads_to_nothing(
    found: Callable[[str], list[str]], text: str
) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", [PAGE, TIGHT], ids=["spaced", "tight"])
def test_all_of_a_page_is_read(text: str) -> None:
    page = read(text, "page.md")
    assert (page.method, page.server, page.path) == ("PUT", "https://pets.example", "/pets/{petId}")
    assert (page.scopes, page.granted) == (["pets.write"], ["pets.write"])
    assert page.token_types == ["Keeper Token"]
    assert {place: [each.name for each in fields] for place, fields in page.parameters.items()} == {
        "header": ["Version"],
        "path": ["petId"],
        "query": ["notify"],
    }
    (response,) = page.responses
    assert [(each.name, each.type, each.many, each.required) for each in response.fields] == [
        ("id", "string", False, True),
        ("name", "string", False, True),
        ("owner", "object", False, False),
        ("toys", "object", True, False),
        ("tags", "string", True, False),
    ]
    owner, toys = response.fields[2:4]
    assert [each.name for each in owner.fields] == ["mail"]
    assert [each.name for each in toys.fields] == ["kind"]
    assert response.example["toys"] == [{"kind": "ball"}]
    assert page.sample.startswith("curl")


# What is changed in the page, and what is found, with the line that says it.
PAGES: list[tuple[str, str, list[str]]] = [
    (
        "**id** stringrequired",
        "**id** numberrequired",
        ["type-changed at **id** numberrequired"],
    ),
    (
        "**id** stringrequired",
        "**id** string",
        ["property-became-optional at **id** string"],
    ),
    (
        "**mail** string",
        "**mail** boolean",
        ["type-changed at **mail** boolean"],
    ),
    (
        "**kind** stringrequired",
        "**kind** numberrequired",
        ["type-changed at **kind** numberrequired"],
    ),
    (
        "**tags** string\\[\\]",
        "**tags** string",
        ["type-changed at **tags** string"],
    ),
    (
        "**id** stringrequired\n\n",
        "**id** stringrequired\n\n**age** number\n\n",
        ["property-added-optional at **age** number"],
    ),
    (
        "**notify** boolean",
        "**notify** booleanrequired",
        ["parameter-became-required at **notify** booleanrequired"],
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
        "source: https://docs.example/pets/update-pet",
        "source: https://docs.example/pets/get-pet",
        ["page-names-another-operation at ---"],
    ),
    (
        "**name** stringrequired\n\nExample:`Rex`\n\n## Resp",
        "**name** objectrequired\n\nExample:`Rex`\n\n## Resp",
        [
            "page-example-of-another-type at **name** objectrequired",
            "type-changed at **name** objectrequired",
        ],
    ),
    (
        "-H 'Version: 1' \\\n",
        "",
        ["page-sample-lacks-header at curl -X PUT 'https://pets.example/pets/:petId' \\"],
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), PAGES)
def test_what_a_page_says_otherwise_is_found_where_it_says_it(
    found: Callable[[str], list[str]], old: str, new: str, expected: list[str]
) -> None:
    assert PAGE.count(old) >= 1
    assert found(PAGE.replace(old, new, 1)) == expected


def test_the_operation_is_known_by_its_method_and_path_not_by_its_names(
    found: Callable[[str], list[str]],
) -> None:
    renamed = PAGE.replace(":petId", ":id").replace("**petId**", "**id**")
    renamed = renamed.replace("source: https://docs.example/pets/update-pet\n", "")
    assert found(renamed) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no page of an operation"),
        ("# Authorization\n\nHow to get a token.\n", "is no page of an operation"),
        ("PUT https://pets.example/pets/:petId\n", "is no page of an operation"),
        (PAGE.replace("PUT https", "PATCH https"), "PATCH /pets/{petId}, which is in no contract"),
        (PAGE.replace("/pets/:petId", "/cats"), "PUT /cats, which is in no contract"),
    ],
)
def test_what_is_no_page_of_an_operation_is_refused_with_the_reason(
    found: Callable[[str], list[str]], text: str, why: str
) -> None:
    with pytest.raises(CannotRunError, match=why.replace("{", r"\{")):
        found(text)


def test_the_command_reports_a_page_in_every_form(empty_project: Path, capsysbinary: Any) -> None:
    Path("openapi").mkdir()
    Path("openapi/associations.json").write_bytes(dump(CONTRACT))
    Path("page.md").write_text(PAGE.replace("**id** stringrequired", "**id** numberrequired"))
    assert main(["--page", "page.md", "--format", "json"]) == 1
    (finding,) = json.loads(capsysbinary.readouterr().out)["findings"]
    assert (finding["rule"], finding["operations"]) == ("type-changed", ["PUT /pets/{petId}"])
    for form in ("text", "markdown", "html", "sarif", "github"):
        assert main(["--page", "page.md", "--format", form]) == 1
        assert b"page.md" in capsysbinary.readouterr().out
    Path("page.md").write_text(PAGE)
    assert main(["--page", "page.md"]) == 0


def test_a_page_that_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    contract = Contract("pets.json", CONTRACT, {"": dump(CONTRACT)})
    with pytest.raises(CannotRunError, match="cannot read"):
        review_page(contract, tmp_path / "none.md")
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CannotRunError, match="it is no text"):
        review_page(contract, tmp_path / "binary.md")
