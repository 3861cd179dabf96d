"""Short names for schemas, and the findings of a pair of them in many places."""

from typing import Any

import pytest

from scripts.contract.diff.compare.cases import SchemaSide
from scripts.contract.diff.compare.compared import ComparedDocument
from scripts.contract.diff.compare.shapes import SchemaShape
from scripts.contract.openapi.nodes import Node
from tests.contract.diff.documents import (
    Json,
    S,
    document,
    found,
    holding,
    requesting,
    responding,
    worst,
)

INT: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
FLAG: Json = {"type": "boolean"}
NULL: Json = {"type": "null"}
AB: Json = {"type": "string", "enum": ["a", "b"]}

S_, R_, B_ = "safe", "risky", "breaking"
Row = tuple[str, Any, Any, str, str, str, str]
"""Case, old, new; the wire severity when it is sent, when it is received; then backwards."""
Equal = tuple[str, Any, Any]
"""Case, and two equivalent schemas."""


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


def each_row(table: list[Row]) -> pytest.MarkDecorator:
    """Run a test with each row of a table."""
    names = ("old", "new", "sent", "received", "sent_back", "received_back")
    return pytest.mark.parametrize(names, [row[1:] for row in table], ids=[row[0] for row in table])


def equal(table: list[Equal]) -> pytest.MarkDecorator:
    """Run a test with each row of a table."""
    ids = [row[0] for row in table]
    return pytest.mark.parametrize(("old", "new"), [row[1:] for row in table], ids=ids)


def severities(old: Any, new: Any) -> set[tuple[str, ...]]:
    """Compare a pair in many places: when it is sent, when it is received; then backwards."""
    ways = [
        list(zip(_places(make, one), _places(make, other), strict=True))
        for one, other in ((old, new), (new, old))
        for make in (requesting, responding)
    ]
    return {tuple(worst(*pair) for pair in place) for place in zip(*ways, strict=True)}


def differences(old: Any, new: Any) -> list[str]:
    """Compare a pair in many places, sent and received, forwards and backwards."""
    return [
        each
        for make in (requesting, responding)
        for pair in zip(_places(make, old), _places(make, new), strict=True)
        for each in found(*pair) + found(*reversed(pair))
    ]


def _places(make: Any, schema: Any) -> list[Json]:
    """Return documents with a schema: bare, in a list, in a property, by reference."""
    referred = holding({"$ref": "#/components/schemas/It"})
    return [
        make(schema, openapi="3.1.0"),
        make(lists(schema), openapi="3.1.0"),
        make(holding(schema), openapi="3.1.0"),
        make(referred, openapi="3.1.0", components={"schemas": {"It": schema}}),
    ]
