"""Mismatches between a recording and a contract, and notes."""

from pathlib import Path
from typing import Any

import pytest

from scripts.evidence.mismatches import Checker
from scripts.evidence.recording import read
from tests.diff.documents import Json, S, document, has
from tests.evidence.recordings import Exchanges, record, shape_of

PET = has(
    "id",
    id=S,
    name=S,
    tags={"type": "array", "items": S},
    mark={"anyOf": [{"type": "string", "nullable": True}, {"type": "integer"}]},
    kind={"oneOf": [S, {"type": "integer"}]},
    owner={"type": "object"},
    note={},
    kin={"type": "array", "items": has("id", id=S)},
    size={"type": "number"},
)
ERROR = has("message", message=S, statusCode={"type": "integer"})
BOX = has(id=S, wide=S, tall=S, deep=S)
TWIN = has(id={"type": "integer"}, name={"type": "integer"}, tags={}, owner={}, wide={}, tall={})


def declared(component: str) -> Json:
    schema = {"$ref": f"#/components/schemas/{component}"}
    return {"description": "", "content": {"application/json": {"schema": schema}}}


RESPONSES = {"200": declared("Pet"), "404": declared("Error"), "410": {"description": ""}}
PETS = document(
    {"/associations/": {"get": {"responses": RESPONSES}}},
    components={"schemas": {"Pet": PET, "Error": ERROR, "Box": BOX, "Twin": TWIN}},
)
GET, UNKNOWN = "GET /associations/", "DELETE /associations/{associationId}"
STATUSES = "/paths/~1associations~1/get/responses"
CONTENT = f"{STATUSES}/200/content"
SCHEMA = f"{CONTENT}/application~1json/schema"
PLACE, FIELDS = "/components/schemas/Pet", "/components/schemas/Pet/properties"
NULL_AND_TEXT: list[Any] = [{"id": "a", "name": None}, {"id": "a", "name": "b"}]
OPENED = {"id": "a", "wide": "1", "tall": "2"}  # nearer to Box than to Pet


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ([{"id": "a", "name": "b", "tags": ["c"]}], None),
        ([410], None),  # nothing is declared
        ([{"id": "a", "mark": each, "note": {"any": 1}, "size": 1} for each in (None, 1)], None),
        ([{"id": "a", "kind": True}], ("type", f"{FIELDS}/kind", "", 1, 1)),
        ([{"id": "a", "owner": {"name": 1}}], ("field", f"{FIELDS}/owner", "name", 1, 1)),
        ([{"id": "a", "key": 1}, {"id": "a"}], ("field", PLACE, "key", 1, 1)),
        ([{"name": "a"}], ("missing", PLACE, "id", 1, 1)),
        ([{"id": "a", "kin": [{"id": "b"}, {}]}], ("missing", f"{FIELDS}/kin/items", "id", 1, 2)),
        (NULL_AND_TEXT, ("null", f"{FIELDS}/name", "", 1, 2)),
        ([{"id": 1}, {"id": "a"}], ("type", f"{FIELDS}/id", "", 1, 2)),
        ([{"id": "a", "tags": [1, "c"]}], ("type", f"{FIELDS}/tags/items", "", 1, 2)),
        ([{"message": "no", "statusCode": 4}], ("body", SCHEMA, "", 1, 1)),
        ([{**OPENED, "deep": "3"}], ("body", SCHEMA, "", 1, 1)),
        (["text"], ("body", SCHEMA, "", 1, 1)),
        ([b"<html>"], ("media", CONTENT, "text/html", 1, 1)),
        ([b"error code: 1010"], ("media", CONTENT, "text/plain", 1, 1)),
        ([500], ("status", STATUSES, "500", 1, 1)),
    ],
)
def test_a_mismatch_has_its_place_and_the_counts_of_all_bodies(
    bodies: list[Any], expected: tuple[Any, ...] | None, tmp_path: Path
) -> None:
    exchanges = [(GET, body if isinstance(body, int) else 200, body) for body in bodies]
    found = Checker(PETS).check(read([record(exchanges, tmp_path / "a.jsonl")]))
    assert [(each.kind, each.node.pointer, each.name, each.shape.n, each.of) for each in found] == (
        [expected] if expected else []
    )
    assert [each.operations for each in found] == [{GET}] * bool(expected)


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (OPENED, ["field"] * 2),
        ({"id": 1, "name": 2, "tags": "x"}, ["type"] * 3),
        ({"id": 1, "name": 2, "wide": "1", "tall": "2"}, ["field"] * 2 + ["type"] * 2),
        ({"id": 1, "name": 2, "tags": None, "owner": None}, ["null"] * 2 + ["type"] * 2),
    ],
)
def test_a_body_that_differs_little_is_not_that_of_another_schema(
    body: Json, kinds: list[str], tmp_path: Path
) -> None:
    found = Checker(PETS).check(read([record([(GET, 200, body)], tmp_path / "a.jsonl")]))
    assert sorted(each.kind for each in found) == kinds


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        (GET, {"id": "a", "6a44f1c09b3e7d21": 1}, "answered 200 with names that may be data"),
        (UNKNOWN, {}, "was called, but the contract does not have it"),
        (GET, b"", "answered 200 without a body"),
    ],
)
def test_a_mismatch_that_no_action_can_correct_is_noted_once(
    operation: str, body: Any, expected: str, tmp_path: Path
) -> None:
    checker = Checker(PETS)
    called = operation.replace("{associationId}", "one")
    known: Exchanges = [("GET /associations", 200, {})]  # without a slash on purpose
    checker.check(read([record(known + [(called, 200, body)] * 2, tmp_path / "a.jsonl")]))
    assert [*checker.notes] == [f"{operation} {expected}"]


def test_an_answer_and_the_values_of_a_vocabulary_are_facts(tmp_path: Path) -> None:
    path = record([(GET, 200, {"associationType": "PARTNER_DEFINED"})] * 2, tmp_path / "a.jsonl")
    answers = 'n": 3, "first": "2026-11-24", "last": "2026-11-24"}\n'
    for fact, answer in (("paging", "required"), ("total", "always")):
        path.write_text(f'{{"fact": "{fact}", "answer": "{answer}", "{answers}{path.read_text()}')
    known = {"paging": "optional", "total": "always", "values-of-associationType": "A, B"}
    wire = {name: {"answer": answer} for name, answer in known.items()}
    found = Checker({**PETS, "x-wire": wire}).check(read([path]))
    assert {each.name: (each.shape.values, each.of) for each in found if each.kind == "fact"} == {
        "paging": ({"required": 3}, 3),
        "values-of-associationType": ({"A, B, PARTNER_DEFINED": 2}, 2),
    }


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"id": "a", "name": "b", "tags": []}, "Pet"),
        ({"id": "a", "wide": "b"}, "Box"),
        ({"message": "a"}, "Error"),  # a required field tells it
        ({"id": "a"}, "Pet"),
        ({"wide": "a"}, ""),
        ("a", ""),
        ([1], ""),
        ([], ""),
    ],
)
def test_a_body_or_the_items_of_a_list_are_identified_by_the_smallest_component_that_fits(
    body: Any, name: str
) -> None:
    checker, reference = Checker(PETS), {"$ref": f"#/components/schemas/{name}"}
    assert checker.component(shape_of(body)) == ((name, reference) if name else None)
    if name:
        listed = name, {"type": "array", "items": reference}
        assert checker.component(shape_of([body])) == listed
    assert checker.matching == set()  # a trial match does not count
