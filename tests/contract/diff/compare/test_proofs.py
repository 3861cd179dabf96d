"""A proof is right: a validator accepts every value after that it accepted before."""

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator

from scripts.contract.diff.compare.compared import ComparedDocument
from scripts.contract.diff.compare.proofs import Documents
from scripts.contract.diff.rules import Direction, Position
from tests.contract.diff.documents import Json, requesting

_NAMES = st.sampled_from(["a", "b"])
_TEXTS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from([".*", "^a", "a$", "^b"]),
        "enum": st.lists(
            st.sampled_from(["", "a", "ab", "b"]), min_size=1, max_size=3, unique=True
        ),
    },
)
_NUMBERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-1, 3),
        "exclusiveMinimum": st.integers(-1, 3),
        "maximum": st.integers(-1, 3),
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "enum": st.lists(st.integers(-1, 4), min_size=1, max_size=3, unique=True),
    },
)
_LIMITS = st.sampled_from([{"maxLength": 1}, {"minimum": 1}, {"type": "string"}])
_LEAVES = st.one_of(
    _TEXTS,
    _NUMBERS,
    st.sampled_from([{}, {"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}]),
    st.sampled_from([{"maxLength": 1}, {"minimum": 1}, {"enum": ["a", 1, None]}, {"const": "a"}]),
)


def _objects(below: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        # Without a type, a schema with properties is an object to everything but a validator.
        {"type": st.just("object"), "properties": st.dictionaries(_NAMES, below, max_size=2)},
        optional={
            "required": st.lists(_NAMES, max_size=2, unique=True),
            "additionalProperties": st.booleans() | below,
            "minProperties": st.integers(0, 2),
        },
    )


def _nested(below: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    words = st.sampled_from(["oneOf", "anyOf", "allOf"])
    some = st.lists(below, min_size=1, max_size=3, unique_by=str)
    lists = st.fixed_dictionaries(
        {"type": st.just("array"), "items": below},
        optional={"minItems": st.integers(0, 2), "maxItems": st.integers(0, 2)},
    )
    unions = st.builds(lambda word, parts: {word: parts}, words, some)
    beside = st.builds(lambda union, more: {**more, **union}, unions, _LIMITS | _objects(below))
    return st.one_of(_objects(below), lists, unions, beside)


_SCHEMAS = st.recursive(_LEAVES, _nested, max_leaves=5)
_SCALARS: list[Any] = [None, True, "", "a", "ab", "b", "abcd", -1, 0, 1, 2, 3, 9, 0.5, 1.5]
_VALUES = [
    *_SCALARS,
    *([], ["a"], [1], ["a", "b"], [{}]),
    {},
    *({"a": each} for each in _SCALARS),
    *({"a": each, "b": other} for each in _SCALARS for other in ("a", 1)),
]


def _is_named(value: Any, schema: str) -> bool:
    """Return whether a schema names all properties of a value, as a client sends them."""
    names = value.keys() if isinstance(value, dict) else ()
    return all(f"'{name}': " in schema for name in names)


@settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(_SCHEMAS, _SCHEMAS)
def test_a_proof_is_right_for_every_value(old: Json, new: Json) -> None:
    documents = Documents(*(_document(side, each) for side, each in (("old", old), ("new", new))))
    shapes = [document.shape(_node(document)) for document in documents]
    assume(documents.is_proved(shapes[0], shapes[1], Position(Direction.REQUEST)))
    before, after = OAS31Validator(old), OAS31Validator(new)
    broken = [
        value
        for value in _VALUES
        if _is_named(value, str(old)) and before.is_valid(value) and not after.is_valid(value)
    ]
    assert broken == []


def _document(side: str, schema: Json) -> ComparedDocument:
    return ComparedDocument(side, requesting(schema, openapi="3.1.0"))


def _node(document: ComparedDocument) -> Any:
    body = document.root.get("paths")
    for name in ("/pets", "put", "requestBody", "content", "application/json", "schema"):
        assert body is not None
        body = body.get(name)
    return body
