"""The normal form of schemas."""

from typing import Any

import pytest

from scripts.openapi.normal import normal_form

TEXT, INTEGER, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}
DOG = {"$ref": "#/components/schemas/Dog"}
DOGS = {"type": "array", "items": DOG}
BOTH = [{"minLength": 1}, {"maxLength": 2}]


def normal(schema: Any, version: str = "3.1.0", **others: Any) -> Any:
    schemas = {"Pet": {"properties": {"a": schema}}, "Dog": {"properties": {}}, **others}
    made = normal_form({"openapi": version, "info": {}, "components": {"schemas": schemas}})
    (_, *names) = made["components"]["schemas"]
    assert names == ["Dog", *(name for name in others if name != "Label")]
    return made["components"]["schemas"]["Pet"]["properties"]["a"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"const": 1, "enum": [1, 2]}, {"enum": [1, 2]}),
        ({**TEXT, "examples": ["a", "b"]}, {**TEXT, "example": "a"}),
        ({"exclusiveMinimum": 1}, {"minimum": 1, "exclusiveMinimum": True}),
        ({"type": ["string", "null"]}, {**TEXT, "nullable": True}),
        ({"type": ["string", "integer", "null"]}, {"anyOf": [TEXT, INTEGER], "nullable": True}),
        ({"type": ["array", "null"]}, {"type": "array", "items": {}, "nullable": True}),
        ({"type": ["array", "string"]}, {"anyOf": [{"type": "array", "items": {}}, TEXT]}),
        ({**DOGS, "type": ["string", "array"]}, {"anyOf": [TEXT, DOGS]}),
        (NULL, {"nullable": True, "enum": [None]}),
        ({"anyOf": [TEXT, NULL], "title": "A"}, {**TEXT, "title": "A", "nullable": True}),
        ({"oneOf": [DOG, NULL]}, {"allOf": [DOG], "nullable": True}),
        ({"oneOf": [TEXT, INTEGER, NULL]}, {"oneOf": [TEXT, INTEGER], "nullable": True}),
        ({**TEXT, "contentEncoding": "base64"}, {**TEXT, "format": "byte"}),
        ({**TEXT, "contentMediaType": "image/png"}, {**TEXT, "format": "binary"}),
        ({**DOG, "nullable": True}, {"allOf": [DOG], "nullable": True}),
        ({**DOG, "description": "a"}, {**DOG, "description": "a"}),
        ({"anyOf": [True, NULL]}, {"allOf": [True], "nullable": True}),
        ({"anyOf": [TEXT, NULL], "allOf": BOTH}, {"allOf": [*BOTH, TEXT], "nullable": True}),
        ({"items": {"const": 1}}, {"items": {"enum": [1]}}),
    ],
)
def test_what_3_1_says_in_other_words_is_said_as_in_3_0(written: Any, expected: Any) -> None:
    assert normal(written) == expected


def test_what_says_it_already_stays() -> None:
    for schema in (
        {"exclusiveMinimum": True, "minimum": 1},
        {"allOf": [TEXT, {"minLength": 1}]},
        {"allOf": [TEXT], "nullable": True},
        {"allOf": [True]},
        {"anyOf": [TEXT, INTEGER]},
        DOG,
        {"$ref": "#/components/schemas/Gone"},
        {"$ref": "#/components/schemas/Pet/properties/b"},
    ):
        assert normal(schema, "3.0.0") == normal(schema, "3.1.0") == schema
    paths = {"/a": {"$ref": "#/gone", "get": {}}}  # no schema
    assert normal_form({"openapi": "3.1.0", "info": {}, "paths": paths})["paths"] == paths


def test_an_all_of_of_one_keeps_the_remarks_beside_it_unless_it_is_a_reference() -> None:
    assert normal({"const": 1}, "3.0.3") == {"const": 1}  # no keyword there
    assert normal({"allOf": [TEXT], "title": "A"}, "3.0.0") == {**TEXT, "title": "A"}
    assert normal({"allOf": [DOG], "title": "A"}, "3.0.0") == DOG


def test_a_plain_value_stands_where_it_is_used_and_remarks_beside_a_reference_stay() -> None:
    label = {**TEXT, "maxLength": 9}
    written = {"$ref": "#/components/schemas/Label", "title": "A"}
    assert normal(written, "3.0.0", Label=label, Unused=label) == {**label, "title": "A"}
    listed = {"properties": {name: {**written} for name in "ab"}}
    made = normal(listed, "3.0.0", Label={**TEXT, "default": ["x"]})["properties"]
    assert made["a"]["default"] is not made["b"]["default"]  # which an overlay may change
