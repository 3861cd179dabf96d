"""The references of a document are found, and followed to their targets."""

from typing import Any

import pytest

from scripts.errors import CannotRunError
from scripts.openapi.nodes import Node
from scripts.openapi.references import (
    Problem,
    Source,
    followed,
    is_unresolved,
    local_target,
    reached_schemas,
    references,
)

CAT = {"$ref": "#/components/schemas/Cat"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "$self": "https://h.example/docs/a.json",
    "components": {
        "schemas": {"Pet": CAT, "Cat": {"type": "object"}, "a b": {}, "Loop": {"$ref": "#/loop"}},
        "responses": {"Fine": {}},
    },
    "loop": {"$ref": "#/components/schemas/Loop"},
    "down": {"$ref": "more/b.json#/It"},
}
FILES: dict[str, Any] = {
    "more/b.json": {"It": {"$ref": "c.json#/It"}, "Own": {"$ref": "#/It"}},
    "more/c.json": {"It": {"type": "string"}},
}


def fetch(file: str) -> Any:
    if file not in FILES:
        raise CannotRunError("it is away")
    return FILES[file]


def test_a_reference_is_followed_to_the_end() -> None:
    for reference, place, name in (
        ("#/components/schemas/Pet", "/components/schemas/Cat", "Pet"),
        ("#/components/schemas/a%20b", "/components/schemas/a b", "a b"),
        ("a.json#/down", "more/c.json#/It", None),
        ("more/b.json#/Own", "more/c.json#/It", None),
    ):
        target, component = Source("new", DOCUMENT, fetch).resolve(
            Node({"$ref": reference}, "/here")
        )
        assert (target.where, component) == (place, name)
        assert not is_unresolved(target, Node("$ref", ""), Node(1, ""))


def test_a_broken_reference_is_a_problem_and_stays() -> None:
    for reference, why in (
        ("#/components/schemas/Loop", "goes round in a circle"),
        *((each, "points at nothing") for each in ("#gone", "", "x.json")),
    ):
        source = Source("new", DOCUMENT, fetch)
        for _ in range(2):
            assert is_unresolved(
                Node({}, ""), source.resolve(Node({"$ref": reference}, "/here"))[0]
            )
        assert f"the reference {reference!r} {why}" in [each.message for each in source.problems]
        assert all(each.places == 1 for each in source.problems)


def test_a_problem_is_reported_once_with_the_number_of_its_places() -> None:
    source = Source("new", DOCUMENT, fetch)
    assert [source.has(f"x.json#/{each}") for each in "ab"] == [False, False]
    for pointer in ("/a", "/b", "/b"):
        source.problem(Node(1, pointer), "wrong")
    away = Problem("new", "", "the file 'x.json' cannot be read: it is away")
    assert source.problems == [away, Problem("new", "/a", "wrong", 2)]
    without_files = Source("new", DOCUMENT)
    assert not without_files.has("more/b.json#/It")
    assert without_files.problems == []


def test_components_are_found_by_kind() -> None:
    source = Source("old", DOCUMENT)
    assert source.components("responses") == {"Fine": Node({}, "/components/responses/Fine")}
    assert source.components("headers") == Source("old", {}).components("schemas") == {}
    assert source.three_one
    assert not Source("old", {"openapi": "3.0.3"}).three_one


def test_the_targets_of_a_discriminator_are_references() -> None:
    mapping = {"cat": CAT["$ref"], "dog": "Dog", "pig": "pig.json", "n": 1}
    odd = {"$ref": 1, "discriminator": 1}
    document = {"schemas": {"Pet": {"items": CAT, "discriminator": {"mapping": mapping}, "x": odd}}}
    at = "/schemas/Pet/discriminator/mapping"
    assert [(each.where, each.text, each.kind) for each in references(document)] == [
        (at, CAT["$ref"], "schemas"),
        (at, "#/components/schemas/Dog", "schemas"),
        (at, "pig.json", "schemas"),
        ("/schemas/Pet/items", CAT["$ref"], "schemas"),
    ]
    (found,) = references({"$ref": "Dog"}, "responses")
    assert (found.text, found.kind) == ("Dog", "responses")


def test_schemas_that_operations_reach_are_found() -> None:
    to_a = {"$ref": "#/components/schemas/A"}
    schemas: dict[str, Any] = {
        "A": {"items": [{"$ref": "#/components/schemas/B~1b"}]},
        "B/b": to_a,
        "Unused": {"$ref": "#/components/schemas/Gone"},
    }
    document = {
        "paths": [to_a, {"$ref": 1}, {"$ref": "#/components/responses/R"}],
        "components": {"schemas": schemas},
    }
    assert reached_schemas(document) == {"A", "B/b"}
    assert reached_schemas({"paths": to_a, "components": {"schemas": []}}) == {"A"}


def test_a_local_reference_may_be_percent_encoded() -> None:
    assert local_target({"a b": 1}, "#/a%20b") == 1
    for broken in ("#", "b.json#/a", "#/none"):
        with pytest.raises(KeyError):
            local_target({"": 1}, broken)


def test_what_is_followed_may_lead_to_any_value_and_siblings_win() -> None:
    document = {"a": {"$ref": "#/b"}, "b": ["x"], "c": {"name": "n", "in": "query"}}
    for node, found in (
        ({"$ref": "#/a"}, ["x"]),
        ({"$ref": "#/c", "in": "path"}, {"name": "n", "in": "path"}),
        ({"$ref": "#/none"}, {"$ref": "#/none"}),
        ("text", "text"),
    ):
        assert followed(document, node) == found
