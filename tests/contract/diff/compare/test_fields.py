"""Every field of OpenAPI's own object model is compared, or waived with a reason."""

# ruff: noqa: E501 - one row a line keeps the tables readable

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest

from scripts.contract.diff.compare import compare
from scripts.contract.diff.compare.fields import FIELDS
from tests.contract.diff.documents import (
    CAT,
    DOG,
    Json,
    S,
    at,
    document,
    found,
    found_by_rule,
    operation,
    ref,
    requesting,
    responding,
    using,
)

_SCHEMAS = Path(openapi_spec_validator.__file__).parent / "resources" / "schemas"

# The objects of OpenAPI's schemas whose names here are others.
KINDS = {
    **dict.fromkeys(
        "APIKeySecurityScheme HTTPSecurityScheme OAuth2SecurityScheme "
        "OpenIdConnectSecurityScheme".split(),
        "security-scheme",
    ),
    **dict.fromkeys(
        "ImplicitOAuthFlow PasswordOAuthFlow ClientCredentialsFlow AuthorizationCodeOAuthFlow "
        "".split(),
        "oauth-flow",
    ),
    "OAuthFlows": "oauth-flows",
}
# Objects that are compared as a whole, waived as a whole, or only contain others.
WHOLE = set("link x-m-l encoding server-variable security-requirement".split())
WAIVED = set(
    "contact license external-documentation example example-x-o-r-examples examples "
    "specification-extensions".split()
)
LEADING = set(
    "callback callbacks paths responses reference content map-of-strings parameter-location "
    "schema-x-o-r-content explode-for-form parameters".split()
)


def _objects(version: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a version of OpenAPI by their kinds."""
    whole = json.loads((_SCHEMAS / version / "schema.json").read_bytes())
    yield "document", whole
    for name, definition in (whole.get("definitions") or whole["$defs"]).items():
        if not name.endswith("-or-reference"):
            dashed = re.sub("(?<=.)([A-Z])", r"-\1", name).lower()
            yield KINDS.get(name, dashed if "-" not in name else name), definition


@pytest.mark.parametrize("version", ["v3.0", "v3.1", "v3.2"])
def test_every_object_and_field_of_openapi_is_compared_or_waived(version: str) -> None:
    assert {kind for kind, _ in _objects(version)} - WHOLE - WAIVED - LEADING <= set(FIELDS)
    for kind, definition in _objects(version):
        if kind in FIELDS:
            assert definition.get("properties", {}).keys() <= FIELDS[kind].known, kind


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
WHOLE_DOCUMENT = at(
    "/pets",
    "post",
    parameters=[{"name": "skip", "in": "query", "schema": S}],
    requestBody={"content": CONTENT},
    responses={
        "200": {"description": "", "headers": {"X-Left": {"schema": S}}, "content": CONTENT}
    },
    security=[{"o": []}],
) | {
    "servers": [{"url": "https://e.example"}],
    "tags": [{"name": "pets"}],
    "components": {
        "securitySchemes": {"o": {"type": "oauth2", "flows": {"authorizationCode": FLOW}}}
    },
}
POST = ("paths", "/pets", "post")
JSON_BODY = ("content", "application/json")
# The place of an object of each kind that has waived fields.
PLACES: dict[str, list[tuple[str | int, ...]]] = {
    "document": [()],
    "info": [("info",)],
    "tag": [("tags", 0)],
    "server": [("servers", 0)],
    "path-item": [POST[:2]],
    "operation": [POST],
    "parameter": [(*POST, "parameters", 0)],
    "header": [(*POST, "responses", "200", "headers", "X-Left")],
    "request-body": [(*POST, "requestBody")],
    "media-type": [(*POST, "requestBody", *JSON_BODY)],
    "response": [(*POST, "responses", "200")],
    "components": [("components",)],
    "schema": [
        (*POST, "requestBody", *JSON_BODY, "schema"),
        (*POST, "responses", "200", *JSON_BODY, "schema"),
    ],
    "security-scheme": [("components", "securitySchemes", "o")],
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
REFERENCE = {"$ref": "#/components/mediaTypes/Texts"}
PETS: Json = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}}
MAPPED: Json = {**PETS, "discriminator": {"propertyName": "kind", "defaultMapping": "Cat"}}


def of_3_2(given: Json, **components: Json) -> Json:
    """Return a document of OpenAPI 3.2 with components."""
    return {**given, "openapi": "3.2.0", "components": components}


def streaming(**media: Any) -> Json:
    """Return a document whose one response is a stream."""
    content = {"content": {"application/jsonl": media}}
    shared = {"mediaTypes": {"Texts": TEXTS}}
    return of_3_2(operation(responses={"200": {"description": "", **content}}), **shared)


def receiving(schema: Json) -> Json:
    """Return a document whose response is a cat or a dog."""
    return of_3_2(responding(schema), schemas={"Cat": CAT, "Dog": DOG})


def device(url: str) -> Json:
    """Return a document that defines a device authorization flow."""
    flow = {**FLOW, "deviceAuthorizationUrl": url}
    scheme = {"type": "oauth2", "flows": {"deviceAuthorization": flow}}
    return of_3_2(document(), securitySchemes={"o": scheme})


def copying(name: str) -> Json:
    """Return a document with an operation of a method of its own."""
    return of_3_2(document({"/a": {"additionalOperations": {"COPY": {"operationId": name}}}}))


test_new_fields_of_3_2_are_compared_or_waived = found_by_rule([
    ("the method QUERY", of_3_2(at("/a", "query")), of_3_2(document({"/a": {}})), "operation-removed"),
    ("another method", copying("a"), copying("b"), "operation-id-renamed"),
    ("an item", streaming(**TEXTS), streaming(itemSchema={"type": "integer"}), "(type-changed)"),
    ("the same item, shared", streaming(**REFERENCE), streaming(**TEXTS), ""),
    ("an item, shared", streaming(**REFERENCE), streaming(itemSchema={}), "(type-widened)"),
    ("an encoding", streaming(itemEncoding={"contentType": "a/b"}), streaming(itemEncoding={"contentType": "a/c"}), "encoding-changed"),
    ("a default alternative", receiving(PETS), receiving(MAPPED), "discriminator-value-added"),
    ("a flow", device("https://e.example/a"), device("https://e.example/b"), "oauth-url-changed"),
    ("a tag", of_3_2(document(tags=[{"name": "a"}])), of_3_2(document(tags=[{"name": "a", "parent": "b", "kind": "nav"}])), ""),
])  # fmt: skip


def test_a_reference_to_the_document_by_its_own_uri_is_followed() -> None:
    own = "https://a.example/api/openapi.json"
    old, *others = (
        {**using({"$ref": f"{name}#/components/schemas/Pet"}, Pet=S), "$self": own}
        for name in ("", own, "openapi.json", "/api/openapi.json")
    )
    for new in others:
        comparison = compare({**old, "openapi": "3.2.0"}, {**new, "openapi": "3.2.0"})
        assert (comparison.findings, comparison.problems) == ([], [])
