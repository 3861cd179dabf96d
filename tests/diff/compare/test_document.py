"""Servers, addresses and the document's own fields: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

from scripts.diff.compare import compare
from scripts.diff.compare.document import resolved
from tests.diff.documents import Json, S, document, found_by_rule
from tests.diff.examples import examples_of

ID = {"name": "id", "in": "path", "required": True, "schema": S}


def served(*servers: str, **paths: str) -> Json:
    """Return a document with an operation for each path, by operationId."""
    items = {path: {"get": {"operationId": name}} for name, path in paths.items()}
    return document(items, servers=[{"url": url} for url in servers])


def at_item(path: str, *servers: str, **more: Any) -> Json:
    return document(
        {path: {"get": {"operationId": "a", "servers": [{"url": u} for u in servers], **more}}}
    )


test_the_examples_of_the_rules_are_found = examples_of(
    "base-path server info wire-fact tag openapi-version dialect"
)
test_an_address_is_the_url_and_each_field_of_the_document_has_its_rule = found_by_rule([
    ("a base path moves into the paths", served("https://e.com/v2", a="/a", b="/b"), served("https://e.com", a="/v2/a", b="/v2/b"), "base-path-moved"),
    ("a base path moves with two servers", served("https://e.com/v2", "https://f.com/v2", a="/a"), served("https://f.com", "https://e.com", a="/v2/a"), "base-path-moved"),
    ("a base path moves and takes a name's place", served("https://e.com/v2", a="/a"), served("https://e.com", a="/v2/a", b="/a"), "base-path-moved, operation-added"),
    ("a base path moves below an argument", at_item("/a/{id}", "https://e.com/v2", parameters=[ID]), at_item("/v2/a/{pet}", "https://e.com", parameters=[{**ID, "name": "pet"}]), "base-path-moved, path-parameter-renamed"),
    ("all paths move by one edit", served(a="/a", b="/b"), served(a="/v2/a", b="/v2/b"), "operation-moved"),
    ("servers of the operation say the same", served("https://e.com", a="/a"), at_item("/a", "https://e.com"), ""),
    ("the host in capitals and an explicit port", served("https://e.com", a="/a"), served("HTTPS://E.com:443/", a="/a"), ""),
    ("the root, written otherwise", served("./", a="/a"), served("/", a="/a"), ""),
    ("a relative server becomes absolute", served("/v1", a="/a"), served("https://e.com/v1", a="/a"), "server-added, server-removed"),
    ("a patch of OpenAPI", document(), document(openapi="3.0.4"), ""),
    ("an unknown field", document(), document(colour="red"), "(unclassified)"),
])  # fmt: skip


def test_a_finding_shows_all_servers_and_the_question_of_a_fact() -> None:
    old, new = (
        served("https://f.com/v2", "https://e.com/v2", a="/a"),
        served("https://f.com", "https://e.com", a="/v2/a"),
    )
    (finding,) = compare(old, new).findings
    assert finding.before == ["https://e.com/v2", "https://f.com/v2"]
    assert finding.after == ["https://e.com", "https://f.com"]
    assert finding.pointer == "/servers"
    for asks, subject in (("how many?", '"how many?"'), (1, '"most"')):
        old, new = (document(**{"x-wire": {"most": {"asks": asks, "answer": n}}}) for n in (1, 2))
        assert compare(old, new).findings[0].message.startswith(subject)


def test_what_is_data_or_has_names_as_keys_may_have_any_type() -> None:
    components = {
        "parameters": {"tags": {"name": "a", "in": "query", "schema": S}},
        "securitySchemes": {"nullable": {"type": "apiKey", "in": "header", "name": "K"}},
        "schemas": {"enum": {"example": {"tags": "a"}, "default": {"type": 1}}},
    }
    given = document(components=components, security=[{"nullable": []}], **{"x-a": {"tags": 1}})
    assert compare(given, given).problems == []


def test_a_url_is_resolved_against_the_document() -> None:
    location = "https://e.com/docs/openapi.json"
    for url, absolute, alone in (
        ("/v1/", "https://e.com/v1", "/v1"),
        ("v1", "https://e.com/docs/v1", "/v1"),
        ("https://e.com:8443/", "https://e.com:8443", "https://e.com:8443"),
        ("http://e.com:80", "http://e.com", "http://e.com"),
        ("https://{region}.e.com/{base}", *["https://{region}.e.com/{base}"] * 2),
    ):
        assert (resolved(url, location), resolved(url, "")) == (absolute, alone)
