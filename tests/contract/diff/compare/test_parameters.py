"""Parameters: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff.documents import (
    Json,
    S,
    at,
    document,
    found,
    found_by_rule,
    has,
    operation,
    worst,
)
from tests.contract.diff.examples import check

LIST: Json = {"type": "array", "items": S}
ID: Json = {"name": "id", "in": "path", "required": True, "schema": S}


def query(name: str = "tag", place: str = "query", schema: Json | None = None, **more: Any) -> Json:
    """Return a document of one operation with a parameter."""
    return operation(parameters=[{"name": name, "in": place, "schema": schema or S, **more}])


def path_parameter(required: bool) -> Json:
    """Return a document whose path parameter has this `required`."""
    return operation(parameters=[{**ID, "required": required}])


test_a_change_of_a_parameter_is_found_by_its_rule = found_by_rule([
    ("another name in another case", query("Tag"), query("tag"), "parameter-added-optional, parameter-removed"),
    ("one of several types, joined", query(schema={"oneOf": [S, LIST]}), query(schema={"oneOf": [S, LIST]}, explode=False), "parameter-explode-changed"),
    ("one of several single types, joined", query(schema={"oneOf": [S, {"type": "integer"}]}), query(schema={"oneOf": [S, {"type": "integer"}]}, explode=False), ""),
    ("another place", query(), query(place="cookie"), "(parameter-location-changed)"),
    ("another place, as a list", query(schema=LIST), query(place="header", schema=LIST), "parameter-location-changed"),
    ("explode of any value", query(schema={"title": "Tag"}), query(schema={"title": "Tag"}, explode=False), "parameter-explode-changed"),
    ("explode of one value", query(), query(explode=False), ""),
    ("the default style", query(schema=LIST), query(schema=LIST, style="form", explode=True), ""),
    ("an enum", query(schema={"enum": ["a"]}), query(schema={"enum": ["a", "b"]}), "enum-values-added"),
    ("a header of any case", query("X-A", "header"), query("x-a", "header"), ""),
    ("a header that OpenAPI ignores", operation(), query("Authorization", "header", required=True), "parameter-added-required"),
    ("on the path", operation(parameters=[ID]), document({"/pets/{id}": {"parameters": [ID], "get": {"operationId": "get-pet"}}}), ""),
    ("an unknown field", query(), query(colour="red"), "unclassified"),
])  # fmt: skip

INT: Json = {"type": "integer"}
NULLABLE: Json = {"type": ["string", "null"]}

# place, old schema, new schema, wire severity, and backwards; all values are written as text
TEXTS: list[tuple[str, Json, Json, str, str]] = [
    ("query", INT, S, "safe", "breaking"),
    ("path", INT, S, "safe", "breaking"),
    ("header", INT, S, "safe", "breaking"),
    ("cookie", INT, S, "safe", "breaking"),
    ("query", S, NULLABLE, "safe", "safe"),
    ("query", S, LIST, "safe", "breaking"),  # exploded
    ("header", S, LIST, "breaking", "breaking"),
]


@pytest.mark.parametrize(("place", "old", "new", "forwards", "backwards"), TEXTS)
def test_the_value_of_a_parameter_is_text(
    place: str, old: Json, new: Json, forwards: str, backwards: str
) -> None:
    before, after = (
        at("/a/{tag}" if place == "path" else "/a", parameters=[_parameter(place, schema)])
        for schema in (old, new)
    )
    assert (worst(before, after), worst(after, before)) == (forwards, backwards)


def _parameter(place: str, schema: Json) -> Json:
    return {"name": "tag", "in": place, "required": place == "path", "schema": schema}


def test_the_value_of_a_json_parameter_is_not_text() -> None:
    old, new = (
        operation(
            parameters=[
                {"name": "f", "in": "query", "content": {"application/json": {"schema": s}}}
            ]
        )
        for s in (INT, S)
    )
    assert worst(old, new) == "breaking"


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [("application/x-www-form-urlencoded", "safe"), ("application/json", "breaking")],
)
def test_the_value_of_a_form_field_is_text(media_type: str, expected: str) -> None:
    old, new = (
        operation(requestBody={"content": {media_type: {"schema": has(a=schema)}}})
        for schema in (INT, S)
    )
    assert worst(old, new) == expected


def test_a_default_matters_only_if_the_value_is_optional() -> None:
    a, b = {**S, "default": "a"}, {**S, "default": "b"}
    assert found(query(schema=a), query(schema=b)) == ["default-changed breaking/compatible"]
    assert found(query(schema=a, required=True), query(schema=b, required=True)) == [
        "default-changed safe/compatible"
    ]


def test_the_examples_of_the_rules_are_found() -> None:
    check("Parameters")
