"""Reading files of facade.observe and of the probe, and witnesses."""

from pathlib import Path
from typing import Any

import pytest

from scripts.errors import CannotRunError
from scripts.evidence.recording import read
from tests.evidence.recordings import GET, LIST, ONE, WITNESSES, record, shape_of


def test_two_files_are_merged_and_their_counts_added(tmp_path: Path) -> None:
    exchange = (GET, 200, {**ONE, "associationType": "USER_DEFINED"})
    monday = record([exchange, exchange], tmp_path / "monday.jsonl", "2026-11-23")
    other = (GET, 200, dict(reversed(exchange[2].items())))
    tuesday = record([other], tmp_path / "tuesday.jsonl", "2026-11-24")
    recording = read([monday, tuesday])
    assert [(each.status, each.shape.n) for each in recording.bodies] == [("200", 3)]
    assert recording.bodies[0].shape.unnamed == 0
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
    assert read([path]).facts == {"paging": ("optional / required", 4)}


@pytest.mark.parametrize(
    ("name", "written", "why"),
    [
        ("a.jsonl", "", "nothing was observed"),
        ("a.jsonl", "not json\n", "a.jsonl, line 1, is not a line of facade.observe"),
        ("a.jsonl", None, "cannot read .*a.jsonl"),
        ("w.yaml", "[]", "w.yaml is not a witness"),
        ("w.yaml", "since: 2026\nexchanges: [{status: 200, body: {}}]", "w.yaml is not a witness"),
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
  body: {deleted: true, items: [{key: 1}, {key: x, note: 2.5}, null]}
- {request: GET /associations/key/pets, version: v3, status: 502, text: <html></html>}
- {request: GET /associations/key/pets, status: 403, text: "error code: 1010"}
- {request: GET /associations/b1, status: 200, text: ""}
- {request: GET /associations/nothing/b1, status: 502, text: <html>}
- {request: GET /associations/elsewhere/b1, status: 404}
"""


def test_a_witness_is_read_as_observations(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(WITNESS)
    recording = read([path])
    assert [
        (each.operation, each.version, each.status, each.media) for each in recording.bodies
    ] == [
        ("DELETE /associations/relations/{id}", "2021-07-28", "200", "json"),
        ("DELETE /associations/relations/{id}", "2021-07-28", "204", "json"),
        ("GET /...", "2021-07-28", "502", "html"),  # is not in the contract
        ("GET /associations/key/{key_name}", "2021-07-28", "403", "other"),
        ("GET /associations/key/{key_name}", "v3", "502", "html"),
        ("GET /associations/{associationId}", "2021-07-28", "200", "empty"),
    ]
    assert recording.when == "2026-11"
    items = recording.bodies[0].shape.fields["items"].items
    assert items is not None
    assert (items.n, items.types) == (3, {"null": 1, "object": 2})
    assert items.fields["key"].types == {"integer": 1, "string": 1}
    assert (items.fields["note"].n, items.fields["note"].types) == (1, {"number": 1})


def test_witnesses_are_the_origin_if_alone(tmp_path: Path) -> None:
    names = ("e09-relations-listed", "e01-association-created")
    paths = [WITNESSES / f"{name}.yaml" for name in names]
    assert read(paths).origin == ", ".join(names)
    recorded = record([(GET, 200, ONE)], tmp_path / "a.jsonl")
    both = read([*paths, recorded])
    assert both.origin.startswith("observed on the wire ")


KEYED = {"type": "object", "properties": {"key": {"type": "string"}}}
IDENTIFIED = {"type": "object", "properties": {name: {"type": "string"} for name in ("id", "key")}}


@pytest.mark.parametrize(
    ("values", "schema", "required"),
    [
        ([], {}, []),
        (["a", None], {"type": "string", "nullable": True}, []),
        ([1.5, 1], {"type": "number"}, []),
        ([{"key": "b"}], KEYED, ["key"]),
        ([{"key": "b"}, {}], KEYED, []),
        (["a", {"key": "b"}, {}], {"anyOf": [KEYED, {"type": "string"}]}, []),
        ([{}], {"type": "object"}, []),
        ([{"key": "b", "id": "a"}], IDENTIFIED, ["id", "key"]),
        ([[1.5]], {"type": "array", "items": {"type": "number"}}, []),
        ([[]], {"type": "array", "items": {}}, []),
    ],
)
def test_the_inferred_schema_accepts_all_values_and_requires_what_is_always_there_if_strict(
    values: list[Any], schema: dict[str, object], required: list[str]
) -> None:
    shape = shape_of(*values)
    assert shape.schema() == schema
    assert shape.schema(strict=True) == {**schema, **({"required": required} if required else {})}


def test_a_shape_of_several_types_has_a_shape_for_each() -> None:
    mixed = shape_of({"key": "b"}, [1], [], None)
    assert mixed.only("array") == shape_of([1], [])
    assert mixed.only("object") == shape_of({"key": "b"})
    assert mixed.only("string").n == 0
    assert shape_of([{"key": "b"}]).schema(strict=True)["items"]["required"] == ["key"]
    names = [name for name, _ in shape_of({"items": [{"key": 1}]}).descendants()]
    assert names == ["", "items", "items", "key"]
