"""What a schema says: the types that it states, implies and does not exclude."""

from tests.diff.documents import Json, S
from tests.diff.schemas import shape

SCALARS = {"boolean", "string", "integer", "fraction"}


def test_keywords_state_or_imply_the_types() -> None:
    schemas: list[tuple[Json, set[str], bool]] = [
        ({"type": ["number", "null"]}, {"integer", "fraction"}, True),
        ({"type": "string", "enum": [1]}, {"string"}, False),
        ({"enum": ["a", None]}, {"string"}, True),
        ({"const": 1}, {"integer"}, False),
        ({"properties": {"a": S}}, {"object"}, False),
        ({"type": ["string", "number"], "not": {"type": "integer"}}, {"string", "fraction"}, False),
        ({"not": {"type": ["object", "array", "null"]}}, SCALARS, False),
        ({"not": {"type": "object", "title": "A"}}, {*SCALARS, "object", "array"}, True),
    ]
    for schema, types, is_nullable in schemas:
        assert shape(schema).types == types
        assert shape(schema).nullable is is_nullable
