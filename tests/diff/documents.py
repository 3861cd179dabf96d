"""Small contracts to compare, and short forms of the findings."""

from collections.abc import Callable
from typing import Any

import pytest

from scripts.diff.compare import compare
from scripts.diff.findings import Finding
from scripts.diff.rules import rules

Json = dict[str, Any]
S: Json = {"type": "string"}
JSON: Json = {"application/json": {"schema": S}}
XML: Json = {"application/xml": {"schema": S}}
CAT: Json = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["cat"]}}}
DOG: Json = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["dog"]}}}
KEY: Json = {"type": "apiKey", "in": "header", "name": "X-Key"}
BEARER: Json = {"type": "http", "scheme": "bearer"}
FLOW: Json = {"tokenUrl": "https://example.com/token", "scopes": {"read": "", "write": ""}}
OAUTH: Json = {"type": "oauth2", "flows": {"clientCredentials": FLOW}}
SCHEMES: Json = {"key": KEY, "token": BEARER, "agency": BEARER, "oauth": OAUTH}


def document(paths: Json | None = None, **more: Any) -> Json:
    info = {"title": "Pets", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths or {}, **more}


def operation(**fields: Any) -> Json:
    """Return a document of one operation, `GET /pets/{id}`, with these fields."""
    return document({"/pets/{id}": {"get": {"operationId": "get-pet", **fields}}})


def at(path: str, method: str = "get", **fields: Any) -> Json:
    """Return a document of one operation with this path."""
    return document({path: {method: {"operationId": "op", **fields}}})


def requesting(schema: Any, **more: Any) -> Json:
    """Return a document whose one operation sends a schema."""
    body = {"content": {"application/json": {"schema": schema}}}
    return document({"/pets": {"put": {"operationId": "put-pet", "requestBody": body}}}, **more)


def responding(schema: Any, **more: Any) -> Json:
    """Return a document whose one operation receives a schema."""
    answer = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    return document({"/pets": {"get": {"operationId": "get-pets", "responses": answer}}}, **more)


def using(schema: Any, **schemas: Any) -> Json:
    """Return a document that receives a schema, with components."""
    return responding(schema, components={"schemas": schemas})


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def has(required: str = "", closed: bool = False, **properties: Any) -> Json:
    schema: Json = {"type": "object", "required": required.split(), "properties": properties}
    return {**schema, "additionalProperties": False} if closed else schema


def holding(schema: Any) -> Json:
    """Return an object with the schema in its property `p`."""
    return {"type": "object", "properties": {"p": schema}}


def requiring(*security: Json, **schemes: Any) -> Json:
    """Return a document of one operation with these security requirements."""
    given = operation(**({"security": list(security)} if security else {}))
    return {**given, "components": {"securitySchemes": schemes or SCHEMES}}


def found(old: Json, new: Json) -> list[str]:
    """Compare; return each finding as `rule wire/sdk`, sorted."""
    findings = compare(old, new).findings
    return sorted(f"{each.rule} {each.wire}/{each.sdk}" for each in findings)


def each_way(old: Any, new: Any) -> list[list[str]]:
    """Compare a schema when it is sent, and when it is received."""
    return [found(make(old), make(new)) for make in (requesting, responding)]


def worst(old: Json, new: Json) -> str:
    """Compare; return the worst severity on the wire, safe without findings."""
    found = {each.wire for each in compare(old, new).findings}
    return next((each for each in ("breaking", "risky") if each in found), "safe")


Row = tuple[str, Json, Json, str]
"""Case, old, new, and the rules that find the difference, as `shown` writes them."""


def found_by_rule(rows: list[Row]) -> Callable[[Json, Json, str], None]:
    """Return a test: each row is found by its rules, and backwards by their mirrors."""

    @pytest.mark.parametrize(
        ("old", "new", "expected"), [row[1:] for row in rows], ids=[row[0] for row in rows]
    )
    def test(old: Json, new: Json, expected: str) -> None:
        assert shown(old, new) == expected
        assert mirrors(old, new)

    return test


def property_found_by_rule(rows: list[Row]) -> Callable[[Json, Json, str], None]:
    """Return the same test of schemas: of a property that is sent, and of one that is received."""
    return found_by_rule(
        [
            (f"{case} in {make.__name__}", make(holding(old)), make(holding(new)), expected)
            for case, old, new, expected in rows
            for make in (requesting, responding)
        ]
    )


def shown(old: Json, new: Json) -> str:
    """Compare; return the rules: in brackets if generated code stays, `as` another severity."""
    return ", ".join(sorted(map(_shown, compare(old, new).findings)))


def _shown(finding: Finding) -> str:
    rule = rules()[finding.rule]
    text = rule.id if finding.wire in rule.wire else f"{rule.id} as {finding.wire}"
    return f"({text})" if finding.sdk == "none" and "none" not in rule.sdk else text


def mirrors(old: Json, new: Json) -> bool:
    """Return whether every finding backwards is by the mirror of one forwards."""
    there = sorted(each.rule for each in compare(old, new).findings)
    back = sorted(each.rule for each in compare(new, old).findings)
    known = [rules()[rule].mirror for rule in back]
    return len(there) == len(back) and all(any(rule in each for each in known) for rule in there)
