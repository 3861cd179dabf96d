"""Short names for schemas."""

from typing import Any

from scripts.diff.compare.canonical import ComparedDocument, SchemaSide
from scripts.diff.compare.shapes import SchemaShape
from scripts.openapi.nodes import Node
from tests.diff.documents import Json, S, document

INT: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
FLAG: Json = {"type": "boolean"}
NULL: Json = {"type": "null"}
AB: Json = {"type": "string", "enum": ["a", "b"]}


def integers(**limits: Any) -> Json:
    return {**INT, **limits}


def texts(**limits: Any) -> Json:
    return {**S, **limits}


def lists(items: Any = None, **limits: Any) -> Json:
    return {"type": "array", **({} if items is None else {"items": items}), **limits}


def titled(title: str, schema: Json) -> Json:
    return {**schema, "title": title, "description": f"A {title}."}


def read_only(schema: Json) -> Json:
    return {**schema, "readOnly": True}


def write_only(schema: Json) -> Json:
    return {**schema, "writeOnly": True}


def parts(*schemas: Json, **more: Any) -> Json:
    return {"allOf": list(schemas), **more}


def one_of(*schemas: Json, **more: Any) -> Json:
    return {"oneOf": list(schemas), **more}


def any_of(*schemas: Json, **more: Any) -> Json:
    return {"anyOf": list(schemas), **more}


def side(schema: Any, **schemas: Any) -> SchemaSide:
    source = ComparedDocument("old", document(openapi="3.1.0", components={"schemas": schemas}))
    return SchemaSide(source, source.shape(Node(schema, "/it")))


def shape(schema: Any) -> SchemaShape:
    return side(schema).shape
