"""Each validation error is one line with its place."""

from typing import Any

import pytest
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped] # no stubs

from scripts.contract.openapi.validation import reason_of, validation_errors

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(**keywords: Any) -> dict[str, Any]:
    return {"$schema": DRAFT, **keywords}


def test_a_valid_document_has_no_errors() -> None:
    assert list(validation_errors(schema(type="object"), {"a": 1})) == []


@pytest.mark.parametrize(
    ("keywords", "document", "lines"),
    [
        ({"type": "object"}, 1, ["/: 1 is not of type 'object'"]),
        (
            {"properties": {"a/b": {"items": {"type": "string"}}}},
            {"a/b": ["x", 1]},
            ["/a~1b/1: 1 is not of type 'string'"],
        ),
        (
            {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
            {"a": 1, "b": 2},
            ["/a: 1 is not of type 'string'", "/b: 2 is not of type 'string'"],
        ),
        ({"format": "date"}, "soon", ["/: 'soon' is not a 'date'"]),
    ],
)
def test_every_error_is_reported_with_its_pointer(
    keywords: dict[str, Any], document: object, lines: list[str]
) -> None:
    assert list(validation_errors(schema(**keywords), document)) == lines


@pytest.mark.parametrize(
    ("message", "reason"),
    [("first\nsecond", "first"), ("x" * 200, "x" * 200), ("x" * 201, "x" * 200)],
)
def test_a_reason_is_one_line_of_two_hundred_characters_at_most(message: str, reason: str) -> None:
    assert reason_of(ValidationError(message)) == reason


HTTP = {"properties": {"type": {"const": "http"}, "scheme": {"type": "string"}}}
API_KEY = {"properties": {"type": {"const": "apiKey"}, "name": {"type": "string"}}}
REFERENCE = {"type": "object", "required": ["$ref"]}


@pytest.mark.parametrize(
    ("alternatives", "document", "line"),
    [
        pytest.param(
            [{"type": "string"}, {"type": "object", "properties": {"a": {"type": "string"}}}],
            {"a": 1},
            "/it/a: 1 is not of type 'string'",
            id="what is furthest down",
        ),
        pytest.param(
            [REFERENCE, {"type": "object", "required": ["schema"]}],
            {},
            "/it: 'schema' is a required property",
            id="no reference was meant",
        ),
        pytest.param(
            [HTTP, API_KEY],
            {"type": "apiKey", "scheme": 1, "name": 2},
            "/it/name: 2 is not of type 'string'",
            id="an alternative of this type",
        ),
        pytest.param(
            [HTTP, {"properties": {"type": {"enum": ["apiKey"]}}}],
            {"type": "other"},
            "/it/type: 'http' was expected",
            id="no alternative is of this type",
        ),
        pytest.param(
            [REFERENCE],
            {},
            "/it: '$ref' is a required property",
            id="only a reference is allowed",
        ),
        pytest.param(
            [{"oneOf": [{"type": "string"}, {"properties": {"a": {"type": "string"}}}]}],
            {"a": 1},
            "/it/a: 1 is not of type 'string'",
            id="alternatives of alternatives",
        ),
    ],
)
def test_the_error_is_that_of_the_best_matching_alternative(
    alternatives: list[Any], document: object, line: str
) -> None:
    given = schema(properties={"it": {"oneOf": alternatives}})
    assert list(validation_errors(given, {"it": document})) == [line]
