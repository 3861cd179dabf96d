"""The class of an inline schema is named after all that contains it."""

from collections.abc import Iterator

from scripts.diff.compare import compare
from scripts.diff.compare.inline_classes import inline_class
from scripts.openapi.nodes import JOIN_SEPARATOR, Node
from scripts.openapi.pointers import lookup
from tests.diff.documents import CAT, DOG, Json, S, document, has, holding, ref, requesting
from tests.diff.schemas import AB, INT, NULL, any_of, lists, one_of, parts, titled
from tests.proof.generated import Surface

PET = {
    **has(
        home=has(street=has(name=S)),
        tags=lists(any_of(AB, INT)),
        owner=one_of(NULL, has(a=S), titled("Big cat", has(b=S))),
        both=any_of(S, oneOf=[AB]),
        named=titled("Special", has(kind=AB)),
        pair=titled("Pair", one_of(INT, titled("Pair", has(c=S)))),
    ),
    "additionalProperties": has(d=AB),
}


def content(**schemas: Json) -> Json:
    """Return the content of a body: JSON, and perhaps a form."""
    types = {"json": "application/json", "form": "multipart/form-data"}
    return {"content": {types[name]: {"schema": schema} for name, schema in schemas.items()}}


PUT = {
    "operationId": "put-pet",
    "parameters": [{"name": "pet-kind", "in": "query", "schema": AB}],
    "requestBody": content(json=PET),
    "responses": {"4XX": {"description": "", **content(json=has(c=S))}},
}
POST = {
    "operationId": "addPet",
    "requestBody": content(json=has(a=S), form=has(b=AB)),
    "responses": {"200": {"description": "", **content(json=ref("big_pet"))}},
}
COMPONENTS = {
    "big_pet": PET,
    "Union": one_of(has(a=S), S),
    "Titled": titled("Other name", has(kind=AB)),
    "Merged": parts(ref("big_pet"), has(extra=has(e=S))),
}
DOCUMENT = document(
    {"/pets": {"put": PUT, "post": POST}}, components={"schemas": COMPONENTS}, openapi="3.1.0"
)
ROOT = Node(DOCUMENT, "")
BODY = "/paths/~1pets/put/requestBody/content/application~1json/schema"
OWNER = "/components/schemas/big_pet/properties/owner/oneOf"


def every(node: Node) -> Iterator[Node]:
    """Yield a node, and all that it contains."""
    yield node
    members = node.items() if isinstance(node.value, list) else [each for _, each in node.members()]
    for each in members:
        yield from every(each)


def test_the_classes_of_a_document_are_named_as_the_generator_names_them() -> None:
    found = {
        inline_class(ROOT, node)
        for node in every(ROOT)
        if isinstance(node.value, dict)
        and (node.value.get("type") == "object" or {"enum", "allOf"} & node.value.keys())
    }
    made = {name for _, name, what, *_ in Surface(DOCUMENT).facts if what == "is a class"}
    assert found - {None} == made


def test_a_class_is_named_after_its_place() -> None:
    for pointer, name in ((f"{OWNER}/2", "BigPetBigCat"), (f"{OWNER}/1", "BigPetOwnerType1")):
        assert inline_class(ROOT, Node(lookup(DOCUMENT, pointer), pointer)) == name


def test_a_pointer_that_does_not_determine_the_name_gives_none() -> None:
    for pointer in (
        f"{BODY}{JOIN_SEPARATOR}#/components/schemas/Union",
        f"{BODY}/not",
        "/components/responses/Answer/content/application~1json/schema",
        "/paths/~1cats/get/responses/200/content/application~1json/schema",
    ):
        assert inline_class(ROOT, Node(has(a=S), pointer)) is None
    assert inline_class(ROOT, Node(PET, BODY, "other.json")) is None


def test_a_renamed_class_is_shown_with_both_names() -> None:
    types = ["PutPetBodyType1", "PutPetBodyType0"]
    union, mirrored = one_of(CAT, DOG), one_of(DOG, CAT)
    for old, new, names in (
        (holding(AB), holding(one_of(INT, AB)), ("PutPetBodyP", "PutPetBodyPType1")),
        (union, mirrored, (types, types[::-1])),
    ):
        found = compare(requesting(old), requesting(new)).findings
        (finding,) = [each for each in found if each.rule == "model-renamed"]
        assert (finding.before, finding.after) == names
    assert finding.fingerprint == "46a2ecf65e38e172"  # it does not depend on the names


def test_a_class_that_keeps_its_name_or_is_removed_is_not_renamed() -> None:
    named = titled("Pet", CAT)
    pairs = [(named, one_of(named, S)), (CAT, one_of(S, INT))]
    for old, new in [*pairs, *(pair[::-1] for pair in pairs)]:
        findings = compare(requesting(holding(old)), requesting(holding(new))).findings
        assert "model-renamed" not in {each.rule for each in findings}
