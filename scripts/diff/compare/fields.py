"""Every field of OpenAPI 3.0, 3.1 and 3.2: a rule compares it, or it is waived with a reason."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from scripts.diff.changes import Difference, Scope, member_change
from scripts.openapi.nodes import Node, canonical, matched

PROSE = "text for people without effect on the API"
EXAMPLE = "an example without effect on the API"
LEGAL = "names who provides the API; no app reads it"
LOCAL = "compared where an operation uses it"
STRUCTURE = "followed in every place"
KEYWORD = "belongs to the JSON Schema dialect, not to the values"


class Fields(NamedTuple):
    """The fields of one kind of object."""

    compared: frozenset[str]
    waived: dict[str, str]

    @property
    def known(self) -> frozenset[str]:
        """Every compared or waived field."""
        return self.compared | self.waived.keys()


_COMMON = {
    **dict.fromkeys(("description", "summary", "externalDocs", "$comment"), PROSE),
    **dict.fromkeys(("example", "examples"), EXAMPLE),
    "$ref": STRUCTURE,
}
"""The reasons of what is waived wherever it stands."""


def _fields(compared: str, common: str = "", **waived: str) -> Fields:
    reasons = {name: _COMMON[name] for name in common.split()}
    reasons |= {name.replace("ref_", "$"): reason for name, reason in waived.items()}
    return Fields(frozenset(compared.split()), reasons)


BOUNDS = (
    "minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems "
    "minProperties maxProperties minContains maxContains"
).split()
CONDITIONS = (
    "additionalItems contains propertyNames unevaluatedItems unevaluatedProperties contentSchema "
    "if then else not"
).split()
"""Keywords that hold a schema each, beside those of items and of further properties."""
HELD_SCHEMAS = ("items", "additionalProperties", *CONDITIONS)
LISTED_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED_SCHEMAS = ("properties", "patternProperties", "dependentSchemas")
_SUBSCHEMAS = " ".join((*HELD_SCHEMAS, *LISTED_SCHEMAS, *NAMED_SCHEMAS))

FIELDS: dict[str, Fields] = {
    "document": _fields(
        "openapi info servers paths webhooks tags security jsonSchemaDialect components",
        "externalDocs",
        ref_self="the document's own URI; references to it are followed",
    ),
    "info": _fields(
        "title version",
        "summary description",
        **dict.fromkeys(("termsOfService", "contact", "license"), LEGAL),
    ),
    "tag": _fields("name", "description externalDocs summary", parent=PROSE, kind=PROSE),
    "server": _fields("url variables", "description", name=PROSE),
    "path-item": _fields(
        "get put post delete options head patch trace query additionalOperations servers "
        "parameters",
        "$ref summary description",
    ),
    "operation": _fields(
        "operationId tags parameters requestBody responses callbacks deprecated security servers",
        "summary description externalDocs",
    ),
    "parameter": _fields(
        "name in required deprecated allowEmptyValue style explode allowReserved schema content",
        "$ref description example examples",
    ),
    "header": _fields(
        "required deprecated style explode schema content",
        "$ref description example examples",
        allowEmptyValue="a header is never empty",
        allowReserved="a header is not part of a URL",
    ),
    "request-body": _fields("content required", "$ref description"),
    "media-type": _fields(
        "schema itemSchema encoding prefixEncoding itemEncoding",
        "$ref description example examples",
    ),
    "response": _fields("headers content links", "$ref description summary"),
    "components": _fields(
        "schemas securitySchemes",
        "examples",
        **dict.fromkeys(
            "responses parameters requestBodies headers links callbacks pathItems "
            "mediaTypes".split(),
            LOCAL,
        ),
    ),
    "schema": _fields(
        f"type nullable format enum const pattern multipleOf uniqueItems default required "
        f"dependentRequired discriminator readOnly writeOnly deprecated xml title "
        f"contentEncoding contentMediaType {' '.join(BOUNDS)} {_SUBSCHEMAS}",
        "$ref $comment description example examples externalDocs",
        **dict.fromkeys(
            "ref_anchor ref_dynamicAnchor ref_recursiveAnchor ref_id ref_schema "
            "ref_vocabulary".split(),
            KEYWORD,
        ),
        ref_defs=LOCAL,
        definitions=LOCAL,
    ),
    "discriminator": _fields("propertyName mapping defaultMapping"),
    "security-scheme": _fields(
        "type scheme bearerFormat flows openIdConnectUrl name in",
        "$ref description",
        deprecated="the scheme is accepted as before",
        oauth2MetadataUrl="the same endpoints stand in the flows",
    ),
    "oauth-flows": _fields(
        "implicit password clientCredentials authorizationCode deviceAuthorization"
    ),
    "oauth-flow": _fields("authorizationUrl deviceAuthorizationUrl tokenUrl refreshUrl scopes"),
}

_UNORDERED = ("enum", "required", "oneOf", "anyOf", "allOf", "type")
_PROSE = FIELDS["schema"].waived.keys() - {"$ref"}


def unknown_fields(kind: str, old: Node, new: Node, scope: Scope) -> Iterator[Difference]:
    """Yield the differences in fields that OpenAPI does not define.

    Extensions (`x-...`) are left out: readers may ignore them, so no app depends on one.
    """
    known = FIELDS[kind].known
    for name, before, after in matched(old, new):
        if name in known or name.startswith("x-"):
            continue
        if before is None or after is None or canonical(before.value) != canonical(after.value):
            change = member_change("unclassified", old, new, before, after)
            yield Difference(change, scope.part(f": {name}"))


def structure(schema: Any) -> Any:
    """Return a schema without waived fields, and with unordered lists sorted."""
    if isinstance(schema, list):
        return [structure(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    for key, item in schema.items():
        if key in NAMED_SCHEMAS and isinstance(item, dict):
            kept[key] = {name: structure(each) for name, each in item.items()}
        elif key in _UNORDERED and isinstance(item, list):
            kept[key] = sorted((structure(each) for each in item), key=canonical)
        elif key in ("const", "default"):
            kept[key] = item
        elif key not in _PROSE:
            kept[key] = structure(item)
    return kept
