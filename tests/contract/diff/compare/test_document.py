"""Servers and the document's own fields: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff.documents import Json, document, expected_lines, found, operation


def served(*urls: str, **more: Any) -> Json:
    """Return a document of one operation with these servers."""
    return {**operation(), "servers": [{"url": url, **more} for url in urls]}


ABOUT: list[tuple[str, Json, Json, str, str]] = [
    ("a server", served("https://a.example"), served("https://a.example", "https://b.example"), "server-added safe/none", "server-removed breaking/none"),
    ("a last slash", served("https://a.example"), served("https://a.example/"), "", ""),
    ("a server's variables", served("https://{r}.example", variables={"r": {"default": "eu"}}), served("https://{r}.example", variables={"r": {"default": "us"}}), "server-variable-changed risky/none", "server-variable-changed risky/none"),
    ("title", document(), document(info={"title": "Cats", "version": "1"}), "info-title-changed safe/none", "info-title-changed safe/none"),
    ("version", document(), document(info={"title": "Pets", "version": "2"}), "info-version-changed safe/none", "info-version-changed safe/none"),
    ("prose", document(), document(info={"title": "Pets", "version": "1", "description": "new"}), "", ""),
    ("a fact of the wire", document(**{"x-wire": {"ids": {"answer": "repeated"}}}), document(**{"x-wire": {"ids": {"answer": "commas"}}}), "wire-fact-changed risky/none", "wire-fact-changed risky/none"),
    ("a tag", document(), document(tags=[{"name": "pets"}]), "tag-added safe/none", "tag-removed safe/none"),
    ("OpenAPI", document(), document(openapi="3.1.0"), "openapi-version-changed safe/none", "openapi-version-changed safe/none"),
    ("a patch of OpenAPI", document(), document(openapi="3.0.4"), "", ""),
    ("dialect", document(), document(jsonSchemaDialect="https://example.com/d"), "dialect-changed risky/none", "dialect-changed risky/none"),
    ("an unknown field", document(), document(colour="red"), "unclassified risky/none", "unclassified risky/none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in ABOUT],
    ids=[row[0] for row in ABOUT],
)
def test_a_change_of_the_document_is_found_by_its_rule(
    old: Json, new: Json, forwards: str, backwards: str
) -> None:
    assert found(old, new) == expected_lines(forwards)
    assert found(new, old) == expected_lines(backwards)
