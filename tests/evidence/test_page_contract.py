"""A page as a contract of one operation."""

from typing import Any

import pytest
from scripts.evidence.page_contract import find, line_of, page_contract, restricted

from scripts.contract.errors import CannotRunError
from scripts.evidence.page import read
from tests.evidence.pages import CONTRACT, PAGE

PATH = "/pets/{petId}"
SCHEMA = "/paths/~1pets~1{petId}/put/responses/200/content/application~1json/schema"


def with_pet(pet: Any, **item: Any) -> dict[str, Any]:
    """Return the contract with another schema of a pet, and more in its path."""
    schemas = {**CONTRACT["components"]["schemas"], "Pet": pet}
    return {
        **CONTRACT,
        "paths": {PATH: {**CONTRACT["paths"][PATH], **item}},
        "components": {**CONTRACT["components"], "schemas": schemas},
    }


def item_of(contract: dict[str, Any]) -> Any:
    """Return what the page can document of the path."""
    return restricted(contract, PATH, "put", read(PAGE, "page.md"))["paths"][PATH]


def schema_of(operation: Any) -> Any:
    return operation["responses"]["200"]["content"]["application/json"]["schema"]


def said(text: str = PAGE) -> tuple[Any, dict[str, int]]:
    """Return a page as a contract, and its lines."""
    page = read(text, "page.md")
    return page_contract(page, restricted(CONTRACT, PATH, "put", page), PATH, "put")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (":petId", ":id", None),
        ("PUT https", "PATCH https", r"page.md documents PATCH /pets/\{petId}, which the contract"),
        ("/pets/:petId", "/cats", "page.md documents PUT /cats, which the contract does not have"),
    ],
)
def test_the_operation_is_found_by_method_and_path_for_any_parameter_names(
    old: str, new: str, why: str | None
) -> None:
    page = read(PAGE.replace(old, new), "page.md")
    if why is None:
        assert find(CONTRACT, page) == (PATH, "put")
    else:
        with pytest.raises(CannotRunError, match=why):
            find(CONTRACT, page)


def test_undocumentable_keywords_are_left_out_but_not_properties_of_that_name() -> None:
    schema = {"type": "string", "description": "words", "example": "e", "minimum": 1}
    pet = {"type": "object", "properties": {"description": schema, "example": schema}}
    parameter = {"name": "trace", "in": "header", "schema": {"type": "string"}}
    item = item_of(with_pet(pet, parameters=[parameter]))
    text = {"type": "string"}
    properties = {"description": text, "example": text}
    assert schema_of(item["put"]) == {"type": "object", "properties": properties}
    assert item["parameters"] == [parameter]  # of all operations of the path


def test_a_recursive_schema_is_compared_to_its_recursion() -> None:
    pet = {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Pet"}}}
    compared = schema_of(item_of(with_pet(pet))["put"])
    assert compared == {"type": "object", "properties": {"name": {}}}


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        ("date-time", {"type": "string"}),
        ("any", {}),
        ("string\n**Possible values:** \\[`a`, `b`\\]", {"type": "string", "enum": ["a", "b"]}),
        ("number\\[\\]", {"type": "array", "items": {"type": "number"}}),
        ("object\\[\\]", {"type": "array", "items": {}}),
        ("array", {"type": "array", "items": {}}),
    ],
)
def test_a_field_has_the_schema_described_by_the_page(field: str, schema: object) -> None:
    document, _ = said(PAGE.replace("**id** stringrequired", f"**it** {field}", 1))
    assert schema_of(document["paths"][PATH]["put"])["properties"]["it"] == schema


def test_a_page_has_the_contract_s_names_in_the_path_and_its_tokens_in_alphabetical_order() -> None:
    text = PAGE.replace(":petId", ":id").replace("**petId**", "**id**")
    document, lines = said(text.replace("`Keeper Token`", "`Keeper Token`, `Admin Token`"))
    parameters = document["paths"][PATH]["put"]["parameters"]
    assert [each["name"] for each in parameters] == ["Version", "petId", "notify"]
    assert document["x-wire"]["token-types"]["answer"] == "Admin Token, Keeper Token"
    assert "x-line" not in str(document)
    place = f"{SCHEMA}/properties/toys/items/properties/kind/type"
    assert PAGE.splitlines()[line_of(lines, place) - 1] == "**kind** stringrequired"
