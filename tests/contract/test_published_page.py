"""HighLevel's published page on updating an association, fact by fact, against the contract.

Each row is a fact of the page. Where the contract deviates, the row holds what the contract says
and the comment says why. What HighLevel adds to these facts is none of them.
"""

from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

from scripts.contract.corrections import read_corrections
from scripts.contract.tables import operations_of
from scripts.openapi.documents import parse
from scripts.openapi.paths import arguments
from scripts.openapi.references import local_target

from .changes import CONTRACT, OPENAPI


def resolved(node: Any, *inside: str) -> Any:
    if isinstance(node, list):
        return [resolved(item, *inside) for item in node]
    if not isinstance(node, dict):
        return node
    if (reference := node.get("$ref")) in inside:
        return {}
    if reference:
        return resolved(local_target(CONTRACT, reference), *inside, reference)
    return {key: resolved(value, *inside) for key, value in node.items()}


UPDATE = operations_of(CONTRACT)["update_association"]
OPERATION = resolved(UPDATE.node.value)
PARAMETERS = {parameter["name"]: parameter for parameter in OPERATION["parameters"]}
JSON = "application/json"
BODY = OPERATION["requestBody"]["content"][JSON]["schema"]
RESPONSES = OPERATION["responses"]
ANSWERS = {status: answer["content"][JSON]["schema"] for status, answer in RESPONSES.items()}
ENVELOPED, ASSOCIATION = ANSWERS["200"]["anyOf"]
CAPTURED = parse((OPENAPI / "captured" / "2021-07-28.json").read_bytes(), "2021-07-28.json")
PUBLISHED = read_corrections(OPENAPI).of(CAPTURED).published["components"]["schemas"]
REQUIRED = set(PUBLISHED["AssociationPayload"]["required"])


def test_it_is_a_put_of_two_labels_with_a_version_in_a_header() -> None:
    assert {"url": "https://services.leadconnectorhq.com"} in CONTRACT["servers"]
    assert UPDATE.method == "put"
    [argument] = arguments(UPDATE.path)
    required = {name for name, parameter in PARAMETERS.items() if parameter.get("required")}
    assert required == {"Version", argument}
    version, association_id = PARAMETERS["Version"], PARAMETERS[argument]
    assert (version["in"], association_id["in"]) == ("header", "path")
    assert association_id["schema"]["type"] == "string"
    [kind] = version["schema"]["allOf"]
    # The page allows only 2021-07-28; v3 serves this operation too.
    assert (kind["type"], kind["enum"][:2]) == ("string", ["2021-07-28", "v3"])
    assert version["schema"]["default"] == "2021-07-28"
    assert OPERATION["requestBody"]["required"] is True
    assert BODY["type"] == "object"
    assert BODY["required"] == ["firstObjectLabel", "secondObjectLabel"]


# The page says `object` of labels, keys and the type, but its own example is a string, and so is
# every observed body.
EXAMPLE = {
    "locationId": "string",
    "id": "ve9EPM428h8vShlRW1KT",
    "key": "student",
    "firstObjectLabel": "student",
    "firstObjectKey": "custom_objects.children",
    "secondObjectLabel": "Teacher",
    "secondObjectKey": "contact",
    "associationType": "USER_DEFINED",
}
INVALID, UNPROCESSABLE = "Invalid token: access token is invalid", "Unprocessable Entity"


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        (BODY, {"firstObjectLabel": "student", "secondObjectLabel": "tutor"}),
        (ASSOCIATION, EXAMPLE),
        (ANSWERS["400"], {"statusCode": 400, "message": "Bad Request"}),
        (ANSWERS["401"], {"statusCode": 401, "message": INVALID, "error": "Unauthorized"}),
        (ANSWERS["422"], {"statusCode": 422, "error": UNPROCESSABLE}),
    ],
)
def test_a_field_has_its_type_and_allows_the_example_of_the_page(
    schema: Any, example: dict[str, Any]
) -> None:
    for field, value in example.items():
        found = schema["properties"][field]
        assert found["type"] == ("string" if isinstance(value, str) else "number")
        assert OAS30Validator(found).is_valid(value)
    assert EXAMPLE.keys() <= REQUIRED
    # The page says a list of strings; refused labels and records return a string.
    message = ANSWERS["422"]["properties"]["message"]
    assert "type" not in message
    assert all(OAS30Validator(message).is_valid(each) for each in (UNPROCESSABLE, [UNPROCESSABLE]))


def test_a_200_is_the_flat_association_of_the_page_or_an_envelope() -> None:
    assert ANSWERS["200"].keys() == {"description", "anyOf"}
    assert ENVELOPED["required"] == ["association"]
    assert ENVELOPED["properties"]["association"] == ASSOCIATION
    # The page requires eight fields. Single-label associations have no second label; only the id
    # was always present.
    assert ASSOCIATION["required"] == ["id"]
    # The page has no traceId, which is in every response, and no cardinalities, as in webhooks.
    cardinalities = ("firstObjectToSecondObjectCardinality", "secondObjectToFirstObjectCardinality")
    assert ASSOCIATION["properties"].keys() - REQUIRED >= {"traceId", *cardinalities}
    kind = ASSOCIATION["properties"]["associationType"]
    assert "USER_DEFINED" in kind["description"]
    assert "SYSTEM_DEFINED" in kind["description"]
    assert "enum" not in kind


def test_the_contract_has_the_errors_of_the_page_and_three_more_with_the_common_body() -> None:
    assert RESPONSES.keys() >= {"200", "400", "401", "422", "403", "404", "429"}
    # The page has no `error` in a 400 and no traceId at all; the common error body has.
    for answer in (ANSWERS[status] for status in ("400", "401", "422")):
        assert answer["type"] == "object"
        assert answer["properties"].keys() >= {"statusCode", "message", "error", "traceId"}
        assert "required" not in answer


def test_it_needs_a_bearer_token_with_the_scope_to_write_associations() -> None:
    [scheme] = OPERATION["security"]
    assert "associations.write" in scheme["bearer"]
    bearer = dict(CONTRACT["components"]["securitySchemes"]["bearer"])
    # The page's two kinds of token; both are sent the same way.
    description = bearer.pop("description")
    for words in ("OAuth", "Private Integration", "sub-account"):
        assert words in description
    # The page's "name: Authorization, in: header" is implied by http bearer, and may not be stated;
    # its "bearerFormat: JWT" is a hint that the normal form leaves out.
    assert bearer == {"type": "http", "scheme": "bearer"}
