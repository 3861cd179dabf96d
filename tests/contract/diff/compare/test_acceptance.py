"""Whether a schema accepts one value, plain or as text in a URL or a header."""

from typing import Any

import pytest

from scripts.contract.diff.compare.acceptance import accepts, accepts_all_text
from tests.contract.diff.documents import Json, S, has
from tests.contract.diff.schemas import AB, FLAG, INT, NUMBER, integers, lists, shape, texts

# schema, value, whether it is accepted as it is, and as text
VALUES: list[tuple[Json, Any, bool, bool]] = [
    (AB, "a", True, True),
    (AB, "c", False, False),
    ({"enum": [1, 2]}, 1, True, True),
    ({"enum": [1, 2]}, 1.0, True, True),
    ({"enum": [1, 2]}, "1", False, True),
    ({"enum": ["1", "2"]}, 1, False, True),
    ({"enum": [True]}, "true", False, True),
    ({"const": "a"}, "a", True, True),
    ({"const": 1, "type": "string"}, 1, False, False),  # it accepts nothing
    (S, "a", True, True),
    (S, 1, False, True),
    (S, True, False, True),
    (S, {}, False, False),
    (S, [], False, False),
    (INT, 1, True, True),
    (INT, 1.0, True, True),
    (INT, 1.5, False, False),
    (INT, True, False, False),
    (INT, "1", False, True),
    (INT, "-1", False, True),
    (INT, "--1", False, False),
    (INT, "1.5", False, False),
    (INT, "9" * 5000, False, False),
    (NUMBER, "1", False, True),
    (FLAG, True, True, True),
    (FLAG, "true", False, True),
    (FLAG, "True", False, False),
    (texts(maxLength=1), "a", True, True),
    (texts(maxLength=1), "ab", False, False),
    (texts(maxLength=1), 12, False, False),
    (texts(pattern="^a"), 1, False, False),
    (texts(pattern="["), "a", False, False),  # undecidable
    (texts(format="uuid"), "a", False, False),
    (texts(**{"not": AB}), "c", False, False),
    (texts(**{"if": AB}), "c", False, False),
    (integers(minimum=1, maximum=2), 1, True, True),
    (integers(minimum=1, maximum=2), 3, False, False),
    (integers(minimum=2), "1", False, False),
    (integers(multipleOf=2), "1", False, False),
    (integers(format="int32"), str(2**31), False, False),
    ({"type": "object", "title": "Pet"}, {}, True, True),
    (has(a=S), {}, False, False),
    ({"type": "object", "required": ["a"]}, {}, False, False),
    (lists(), ["a"], True, True),
    (lists(S), ["a"], False, False),
    ({"nullable": True, "type": "string"}, None, True, True),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value", "as_it_is", "as_text"), VALUES)
def test_a_value_is_accepted_if_that_is_certain(
    schema: Json, value: Any, as_it_is: bool, as_text: bool
) -> None:
    given = shape(schema)
    assert accepts(given, value, as_text=False) is as_it_is
    assert accepts(given, value, as_text=True) is as_text


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (S, True),
        ({}, True),
        ({"type": ["string", "null"]}, True),
        (texts(minLength=1), True),  # no value is an empty string as text
        (texts(minLength=2), False),
        (texts(maxLength=9), False),
        (texts(pattern="^a"), False),
        (texts(format="uuid"), False),
        (texts(**{"not": AB}), False),
        (AB, False),
        (INT, False),
    ],
)
def test_text_without_limits_accepts_every_text(schema: Json, expected: bool) -> None:
    assert accepts_all_text(shape(schema)) is expected
