"""The normal form of schemas."""

from typing import Any

import pytest

from scripts.contract.openapi.normal import normal_form


def normal(schema: Any, version: str = "3.1.0", **others: Any) -> Any:
    schemas = {"Pet": {"properties": {"a": schema}}, **others}
    made = normal_form({"openapi": version, "info": {}, "components": {"schemas": schemas}})
    return made["components"]["schemas"]["Pet"]["properties"]["a"]


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"const": 1}, {"enum": [1]}),
        ({"const": 1, "enum": [1, 2]}, {"enum": [1, 2]}),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "example": "a"}),
        ({"type": "string", "examples": []}, TEXT),
        ({"exclusiveMinimum": 1}, {"minimum": 1, "exclusiveMinimum": True}),
        ({"exclusiveMaximum": 1.5}, {"maximum": 1.5, "exclusiveMaximum": True}),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ["string"]}, TEXT),
        (
            {"type": ["string", "integer", "null"]},
            {"anyOf": [TEXT, {"type": "integer"}], "nullable": True},
        ),
        ({"type": "null"}, {"nullable": True, "enum": [None]}),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "A"},
            {"type": "string", "title": "A", "nullable": True},
        ),
        (
            {"oneOf": [{"$ref": "#/components/schemas/Dog"}, {"type": "null"}]},
            {"allOf": [{"$ref": "#/components/schemas/Dog"}], "nullable": True},
        ),
        (
            {"oneOf": [TEXT, {"type": "integer"}, {"type": "null"}]},
            {"oneOf": [TEXT, {"type": "integer"}], "nullable": True},
        ),
        (
            {"type": "string", "contentEncoding": "base64"},
            {"type": "string", "format": "byte"},
        ),
        (
            {"type": "string", "contentMediaType": "image/png"},
            {"type": "string", "format": "binary"},
        ),
        (
            {"$ref": "#/components/schemas/Dog", "nullable": True},
            {"allOf": [{"$ref": "#/components/schemas/Dog"}], "nullable": True},
        ),
        (
            {"$ref": "#/components/schemas/Dog", "description": "a"},
            {"$ref": "#/components/schemas/Dog", "description": "a"},
        ),
        ({"anyOf": [True, {"type": "null"}]}, {"allOf": [True], "nullable": True}),
        (
            {"anyOf": [TEXT, {"type": "null"}], "allOf": [{"minLength": 1}, {"maxLength": 2}]},
            {"allOf": [{"minLength": 1}, {"maxLength": 2}, TEXT], "nullable": True},
        ),
        ({"items": {"const": 1}}, {"items": {"enum": [1]}}),
        ({"allOf": [{"allOf": [{"const": 1}]}]}, {"enum": [1]}),
    ],
)
def test_what_3_1_says_in_other_words_is_said_as_in_3_0(written: Any, expected: Any) -> None:
    dog = {"type": "object", "properties": {}}
    assert normal(written, Dog=dog) == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"exclusiveMinimum": True, "minimum": 1},
        {"enum": ["a"]},
        {"allOf": [TEXT, {"minLength": 1}]},
        {"allOf": [TEXT], "nullable": True},
        {"anyOf": [TEXT, {"type": "integer"}]},
        {"allOf": [], "title": "A"},
    ],
)
def test_what_says_it_already_stays(schema: Any) -> None:
    assert normal(schema, "3.0.0") == schema
    assert normal(schema, "3.1.0") == schema


def test_keywords_of_3_1_are_no_keywords_in_3_0() -> None:
    assert normal({"const": 1}, "3.0.3") == {"const": 1}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {"allOf": [{"$ref": "#/components/schemas/Dog"}], "title": "A"},
            "#/components/schemas/Dog",
        ),
        ({"$ref": "#/components/schemas/Dog"}, "#/components/schemas/Dog"),
        ({"$ref": "#/components/schemas/Gone"}, "#/components/schemas/Gone"),
        (
            {"$ref": "#/components/schemas/Pet/properties/b"},
            "#/components/schemas/Pet/properties/b",
        ),
    ],
)
def test_a_reference_to_a_structure_or_to_nothing_stays(written: Any, expected: str) -> None:
    assert normal(written, "3.0.0", Dog={"properties": {}}) == {"$ref": expected}


def test_an_all_of_of_one_keeps_the_remarks_beside_it_unless_it_is_a_reference() -> None:
    assert normal({"allOf": [TEXT], "title": "A"}, "3.0.0") == {"type": "string", "title": "A"}


def test_a_plain_value_stands_where_it_is_used_and_remarks_beside_a_reference_stay() -> None:
    label = {"type": "string", "maxLength": 9}
    schemas = {
        "Pet": {"properties": {"a": {"$ref": "#/components/schemas/Label", "title": "A"}}},
        "Label": label,
        "Unused": label,
    }
    made = normal_form({"openapi": "3.0.0", "info": {}, "components": {"schemas": schemas}})
    assert made["components"]["schemas"] == {
        "Pet": {"properties": {"a": {**label, "title": "A"}}},
        "Unused": label,
    }
