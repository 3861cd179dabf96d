"""A page as a contract of one operation."""

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.page.document import PageContract, find, restricted
from scripts.contract.page.read import read
from tests.contract.page.pages import CONTRACT, PAGE

PATH = "/pets/{petId}"


def test_the_operation_is_found_by_method_and_path_for_any_parameter_names() -> None:
    assert find(CONTRACT, read(PAGE.replace(":petId", ":id"), "page.md")) == (PATH, "put")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("PUT https", "PATCH https", "page.md documents PATCH /pets/{petId}, which the contract"),
        ("/pets/:petId", "/cats", "page.md documents PUT /cats, which the contract does not have"),
    ],
)
def test_an_operation_outside_the_contract_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(CannotRunError, match=why.replace("{", r"\{")):
        find(CONTRACT, read(PAGE.replace(old, new), "page.md"))


def test_only_the_documentable_part_of_the_contract_is_compared() -> None:
    document = restricted(CONTRACT, PATH, "put", read(PAGE, "page.md"))
    operation = document["paths"][PATH]["put"]
    assert "operationId" not in operation
    assert operation["responses"].keys() == {"200"}  # the page does not show 404
    assert "$ref" not in str(document)


def test_undocumentable_keywords_are_left_out_but_not_properties_of_that_name() -> None:
    schema = {"type": "string", "description": "words", "example": "e", "minimum": 1}
    pet = {"type": "object", "properties": {"description": schema, "example": schema}}
    parameter = {"name": "trace", "in": "header", "schema": {"type": "string"}}
    contract = {
        **CONTRACT,
        "paths": {PATH: {**CONTRACT["paths"][PATH], "parameters": [parameter]}},
        "components": {
            **CONTRACT["components"],
            "schemas": {**CONTRACT["components"]["schemas"], "Pet": pet},
        },
    }
    item = restricted(contract, PATH, "put", read(PAGE, "page.md"))["paths"][PATH]
    content = item["put"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"] == {
        "type": "object",
        "properties": {"description": {"type": "string"}, "example": {"type": "string"}},
    }
    assert item["parameters"] == [parameter]  # of all operations of the path


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        ("**it** date-time", {"type": "string"}),
        ("**it** any", {}),
        (
            "**it** string\n\n**Possible values:** \\[`a`, `b`\\]",
            {"type": "string", "enum": ["a", "b"]},
        ),
        ("**it** number\\[\\]", {"type": "array", "items": {"type": "number"}}),
        ("**it** object\\[\\]", {"type": "array", "items": {}}),
        ("**it** array", {"type": "array", "items": {}}),
    ],
)
def test_a_field_has_the_schema_described_by_the_page(field: str, schema: object) -> None:
    page = read(PAGE.replace("**id** stringrequired", field, 1), "page.md")
    said = PageContract(page, restricted(CONTRACT, PATH, "put", page), PATH, "put")
    content = said.document["paths"][PATH]["put"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"]["properties"]["it"] == schema


def test_a_page_has_its_own_server_and_the_contract_s_names_in_the_path() -> None:
    text = PAGE.replace("PUT https://pets", "PUT https://other").replace(":petId", ":id")
    page = read(text.replace("**petId**", "**id**"), "page.md")
    document = PageContract(page, restricted(CONTRACT, PATH, "put", page), PATH, "put").document
    assert document["servers"] == [{"url": "https://other.example"}]
    parameters = document["paths"][PATH]["put"]["parameters"]
    assert [each["name"] for each in parameters] == ["Version", "petId", "notify"]


def test_several_kinds_of_token_are_in_alphabetical_order() -> None:
    page = read(PAGE.replace("`Keeper Token`", "`Keeper Token`, `Admin Token`"), "page.md")
    said = PageContract(page, restricted(CONTRACT, PATH, "put", page), PATH, "put")
    assert said.document["x-wire"]["token-types"]["answer"] == "Admin Token, Keeper Token"


def test_each_place_has_its_line_of_the_page() -> None:
    page = read(PAGE, "page.md")
    said = PageContract(page, restricted(CONTRACT, PATH, "put", page), PATH, "put")
    schema = "/paths/~1pets~1{petId}/put/responses/200/content/application~1json/schema"
    lines = PAGE.splitlines()
    mail = said.line_of(f"{schema}/properties/owner/properties/mail/type")
    assert lines[mail - 1] == "**mail** string"
    kind = said.line_of(f"{schema}/properties/toys/items/properties/kind")
    assert lines[kind - 1] == "**kind** stringrequired"
    assert said.line_of("/info/title") == 1


def test_a_recursive_schema_is_compared_to_its_recursion() -> None:
    node = {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Pet"}}}
    contract = {
        **CONTRACT,
        "components": {
            **CONTRACT["components"],
            "schemas": {**CONTRACT["components"]["schemas"], "Pet": node},
        },
    }
    document = restricted(contract, PATH, "put", read(PAGE, "page.md"))
    content = document["paths"][PATH]["put"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"] == {"type": "object", "properties": {"name": {}}}
