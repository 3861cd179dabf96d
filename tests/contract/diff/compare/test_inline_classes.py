"""The class of an inline schema is named after all that contains it."""

from collections.abc import Iterator

import pytest

from scripts.contract.diff.compare import compare
from scripts.contract.diff.compare.inline_classes import inline_class
from scripts.contract.openapi.nodes import JOIN_SEPARATOR, Node
from scripts.contract.openapi.pointers import lookup
from tests.contract.diff.documents import (
    CAT,
    DOG,
    Json,
    S,
    document,
    has,
    holding,
    ref,
    requesting,
)
from tests.contract.diff.schemas import AB, INT, NULL, any_of, lists, one_of, parts, titled
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


FORM = {"schema": has(b=AB)}


def json_of(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


DOCUMENT = document(
    {
        "/pets/{id}": {
            "put": {
                "operationId": "put-pet",
                "parameters": [{"name": "pet-kind", "in": "query", "schema": AB}],
                "requestBody": {"content": json_of(PET)},
                "responses": {"4XX": {"description": "", "content": json_of(has(c=S))}},
            },
            "post": {
                "operationId": "addPet",
                "requestBody": {"content": {**json_of(has(a=S)), "multipart/form-data": FORM}},
                "responses": {"200": {"description": "", "content": json_of(ref("big_pet"))}},
            },
        },
    },
    components={
        "schemas": {
            "big_pet": PET,
            "Union": one_of(has(a=S), S),
            "Titled": titled("Other name", has(kind=AB)),
            "Merged": parts(ref("big_pet"), has(extra=has(e=S))),
        }
    },
    openapi="3.1.0",
)
ROOT = Node(DOCUMENT, "")
BODY = "/paths/~1pets~1{id}/put/requestBody/content/application~1json/schema"
SCHEMAS = "/components/schemas"
TYPES = ["PutPetBodyType1", "PutPetBodyType0"]


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


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        (f"{SCHEMAS}/big_pet/properties/owner/oneOf/2", "BigPetBigCat"),
        (f"{SCHEMAS}/big_pet/properties/both/oneOf/0", "BigPetBothType1"),
        (f"{BODY}/properties/owner/oneOf/1", "PutPetBodyOwnerType1"),
    ],
)
def test_a_class_is_named_after_its_place(pointer: str, expected: str) -> None:
    assert inline_class(ROOT, Node(lookup(DOCUMENT, pointer), pointer)) == expected


@pytest.mark.parametrize(
    "pointer",
    [
        f"{BODY}{JOIN_SEPARATOR}#/components/schemas/Union",
        f"{BODY}/not",
        "/components/responses/Answer/content/application~1json/schema",
        "/paths/~1cats/get/responses/200/content/application~1json/schema",
    ],
)
def test_a_pointer_that_does_not_determine_the_name_gives_none(pointer: str) -> None:
    assert inline_class(ROOT, Node(has(a=S), pointer)) is None
    assert inline_class(ROOT, Node(PET, f"{SCHEMAS}/big_pet", "other.json")) is None


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (holding(AB), holding(one_of(INT, AB)), "PutPetBodyP", "PutPetBodyPType1"),
        (one_of(CAT, DOG), one_of(DOG, CAT), TYPES, TYPES[::-1]),
    ],
)
def test_a_renamed_class_is_shown_with_both_names(
    old: Json, new: Json, before: object, after: object
) -> None:
    found = compare(requesting(old), requesting(new)).findings
    (finding,) = [each for each in found if each.rule == "model-renamed"]
    assert (finding.before, finding.after) == (before, after)


def test_a_class_that_keeps_its_name_or_is_removed_is_not_renamed() -> None:
    titled_cat = titled("Pet", CAT)
    for old, new in ((titled_cat, one_of(titled_cat, S)), (CAT, one_of(S, INT))):
        for one, other in ((old, new), (new, old)):
            findings = compare(requesting(holding(one)), requesting(holding(other))).findings
            assert "model-renamed" not in {each.rule for each in findings}


def test_a_fingerprint_does_not_depend_on_class_names() -> None:
    (finding,) = compare(requesting(one_of(CAT, DOG)), requesting(one_of(DOG, CAT))).findings
    assert finding.fingerprint == "46a2ecf65e38e172"
