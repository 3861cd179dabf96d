"""The references of a document are found, and followed to their targets."""

from typing import Any

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.references import (
    Problem,
    Source,
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


def resolved(reference: object, source: Source | None = None) -> tuple[Node, str | None]:
    source = source or Source("new", DOCUMENT, fetch)
    return source.resolve(Node({"$ref": reference}, "/here"))


@pytest.mark.parametrize(
    ("reference", "place", "name"),
    [
        ("#/components/schemas/Pet", "/components/schemas/Cat", "Pet"),
        ("#/components/schemas/a%20b", "/components/schemas/a b", "a b"),
        ("#/components/responses/Fine", "/components/responses/Fine", None),
        ("a.json#/components/schemas/Cat", "/components/schemas/Cat", "Cat"),
        ("#/down", "more/c.json#/It", None),
        ("more/b.json#/Own", "more/c.json#/It", None),
    ],
)
def test_a_reference_is_followed_to_the_end(reference: str, place: str, name: str | None) -> None:
    target, component = resolved(reference)
    assert (target.where, component) == (place, name)
    assert not is_unresolved(target, Node("$ref", ""), Node(1, ""))


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("#/components/schemas/Loop", "'#/components/schemas/Loop' goes round in a circle"),
        *((each, f"{each!r} points at nothing") for each in ("#/gone", "#gone", "", "#", "x.json")),
    ],
)
def test_a_broken_reference_is_a_problem_and_stays(reference: str, why: str) -> None:
    source = Source("new", DOCUMENT, fetch)
    for _ in range(2):
        assert is_unresolved(Node({}, ""), resolved(reference, source)[0])
    assert f"the reference {why}" in [each.message for each in source.problems]
    assert all(each.places == 1 for each in source.problems)


def test_a_file_that_cannot_be_read_is_one_problem() -> None:
    source = Source("new", DOCUMENT, fetch)
    for reference in ("x.json#/a", "x.json#/b"):
        assert not source.has(reference)
    assert source.problems == [Problem("new", "", "the file 'x.json' cannot be read: it is away")]
    assert not Source("new", DOCUMENT).has("more/b.json#/It")
    assert Source("new", DOCUMENT).problems == []


def test_a_problem_at_many_places_is_counted_at_the_first() -> None:
    source = Source("old", DOCUMENT)
    for pointer in ("/a", "/b", "/b"):
        source.problem(Node(1, pointer), "wrong")
    assert source.problems == [Problem("old", "/a", "wrong", 2)]


def test_components_are_found_by_kind() -> None:
    source = Source("old", DOCUMENT)
    assert source.components("responses") == {"Fine": Node({}, "/components/responses/Fine")}
    assert source.components("headers") == Source("old", {}).components("schemas") == {}
    assert [Source("old", {"openapi": each}).three_one for each in ("3.0.3", "3.1.0")] == [
        *(False, True)
    ]


def test_the_targets_of_a_discriminator_are_references() -> None:
    mapping = {"cat": CAT["$ref"], "dog": "Dog", "pig": "pig.json", "n": 1}
    pet = {"items": CAT, "discriminator": {"propertyName": "kind", "mapping": mapping}}
    document = {"components": {"schemas": {"Pet": pet, "Odd": {"$ref": 1, "discriminator": 1}}}}
    assert [(each.where, each.text, each.kind) for each in references(document)] == [
        ("/components/schemas/Pet/discriminator/mapping", CAT["$ref"], "schemas"),
        (
            "/components/schemas/Pet/discriminator/mapping",
            "#/components/schemas/Dog",
            "schemas",
        ),
        ("/components/schemas/Pet/discriminator/mapping", "pig.json", "schemas"),
        ("/components/schemas/Pet/items", CAT["$ref"], "schemas"),
    ]


def test_a_part_has_the_kind_that_is_given_and_a_reference_is_no_name() -> None:
    (found,) = references({"$ref": "Dog"}, "responses")
    assert (found.text, found.kind) == ("Dog", "responses")


def test_schemas_that_operations_reach_are_found() -> None:
    schemas: dict[str, Any] = {
        "A": {"items": [{"$ref": "#/components/schemas/B~1b"}]},
        "B/b": {"$ref": "#/components/schemas/A"},
        "Unused": {"$ref": "#/components/schemas/Gone"},
        "In": {},
    }
    responses = {"Fine": {"content": {"$ref": "#/components/schemas/In"}}}
    paths = [
        {"$ref": "#/components/schemas/A"},
        {"$ref": "#/components/responses/Fine"},
        {"$ref": 1},
    ]
    document = {"paths": paths, "components": {"schemas": schemas, "responses": responses}}
    assert reached_schemas(document) == {"A", "B/b", "In"}
    assert reached_schemas({"paths": paths[:1], "components": []}) == {"A"}
    assert reached_schemas({"paths": paths[:1], "components": {"schemas": []}}) == {"A"}


def test_a_local_reference_may_be_percent_encoded() -> None:
    assert local_target({"a b": 1}, "#/a%20b") == 1
    for broken in ("#", "b.json#/a", "#/none"):
        with pytest.raises(KeyError):
            local_target({"": 1}, broken)
