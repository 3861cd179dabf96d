"""What is known of two documents: which schemas are unchanged, and what is proved."""

from typing import Any

from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.proofs import Documents
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node
from tests.diff.documents import Json, S, document, has, ref
from tests.diff.domain import new_document
from tests.diff.schemas import lists, parts, texts

PET, TREE = ref("Pet"), has(below=ref("Tree"))
KIND = {"oneOf": [], "discriminator": {"propertyName": "kind", "mapping": {"pet": "Pet"}}}
COMPONENTS: Json = {"Pet": has(a=S), "Tree": TREE, "Owner": has(pet=parts(PET))}
COMPONENTS |= {"One": has(other=ref("Other")), "Other": has(one=ref("One"), pet=PET)}


def test_a_proof_belongs_to_a_direction_and_to_the_way_of_writing() -> None:
    documents = Documents(new_document("old"), new_document("new"))
    loose, tight = (
        documents.old.shape(Node(each, f"/{i}")) for i, each in enumerate((S, texts(maxLength=1)))
    )
    number = documents.old.shape(Node({"type": "integer"}, "/2"))
    for position, pairs in (
        (Position(Direction.REQUEST), [(tight, loose)]),
        (Position(Direction.RESPONSE), [(loose, tight)]),
        (Position(Direction.UNUSED), []),
        (Position(Direction.REQUEST, text="once"), [(tight, loose), (number, loose)]),
        (Position(Direction.REQUEST, in_code=False), [(tight, loose)]),
    ):
        for old, new in [(tight, loose), (loose, tight), (number, loose)]:
            assert documents.is_proved(old, new, position) is ((old, new) in pairs)


def test_what_stands_in_another_file_may_have_changed() -> None:
    documents = Documents(*(ComparedDocument(name, document()) for name in ("old", "new")))
    assert [*documents] == [documents.old, documents.new]
    plain, elsewhere = Node({}, "/it"), Node({}, "/it", "other.json")
    assert documents.are_unchanged(plain, plain)
    assert not documents.are_unchanged(plain, elsewhere)
    assert not documents.are_unchanged(elsewhere, plain)


def holds(old: Any, new: Any, components: Json, changed: Json, **versions: str) -> bool:
    """Return whether two schemas of documents with these components are the same."""
    documents = Documents(
        ComparedDocument("old", document(components={"schemas": components})),
        ComparedDocument("new", {**document(components={"schemas": changed}), **versions}),
    )
    one, other = Node(old, "/a"), Node(new, "/b")
    assert not documents.are_unchanged(one, None)
    assert not documents.are_unchanged(None, other)
    return documents.are_unchanged(one, other)


def test_only_wording_does_not_matter_nor_equal_schemas_under_different_versions() -> None:
    same: list[tuple[Json, Json]] = [({**S, "example": 1, "description": "a"}, S)]
    same += [(each, each) for each in (TREE, ref("Tree"), KIND, ref("One"), {}, has("a", a=S))]
    assert [pair for pair in same if not holds(*pair, COMPONENTS, COMPONENTS)] == []
    others: list[tuple[Json, Json]] = [
        ({"default": {"description": "a"}}, {"default": {"description": "b"}}),
        (PET, ref("Owner")),
        ({"minimum": 1}, {"minimum": True}),
        ({"enum": [1]}, {"enum": [True]}),
        ({"properties": {"description": PET}}, {"properties": {}}),
        ({"properties": {"description": S}}, {"properties": {"description": PET}}),
        (parts(PET), parts(PET, PET)),
        ({"x-enum-varnames": ["A"]}, {"x-enum-varnames": ["B"]}),
    ]
    assert [pair for pair in others if holds(*pair, COMPONENTS, COMPONENTS)] == []
    assert not holds({}, {}, {}, {}, openapi="3.1.0")
    assert holds(PET, PET, {"Pet": S}, {"Pet": S})


def test_schemas_with_different_or_malformed_targets_count_as_changed() -> None:
    for schema in (PET, {"properties": {"a": lists(PET)}}, ref("Owner"), ref("One"), KIND):
        assert not holds(schema, schema, COMPONENTS, {**COMPONENTS, "Pet": S})
    malformed: list[Json] = [
        *(ref("Nothing"), {"$ref": "other.json#/Pet"}, {"$ref": 1}, {"required": True}),
        *({"properties": []}, {"properties": {"a": "string"}}, {"items": "string"}, {"allOf": {}}),
        *({"allOf": ["a"]}, {"items": {"required": True}}, {"type": "object", "required": True}),
    ]
    assert [each for each in malformed if holds(each, each, COMPONENTS, COMPONENTS)] == []
    for name, schema in (("Circle", parts(ref("Circle"))), ("Odd", {"items": "string"})):
        for each in (ref(name), {"properties": {"a": ref(name)}}):
            assert not holds(each, each, {name: schema}, {name: schema})
