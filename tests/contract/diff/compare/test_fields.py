"""Every field of OpenAPI's own object model is compared, or waived with a reason."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest

from scripts.contract.diff.compare import compare
from scripts.contract.diff.compare.fields import FIELDS
from tests.contract.diff.documents import (
    Json,
    document,
    found,
    operation,
    requesting,
    responding,
    shown,
)

_SCHEMAS = Path(openapi_spec_validator.__file__).parent / "resources" / "schemas"

# The objects of OpenAPI's schemas, and their kinds here.
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
# Objects that are compared as a whole, waived as a whole, or only contain others.
WHOLE = set(
    "Link link XML Encoding encoding ServerVariable server-variable SecurityRequirement "
    "security-requirement".split()
)
WAIVED = set("Contact contact License license ExternalDocumentation external-documentation".split())
WAIVED |= set("Example example ExampleXORExamples examples specification-extensions".split())
LEADING = set(
    "Callback callbacks Paths paths Responses responses Reference reference content map-of-strings "
    "ParameterLocation SchemaXORContent SecurityScheme explode-for-form parameters".split()
)


def _objects(version: str) -> dict[str, dict[str, Any]]:
    whole = json.loads((_SCHEMAS / version / "schema.json").read_bytes())
    found: dict[str, dict[str, Any]] = whole.get("definitions") or whole["$defs"]
    return {**found, "document": whole}


def _kind(name: str) -> str | None:
    kinds = {word: kind for words, kind in KINDS.items() for word in words.split()}
    return "document" if name == "document" else kinds.get(name)


@pytest.mark.parametrize("version", ["v3.0", "v3.1", "v3.2"])
def test_every_object_of_openapi_is_accounted_for(version: str) -> None:
    names = {name for name in _objects(version) if not name.endswith("-or-reference")}
    assert {name for name in names if _kind(name) is None} - WHOLE - WAIVED - LEADING == set()


@pytest.mark.parametrize("version", ["v3.0", "v3.1", "v3.2"])
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
    # The target of a dynamic reference depends on its user: a difference is left unclassified.
    assert keywords - FIELDS["schema"].known == {"$dynamicRef"}
    assert found(requesting({"$dynamicRef": "#a"}), requesting({"$dynamicRef": "#b"})) == [
        "unclassified risky/compatible"
    ]


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_a_waiver_has_a_reason(kind: str) -> None:
    fields = FIELDS[kind]
    assert fields.compared.isdisjoint(fields.waived)
    assert all(len(reason) > 10 for reason in fields.waived.values())


SCHEMA = {"type": "object", "discriminator": {"propertyName": "kind"}}
CONTENT = {"application/json": {"schema": SCHEMA}}
FLOW = {"authorizationUrl": "https://e.example/a", "tokenUrl": "https://e.example/t", "scopes": {}}
WHOLE_DOCUMENT = document(
    {
        "/pets": {
            "post": {
                "operationId": "make-pet",
                "parameters": [{"name": "skip", "in": "query", "schema": {"type": "string"}}],
                "requestBody": {"content": CONTENT},
                "responses": {
                    "200": {
                        "description": "",
                        "headers": {"X-Left": {"schema": {"type": "string"}}},
                        "content": CONTENT,
                    }
                },
                "security": [{"o": []}],
            }
        }
    },
    servers=[{"url": "https://e.example"}],
    tags=[{"name": "pets"}],
    components={"securitySchemes": {"o": {"type": "oauth2", "flows": {"authorizationCode": FLOW}}}},
)
# The place of an object of each kind that has waived fields.
PLACES: dict[str, list[list[Any]]] = {
    "document": [[]],
    "info": [["info"]],
    "tag": [["tags", 0]],
    "server": [["servers", 0]],
    "path-item": [["paths", "/pets"]],
    "operation": [["paths", "/pets", "post"]],
    "parameter": [["paths", "/pets", "post", "parameters", 0]],
    "header": [["paths", "/pets", "post", "responses", "200", "headers", "X-Left"]],
    "request-body": [["paths", "/pets", "post", "requestBody"]],
    "media-type": [["paths", "/pets", "post", "requestBody", "content", "application/json"]],
    "response": [["paths", "/pets", "post", "responses", "200"]],
    "components": [["components"]],
    "schema": [
        ["paths", "/pets", "post", *way, "content", "application/json", "schema"]
        for way in (["requestBody"], ["responses", "200"])
    ],
    "security-scheme": [["components", "securitySchemes", "o"]],
}


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (kind, field)
        for kind, fields in FIELDS.items()
        for field in fields.waived
        if field != "$ref"  # its target is compared
    ],
)
def test_a_waived_field_causes_no_finding(kind: str, field: str) -> None:
    values: tuple[Any, ...] = ({"New": {}},) if kind == "components" else ("new", True)
    for place in PLACES[kind]:
        new = deepcopy(WHOLE_DOCUMENT)
        changed: Any = new
        for step in place:
            changed = changed[step]
        for value in values:
            changed[field] = value
            assert found(WHOLE_DOCUMENT, new) == []
            assert found(new, WHOLE_DOCUMENT) == []


def test_an_extension_causes_no_finding() -> None:
    assert found(requesting({}), requesting({"x-order": 1})) == []


TEXTS: Json = {"itemSchema": {"type": "string"}}
SHARED = {"components": {"mediaTypes": {"Texts": TEXTS}}}
REFERENCE = {"$ref": "#/components/mediaTypes/Texts"}
UNION = {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]}
SCHEMAS = {"Cat": {"type": "object"}, "Dog": {"type": "object", "minProperties": 1}}


def streaming(media: Json) -> Json:
    """Return a document whose one response is a stream."""
    return operation(
        responses={"200": {"description": "", "content": {"application/jsonl": media}}}
    )


def other_kinds(default: str | None) -> Json:
    """Return a document whose response is one of two kinds, with a discriminator."""
    discriminator = {"propertyName": "kind", **({"defaultMapping": default} if default else {})}
    schemas = {"components": {"schemas": SCHEMAS}}
    return responding({**UNION, "discriminator": discriminator}, **schemas)


def device(url: str) -> Json:
    """Return a document that defines a device authorization flow."""
    flow = {"deviceAuthorizationUrl": url, "tokenUrl": "https://e.example/token", "scopes": {}}
    scheme = {"type": "oauth2", "flows": {"deviceAuthorization": flow}}
    return document(components={"securitySchemes": {"o": scheme}})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            document({"/pets": {"query": {"operationId": "a"}}}),
            document({"/pets": {}}),
            "operation-removed",
        ),
        (
            document({"/pets": {"additionalOperations": {"COPY": {"operationId": "a"}}}}),
            document({"/pets": {"additionalOperations": {"COPY": {"operationId": "b"}}}}),
            "operation-id-renamed",
        ),
        (
            streaming(TEXTS),
            streaming({"itemSchema": {"type": "integer"}}),
            "(type-changed)",
        ),
        (streaming(REFERENCE) | SHARED, streaming(TEXTS), ""),
        (
            streaming(REFERENCE) | SHARED,
            streaming({"itemSchema": {}}),
            "(type-widened)",
        ),
        (
            streaming({"itemEncoding": {"contentType": "image/png"}}),
            streaming({"itemEncoding": {"contentType": "image/gif"}}),
            "encoding-changed",
        ),
        (other_kinds(None), other_kinds("Cat"), "discriminator-value-added"),
        (
            device("https://e.example/a"),
            device("https://e.example/b"),
            "oauth-url-changed",
        ),
        (
            document(tags=[{"name": "a"}]),
            document(tags=[{"name": "a", "parent": "b", "kind": "nav"}]),
            "",
        ),
    ],
)
def test_new_fields_of_3_2_are_compared_or_waived(old: Json, new: Json, expected: str) -> None:
    documents = [{**each, "openapi": "3.2.0"} for each in (old, new)]
    assert shown(*documents) == expected
    assert found(documents[0], documents[0]) == []


def test_a_reference_to_the_document_by_its_own_uri_is_followed() -> None:
    pet = {"components": {"schemas": {"Pet": {"type": "string"}}}}
    own = {"openapi": "3.2.0", "$self": "https://a.example/api/openapi.json"}
    old, *others = (
        {**responding({"$ref": f"{name}#/components/schemas/Pet"}), **pet, **own}
        for name in ("", "https://a.example/api/openapi.json", "openapi.json", "/api/openapi.json")
    )
    for new in others:
        comparison = compare(old, new)
        assert (comparison.findings, comparison.problems) == ([], [])
