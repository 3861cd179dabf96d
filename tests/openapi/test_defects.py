"""Defects of a document, and what is left out because nothing needs it."""

import copy
from typing import Any

import pytest

from scripts.openapi.defects import dangling, without_defects
from tests.contract.small import Document, document

TEXT: Document = {"type": "string"}
LIST = {"GET /pets/{}"}


def ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def answering(schema: Document, **more: Any) -> Document:
    content = {"application/json": {"schema": schema}}
    identity = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    responses = {"200": {"description": "", "content": content}}
    return {"get": {"parameters": [identity], "responses": responses, **more}}


def published(pets: Document, others: Document, **schemas: Document) -> Document:
    paths = {"/pets/{id}": pets, "/others/{id}": others}
    return document(paths=paths, components={"schemas": schemas})


def test_each_reference_that_points_at_nothing_is_found_with_its_place() -> None:
    given = published(answering(ref("Pet")), answering({"$ref": "b.json"}), Pet=ref("No"))
    assert list(dangling(given)) == [("#/components/schemas/No", "/components/schemas/Pet")]


FINE = answering(ref("Pet"))
WRONG: Document = {"type": "nothing"}
SIGNED = {"securitySchemes": {"token": {"type": "nothing"}}}


@pytest.mark.parametrize(
    ("others", "schemas", "left"),
    [
        (answering(TEXT), {}, set()),
        (answering(ref("Gone")), {}, {"/others/{id}"}),
        (answering(WRONG), {}, {"/others/{id}"}),
        # A component that a needed operation does not reach goes first, then what refers to it.
        (answering(ref("Other")), {"Other": {"allOf": [ref("Gone")]}}, {"/others/{id}", "Other"}),
        (answering(TEXT), {"Other": WRONG}, {"Other"}),
    ],
)
def test_what_no_needed_operation_uses_is_left_out_if_it_has_a_defect(
    others: Document, schemas: Document, left: set[str]
) -> None:
    given = published(FINE, others, Pet=TEXT, **schemas)
    before = copy.deepcopy(given)
    found = without_defects(given, LIST)
    remaining = {*found.document["components"]["schemas"]}
    remaining |= {path for path, item in found.document["paths"].items() if item}
    assert {"/pets/{id}", "/others/{id}", "Pet", *schemas} - remaining == left
    assert (len(found.left_out), found.problems) == (len(left), [])
    assert given == before


@pytest.mark.parametrize(
    ("pets", "more", "left_out"),
    [
        (answering(TEXT | {"example": 1}), {}, "/example"),
        (answering(ref("Pet"), externalDocs=1), {}, "/externalDocs"),
        (FINE, {"info": {"title": "T", "version": "1", "contact": {"email": 1}}}, "/info/contact"),
    ],
)
def test_what_no_code_is_generated_from_is_left_out_wherever_it_is(
    pets: Document, more: Document, left_out: str
) -> None:
    sound = published(pets, FINE, Pet=TEXT) | more
    found = without_defects(sound, LIST)
    assert found.left_out
    assert found.problems == []
    assert left_out.rpartition("/")[2] not in str(found.document)


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        (published(answering(ref("Gone")), FINE, Pet=TEXT), LIST),
        (published(FINE, FINE, Pet=WRONG), LIST),
        (published(FINE, FINE, Pet=TEXT) | {"info": {}}, LIST),
        (published(FINE, FINE, Pet={"properties": {"example": WRONG}}), LIST),  # it is a name
        (published(FINE, answering(WRONG), Pet=TEXT), ()),  # everything is needed
        (published(FINE, FINE, Pet=TEXT) | {"components": SIGNED | {"schemas": {"Pet": {}}}}, LIST),
    ],
)
def test_a_defect_of_what_is_needed_stays_for_a_person_to_correct(
    given: Document, needed: set[str]
) -> None:
    found = without_defects(given, needed)
    assert (found.document, found.left_out) == (given, [])
    assert len(found.problems) >= 1
