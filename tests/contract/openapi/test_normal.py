"""The normal form of a document."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.corrections import read_corrections
from scripts.contract.generate import Layout, read_captured
from scripts.contract.openapi.normal import normal_form
from tests.contract.openapi.spellings import SPELLINGS

LAYOUT = Layout(Path(__file__).parents[3])
CORRECTIONS = read_corrections(LAYOUT.openapi)
CAPTURED = read_captured(LAYOUT, "2021-07-28")


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return CORRECTIONS.apply(CAPTURED)


@pytest.mark.parametrize("version", LAYOUT.versions)
def test_a_normal_form_is_its_own(version: str) -> None:
    normal = normal_form(read_captured(LAYOUT, version))
    assert normal_form(normal) == normal


@pytest.mark.parametrize("respell", SPELLINGS)
def test_however_a_document_is_written_the_contract_is_the_same(
    respell: Callable[[dict[str, Any]], None], contract: dict[str, Any]
) -> None:
    written = copy.deepcopy(CAPTURED)
    respell(written)
    assert written != CAPTURED
    as_given = copy.deepcopy(written)
    normal = normal_form(written)
    assert written == as_given
    assert normal_form(normal) == normal
    assert CORRECTIONS.apply(written) == contract


def document(**parts: Any) -> dict[str, Any]:
    return {"openapi": "3.0.3", "info": {}, "paths": {}, **parts}


def with_operation(**parts: Any) -> dict[str, Any]:
    return document(paths={"/pets": {"get": parts}})


def operation_in(normal: dict[str, Any]) -> Any:
    return normal["paths"]["/pets"]["get"]


def test_a_document_without_paths_has_none() -> None:
    assert normal_form({"openapi": "3.1.0", "info": {}}) == {
        "openapi": "3.0.0",
        "info": {},
        "paths": {},
    }


@pytest.mark.parametrize(
    ("statuses", "listed"),
    [
        (["200", "4XX"], ["200", "400", "401", "403", "404", "409", "422", "429"]),
        (["200", "4xx"], ["200", "400", "401", "403", "404", "409", "422", "429"]),
        (["200", "default"], ["200", "400", "401", "403", "404", "409", "422", "429"]),
        (["default"], ["200", "201", "400", "401", "403", "404", "409", "422", "429"]),
        (["2XX"], ["200", "201"]),
        (["200", "5XX"], ["200", "500"]),
        (["1XX", "3XX"], ["100", "300"]),
        (["200", "x-of"], ["200", "x-of"]),
    ],
)
def test_a_class_stands_for_the_usual_statuses_and_those_that_any_operation_lists(
    statuses: list[str], listed: list[str]
) -> None:
    given = with_operation(responses={each: {"description": each} for each in statuses})
    given["paths"]["/others"] = {"get": {"responses": {"201": {}, "409": {}}}}
    assert sorted(operation_in(normal_form(given))["responses"]) == listed


def test_a_status_keeps_its_own_response_beside_its_class() -> None:
    given = with_operation(responses={"404": {"description": "own"}, "4XX": {"description": "any"}})
    responses = operation_in(normal_form(given))["responses"]
    assert {each["description"] for each in responses.values()} == {"own", "any"}
    assert responses["404"] == {"description": "own"}


def test_equal_bodies_become_one_component_named_by_the_first() -> None:
    body = {"type": "object", "properties": {"id": {"type": "string"}}}
    answer = {"content": {"application/json": {"schema": body}}}
    given = with_operation(operationId="list pets", responses={"200": answer})
    given["paths"]["/others"] = {"post": {"requestBody": answer, "responses": {"201": answer}}}
    normal = normal_form(copy.deepcopy(given))
    reference = {"$ref": "#/components/schemas/list_pets_200"}
    assert normal["components"] == {"schemas": {"list_pets_200": body}}
    (media,) = operation_in(normal)["responses"]["200"]["content"].values()
    assert media == {"schema": reference}
    other = normal["paths"]["/others"]["post"]
    assert other["requestBody"]["content"]["application/json"] == {"schema": reference}


def test_a_body_that_equals_a_component_is_this_component_and_a_new_one_takes_no_name() -> None:
    pet, other = {"type": "object", "title": "Pet"}, {"type": "object", "title": "Other"}
    given = with_operation(
        operationId="Pet",
        requestBody={"content": {"application/json": {"schema": pet}}},
        responses={"200": {"content": {"application/json": {"schema": other}}}},
    )
    given["components"] = {"schemas": {"Pet": pet, "Pet_200": {"type": "string"}}}
    normal = normal_form(given)
    assert normal["components"]["schemas"] == {
        "Pet": pet,
        "Pet_200": {"type": "string"},
        "Pet_200_": other,
    }


def test_what_is_no_json_and_a_body_of_anything_stay_where_they_are() -> None:
    content = {"text/csv; header=present": {"schema": {"type": "string"}}, "application/json": {}}
    given = with_operation(responses={"200": {"content": content}})
    assert normal_form(given) == {**given, "openapi": "3.0.0"}


def test_the_first_example_with_a_value_is_the_example() -> None:
    examples = {
        "elsewhere": {"externalValue": "https://a.test"},
        "one": {"$ref": "#/components/examples/One"},
        "two": {"value": 2},
    }
    given = with_operation(
        parameters=[{"name": "a", "in": "query", "schema": {"type": "integer"}}],
        responses={},
    )
    given["paths"]["/pets"]["get"]["parameters"][0]["examples"] = examples
    given["components"] = {"examples": {"One": {"value": 1}}}
    (parameter,) = operation_in(normal_form(given))["parameters"]
    schema = {"type": "integer", "example": 1}
    assert parameter == {"name": "a", "in": "query", "schema": schema}


def test_text_beside_a_reference_replaces_that_of_its_target() -> None:
    given = with_operation(responses={"200": {"$ref": "#/components/responses/A"}})
    given["paths"]["/pets"]["get"]["responses"]["200"]["description"] = "own"
    answer = {"description": "of A", "headers": {"X": {"$ref": "#/components/headers/X"}}}
    header = {"schema": {"type": "string"}}
    given["components"] = {"responses": {"A": answer}, "headers": {"X": header}}
    (response,) = operation_in(normal_form(given))["responses"].values()
    assert response == {"description": "own", "headers": {"X": header}}


@pytest.mark.parametrize("target", ["#/components/responses/B", "#/components/responses/A", "#A"])
def test_a_reference_that_leads_nowhere_stays(target: str) -> None:
    given = with_operation(responses={"200": {"$ref": target}})
    given["components"] = {"responses": {"A": {"$ref": "#/components/responses/A"}}}
    assert operation_in(normal_form(given))["responses"] == {"200": {"$ref": target}}


def test_a_server_without_a_url_and_a_path_of_the_server_stay() -> None:
    servers = [{"url": "/v1/"}, {"x-none": 1}, {"url": "http://A.test:80/V1", "description": "a"}]
    assert normal_form(document(servers=servers))["servers"] == [
        {"url": "/v1"},
        {"x-none": 1},
        {"url": "http://a.test/V1", "description": "a"},
    ]


def test_operations_without_security_take_that_of_the_document() -> None:
    given = document(
        security=[{"a": []}],
        paths={"/pets": {"get": {"responses": {}}, "put": {"responses": {}, "security": []}}},
    )
    normal = normal_form(given)
    assert [each["security"] for each in normal["paths"]["/pets"].values()] == [[{"a": []}], []]
    assert "security" not in normal


def test_a_key_that_is_no_bearer_token_stays() -> None:
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "basic": {"type": "http", "scheme": "basic", "name": "Authorization"},
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    }
    normal = normal_form(document(components={"securitySchemes": schemes}))
    assert normal["components"]["securitySchemes"] == {
        **schemes,
        "bearer": {"type": "http", "scheme": "bearer"},
    }


def test_the_name_of_a_body_has_the_letters_that_openapi_allows() -> None:
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    given = document(paths={"/größe": {"post": {"requestBody": body, "responses": {}}}})
    assert [*normal_form(given)["components"]["schemas"]] == ["post__gr__e_request"]


def test_of_equal_components_a_body_becomes_the_first_by_name() -> None:
    pet = {"type": "object"}
    given = with_operation(responses={"200": {"content": {"application/json": {"schema": pet}}}})
    given["components"] = {"schemas": {"B": pet, "A": pet, "C": pet}}
    (media,) = operation_in(normal_form(given))["responses"]["200"]["content"].values()
    assert media == {"schema": {"$ref": "#/components/schemas/A"}}


def test_what_is_no_object_stays_for_the_checks_to_report() -> None:
    given = document(paths={"/pets": 1, "/others": {"get": {"parameters": [1, {"in": "query"}]}}})
    assert normal_form(given) == {**given, "openapi": "3.0.0"}
