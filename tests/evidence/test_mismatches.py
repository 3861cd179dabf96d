"""Mismatches between a recording and a contract, and notes."""

from pathlib import Path
from typing import Any

import pytest

from scripts.evidence.mismatches import Checker
from scripts.evidence.recording import RecordedBody, Recording, Shape, read
from tests.diff.documents import Json, document
from tests.evidence.recordings import Exchanges, record, shape_of

PET: Json = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "mark": {"anyOf": [{"type": "string", "nullable": True}, {"type": "integer"}]},
        "owner": {"type": "object"},
        "note": {},
    },
}
ERROR: Json = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": {"type": "string"}, "statusCode": {"type": "integer"}},
}


def declared(component: str) -> Json:
    schema = {"$ref": f"#/components/schemas/{component}"}
    return {"description": "", "content": {"application/json": {"schema": schema}}}


RESPONSES = {"200": declared("Pet"), "404": declared("Error"), "410": {"description": ""}}
PETS = document(
    {"/associations/": {"get": {"responses": RESPONSES}}},
    components={"schemas": {"Pet": PET, "Error": ERROR}},
)
GET = "GET /associations/"
STATUSES = "/paths/~1associations~1/get/responses"
CONTENT = f"{STATUSES}/200/content"
SCHEMA = f"{CONTENT}/application~1json/schema"
PLACE, FIELDS = "/components/schemas/Pet", "/components/schemas/Pet/properties"
NULL_AND_TEXT: list[Any] = [{"id": "a", "name": None}, {"id": "a", "name": "b"}]


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
        (["text"], ("body", SCHEMA, "", 1, 1)),
        ([b"<html>"], ("media", CONTENT, "text/html", 1, 1)),
        ([b"error code: 1010"], ("media", CONTENT, "text/plain", 1, 1)),
        ([500], ("status", STATUSES, "500", 1, 1)),
    ],
)
def test_a_mismatch_has_its_place_and_counts(
    bodies: list[Any], expected: tuple[Any, ...] | None, tmp_path: Path
) -> None:
    statuses = [body if isinstance(body, int) else 200 for body in bodies]
    recording = recorded([(GET, *each) for each in zip(statuses, bodies, strict=True)], tmp_path)
    found = [
        (each.kind, each.node.pointer, each.name, each.shape.n, each.of)
        for each in Checker(PETS).check(recording)
    ]
    assert found == ([expected] if expected else [])


def recorded(exchanges: Exchanges, folder: Path) -> Recording:
    return read([record(exchanges, folder / "a.jsonl")])


def test_equal_mismatches_are_merged_with_their_counts_and_versions() -> None:
    bodies = [
        RecordedBody(GET, version, "200", "json", shape_of(*({"id": each} for each in ids)))
        for version, ids in (("v3", [1, 2, "a"]), ("v4", [1, 2, 3, 4]))
    ]
    (mismatch,) = Checker(PETS).check(Recording(bodies, {}, ("", "")))
    assert (mismatch.kind, mismatch.shape.n, mismatch.of) == ("type", 6, 7)
    assert mismatch.versions == {"v3", "v4"}
    assert mismatch.operations == {GET}


def test_only_values_outside_the_vocabulary_are_counted() -> None:
    kinds = ["USER_DEFINED"] * 5 + ["PARTNER_DEFINED"] * 2
    shape = shape_of(*({"associationType": each} for each in kinds))
    bodies = [RecordedBody("GET /", "v3", "200", "json", shape)]
    facts = {"values-of-associationType": {"answer": "SYSTEM_DEFINED, USER_DEFINED"}}
    (mismatch,) = Checker({**PETS, "x-wire": facts}).check(Recording(bodies, {}, ("", "")))
    assert (mismatch.kind, mismatch.name, mismatch.of) == ("fact", "values-of-associationType", 2)
    assert mismatch.shape.values == {"PARTNER_DEFINED, SYSTEM_DEFINED, USER_DEFINED": 2}


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        (
            GET,
            {"id": "a", "6a44f1c09b3e7d21": 1},
            f"{GET} answered 200 with names that may be data",
        ),
        (
            "DELETE /associations/one",
            {},
            "DELETE /associations/{associationId} was called, but the contract does not have it",
        ),
        (GET, b"", f"{GET} answered 200 without a body"),
    ],
)
def test_a_mismatch_that_no_action_can_correct_is_noted_once(
    operation: str, body: Any, expected: str, tmp_path: Path
) -> None:
    checker = Checker(PETS)
    checker.check(recorded([(operation, 200, body)] * 2, tmp_path))
    assert [*checker.notes] == [expected]


def with_component(name: str, *fields: str) -> Json:
    """Return the contract with one more schema, whose fields are strings."""
    schema = {"type": "object", "properties": {field: {"type": "string"} for field in fields}}
    return {**PETS, "components": {"schemas": {**PETS["components"]["schemas"], name: schema}}}


def test_a_body_with_many_unknown_fields_is_that_of_another_schema(tmp_path: Path) -> None:
    body = {"id": "a", "wide": "1", "tall": "2", "deep": "3"}
    recording = recorded([(GET, 200, body)], tmp_path)
    found = Checker(with_component("Box", *body)).check(recording)
    assert [each.key for each in found] == [("body", SCHEMA, "")]
    found = Checker(with_component("Door", "wide", "tall")).check(recording)
    assert [each.name for each in found] == ["deep", "tall", "wide"]


def test_a_body_is_identified_by_the_smallest_matching_component() -> None:
    checker = Checker(with_component("Named", "id", "name"))
    named, error = shape_of({"id": "a", "name": "b"}), shape_of({"message": "a", "statusCode": 1})
    assert checker.component(named) == ("Named", {"$ref": "#/components/schemas/Named"})
    reference = {"$ref": "#/components/schemas/Error"}
    assert checker.component(error) == ("Error", reference)
    listed = shape_of([{"message": "a", "statusCode": 1}])
    assert checker.component(listed) == ("Error", {"type": "array", "items": reference})
    assert checker.component(shape_of([])) is checker.component(shape_of([1])) is None
    assert checker.component(Shape()) is None
    assert checker.matching == set()  # a trial match does not count
