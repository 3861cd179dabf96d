"""HighLevel's published page on updating an association, fact by fact, against the contract.

Each row is a fact of the page. Where the contract deviates, the row holds what the contract says
and the comment says why. What HighLevel adds to these facts is none of them.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

CONTRACT = json.loads((Path(__file__).parents[2] / "openapi" / "associations.json").read_bytes())


def resolved(node: Any) -> Any:
    """Return a copy in which every reference is resolved."""
    if isinstance(node, list):
        return [resolved(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = CONTRACT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return resolved(target)
    return {key: resolved(value) for key, value in node.items()}


OPERATION = resolved(CONTRACT["paths"]["/associations/{associationId}"]["put"])
PARAMETERS = {parameter["name"]: parameter for parameter in OPERATION["parameters"]}
JSON = "application/json"
BODY = OPERATION["requestBody"]["content"][JSON]["schema"]
RESPONSES = OPERATION["responses"]
ANSWERS = {status: answer["content"][JSON]["schema"] for status, answer in RESPONSES.items()}
ENVELOPED, ASSOCIATION = ANSWERS["200"]["anyOf"]


def test_it_is_a_put_to_that_path_on_that_server() -> None:
    assert {"url": "https://services.leadconnectorhq.com"} in CONTRACT["servers"]
    assert OPERATION["operationId"] == "update_association"


def test_it_takes_a_version_in_a_header_and_an_association_in_the_path() -> None:
    assert PARAMETERS.keys() >= {"Version", "associationId"}
    required = {name for name, parameter in PARAMETERS.items() if parameter.get("required")}
    assert required == {"Version", "associationId"}


def test_the_version_header_is_required_text_with_the_pages_value_as_default() -> None:
    version = PARAMETERS["Version"]
    assert (version["in"], version["required"]) == ("header", True)
    [kind] = version["schema"]["allOf"]
    assert kind["type"] == "string"
    # The page allows only 2021-07-28; v3 serves this operation too.
    assert kind["enum"][:2] == ["2021-07-28", "v3"]
    assert version["schema"]["default"] == "2021-07-28"


def test_the_association_id_is_required_text_in_the_path() -> None:
    association_id = PARAMETERS["associationId"]
    assert (association_id["in"], association_id["required"]) == ("path", True)
    assert association_id["schema"]["type"] == "string"


def test_the_body_is_required_json_with_two_required_labels() -> None:
    assert OPERATION["requestBody"]["required"] is True
    assert JSON in OPERATION["requestBody"]["content"]
    assert BODY["type"] == "object"
    assert BODY["required"] == ["firstObjectLabel", "secondObjectLabel"]
    assert BODY["properties"].keys() >= {"firstObjectLabel", "secondObjectLabel"}


# The page says `object`, but its own example is a string, and so is every observed body.
TEXT_NOT_OBJECT = "string"


def fits(example: object, schema: Any) -> bool:
    """Return whether the contract allows an example of the page."""
    return not list(OAS30Validator(schema).iter_errors(example))


@pytest.mark.parametrize(
    ("field", "kind", "example"),
    [
        ("firstObjectLabel", TEXT_NOT_OBJECT, "student"),
        ("secondObjectLabel", TEXT_NOT_OBJECT, "tutor"),
    ],
)
def test_the_fields_of_the_body(field: str, kind: str, example: str) -> None:
    assert BODY["properties"][field]["type"] == kind
    assert fits(example, BODY["properties"][field])


def test_the_contract_has_the_responses_of_the_page_and_three_more() -> None:
    page = {"200", "400", "401", "422"}
    assert RESPONSES.keys() >= page | {"403", "404", "429"}
    for status in page:
        assert JSON in RESPONSES[status]["content"]


def test_a_200_is_the_flat_association_of_the_page_or_an_envelope() -> None:
    assert ANSWERS["200"].keys() == {"description", "anyOf"}
    assert ENVELOPED["required"] == ["association"]
    assert ENVELOPED["properties"]["association"] == ASSOCIATION


@pytest.mark.parametrize(
    ("field", "kind", "example"),
    [
        ("locationId", "string", "string"),
        ("id", "string", "ve9EPM428h8vShlRW1KT"),
        ("key", "string", "student"),
        ("firstObjectLabel", TEXT_NOT_OBJECT, "student"),
        ("firstObjectKey", TEXT_NOT_OBJECT, "custom_objects.children"),
        ("secondObjectLabel", TEXT_NOT_OBJECT, "Teacher"),
        ("secondObjectKey", TEXT_NOT_OBJECT, "contact"),
        ("associationType", TEXT_NOT_OBJECT, "USER_DEFINED"),
    ],
)
def test_the_fields_of_a_200(field: str, kind: str, example: str) -> None:
    assert ASSOCIATION["properties"][field]["type"] == kind
    assert fits(example, ASSOCIATION["properties"][field])
    assert field in ASSOCIATION["x-published-required"]


def test_the_page_requires_eight_fields_of_a_200_and_the_contract_fewer() -> None:
    assert set(ASSOCIATION["x-published-required"]) >= {
        "locationId",
        "id",
        "key",
        "firstObjectLabel",
        "firstObjectKey",
        "secondObjectLabel",
        "secondObjectKey",
        "associationType",
    }
    # Single-label associations have no second label; only the id was always present.
    assert ASSOCIATION["required"] == ["id"]
    # The page has no traceId and no cardinalities: the first is in every response, the others are
    # in webhooks.
    assert ASSOCIATION["properties"].keys() - set(ASSOCIATION["x-published-required"]) >= {
        "traceId",
        "firstObjectToSecondObjectCardinality",
        "secondObjectToFirstObjectCardinality",
    }


def test_the_association_types_of_the_page_are_named_and_others_are_allowed() -> None:
    kind = ASSOCIATION["properties"]["associationType"]
    assert "USER_DEFINED" in kind["description"]
    assert "SYSTEM_DEFINED" in kind["description"]
    assert "enum" not in kind


@pytest.mark.parametrize(
    ("status", "field", "kind", "example"),
    [
        ("400", "statusCode", "number", 400),
        ("400", "message", "string", "Bad Request"),
        ("401", "statusCode", "number", 401),
        ("401", "message", "string", "Invalid token: access token is invalid"),
        ("401", "error", "string", "Unauthorized"),
        ("422", "statusCode", "number", 422),
        # The page says a list of strings; refused labels and records return a string.
        ("422", "message", None, ["Unprocessable Entity"]),
        ("422", "error", "string", "Unprocessable Entity"),
    ],
)
def test_the_fields_of_an_error(status: str, field: str, kind: str | None, example: object) -> None:
    schema = ANSWERS[status]["properties"][field]
    assert schema.get("type") == kind
    assert fits(example, schema)


def test_the_message_of_a_422_is_a_string_or_the_list_of_the_page() -> None:
    assert ANSWERS["422"]["properties"]["message"]["anyOf"] == [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
    ]


@pytest.mark.parametrize(
    ("status", "fields", "added"),
    [
        # The page has no `error` in a 400; the common error body has.
        ("400", {"statusCode", "message"}, {"error", "traceId"}),
        ("401", {"statusCode", "message", "error"}, {"traceId"}),
        ("422", {"statusCode", "message", "error"}, {"traceId"}),
    ],
)
def test_an_error_requires_no_field_and_has_those_of_the_page_and_the_added(
    status: str, fields: set[str], added: set[str]
) -> None:
    assert ANSWERS[status]["type"] == "object"
    assert ANSWERS[status]["properties"].keys() >= fields | added
    assert "required" not in ANSWERS[status]


def test_it_needs_a_bearer_token_with_the_scope_to_write_associations() -> None:
    [scheme] = OPERATION["security"]
    assert "associations.write" in scheme["bearer"]
    bearer = CONTRACT["components"]["securitySchemes"]["bearer"]
    # The page's "name: Authorization, in: header" is implied by http bearer, and may not be stated.
    assert {key: bearer[key] for key in bearer.keys() - {"description"}} == {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
    }
    # The page's two kinds of token; both are sent the same way.
    for words in ("OAuth", "Private Integration", "sub-account"):
        assert words in bearer["description"]
