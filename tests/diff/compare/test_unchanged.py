"""Which pairs of schemas need not be compared."""

from typing import Any

from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.proofs import Documents
from scripts.diff.compare.unchanged import Unchanged
from scripts.openapi.nodes import Node
from tests.diff.documents import Json, S, document, has, ref
from tests.diff.schemas import lists, parts

PET, TREE, CIRCLE = ref("Pet"), has(below=ref("Tree")), parts(ref("Circle"))
KIND = {"oneOf": [], "discriminator": {"propertyName": "kind", "mapping": {"pet": "Pet"}}}


def holds(old: Any, new: Any, components: Json, changed: Json, **versions: str) -> bool:
    """Return whether two schemas of documents with these components are the same."""
    documents = Documents(
        ComparedDocument("old", document(components={"schemas": components})),
        ComparedDocument("new", {**document(components={"schemas": changed}), **versions}),
    )
    return Unchanged(*documents).holds(Node(old, "/a"), Node(new, "/b"))


COMPONENTS: Json = {"Pet": has(a=S), "Tree": TREE, "Circle": CIRCLE, "Owner": has(pet=parts(PET))}


def test_only_wording_does_not_matter() -> None:
    same: list[tuple[Json, Json]] = [({**S, "example": 1, "description": "a"}, S)]
    same += [(each, each) for each in (TREE, ref("Tree"), KIND)]
    assert [pair for pair in same if not holds(*pair, COMPONENTS, COMPONENTS)] == []
    others: list[tuple[Json, Json]] = [
        ({"default": {"description": "a"}}, {"default": {"description": "b"}}),
        ({"minimum": 1}, {"minimum": True}),
        ({"enum": [1]}, {"enum": [True]}),
        ({"properties": {"description": PET}}, {"properties": {}}),
        ({"properties": {"description": S}}, {"properties": {"description": PET}}),
        (parts(PET), parts(PET, PET)),
        ({"x-enum-varnames": ["A"]}, {"x-enum-varnames": ["B"]}),
    ]
    assert [pair for pair in others if holds(*pair, COMPONENTS, COMPONENTS)] == []


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
