"""Short names for schemas."""

from typing import Any

from scripts.contract.diff.compare.cases import SchemaSide
from scripts.contract.diff.compare.compared import ComparedDocument
from scripts.contract.diff.compare.shapes import SchemaShape
from scripts.contract.openapi.nodes import Node
from tests.contract.diff.documents import (
    Json,
    S,
    document,
)

INT: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
FLAG: Json = {"type": "boolean"}
NULL: Json = {"type": "null"}
AB: Json = {"type": "string", "enum": ["a", "b"]}


def integers(**limits: Any) -> Json:
    """Return an integer with limits."""
    return {**INT, **limits}


def texts(**limits: Any) -> Json:
    """Return a text with limits."""
    return {**S, **limits}


def lists(items: Any = None, **limits: Any) -> Json:
    """Return a list with limits."""
    return {"type": "array", **({} if items is None else {"items": items}), **limits}


def titled(title: str, schema: Json) -> Json:
    """Return a schema with a title and a description."""
    return {**schema, "title": title, "description": f"A {title}."}


def read_only(schema: Json) -> Json:
    """Return a schema that only the server sends."""
    return {**schema, "readOnly": True}


def write_only(schema: Json) -> Json:
    """Return a schema that only the client sends."""
    return {**schema, "writeOnly": True}


def parts(*schemas: Json, **more: Any) -> Json:
    """Return an allOf of schemas."""
    return {"allOf": list(schemas), **more}


def one_of(*schemas: Json, **more: Any) -> Json:
    """Return a oneOf of schemas."""
    return {"oneOf": list(schemas), **more}


def any_of(*schemas: Json, **more: Any) -> Json:
    """Return an anyOf of schemas."""
    return {"anyOf": list(schemas), **more}


def side(schema: Any, **schemas: Any) -> SchemaSide:
    """Return a schema in a document with components."""
    source = ComparedDocument("old", document(openapi="3.1.0", components={"schemas": schemas}))
    return SchemaSide(source, source.shape(Node(schema, "/it")))


def shape(schema: Any) -> SchemaShape:
    """Return the shape of a schema."""
    return side(schema).shape
