"""How the generator treats media types, responses and inline schemas, and names their classes."""

from collections.abc import Iterator
from typing import Any

from scripts.diff.compare import compare
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.generated import (
    conjunction_kind,
    has_model,
    inline_class,
    is_own_class,
    makes_class,
    response_type,
    used_types,
)
from scripts.openapi.nodes import JOIN_SEPARATOR, Node
from tests.diff.documents import CAT, DOG, Json, S, document, has, holding, ref, requesting, using
from tests.diff.examples import examples_of
from tests.diff.schemas import AB, FLAG, INT, NULL, any_of, lists, one_of, parts, titled
from tests.proof.generated import Surface

test_the_examples_of_the_rules_are_found = examples_of("model-dr model-ta model-e model-f")


def test_one_response_body_is_read_and_every_request_body_can_be_sent() -> None:
    several = "application/xml text/csv multipart/form-data application/json a/b+json".split()
    for types, sent, received in (
        (["application/problem+json"], ["json"], ["json"]),
        (["application/x-www-form-urlencoded"], ["data"], []),
        (["application/octet-stream"], ["content"], ["content"]),
        (several, ["files", "json", "json"], ["text"]),
    ):
        used = (used_types(types, is_sent=is_sent).values() for is_sent in (True, False))
        assert [*map(list, used)] == [sent, received]


COMPONENTS: Json = {
    "Cat": CAT,
    "cat": CAT,
    "Dog": DOG,
    "Name": S,
    "Kind": AB,
    "Bare": {"properties": {}},
    "Any": {},
    "Both": parts(ref("Cat"), has(b=S)),
    "Named": parts(ref("Name"), {"minLength": 1}),
    "Circle": parts(ref("Circle"), has(b=S)),
    "Odd": 1,
}
SOURCE = ComparedDocument("old", using(S, **COMPONENTS))


def at(schema: Any) -> Node:
    return Node(schema, f"/{schema}")


def test_a_class_is_made_for_inline_objects_and_enums() -> None:
    made = [AB, {"type": "object"}, {"properties": {}}, lists(AB), one_of(S, AB), any_of(S, AB)]
    made += [parts(S), parts(ref("Cat"), S), parts(), {"allOf": [True]}, {"prefixItems": [AB]}]
    assert [each for each in made if not makes_class(SOURCE, at(each))] == []
    others: list[Any] = [S, {"enum": []}, {"type": "boolean", "enum": [True]}, ref("Cat"), True]
    others += [{"type": "string", "properties": {}}, one_of(S, INT), parts(ref("Cat"))]
    assert [each for each in others if makes_class(SOURCE, at(each))] == []


def answer(schema: Json | None = None, media_type: str = "application/json", **more: Any) -> Json:
    return {"content": {media_type: {} if schema is None else {"schema": schema}, **more}}


XML_FIRST = answer(INT, "application/xml", **{"application/json": {"schema": S}})


def test_responses_have_the_same_type_if_the_caller_gets_one() -> None:
    for one, other, expected in (
        ({}, {"content": {}}, True),
        ({}, answer(S), False),
        (answer(S), answer({**S, "description": "new"}, "TEXT/csv; charset=utf-8"), True),
        (answer(S), XML_FIRST, True),  # XML is not read
        (answer(ref("Cat")), answer(ref("cat")), True),  # the same class name
        (answer(ref("Cat")), answer(ref("Dog")), False),
        (answer(has(a=S)), answer(has(a=S)), False),  # each has its own class
    ):
        assert (response_type(SOURCE, at(one)) == response_type(SOURCE, at(other))) is expected
    assert response_type(SOURCE, at(answer(S, "application/xml"))) is None  # it is left out


def test_an_alternative_has_its_own_class_unless_it_is_a_component_of_both_documents() -> None:
    other = ComparedDocument("new", using(S, Dog=DOG, big_cat=CAT))
    schemas = [ref("Cat"), ref("Dog"), ref("Name"), CAT, S]
    own = [each for each in schemas if is_own_class(SOURCE, other, at(each))]
    assert own == [ref("Cat"), CAT]
    names = [each for each in ("big_cat", "BigCat", "Cat") if has_model(other, each)]
    assert names == ["big_cat", "BigCat"]


def test_the_generated_code_of_parts_depends_on_their_kind() -> None:
    kinds: dict[str, list[Json]] = {
        "class": [parts(any_of(S, INT), FLAG)],
        "nothing": [parts(ref(name), has(b=S)) for name in ("Kind", "Named", "Any")],
        "": [
            parts(one_of(CAT, DOG), has(a=S)),
            parts(ref("Name")),  # as if it were the component
            parts(ref("Bare"), has(b=S)),
            parts(ref("Both"), has(c=S), {"minProperties": 1}),
            parts(ref("Circle"), has(c=S)),
            parts(ref("Odd"), has(c=S)),  # a problem already
            parts(S, type="string"),
            parts(ref("Kind"), has(b=S), anyOf=[S]),
            {"allOf": []},
            {"allOf": [], "not": {"type": "object"}},
        ],
    }
    for kind, schemas in kinds.items():
        assert [each for each in schemas if conjunction_kind(SOURCE, at(each)) != kind] == []


PET = {
    **has(
        home=has(street=has(name=S)),
        tags=lists(any_of(AB, INT)),
        owner=one_of(NULL, has(a=has(e=S)), titled("Big cat", has(b=S))),
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
NAMED = {
    "big_pet": PET,
    "Union": one_of(has(a=S), S),
    "Titled": titled("Other name", has(kind=AB)),
    "Merged": parts(ref("big_pet"), has(extra=has(e=S))),
}
DOCUMENT = document(
    {"/pets": {"put": PUT, "post": POST}}, components={"schemas": NAMED}, openapi="3.1.0"
)
ROOT = Node(DOCUMENT, "")
BODY = "/paths/~1pets/put/requestBody/content/application~1json/schema"


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


def test_a_pointer_that_does_not_determine_the_name_gives_none() -> None:
    for pointer in (
        f"{BODY}{JOIN_SEPARATOR}#/components/schemas/Union",
        f"{BODY}/not",
        "/components/responses/Answer/content/application~1json/schema",
        "/paths/~1cats/get/responses/200/content/application~1json/schema",
    ):
        assert inline_class(ROOT, Node(has(a=S), pointer)) is None
    assert inline_class(ROOT, Node(PET, BODY, "other.json")) is None
    for pointer, name in (
        ("/components/schemas/gone/properties/a", "Gone"),  # what is left of it
        ("/paths/~1pets/post/parameters/0/schema", "AddPet"),
    ):
        assert inline_class(ROOT, Node({}, pointer)) == name


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
