"""Reading a page: all that it says of its operation."""

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.page.read import read
from tests.contract.page.pages import PAGE, SPELLINGS


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Authorization\n\nHow to get a token.\n",
        "PUT https://pets.example/pets/:petId\n",
        PAGE.replace("## Responses", "## Answers"),
    ],
)
def test_a_text_that_is_not_the_page_of_an_operation_is_refused(text: str) -> None:
    with pytest.raises(CannotRunError, match="is not the page of an operation"):
        read(text, "page.md")
