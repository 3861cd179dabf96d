"""Each validation error is one line with its place."""

from typing import Any

from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped] # no stubs

from scripts.openapi.validation import closed, reason_of, validation_errors

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"type": "string"}
IN_A = {"properties": {"a": TEXT}}
REFERENCE = {"type": "object", "required": ["$ref"]}
HTTP = {"properties": {"type": {"const": "http"}, "scheme": TEXT}}
API_KEY = {"properties": {"type": {"const": "apiKey"}, "name": TEXT}}
OTHER = {"properties": {"type": {"enum": ["other"]}}}


def lines(document: object, **keywords: Any) -> list[str]:
    return list(validation_errors({"$schema": DRAFT, **keywords}, document))


def test_every_error_is_reported_on_one_line_of_limited_length_with_its_pointer() -> None:
    assert reason_of(ValidationError(f"{'x' * 201}\nb")) == "x" * 200
    assert lines(1, type="object") == ["/: 1 is not of type 'object'"]
    assert lines("soon", format="date") == ["/: 'soon' is not a 'date'"]
    given = {"a/b": ["x", 1], "c": 2}
    assert lines(given, properties={"a/b": {"items": TEXT}, "c": TEXT}) == [
        "/a~1b/1: 1 is not of type 'string'",
        "/c: 2 is not of type 'string'",
    ]
    assert lines(1, **closed()) == ["/: 1 is not of type 'object'"]
    assert lines({"c": 1}, **closed("b")) == [
        "/: 'b' is a required property",
        "/: Additional properties are not allowed ('c' was unexpected)",
    ]


def test_the_error_is_that_of_the_best_matching_alternative() -> None:
    for alternatives, document, line in (
        # what is furthest down, in alternatives of alternatives as well
        ([{"oneOf": [TEXT, IN_A]}], {"a": 1}, "/a: 1 is not of type 'string'"),
        # a reference only if nothing else is allowed
        ([REFERENCE, {"required": ["schema"]}], {}, ": 'schema' is a required property"),
        ([REFERENCE], {}, ": '$ref' is a required property"),
        # an alternative of this type
        ([HTTP, API_KEY], {"type": "apiKey", "scheme": 1, "name": 2}, "/name: 2 is not of type"),
        ([HTTP, OTHER], {"type": "apiKey"}, "/type: 'http' was expected"),
    ):
        (found,) = lines({"it": document}, properties={"it": {"oneOf": alternatives}})
        assert found.startswith(f"/it{line}")
