"""Mismatches between a recording and a contract, and notes."""

from pathlib import Path

import pytest

from scripts.contract.observed.mismatches import Checker
from scripts.contract.observed.recording import RecordedBody, Recording, Shape, read
from tests.contract.diff.documents import Json, document
from tests.contract.observed.recordings import Exchanges, record

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


def responses(**schemas: Json) -> Json:
    """Return the responses of an operation, by name of their component."""
    return {
        status.removeprefix("s"): {
            "description": "",
            "content": {"application/json": {"schema": schema}},
        }
        for status, schema in schemas.items()
    }


PETS = document(
    {
        "/associations/": {
            "get": {
                "responses": responses(
                    s200={"$ref": "#/components/schemas/Pet"},
                    s404={"$ref": "#/components/schemas/Error"},
                )
            }
        }
    },
    components={"schemas": {"Pet": PET, "Error": ERROR}},
)
GET = "GET /associations/"


def mismatches(exchanges: Exchanges, folder: Path) -> list[tuple[str, str, str, int, int]]:
    """Check exchanges; return kind, component, name, count and total of each mismatch."""
    recording = read([record(exchanges, folder / "a.jsonl")])
    return [
        (each.kind, each.node.pointer, each.name, each.shape.n, each.of)
        for each in Checker(PETS).check(recording)
    ]


CONTENT = "/paths/~1associations~1/get/responses/200/content"
SCHEMA = f"{CONTENT}/application~1json/schema"


@pytest.mark.parametrize(
    ("exchanges", "expected"),
    [
        ([(GET, 200, {"id": "a", "name": "b", "tags": ["c"]})], []),
        ([(GET, 200, {"id": "a", "mark": each, "note": {"any": 1}}) for each in (None, 1)], []),
        (
            [(GET, 200, {"id": "a", "owner": {"name": "b"}})],
            [("field", "/components/schemas/Pet/properties/owner", "name", 1, 1)],
        ),
        (
            [(GET, 200, {"id": "a", "key": 1}), (GET, 200, {"id": "a"})],
            [("field", "/components/schemas/Pet", "key", 1, 1)],
        ),
        ([(GET, 200, {"name": "a"})], [("missing", "/components/schemas/Pet", "id", 1, 1)]),
        (
            [(GET, 200, {"id": "a", "name": None}), (GET, 200, {"id": "a", "name": "b"})],
            [("null", "/components/schemas/Pet/properties/name", "", 1, 2)],
        ),
        (
            [(GET, 200, {"id": 1}), (GET, 200, {"id": "a"})],
            [("type", "/components/schemas/Pet/properties/id", "", 1, 2)],
        ),
        (
            [(GET, 200, {"id": "a", "tags": [1, "c"]})],
            [("type", "/components/schemas/Pet/properties/tags/items", "", 1, 2)],
        ),
        ([(GET, 200, {"message": "no", "statusCode": 4})], [("body", SCHEMA, "", 1, 1)]),
        ([(GET, 200, "text")], [("body", SCHEMA, "", 1, 1)]),
        (
            [(GET, 500, {"message": "no"})],
            [("status", "/paths/~1associations~1/get/responses", "500", 1, 1)],
        ),
        ([(GET, 200, b"<html>")], [("media", CONTENT, "text/html", 1, 1)]),
        ([(GET, 200, b"error code: 1010")], [("media", CONTENT, "text/plain", 1, 1)]),
    ],
)
def test_a_mismatch_has_its_place_and_its_counts(
    exchanges: Exchanges, expected: list[tuple[str, str, str, int, int]], tmp_path: Path
) -> None:
    assert mismatches(exchanges, tmp_path) == expected


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


def notes(exchanges: Exchanges, folder: Path) -> list[str]:
    """Check exchanges; return the notes."""
    checker = Checker(PETS)
    checker.check(read([record(exchanges, folder / "a.jsonl")]))
    return checker.notes


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
    assert notes(exchanges, tmp_path) == expected


def with_component(name: str, *fields: str) -> Json:
    """Return the contract with one more schema, whose fields are strings."""
    schema = {"type": "object", "properties": {field: {"type": "string"} for field in fields}}
    return {**PETS, "components": {"schemas": {**PETS["components"]["schemas"], name: schema}}}


def test_a_body_with_many_unknown_fields_is_another_body_if_another_schema_has_them(
    tmp_path: Path,
) -> None:
    body = {"id": "a", "wide": "1", "tall": "2", "deep": "3"}
    recording = read([record([(GET, 200, body)], tmp_path / "a")])
    found = Checker(with_component("Box", *body)).check(recording)
    assert [each.key for each in found] == [("body", SCHEMA, "")]
    found = Checker(with_component("Door", "wide", "tall")).check(recording)
    assert [each.name for each in found] == ["deep", "tall", "wide"]


def test_the_smallest_of_several_matching_schemas_is_chosen(tmp_path: Path) -> None:
    recording = read([record([(GET, 200, {"id": "a", "name": "b"})], tmp_path / "a")])
    checker = Checker(with_component("Named", "id", "name"))
    reference = {"$ref": "#/components/schemas/Named"}
    assert checker.component(recording.bodies[0].shape) == ("Named", reference)


def test_a_body_is_identified_by_its_matching_component(tmp_path: Path) -> None:
    recording = read([record([(GET, 404, {"message": "a", "statusCode": 1})], tmp_path / "a")])
    checker = Checker(PETS)
    shape = recording.bodies[0].shape
    assert checker.component(shape) == ("Error", {"$ref": "#/components/schemas/Error"})
    listed = Shape(1, {"array": 1}, items=shape)
    array = {"type": "array", "items": {"$ref": "#/components/schemas/Error"}}
    assert checker.component(listed) == ("Error", array)
    assert checker.component(Shape(1, {"array": 1})) is None
    assert checker.matching == set()  # a trial match does not count
