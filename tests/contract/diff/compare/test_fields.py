"""The walk over OpenAPI's own object model: every field is compared, or waived with a reason."""

import json
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest

from scripts.contract.diff.compare.fields import FIELDS
from tests.contract.diff.documents import document, found, operation, requesting

_SCHEMAS = Path(openapi_spec_validator.__file__).parent / "resources" / "schemas"

# What OpenAPI calls an object, and what it is called here.
KINDS = {
    "Info info": "info",
    "Server server": "server",
    "Tag tag": "tag",
    "PathItem path-item": "path-item",
    "Operation operation": "operation",
    "Parameter parameter": "parameter",
    "Header header": "header",
    "RequestBody request-body": "request-body",
    "MediaType media-type": "media-type",
    "Response response": "response",
    "Components components": "components",
    "Schema schema": "schema",
    "Discriminator": "discriminator",
    "APIKeySecurityScheme HTTPSecurityScheme OAuth2SecurityScheme OpenIdConnectSecurityScheme "
    "security-scheme": "security-scheme",
    "OAuthFlows oauth-flows": "oauth-flows",
    "ImplicitOAuthFlow PasswordOAuthFlow ClientCredentialsFlow AuthorizationCodeOAuthFlow": (
        "oauth-flow"
    ),
}
# Objects that are compared as a whole, waived as a whole, or only lead to others.
WHOLE = set(
    "Link link XML Encoding encoding ServerVariable server-variable SecurityRequirement "
    "security-requirement".split()
)
WAIVED = set("Contact contact License license ExternalDocumentation external-documentation".split())
WAIVED |= set("Example example ExampleXORExamples examples specification-extensions".split())
LEADING = set(
    "Callback callbacks Paths paths Responses responses Reference reference content map-of-strings "
    "ParameterLocation SchemaXORContent SecurityScheme".split()
)


def _objects(version: str) -> dict[str, dict[str, Any]]:
    whole = json.loads((_SCHEMAS / version / "schema.json").read_bytes())
    found: dict[str, dict[str, Any]] = whole.get("definitions") or whole["$defs"]
    return {**found, "document": whole}


def _kind(name: str) -> str | None:
    kinds = {word: kind for words, kind in KINDS.items() for word in words.split()}
    return "document" if name == "document" else kinds.get(name)


@pytest.mark.parametrize("version", ["v3.0", "v3.1"])
def test_every_object_of_openapi_is_accounted_for(version: str) -> None:
    names = {name for name in _objects(version) if not name.endswith("-or-reference")}
    assert {name for name in names if _kind(name) is None} - WHOLE - WAIVED - LEADING == set()


@pytest.mark.parametrize("version", ["v3.0", "v3.1"])
def test_every_field_of_openapi_is_compared_or_waived_with_a_reason(version: str) -> None:
    unknown = {
        f"{name}.{field}"
        for name, definition in _objects(version).items()
        for field in definition.get("properties", ())
        if (kind := _kind(name)) is not None and field not in FIELDS[kind].known
    }
    assert unknown == set()


def test_every_keyword_of_json_schema_is_compared_or_waived() -> None:
    keywords = set(
        "$ref $id $schema $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs allOf "
        "anyOf oneOf not if then else dependentSchemas prefixItems items contains properties "
        "patternProperties additionalProperties propertyNames unevaluatedItems "
        "unevaluatedProperties type enum const multipleOf maximum exclusiveMaximum minimum "
        "exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxContains "
        "minContains maxProperties minProperties required dependentRequired title description "
        "default deprecated readOnly writeOnly examples format contentEncoding contentMediaType "
        "contentSchema".split()
    )
    # Where a dynamic reference leads depends on who comes: a difference is left unclassified.
    assert keywords - FIELDS["schema"].known == {"$dynamicRef"}
    assert found(requesting({"$dynamicRef": "#a"}), requesting({"$dynamicRef": "#b"})) == [
        "unclassified risky/compatible"
    ]


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_a_waiver_has_a_reason_and_is_no_comparison(kind: str) -> None:
    fields = FIELDS[kind]
    assert fields.compared.isdisjoint(fields.waived)
    assert all(len(reason) > 10 for reason in fields.waived.values())


def test_what_is_waived_is_no_finding() -> None:
    prose = {"description": "new", "summary": "new", "externalDocs": {"url": "https://e.example"}}
    assert found(operation(), operation(**prose)) == []
    assert found(document(), document(externalDocs={"url": "https://e.example"})) == []
    waived = {name: "new" for name in FIELDS["schema"].waived if name != "$ref"}
    assert found(requesting({}), requesting(waived)) == []
