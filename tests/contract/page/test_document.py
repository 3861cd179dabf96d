"""A page as a contract of one operation."""

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.page.document import PageContract, find, restricted
from scripts.contract.page.read import read
from tests.contract.page.pages import CONTRACT, PAGE

PATH = "/pets/{petId}"


def test_the_operation_is_found_by_method_and_path_whatever_its_parameters_are_called() -> None:
    assert find(CONTRACT, read(PAGE.replace(":petId", ":id"), "page.md")) == (PATH, "put")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("PUT https", "PATCH https", "page.md documents PATCH /pets/{petId}, which the contract"),
        ("/pets/:petId", "/cats", "page.md documents PUT /cats, which the contract does not have"),
    ],
)
def test_an_operation_that_the_contract_does_not_have_is_refused(
    old: str, new: str, why: str
) -> None:
    with pytest.raises(CannotRunError, match=why.replace("{", r"\{")):
        find(CONTRACT, read(PAGE.replace(old, new), "page.md"))


def test_of_the_contract_only_what_a_page_can_say_is_compared() -> None:
    document = restricted(CONTRACT, PATH, "put", read(PAGE, "page.md"))
    operation = document["paths"][PATH]["put"]
    assert "operationId" not in operation
    assert operation["responses"].keys() == {"200"}  # the page does not show 404
    assert "$ref" not in str(document)


def test_each_place_has_the_line_of_the_page_that_says_it() -> None:
    page = read(PAGE, "page.md")
    said = PageContract(page, restricted(CONTRACT, PATH, "put", page), PATH, "put")
    schema = "/paths/~1pets~1{petId}/put/responses/200/content/application~1json/schema"
    lines = PAGE.splitlines()
    mail = said.line_of(f"{schema}/properties/owner/properties/mail/type")
    assert lines[mail - 1] == "**mail** string"
    kind = said.line_of(f"{schema}/properties/toys/items/properties/kind")
    assert lines[kind - 1] == "**kind** stringrequired"
    assert said.line_of("/info/title") == 1


def test_a_schema_that_holds_itself_is_compared_down_to_itself() -> None:
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
