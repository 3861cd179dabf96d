"""Servers and the document's own fields: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

from tests.diff.documents import Json, document, found_by_rule, operation
from tests.diff.examples import examples_of


def served(*urls: str, **more: Any) -> Json:
    return {**operation(), "servers": [{"url": url, **more} for url in urls]}


test_the_examples_of_the_rules_are_found = examples_of("info wire-fact tag openapi-version dialect")
test_a_change_of_the_document_is_found_by_its_rule = found_by_rule([
    ("a last slash", served("https://a.example"), served("https://a.example/"), ""),
    ("a server's variables", served("https://{r}.example", variables={"r": {"default": "eu"}}), served("https://{r}.example", variables={"r": {"default": "us"}}), "server-variable-changed"),
    ("prose", document(), document(info={"title": "Pets", "version": "1", "description": "new"}), ""),
    ("a patch of OpenAPI", document(), document(openapi="3.0.4"), ""),
    ("an unknown field", document(), document(colour="red"), "(unclassified)"),
])  # fmt: skip
