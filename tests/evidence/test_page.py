"""Reading a page of an operation, and the operation that it documents."""

from typing import Any

import pytest

from scripts.errors import CannotRunError
from scripts.evidence.page import LINE, read
from tests.evidence.pages import PAGE, SPELLINGS


def schema_of(text: str) -> Any:
    """Return the properties of the one body that a page's responses have."""
    responses = read(text, "page.md").operation()["responses"]
    (body,) = [each["content"] for each in responses.values() if "content" in each]
    return body["application/json"]["schema"]


def unmarked(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: unmarked(each) for name, each in node.items() if name != LINE}
    return [unmarked(each) for each in node] if isinstance(node, list) else node


TEXT = {"type": "string"}
PET = {
    "type": "object",
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "owner": {"type": "object", "properties": {"mail": TEXT}},
        "toys": {
            "type": "array",
            "items": {"type": "object", "properties": {"kind": TEXT}, "required": ["kind"]},
        },
        "tags": {"type": "array", "items": TEXT},
    },
    "required": ["id", "name"],
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_all_of_a_page_is_read(text: str) -> None:
    page = read(text, "page.md")
    assert (page.method, page.server, page.path) == ("PUT", "https://pets.example", "/pets/{petId}")
    assert page.source == page.links.removesuffix("/index.html")
    assert page.lists == {"scope": ["pets.write"], "token type": ["Keeper Token"]}
    assert (page.granted, page.sample.partition(" ")[0]) == (["pets.write"], "curl")
    operation = page.operation()
    assert [each["in"] + " " + each["name"] for each in operation["parameters"]] == [
        "header Version",
        "path petId",
        "query notify",
    ]
    assert [each["required"] for each in operation["parameters"]] == [True, True, False]
    body = unmarked(operation["requestBody"]["content"]["application/json"]["schema"])
    assert body == {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}
    assert unmarked(schema_of(text)) == PET
    lines = text.splitlines()
    kind = schema_of(text)["properties"]["toys"]["items"]["properties"]["kind"]
    assert lines[kind[LINE] - 1] in ("**kind** stringrequired", "**kind**stringrequired")


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
    text = PAGE.replace("- 200\n", "- 204\n- 200\n- 404\n")
    responses = read(text, "page.md").operation()["responses"]
    assert [*responses] == ["204", "200", "404"]
    assert "content" in responses["200"]
    assert unmarked(schema_of(text)) == PET


def test_a_repeated_name_belongs_to_the_enclosing_object() -> None:
    text = PAGE.replace("**mail** string", "**mail** string\n**mail** number", 1)
    properties = schema_of(text)["properties"]
    assert properties["owner"]["properties"]["mail"]["type"] == "string"
    assert properties["mail"]["type"] == "number"


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        ("date-time", TEXT),
        ("any", {}),
        ("string\n**Possible values:** \\[`a`, `b`\\]", {"type": "string", "enum": ["a", "b"]}),
        ("number\\[\\]", {"type": "array", "items": {"type": "number"}}),
        ("object\\[\\]", {"type": "array", "items": {}}),
        ("array", {"type": "array", "items": {}}),
    ],
)
def test_a_field_has_the_schema_described_by_the_page(field: str, schema: object) -> None:
    found = schema_of(PAGE.replace("**id** stringrequired", f"**it** {field}", 1))
    assert unmarked(found["properties"]["it"]) == schema
