"""The normal form of schemas: those of OpenAPI 3.1 and 3.2 become schemas of 3.0."""

import copy
from typing import Any

from scripts.openapi.documents import Document
from scripts.openapi.references import reached_schemas
from scripts.openapi.walking import walk

_SCHEMAS = "#/components/schemas/"
# They say nothing about a value, so a reference or an allOf does without them.
_REMARKS = frozenset({"title", "description", "summary", "deprecated", "example", "examples"})
# A schema with one of these has a meaning of its own, so that it stays a component.
_STRUCTURE = frozenset(
    "properties items allOf anyOf oneOf not enum additionalProperties prefixItems $ref".split()
)
_BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def normal_schemas(document: Document, *, is_newer: bool) -> None:
    """Bring each schema of a document into the normal form, in place."""
    inlined: set[str] = set()
    schemas = [node for node, where, kind in walk(document) if kind == "schemas" and where]
    for schema in reversed(schemas):  # the parts of a schema before the schema
        if is_newer:
            _to_3_0(schema)
        inlined |= _inline_value(document, schema)
        _unwrap(schema)
    for name in inlined - reached_schemas(document):
        del document["components"]["schemas"][name]


def _unwrap(schema: dict[str, Any]) -> None:
    """Replace an allOf of one schema by this schema, if nothing but remarks stands beside it."""
    parts = schema.get("allOf")
    if not (isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], dict)):
        return
    if schema.keys() - {"allOf"} <= _REMARKS:
        remarks = {} if "$ref" in parts[0] else {k: v for k, v in schema.items() if k != "allOf"}
        _replace(schema, {**remarks, **parts[0]})


def _inline_value(document: Document, schema: dict[str, Any]) -> set[str]:
    """Replace a reference to a plain value, such as a text, by the value; return its name."""
    name = str(schema.get("$ref", "")).removeprefix(_SCHEMAS)
    if schema.get("$ref") != _SCHEMAS + name:
        return set()
    target = document.get("components", {}).get("schemas", {}).get(name)
    if not isinstance(target, dict) or not target or _STRUCTURE & target.keys():
        return set()
    remarks = {key: value for key, value in schema.items() if key in _REMARKS}
    _replace(schema, {**copy.deepcopy(target), **remarks})
    return {name}


def _to_3_0(schema: dict[str, Any]) -> None:
    """Write what 3.1 and 3.2 say in other words as 3.0 says it."""
    if "const" in schema:
        schema.setdefault("enum", [schema.pop("const")])
    examples = schema.pop("examples", None)
    if isinstance(examples, list) and examples:
        schema.setdefault("example", examples[0])
    for bound, plain in _BOUNDS.items():
        value = schema.get(bound)
        if isinstance(value, int | float) and not isinstance(value, bool):
            schema[plain], schema[bound] = value, True
    for key in ("contentEncoding", "contentMediaType"):
        if key in schema and schema.get("type") == "string":
            is_text = schema.pop(key) == "base64"
            schema.setdefault("format", "byte" if is_text else "binary")
    _split_types(schema)
    if schema.get("type") == "array":
        schema.setdefault("items", {})  # 3.0 requires it
    _take_out_null(schema)
    if "$ref" in schema and schema.keys() - {"$ref"} - _REMARKS:
        schema["allOf"] = [{"$ref": schema.pop("$ref")}, *schema.pop("allOf", [])]


def _split_types(schema: dict[str, Any]) -> None:
    types = schema.get("type")
    if types == "null":
        types = ["null"]
    if not isinstance(types, list):
        return
    others = [each for each in types if each != "null"]
    if "null" in types:
        schema["nullable"] = True
    if len(others) == 1:
        schema["type"] = others[0]
        return
    del schema["type"]
    if others and "anyOf" not in schema:
        items = {"items": schema.pop("items", {})} if "array" in others else {}
        schema["anyOf"] = [{"type": each, **(items if each == "array" else {})} for each in others]
    elif not others:
        schema["enum"] = [None]


def _take_out_null(schema: dict[str, Any]) -> None:
    for key in ("anyOf", "oneOf"):
        parts = schema.get(key)
        if not isinstance(parts, list):
            continue
        kept = [each for each in parts if not _is_null(each)]
        if len(kept) == len(parts) or not kept:
            continue
        schema["nullable"] = True
        if len(kept) > 1:
            schema[key] = kept
            continue
        del schema[key]
        (only,) = kept
        if not isinstance(only, dict) or "$ref" in only or "allOf" in schema:
            schema["allOf"] = [*schema.get("allOf", []), only]
        else:
            _replace(schema, {**only, **schema})


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("enum") == [None]  # parts are normalised first


def _replace(schema: dict[str, Any], content: dict[str, Any]) -> None:
    schema.clear()
    schema.update(content)
