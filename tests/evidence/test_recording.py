"""Reading files of facade.observe and of the probe, and witnesses."""

from pathlib import Path
from typing import Any

import pytest

from scripts.errors import CannotRunError
from scripts.evidence.recording import Shape, read
from tests.evidence.recordings import CONTRACT, GET, LIST, ONE, WITNESSES, record


def test_two_files_are_merged_and_their_counts_added(tmp_path: Path) -> None:
    exchange = (GET, 200, {**ONE, "associationType": "USER_DEFINED"})
    monday = record([exchange, exchange], tmp_path / "monday.jsonl", "2026-11-23")
    tuesday = record([exchange], tmp_path / "tuesday.jsonl", "2026-11-24")
    recording = read([monday, tuesday])
    assert [(each.status, each.shape.n) for each in recording.bodies] == [("200", 3)]
    values = recording.bodies[0].shape.fields["associationType"].values
    assert (recording.when, values) == ("2026-11-23 to 2026-11-24", {"USER_DEFINED": 3})


def test_bodies_with_different_fields_stay_separate(tmp_path: Path) -> None:
    exchanges = [(GET, 200, ONE), (GET, 200, {"association": ONE}), (LIST, 200, [])]
    recording = read([record(exchanges, tmp_path / "a.jsonl")])
    assert (len(recording.bodies), recording.when) == (3, "2026-11-24")


FACT = '{{"fact": "paging", "asks": "?", "answer": "{}", "n": 2, "first": "d", "last": "d"}}\n'


def test_answers_to_one_question_are_collected(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{FACT.format('optional')} \n\n{FACT.format('required / optional')}")
    assert read([path]).facts == {"paging": (["optional", "required"], 4)}


@pytest.mark.parametrize(
    ("name", "written", "why"),
    [
        ("a.jsonl", "", "nothing was observed"),
        ("a.jsonl", "{}\n", "a.jsonl, line 1, is not a line of facade.observe"),
        ("a.jsonl", "not json\n", "a.jsonl, line 1, is not a line of facade.observe"),
        ("a.jsonl", None, "cannot read .*a.jsonl"),
        ("w.yaml", "[]", "w.yaml is not a witness"),
        ("w.yaml", "since: 2026\nexchanges: [{status: 200, body: {}}]", "w.yaml is not a witness"),
        (
            "w.yaml",
            "since: 2026\nexchanges: [{request: GET /x, status: ok, body: {}}]",
            "w.yaml is not a witness",
        ),
        ("w.yaml", "since: 2026", "w.yaml has no response body"),
        ("w.yaml", "{", "w.yaml"),
        ("w.yaml", None, "cannot read .*w.yaml"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, name: str, written: str | None, why: str) -> None:
    if written is not None:
        (tmp_path / name).write_text(written)
    with pytest.raises(CannotRunError, match=why):
        read([tmp_path / name])


WITNESS = """
since: 2026-11
exchanges:
- request: DELETE /associations/relations/b1?locationId=l1
  status: [200, 204]
  body: {deleted: true, items: [{a: 1}, {a: x, b: 2.5}, null]}
- {request: GET /associations/key/pets, version: v3, status: 502, text: <html></html>}
- {request: GET /associations/key/pets, status: 403, text: "error code: 1010"}
- {request: GET /associations/b1, status: 200, text: ""}
- {request: GET /associations/elsewhere/b1, status: 404}
"""


def test_a_witness_is_read_as_observations(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(WITNESS)
    recording = read([path], CONTRACT.document)
    assert [
        (each.operation, each.version, each.status, each.media) for each in recording.bodies
    ] == [
        ("DELETE /associations/relations/{id}", "2021-07-28", "200", "json"),
        ("DELETE /associations/relations/{id}", "2021-07-28", "204", "json"),
        ("GET /associations/key/{key_name}", "v3", "502", "html"),
        ("GET /associations/key/{key_name}", "2021-07-28", "403", "other"),
        ("GET /associations/{associationId}", "2021-07-28", "200", "empty"),
    ]
    assert recording.when == "2026-11"
    items = recording.bodies[0].shape.fields["items"].items
    assert items is not None
    assert (items.n, items.types) == (3, {"null": 1, "object": 2})
    assert items.fields["a"].types == {"integer": 1, "string": 1}
    assert (items.fields["b"].n, items.fields["b"].types) == (1, {"number": 1})


def test_an_exchange_belongs_to_a_path_with_literal_segments_first(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    body = "status: 200, body: {}"
    exchanges = [f"{{request: GET /pets/{pet}, {body}}}" for pet in ("mine", "p1")]
    path.write_text(f"since: 2026-11\nexchanges: [{', '.join(exchanges)}]\n")
    document: Any = {"paths": {"/pets/{petId}": {"get": {}}, "/pets/mine": {"get": {}}}}
    operations = [each.operation for each in read([path], document).bodies]
    assert operations == ["GET /pets/mine", "GET /pets/{petId}"]


def test_witnesses_are_the_origin_if_alone(tmp_path: Path) -> None:
    names = ("e09-relations-listed", "e01-association-created")
    paths = [WITNESSES / f"{name}.yaml" for name in names]
    assert read(paths, CONTRACT.document).origin == ", ".join(names)
    recorded = record([(GET, 200, ONE)], tmp_path / "a.jsonl")
    both = read([*paths, recorded], CONTRACT.document)
    assert both.origin.startswith("observed on the wire ")


TEXT, WHOLE = Shape.of("a"), Shape.of(1)


@pytest.mark.parametrize(
    ("values", "schema", "required"),
    [
        ([], {}, []),
        (["a", None], {"type": "string", "nullable": True}, []),
        ([1.5, 1], {"type": "number"}, []),
        (["a", 1], {"anyOf": [{"type": "integer"}, {"type": "string"}]}, []),
        ([{"a": "b"}], {"type": "object", "properties": {"a": {"type": "string"}}}, ["a"]),
        ([{"a": "b"}, {}], {"type": "object", "properties": {"a": {"type": "string"}}}, []),
        ([{}], {"type": "object"}, []),
        ([["a"]], {"type": "array", "items": {"type": "string"}}, []),
        ([[]], {"type": "array", "items": {}}, []),
    ],
)
def test_the_inferred_schema_accepts_all_values_and_requires_what_is_always_there_if_strict(
    values: list[Any], schema: dict[str, object], required: list[str]
) -> None:
    shape = Shape.of(*values)
    assert shape.schema() == schema
    assert shape.schema(strict=True) == {**schema, **({"required": required} if required else {})}


def test_a_shape_of_several_types_has_a_shape_for_each() -> None:
    mixed = Shape.of({"a": "b"}, [1], [], None)
    assert mixed.only("array") == Shape(2, {"array": 2}, items=WHOLE)
    assert mixed.only("object") == Shape(1, {"object": 1}, {"a": TEXT})
    assert mixed.only("string").n == 0
