"""Parameters: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

from scripts.diff.compare import compare
from tests.diff.documents import Json, S, at, document, found, found_by_rule, has, operation, worst
from tests.diff.examples import examples_of
from tests.diff.schemas import INT, lists

LIST: Json = {"type": "array", "items": S}
ID: Json = {"name": "id", "in": "path", "required": True, "schema": S}


def query(name: str = "tag", place: str = "query", schema: Json | None = None, **more: Any) -> Json:
    return operation(parameters=[{"name": name, "in": place, "schema": schema or S, **more}])


def content(media_type: str, schema: Json) -> Json:
    return {"content": {media_type: {"schema": schema}}}


def placed(place: str, schema: Json) -> Json:
    """Return a document whose request has a value in this place, or in a form or JSON."""
    if "/" in place:
        return operation(requestBody=content(place, has(a=schema)))
    is_json = place.endswith("content")
    stated = content("application/json", schema) if is_json else {"schema": schema}
    joined = {"explode": False} if place == "joined" else {}
    place = "header" if place.startswith("header") else "query"
    return operation(parameters=[{"name": "a", "in": place, **stated, **joined}])


test_the_examples_of_the_rules_are_found = examples_of("parameter path-parameter")
test_a_change_of_a_parameter_is_found_by_its_rule = found_by_rule([
    ("one of several types, joined", query(schema={"oneOf": [S, LIST]}), query(schema={"oneOf": [S, LIST]}, explode=False), "parameter-explode-changed"),
    ("one of several single types, joined", query(schema={"oneOf": [S, {"type": "integer"}]}), query(schema={"oneOf": [S, {"type": "integer"}]}, explode=False), ""),
    ("another place, as a list", query(schema=LIST), query(place="header", schema=LIST), "parameter-location-changed"),
    ("another place, as a text", query(), query(place="header"), "(parameter-location-changed)"),
    ("another place, as JSON", placed("content", S), placed("header content", S), "(parameter-location-changed)"),
    ("into the path", at("/p", parameters=[{**ID, "in": "query"}]), at("/p/{id}", parameters=[ID]), "operation-moved, parameter-location-changed"),
    ("a name in another case", query("Tag"), query("tag"), "parameter-added-optional, parameter-removed"),
    ("explode of any value", query(schema={"title": "Tag"}), query(schema={"title": "Tag"}, explode=False), "parameter-explode-changed"),
    ("a mark before any value", at("/p/{id}", parameters=[ID]), at("/p/{id}", parameters=[{**ID, "style": "label"}]), "parameter-style-changed"),
    ("the explode of a marked text", at("/p/{id}", parameters=[{**ID, "style": "label"}]), at("/p/{id}", parameters=[{**ID, "style": "label", "explode": True}]), ""),
    ("the default style", query(schema=LIST), query(schema=LIST, style="form", explode=True), ""),
    ("a header of any case", query("X-A", "header"), query("x-a", "header"), ""),
    ("on the path", operation(parameters=[ID]), document({"/pets/{id}": {"parameters": [ID], "get": {"operationId": "get-pet"}}}), ""),
    ("an argument that one side declares, by another name", at("/p/{a}"), at("/p/{id}", parameters=[ID]), "path-parameter-declared"),
    ("an argument that a base path moves before", at("/v1/p/{id}"), at("/p/{id}", parameters=[ID]), "operation-moved, path-parameter-declared"),
    ("an argument that a base path moves before, declared at last", at("/p/{id}"), at("/v1/p/{id}", parameters=[ID]), "operation-moved, path-parameter-declared"),
    ("an argument after one that goes", at("/{v}/p/{id}", parameters=[ID]), at("/p/{a}", parameters=[{**ID, "name": "a"}]), "operation-moved, path-parameter-renamed"),
    ("a declared argument that the path never had", at("/p", parameters=[ID]), at("/q", parameters=[{**ID, "name": "a"}]), "operation-moved, unused-path-parameter-added, unused-path-parameter-removed"),
    ("an argument of the same name in code", at("/p/{petId}", parameters=[{**ID, "name": "petId"}]), at("/p/{pet_id}", parameters=[{**ID, "name": "pet_id"}]), "(path-parameter-renamed)"),
    ("an argument of another path", at("/p/{id}", parameters=[ID]), at("/q/{a}", parameters=[{**ID, "name": "a"}]), "operation-moved, parameter-added-required, parameter-removed"),
])  # fmt: skip


def test_the_value_of_a_parameter_or_a_form_field_is_text() -> None:
    for place, old, new, forwards, backwards in (
        ("query", INT, S, "safe", "breaking"),
        ("query", S, {"type": ["string", "null"]}, "safe", "safe"),
        ("query", S, LIST, "safe", "breaking"),  # exploded
        ("joined", S, LIST, "breaking", "breaking"),
        ("header", S, LIST, "breaking", "breaking"),
        ("content", INT, S, "breaking", "breaking"),
        ("application/x-www-form-urlencoded", INT, S, "safe", "breaking"),
        ("application/json", INT, S, "breaking", "breaking"),
    ):
        before, after = placed(place, old), placed(place, new)
        assert (worst(before, after), worst(after, before)) == (forwards, backwards)


def test_a_parameter_without_a_name_or_of_a_path_and_optional_is_a_problem() -> None:
    optional = {**ID, "required": False}
    wrong = operation(parameters=[optional, ID, {"in": "query"}, {"name": "a", "in": "query"}])
    assert [each.message for each in compare(wrong, operation()).problems] == [
        "the path parameter 'id' must be required",
        "a parameter must have a name and a place (in)",
    ]


def test_a_header_that_openapi_ignores_breaks_nothing() -> None:
    for place, wire in (("header", "safe"), ("query", "breaking")):
        added = query("Authorization", place, required=True)
        assert found(operation(), added) == [f"parameter-added-required {wire}/breaking"]


def test_a_default_matters_only_if_the_value_is_optional() -> None:
    for is_required, wire in ((False, "breaking"), (True, "safe")):
        old, new = (query(schema={**S, "default": each}, required=is_required) for each in "ab")
        assert found(old, new) == [f"default-changed {wire}/compatible"]
    old, new = (query(schema=lists({**S, "default": each}), required=True) for each in "ab")
    assert found(old, new) == ["default-changed breaking/compatible"]
