"""Reading a page of an operation, and the operation that it documents."""

import json
from typing import Any

import pytest

from scripts.errors import CannotRunError
from scripts.evidence.page import LINE, read
from scripts.openapi.documents import dump
from tests.diff.documents import Json
from tests.evidence.pages import CONTRACT, PAGE, SPELLINGS


def operation(text: str) -> Any:
    """Return the operation of a page, without its lines."""
    return json.loads(dump(read(text, "page.md").operation()), object_hook=unmarked)


def unmarked(members: Json) -> Json:
    return {name: each for name, each in members.items() if name != LINE}


def schema_of(text: str) -> Any:
    """Return the schema of the one body that a page's responses have."""
    (body,) = filter(None, (each.get("content") for each in operation(text)["responses"].values()))
    return body["application/json"]["schema"]


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_all_of_a_page_is_read(text: str) -> None:
    page = read(text, "page.md")
    assert (page.method, page.server, page.path) == ("PUT", "https://pets.example", "/pets/{petId}")
    assert page.source == page.links.removesuffix("/index.html")
    assert page.lists == {"scope": ["pets.write"], "token type": ["Keeper Token"]}
    assert (page.granted, [sample[:4] for _, sample in page.samples]) == (["pets.write"], ["curl"])
    found, contract = operation(text), CONTRACT["paths"]["/pets/{petId}"]["put"]
    assert found["parameters"] == [{"required": False, **each} for each in contract["parameters"]]
    schemas = CONTRACT["components"]["schemas"]
    assert found["requestBody"]["content"]["application/json"]["schema"] == schemas["NewName"]
    assert schema_of(text) == schemas["Pet"]
    (response,) = page.operation()["responses"].values()
    toys = response["content"]["application/json"]["schema"]["properties"]["toys"]
    line = text.splitlines()[toys["items"]["properties"]["kind"][LINE] - 1]
    assert line in ("**kind** stringrequired", "**kind**stringrequired")


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


def test_a_schema_belongs_to_the_first_status_that_may_have_a_body() -> None:
    responses = operation(PAGE.replace("- 200\n", "- 204\n- 200\n- 404\n"))["responses"]
    assert {status: "content" in each for status, each in responses.items()} == {
        "204": False,
        "200": True,
        "404": False,
    }


def test_a_repeated_name_belongs_to_the_enclosing_object() -> None:
    text = PAGE.replace("**mail** string", "**mail** string\n**mail** number", 1)
    properties = schema_of(text)["properties"]
    assert properties["owner"]["properties"]["mail"] == {"type": "string"}
    assert properties["mail"] == {"type": "number"}


def test_what_cannot_be_read_of_a_page_is_left_out() -> None:
    text = PAGE.replace("**Schema**\n", "**Schema**\n- Array \\[\n")  # of no field
    flat = schema_of(text.replace('{\n  "id"', 'no JSON\n  "id"'))
    assert {*flat["properties"]} == {"id", "name", "owner", "mail", "toys", "tags"}


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
    found = schema_of(PAGE.replace("**id** stringrequired", f"**it** {field}", 1))
    assert found["properties"]["it"] == schema
