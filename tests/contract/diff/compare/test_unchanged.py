"""Which pairs of schemas need not be compared."""

from typing import Any

import pytest

from scripts.contract.diff.compare.compared import ComparedDocument
from scripts.contract.diff.compare.proofs import Documents
from scripts.contract.diff.compare.unchanged import Unchanged
from scripts.contract.openapi.nodes import Node
from tests.contract.diff.documents import Json, S, document, has, ref
from tests.contract.diff.schemas import lists, parts

PET, TREE, CIRCLE = ref("Pet"), has(below=ref("Tree")), parts(ref("Circle"))
KIND = {"oneOf": [], "discriminator": {"propertyName": "kind", "mapping": {"pet": "Pet"}}}


def holds(old: Any, new: Any, components: Json, changed: Json, **versions: str) -> bool:
    """Return whether two schemas of documents with these components are the same."""
    documents = Documents(
        ComparedDocument("old", document(components={"schemas": components})),
        ComparedDocument("new", {**document(components={"schemas": changed}), **versions}),
    )
    return Unchanged(documents).holds(Node(old, "/a"), Node(new, "/b"))


COMPONENTS: Json = {"Pet": has(a=S), "Tree": TREE, "Circle": CIRCLE, "Owner": has(pet=parts(PET))}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({**S, "description": "a"}, {**S, "description": "b"}, True),
        ({**S, "example": 1}, S, True),
        (TREE, TREE, True),
        (ref("Tree"), ref("Tree"), True),
        (KIND, KIND, True),
        ({"default": {"description": "a"}}, {"default": {"description": "b"}}, False),
        ({"minimum": 1}, {"minimum": True}, False),
        ({"enum": [1]}, {"enum": [True]}, False),
        ({"properties": {"description": PET}}, {"properties": {}}, False),
        ({"properties": {"description": S}}, {"properties": {"description": PET}}, False),
        (parts(PET), parts(PET, PET), False),
        ({"x-enum-varnames": ["A"]}, {"x-enum-varnames": ["B"]}, False),
    ],
)
def test_only_wording_does_not_matter(old: Any, new: Any, expected: bool) -> None:
    assert holds(old, new, COMPONENTS, COMPONENTS) is expected


def test_schemas_with_different_targets_are_not_the_same() -> None:
    for schema in (PET, {"properties": {"a": lists(PET)}}, ref("Owner"), KIND):
        assert not holds(schema, schema, COMPONENTS, {**COMPONENTS, "Pet": S})


def test_a_malformed_schema_counts_as_changed() -> None:
    malformed: list[Json] = [
        *(ref("Nothing"), {"$ref": "other.json#/Pet"}, {"$ref": 1}, ref("Circle")),
        *({"properties": []}, {"properties": {"a": "string"}}, {"properties": {"a": CIRCLE}}),
        *({"items": "string"}, {"required": True}, {"allOf": {}}),
    ]
    assert [each for each in malformed if holds(each, each, COMPONENTS, COMPONENTS)] == []


def test_nothing_is_the_same_under_different_openapi_versions() -> None:
    assert not holds({}, {}, {}, {}, openapi="3.1.0")
