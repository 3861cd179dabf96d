"""Reading a page of an operation."""

import pytest

from scripts.errors import CannotRunError
from scripts.evidence.page import read
from tests.evidence.pages import PAGE, SPELLINGS


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_all_of_a_page_is_read(text: str) -> None:
    page = read(text, "page.md")
    assert (page.method, page.server, page.path) == ("PUT", "https://pets.example", "/pets/{petId}")
    assert (page.lists["scope"], page.granted) == (["pets.write"], ["pets.write"])
    assert page.lists["token type"] == ["Keeper Token"]
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
        "# Authorization\nHow to get a token.\n",
        "PUT https://pets.example/pets/:petId\n",
        PAGE.replace("## Responses", "## Answers"),
    ],
)
def test_a_text_that_is_not_the_page_of_an_operation_is_refused(text: str) -> None:
    with pytest.raises(CannotRunError, match="is not the page of an operation"):
        read(text, "page.md")


def fields_of(text: str) -> list[tuple[str, list[str]]]:
    """Return the fields of the one response that has some, each with the names below it."""
    (response,) = [each for each in read(text, "page.md").responses if each.has_body]
    assert response.status == "200"
    return [(each.name, [one.name for one in each.fields]) for each in response.fields]


def test_a_schema_belongs_to_the_first_status_that_may_have_a_body() -> None:
    text = PAGE.replace("- 200\n", "- 204\n- 200\n- 404\n")
    assert [each.status for each in read(text, "page.md").responses] == ["204", "200", "404"]
    assert fields_of(text) == fields_of(PAGE)


def test_a_repeated_name_belongs_to_the_enclosing_object() -> None:
    text = PAGE.replace("**mail** string", "**mail** string\n**mail** number", 1)
    assert fields_of(text)[2:4] == [("owner", ["mail"]), ("mail", [])]
