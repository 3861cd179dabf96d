"""Parameters: the mutated contract is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff.documents import JSON, Json, S, at, document, found, operation, said

LIST: Json = {"type": "array", "items": S}
ID: Json = {"name": "id", "in": "path", "required": True, "schema": S}


def query(name: str = "tag", place: str = "query", schema: Json | None = None, **more: Any) -> Json:
    """Give a document of one operation that takes a parameter."""
    return operation(parameters=[{"name": name, "in": place, "schema": schema or S, **more}])


def path_parameter(required: bool) -> Json:
    """Give a document whose path parameter is marked."""
    return operation(parameters=[{**ID, "required": required}])


PARAMETERS: list[tuple[str, Json, Json, str, str]] = [
    ("another name in another case", query("Tag"), query("tag"), "parameter-added-optional safe/compatible, parameter-removed breaking/breaking", "parameter-added-optional safe/compatible, parameter-removed breaking/breaking"),
    ("one of several types, joined", query(schema={"oneOf": [S, LIST]}), query(schema={"oneOf": [S, LIST]}, explode=False), "parameter-explode-changed breaking/none", "parameter-explode-changed breaking/none"),
    ("one of several single types, joined", query(schema={"oneOf": [S, {"type": "integer"}]}), query(schema={"oneOf": [S, {"type": "integer"}]}, explode=False), "", ""),
    ("required", operation(), query(required=True), "parameter-added-required breaking/breaking", "parameter-removed breaking/breaking"),
    ("optional", operation(), query(), "parameter-added-optional safe/compatible", "parameter-removed breaking/breaking"),
    ("became required", query(), query(required=True), "parameter-became-required breaking/breaking", "parameter-became-optional safe/compatible"),
    ("another place", query(), query(place="cookie"), "parameter-location-changed breaking/compatible", "parameter-location-changed breaking/compatible"),
    ("style", query(schema=LIST), query(schema=LIST, style="pipeDelimited"), "parameter-style-changed breaking/none", "parameter-style-changed breaking/none"),
    ("explode", query(schema=LIST), query(schema=LIST, explode=False), "parameter-explode-changed breaking/none", "parameter-explode-changed breaking/none"),
    ("explode of one value", query(), query(explode=False), "", ""),
    ("the default style", query(schema=LIST), query(schema=LIST, style="form", explode=True), "", ""),
    ("reserved characters", query(), query(allowReserved=True), "parameter-reserved-changed breaking/none", "parameter-reserved-changed breaking/none"),
    ("empty values", query(), query(allowEmptyValue=True), "parameter-empty-value-allowed safe/none", "parameter-empty-value-refused breaking/none"),
    ("content", query(), operation(parameters=[{"name": "tag", "in": "query", "content": JSON}]), "parameter-content-changed breaking/compatible", "parameter-content-changed breaking/compatible"),
    ("deprecated", query(), query(deprecated=True), "parameter-deprecated safe/none", "parameter-undeprecated safe/none"),
    ("an enum", query(schema={"enum": ["a"]}), query(schema={"enum": ["a", "b"]}), "enum-values-added safe/compatible", "enum-values-removed breaking/breaking"),
    ("a header of any case", query("X-A", "header"), query("x-a", "header"), "", ""),
    ("a header that does not count", operation(), query("Authorization", "header", required=True), "parameter-added-required safe/breaking", "parameter-removed safe/breaking"),
    ("path parameter marked", path_parameter(False), path_parameter(True), "path-parameter-marked-required safe/compatible", "path-parameter-marked-optional safe/breaking"),
    ("path parameter renamed", at("/a/{id}", parameters=[ID]), at("/a/{pet}", parameters=[{**ID, "name": "pet"}]), "path-parameter-renamed safe/breaking", "path-parameter-renamed safe/breaking"),
    ("on the path", operation(parameters=[ID]), document({"/pets/{id}": {"parameters": [ID], "get": {"operationId": "get-pet"}}}), "", ""),
    ("an unknown field", query(), query(colour="red"), "unclassified risky/compatible", "unclassified risky/compatible"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in PARAMETERS],
    ids=[row[0] for row in PARAMETERS],
)
def test_a_parameter_is_judged_by_its_rule(
    old: Json, new: Json, forwards: str, backwards: str
) -> None:
    assert found(old, new) == said(forwards)
    assert found(new, old) == said(backwards)
