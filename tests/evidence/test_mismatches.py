"""Mismatches between a recording and a contract, and notes."""

from pathlib import Path
from typing import Any

import pytest

from scripts.evidence.mismatches import Checker
from scripts.evidence.recording import RecordedBody, Recording, Shape, read
from tests.diff.documents import Json, document
from tests.evidence.recordings import Exchanges, record

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


PETS = document(
    {"/associations/": {"get": {"responses": {"200": declared("Pet"), "404": declared("Error")}}}},
    components={"schemas": {"Pet": PET, "Error": ERROR}},
)
GET = "GET /associations/"
Found = list[tuple[str, str, str, int, int]]


def recorded(exchanges: Exchanges, folder: Path) -> Recording:
    return read([record(exchanges, folder / "a.jsonl")])


CONTENT = "/paths/~1associations~1/get/responses/200/content"
SCHEMA = f"{CONTENT}/application~1json/schema"


STATUSES = "/paths/~1associations~1/get/responses"
PLACE, FIELDS = "/components/schemas/Pet", "/components/schemas/Pet/properties"


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ([{"id": "a", "name": "b", "tags": ["c"]}], []),
        ([{"id": "a", "mark": each, "note": {"any": 1}} for each in (None, 1)], []),
        ([{"id": "a", "owner": {"name": 1}}], [("field", f"{FIELDS}/owner", "name", 1, 1)]),
        ([{"id": "a", "key": 1}, {"id": "a"}], [("field", PLACE, "key", 1, 1)]),
        ([{"name": "a"}], [("missing", PLACE, "id", 1, 1)]),
        (
            [{"id": "a", "name": None}, {"id": "a", "name": "b"}],
            [("null", f"{FIELDS}/name", "", 1, 2)],
        ),
        ([{"id": 1}, {"id": "a"}], [("type", f"{FIELDS}/id", "", 1, 2)]),
        ([{"id": "a", "tags": [1, "c"]}], [("type", f"{FIELDS}/tags/items", "", 1, 2)]),
        ([{"message": "no", "statusCode": 4}], [("body", SCHEMA, "", 1, 1)]),
        (["text"], [("body", SCHEMA, "", 1, 1)]),
        ([b"<html>"], [("media", CONTENT, "text/html", 1, 1)]),
        ([b"error code: 1010"], [("media", CONTENT, "text/plain", 1, 1)]),
    ],
)
def test_a_mismatch_has_its_place_and_counts(
    bodies: list[Any], expected: Found, tmp_path: Path
) -> None:
    recording = recorded([(GET, 200, body) for body in bodies], tmp_path)
    assert check(recording) == expected


def check(recording: Recording) -> Found:
    return [
        (each.kind, each.node.pointer, each.name, each.shape.n, each.of)
        for each in Checker(PETS).check(recording)
    ]


def test_a_status_that_is_not_declared_is_a_mismatch(tmp_path: Path) -> None:
    recording = recorded([(GET, 500, {"message": "no"})], tmp_path)
    assert check(recording) == [("status", STATUSES, "500", 1, 1)]


def test_equal_mismatches_are_merged_with_their_counts_and_versions() -> None:
    bodies = [
        RecordedBody(GET, version, "200", "json", Shape(n, {"object": n}, {"id": Shape(n, types)}))
        for version, n, types in (("v3", 3, {"integer": 2, "string": 1}), ("v4", 4, {"integer": 4}))
    ]
    (mismatch,) = Checker(PETS).check(Recording(bodies, {}, ("", "")))
    assert (mismatch.kind, mismatch.shape.n, mismatch.of) == ("type", 6, 7)
    assert mismatch.versions == {"v3", "v4"}
    assert mismatch.operations == {GET}


def test_only_values_outside_the_vocabulary_are_counted() -> None:
    values = {"USER_DEFINED": 5, "PARTNER_DEFINED": 2}
    kind = Shape(7, {"string": 7}, values=values)
    body = RecordedBody("GET /", "v3", "200", "json", Shape(7, {"object": 7}, {"kind": kind}))
    contract = {**PETS, "x-wire": {"values-of-kind": {"answer": "SYSTEM_DEFINED, USER_DEFINED"}}}
    (mismatch,) = Checker(contract).check(Recording([body], {}, ("", "")))
    assert (mismatch.kind, mismatch.name, mismatch.of) == ("fact", "values-of-kind", 2)
    assert mismatch.shape.values == {"PARTNER_DEFINED, SYSTEM_DEFINED, USER_DEFINED": 2}


@pytest.mark.parametrize(
    ("exchanges", "expected"),
    [
        (
            [(GET, 200, {"id": "a", "6a44f1c09b3e7d21": 1})] * 2,
            ["GET /associations/ answered 200 with names that may be data"],
        ),
        (
            [("DELETE /associations/one", 200, {})],
            ["DELETE /associations/{associationId} was called, but the contract does not have it"],
        ),
        ([(GET, 200, b"")], ["GET /associations/ answered 200 without a body"]),
    ],
)
def test_a_mismatch_that_no_action_can_correct_is_noted_once(
    exchanges: Exchanges, expected: list[str], tmp_path: Path
) -> None:
    checker = Checker(PETS)
    checker.check(recorded(exchanges, tmp_path))
    assert checker.notes == expected


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


def test_the_smallest_of_several_matching_schemas_is_chosen(tmp_path: Path) -> None:
    recording = recorded([(GET, 200, {"id": "a", "name": "b"})], tmp_path)
    checker = Checker(with_component("Named", "id", "name"))
    reference = {"$ref": "#/components/schemas/Named"}
    assert checker.component(recording.bodies[0].shape) == ("Named", reference)


def test_a_body_is_identified_by_its_matching_component(tmp_path: Path) -> None:
    recording = recorded([(GET, 404, {"message": "a", "statusCode": 1})], tmp_path)
    checker = Checker(PETS)
    shape = recording.bodies[0].shape
    assert checker.component(shape) == ("Error", {"$ref": "#/components/schemas/Error"})
    listed = Shape(1, {"array": 1}, items=shape)
    array = {"type": "array", "items": {"$ref": "#/components/schemas/Error"}}
    assert checker.component(listed) == ("Error", array)
    assert checker.component(Shape(1, {"array": 1})) is None
    assert checker.matching == set()  # a trial match does not count
