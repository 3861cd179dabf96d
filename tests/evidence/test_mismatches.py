"""Mismatches between a recording and a contract, and notes."""

from pathlib import Path
from typing import Any

import pytest

from scripts.evidence.mismatches import Checker
from scripts.evidence.recording import read
from tests.diff.documents import Json, S, document, has
from tests.evidence.recordings import record, shape_of

PET = has(
    "id",
    id=S,
    name=S,
    tags={"type": "array", "items": S},
    mark={"anyOf": [{"type": "string", "nullable": True}, {"type": "integer"}]},
    owner={"type": "object"},
    note={},
)
ERROR = has("message", message=S, statusCode={"type": "integer"})
BOX = has(id=S, wide=S, tall=S, deep=S)


def declared(component: str) -> Json:
    schema = {"$ref": f"#/components/schemas/{component}"}
    return {"description": "", "content": {"application/json": {"schema": schema}}}


RESPONSES = {"200": declared("Pet"), "404": declared("Error"), "410": {"description": ""}}
PETS = document(
    {"/associations/": {"get": {"responses": RESPONSES}}},
    components={"schemas": {"Pet": PET, "Error": ERROR, "Box": BOX}},
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
        ([{"id": "a", "mark": each, "note": {"any": 1}} for each in (None, 1)], None),
        ([{"id": "a", "owner": {"name": 1}}], ("field", f"{FIELDS}/owner", "name", 1, 1)),
        ([{"id": "a", "key": 1}, {"id": "a"}], ("field", PLACE, "key", 1, 1)),
        ([{"name": "a"}], ("missing", PLACE, "id", 1, 1)),
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
    assert {name for each in found for name in each.operations} <= {GET}


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        (GET, {"id": "a", "6a44f1c09b3e7d21": 1}, "answered 200 with names that may be data"),
        (
            "DELETE /associations/{associationId}",
            {},
            "was called, but the contract does not have it",
        ),
        (GET, b"", "answered 200 without a body"),
    ],
)
def test_a_mismatch_that_no_action_can_correct_is_noted_once(
    operation: str, body: Any, expected: str, tmp_path: Path
) -> None:
    checker = Checker(PETS)
    called = operation.replace("{associationId}", "one")
    checker.check(read([record([(called, 200, body)] * 2, tmp_path / "a.jsonl")]))
    assert [*checker.notes] == [f"{operation} {expected}"]


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
