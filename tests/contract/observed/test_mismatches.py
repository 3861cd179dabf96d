"""How a recording disagrees with a contract, and what is only a note."""

from pathlib import Path

import pytest

from scripts.contract.observed.mismatches import Checker
from scripts.contract.observed.recording import read
from tests.contract.diff.documents import Json, document
from tests.contract.observed.recordings import Exchanges, record

PET: Json = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
ERROR: Json = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": {"type": "string"}, "statusCode": {"type": "integer"}},
}


def responses(**schemas: Json) -> Json:
    """Give the responses of an operation, by name of their component."""
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
    """Check exchanges; give kind, component, name, count and total of each mismatch."""
    recording = read([record(exchanges, folder / "a.jsonl")])
    return [
        (each.kind, each.node.pointer, each.name, each.shape.n, each.of)
        for each in Checker(PETS).check(recording)
    ]


SCHEMA = "/paths/~1associations~1/get/responses/200/content/application~1json/schema"


@pytest.mark.parametrize(
    ("exchanges", "expected"),
    [
        ([(GET, 200, {"id": "a", "name": "b", "tags": ["c"]})], []),
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
        (
            [(GET, 200, b"<html>")],
            [
                (
                    "media",
                    "/paths/~1associations~1/get/responses/200/content",
                    "text/html",
                    1,
                    1,
                )
            ],
        ),
    ],
)
def test_a_mismatch_has_its_place_and_its_counts(
    exchanges: Exchanges, expected: list[tuple[str, str, str, int, int]], tmp_path: Path
) -> None:
    assert mismatches(exchanges, tmp_path) == expected


def notes(exchanges: Exchanges, folder: Path) -> list[str]:
    """Check exchanges; give the notes."""
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
def test_what_no_action_can_correct_is_noted_once(
    exchanges: Exchanges, expected: list[str], tmp_path: Path
) -> None:
    assert notes(exchanges, tmp_path) == expected


def test_a_body_is_recognised_by_the_component_that_it_fits(tmp_path: Path) -> None:
    recording = read([record([(GET, 404, {"message": "a", "statusCode": 1})], tmp_path / "a")])
    checker = Checker(PETS)
    shape = recording.bodies[0].shape
    assert checker.component(shape) == ("Error", {"$ref": "#/components/schemas/Error"})
    assert checker.matching == set()  # a try counts for nothing
