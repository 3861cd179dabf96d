"""Whether a schema accepts one value, plain or as text in a URL or a header."""

import json
from typing import Any

import pytest

from scripts.diff.compare.acceptance import accepts, accepts_all_text
from tests.diff.documents import Json, S
from tests.diff.domain import NUMBERS, TEXTS, UNIONS, WRITTEN, World, new_document
from tests.diff.schemas import AB, FLAG, INT, NUMBER, integers, lists, shape, texts


def written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("world", [NUMBERS, TEXTS, UNIONS])
def test_a_value_is_accepted_exactly_if_a_validator_accepts_it(world: World) -> None:
    for side, accepted in zip(world.sides(new_document()), world.sets, strict=True):
        if side.shape.alternatives or side.shape.parts:
            continue  # this is about one case
        for i, value in enumerate(world.values):
            found, case = accepts(side.shape, value, as_text=False), (side.shape.node.value, value)
            is_apart = value is None or (isinstance(value, dict | list) and not found)
            assert is_apart or found is bool(accepted >> i & 1), case


def test_a_text_is_accepted_exactly_if_a_value_written_so_is() -> None:
    for side, accepted in zip(WRITTEN.sides(new_document()), WRITTEN.sets, strict=True):
        if side.shape.alternatives:
            continue
        values = [each for i, each in enumerate(WRITTEN.values) if accepted >> i & 1]
        fitting = set(map(written, values))
        for value in WRITTEN.values:
            case = side.shape.node.value, value
            is_read = not (side.shape.types >= {"fraction"} and written(value) == "1.5")
            if is_read:  # only whole numbers are read from text
                assert accepts(side.shape, value, as_text=True) is (written(value) in fitting), case


# schema, value, whether it is accepted as it is, and as text
VALUES: list[tuple[Json, Any, bool, bool]] = [
    ({"const": 1, "type": "string"}, 1, False, False),  # it accepts nothing
    (INT, "9" * 5000, False, False),
    (NUMBER, "1", False, True),
    (FLAG, "True", False, False),
    (texts(maxLength=1), 12, False, False),
    (texts(pattern="["), "a", False, False),  # undecidable
    (texts(format="uuid"), "a", False, False),
    (integers(format="int32"), str(2**31), False, False),
    ({"type": "object", "title": "Pet"}, {}, True, True),
    ({"type": "object", "required": ["a"]}, {}, False, False),
    (lists(), ["a"], True, True),
    (lists(S), ["a"], False, False),
    ({"nullable": True, "type": "string"}, None, True, True),
]


@pytest.mark.parametrize(("schema", "value", "as_it_is", "as_text"), VALUES)
def test_a_value_is_accepted_only_if_that_is_certain(
    schema: Json, value: Any, as_it_is: bool, as_text: bool
) -> None:
    found = [accepts(shape(schema), value, as_text=each) for each in (False, True)]
    assert found == [as_it_is, as_text]


def test_text_without_limits_accepts_every_text() -> None:
    some = [S, {}, {"type": ["string", "null"]}, texts(minLength=1)]  # as text, no value is empty
    assert [each for each in some if not accepts_all_text(shape(each))] == []
    limited = [texts(minLength=2), texts(maxLength=9), texts(format="uuid"), texts(pattern="a")]
    limited += [texts(**{"not": AB}), AB, INT]
    assert [each for each in limited if accepts_all_text(shape(each))] == []
