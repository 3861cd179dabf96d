"""Which pairs of schemas need not be compared."""

from typing import Any

import pytest

from scripts.contract.diff.compare.compared import ComparedDocument
from scripts.contract.diff.compare.proofs import Documents
from scripts.contract.diff.compare.unchanged import Unchanged
from scripts.contract.openapi.nodes import Node
from tests.contract.diff.documents import Json, document

PET = {"$ref": "#/components/schemas/Pet"}
TREE = {"type": "object", "properties": {"below": {"$ref": "#/components/schemas/Tree"}}}
CIRCLE = {"allOf": [{"$ref": "#/components/schemas/Circle"}]}
KIND = {"oneOf": [], "discriminator": {"propertyName": "kind", "mapping": {"pet": "Pet"}}}


def holds(old: Any, new: Any, components: Json, changed: Json, **versions: str) -> bool:
    """Return whether two schemas of documents with these components are the same."""
    documents = Documents(
        ComparedDocument("old", document(components={"schemas": components})),
        ComparedDocument("new", {**document(components={"schemas": changed}), **versions}),
    )
    return Unchanged(documents).holds(Node(old, "/a"), Node(new, "/b"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string"}, {"type": "string"}),
        ({"type": "string", "description": "a"}, {"type": "string", "description": "b"}),
        ({"type": "string", "example": 1}, {"type": "string"}),
        ({"enum": [1, "a"]}, {"enum": [1, "a"]}),
        (True, True),
        (PET, PET),
        (TREE, TREE),
        ({"$ref": "#/components/schemas/Tree"}, {"$ref": "#/components/schemas/Tree"}),
        (KIND, KIND),
    ],
)
def test_wording_does_not_matter(old: Any, new: Any) -> None:
    components = {"Pet": {"type": "object", "properties": {"a": {"type": "string"}}}, "Tree": TREE}
    assert holds(old, new, components, components)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string"}, {"type": "integer"}),
        ({"default": 1}, {"default": True}),
        ({"default": {"description": "a"}}, {"default": {"description": "b"}}),
        ({"minimum": 1}, {"minimum": True}),
        ({"enum": [1]}, {"enum": [True]}),
        ({"properties": {"description": PET}}, {"properties": {}}),
        ({"properties": {"description": {"type": "string"}}}, {"properties": {"description": PET}}),
        ({"allOf": [PET]}, {"allOf": [PET, PET]}),
        ({"x-enum-varnames": ["A"]}, {"x-enum-varnames": ["B"]}),
    ],
)
def test_schemas_that_differ_are_not_the_same(old: Any, new: Any) -> None:
    components = {"Pet": {"type": "string"}}
    assert not holds(old, new, components, components)


@pytest.mark.parametrize(
    "schema",
    [
        PET,
        {"properties": {"a": {"items": PET}}},
        {"$ref": "#/components/schemas/Owner"},
        KIND,
    ],
)
def test_schemas_with_different_targets_are_not_the_same(schema: Json) -> None:
    owner = {"type": "object", "properties": {"pet": {"allOf": [PET]}}}
    old = {"Pet": {"type": "string"}, "Owner": owner}
    assert not holds(schema, schema, old, {**old, "Pet": {"type": "integer"}})


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/components/schemas/Nothing"},
        {"$ref": "other.json#/Pet"},
        {"$ref": 1},
        {"$ref": "#/components/schemas/Circle"},
        {"properties": {"a": CIRCLE}},
        {"properties": []},
        {"properties": {"a": "string"}},
        {"items": "string"},
        {"required": True},
        {"allOf": {}},
    ],
)
def test_a_malformed_schema_counts_as_changed(schema: Json) -> None:
    assert not holds(schema, schema, {"Circle": CIRCLE}, {"Circle": CIRCLE})


def test_nothing_is_the_same_under_different_openapi_versions() -> None:
    assert not holds({}, {}, {}, {}, openapi="3.1.0")
