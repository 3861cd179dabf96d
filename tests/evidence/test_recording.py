"""Reading the files of facade.observe and of the probe."""

from pathlib import Path

import pytest

from scripts.contract.errors import CannotRunError
from scripts.evidence.recording import Shape, read
from tests.evidence.recordings import GET, LIST, ONE, record


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
    ("written", "why"),
    [
        ("", "nothing was observed"),
        ("{}\n", "a.jsonl, line 1, is not a line of facade.observe"),
        ("not json\n", "a.jsonl, line 1, is not a line of facade.observe"),
        (None, "cannot read .*a.jsonl"),
    ],
)
def test_anything_but_a_recording_is_refused(tmp_path: Path, written: str | None, why: str) -> None:
    if written is not None:
        (tmp_path / "a.jsonl").write_text(written)
    with pytest.raises(CannotRunError, match=why):
        read([tmp_path / "a.jsonl"])


TEXT, NUMBER, WHOLE, NULL = (
    Shape(1, {kind: 1}) for kind in ("string", "number", "integer", "null")
)


def merged(*shapes: Shape) -> Shape:
    total = Shape()
    for shape in shapes:
        total.add(shape)
    return total


@pytest.mark.parametrize(
    ("shape", "schema"),
    [
        (Shape(), {}),
        (TEXT, {"type": "string"}),
        (merged(TEXT, NULL), {"type": "string", "nullable": True}),
        (merged(NUMBER, WHOLE), {"type": "number"}),
        (merged(TEXT, WHOLE), {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        (
            Shape(1, {"object": 1}, {"a": TEXT}),
            {"type": "object", "properties": {"a": {"type": "string"}}},
        ),
        (Shape(1, {"object": 1}), {"type": "object"}),
        (Shape(1, {"array": 1}, items=TEXT), {"type": "array", "items": {"type": "string"}}),
        (Shape(1, {"array": 1}), {"type": "array", "items": {}}),
    ],
)
def test_the_inferred_schema_accepts_all_observed_values_and_requires_nothing(
    shape: Shape, schema: dict[str, object]
) -> None:
    assert shape.schema() == schema


def test_a_shape_of_several_types_has_a_shape_for_each() -> None:
    mixed = merged(
        Shape(1, {"object": 1}, {"a": TEXT}),
        Shape(2, {"array": 2}, items=WHOLE),
        Shape(1, NULL.types),
    )
    assert mixed.only("array") == Shape(2, {"array": 2}, items=WHOLE)
    assert mixed.only("object") == Shape(1, {"object": 1}, {"a": TEXT})
    assert mixed.only("string").n == 0
