"""Whether what is sent is accepted, however both are written: judged by hand, row by row.

Each row is compared as a body that is sent and as one that is received, bare and nested, in place
and behind a reference, and read backwards.
"""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from tests.contract.diff.documents import (
    CAT,
    DOG,
    Json,
    S,
    found,
    has,
    holding,
    requesting,
    responding,
    worst,
)

INT: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
NULL: Json = {"type": "null"}
AB: Json = {"type": "string", "enum": ["a", "b"]}
LISTED: Json = {"type": "string", "enum": ["a", "b"], "maxLength": 5}
UUID: Json = {"type": "string", "format": "uuid"}
BASE: Json = has(a=S, b=S)


def titled(title: str, schema: Json) -> Json:
    """Give a schema with a title and a description."""
    return {**schema, "title": title, "description": f"A {title}."}


def parts(*schemas: Json, **more: Any) -> Json:
    """Give a schema of which all parts hold."""
    return {"allOf": list(schemas), **more}


def one_of(*schemas: Json, **more: Any) -> Json:
    """Give a schema of which exactly one alternative holds."""
    return {"oneOf": list(schemas), **more}


def any_of(*schemas: Json, **more: Any) -> Json:
    """Give a schema of which an alternative holds."""
    return {"anyOf": list(schemas), **more}


def read_only(schema: Json) -> Json:
    """Give a schema that only the server writes."""
    return {**schema, "readOnly": True}


def write_only(schema: Json) -> Json:
    """Give a schema that only the client writes."""
    return {**schema, "writeOnly": True}


def integers(**limits: Any) -> Json:
    """Give an integer with limits."""
    return {**INT, **limits}


def texts(**limits: Any) -> Json:
    """Give a text with limits."""
    return {**S, **limits}


S_, R_, B_ = "safe", "risky", "breaking"

# what, old, new; when it is sent, when it is received; then the same backwards
MERGED: list[tuple[str, Any, Any, str, str, str, str]] = [
    ("allOf flattened", parts(has(a=S), has(b=S)), BASE, S_, S_, S_, S_),
    ("allOf flattened, all titled", titled("E", parts(titled("A", has(a=S)), titled("B", has(b=S)))), titled("F", BASE), S_, S_, S_, S_),
    ("a part with only optional properties", BASE, parts(BASE, has(c=S)), S_, S_, B_, B_),
    ("a part that requires", BASE, parts(BASE, {"required": ["a"]}), B_, S_, S_, B_),
    ("the parts in another order", parts(has(a=S), has(a=texts(maxLength=5))), parts(has(a=texts(maxLength=5)), has(a=S)), S_, S_, S_, S_),
    ("a tighter limit in another part", texts(maxLength=9), parts(texts(maxLength=9), {"maxLength": 5}), B_, S_, S_, B_),
    ("a looser limit in another part", texts(maxLength=5), parts(texts(maxLength=9), {"maxLength": 5}), S_, S_, S_, S_),
    ("an exclusive limit of 3.0 beside a tighter one", integers(minimum=6), parts(integers(minimum=5, exclusiveMinimum=True), integers(minimum=6)), S_, S_, S_, S_),
    ("enums intersect", {"enum": ["b"], **S}, parts({**S, "enum": ["a", "b"]}, {"enum": ["b", "c"]}), S_, S_, S_, S_),
    ("an enum grows in one of two parts", parts({"enum": ["a"]}, AB), parts(AB, AB), S_, B_, B_, S_),
    ("a pattern in a part of its own", texts(pattern="^a"), parts(S, {"pattern": "^a"}), S_, S_, S_, S_),
    ("a further pattern", texts(pattern="^a"), parts(texts(pattern="^a"), {"pattern": "b$"}), B_, S_, S_, B_),
    ("multiples of both", integers(multipleOf=6), parts(integers(multipleOf=2), {"multipleOf": 3}), S_, S_, S_, S_),
    ("a smaller type in a part", NUMBER, parts(NUMBER, INT), B_, S_, S_, B_),
    ("items said by two parts", {"type": "array", "items": texts(maxLength=5)}, parts({"type": "array", "items": S}, {"items": {"maxLength": 5}}), S_, S_, S_, S_),
    ("one property in two parts", has(r=texts(maxLength=5, pattern="a")), parts(has(r=texts(maxLength=5)), has(r={"pattern": "a"})), S_, S_, S_, S_),
    ("an object within two parts", has(o=has("x", x=S, y=S)), parts(has(o=has(x=S)), has(o={"properties": {"y": S}, "required": ["x"]})), S_, S_, S_, S_),
    ("a nullable reference of 3.0", {"allOf": [CAT], "nullable": True}, any_of(CAT, NULL), S_, S_, S_, S_),
    ("a titled nullable reference", {"title": "Pet", "allOf": [CAT], "nullable": True}, any_of(CAT, NULL, title="Pet"), S_, S_, S_, S_),
    ("a nullable reference loses null", {"title": "Pet", "allOf": [CAT], "nullable": True}, titled("Pet", CAT), B_, S_, S_, B_),
    ("a union within allOf", parts(one_of(CAT, DOG)), one_of(CAT, DOG), S_, S_, S_, S_),
    ("read-only said by one of two parts", has(r=read_only(S)), parts(has(r=S), has(r=read_only({}))), S_, S_, S_, S_),
    ("a condition in two parts", parts({**S, "not": {"enum": ["a"]}}, {"not": {"enum": ["b"]}}), parts({**S, "not": {"enum": ["a"]}}, {"not": {"enum": ["b"]}}), S_, S_, S_, S_),
]  # fmt: skip

UNIONS: list[tuple[str, Any, Any, str, str, str, str]] = [
    ("wrapped in two that both fit", has("x y", x=S, y=S), one_of(has("x", x=S, y=S), has("y", x=S, y=S)), B_, B_, B_, R_),
    ("wrapped in two that both fit, of which any will do", has("x y", x=S, y=S), any_of(has("x", x=S, y=S), has("y", x=S, y=S)), S_, B_, B_, S_),
    ("a type becomes one of two", S, one_of(S, INT), S_, B_, B_, S_),
    ("a type becomes one of two, limits beside", texts(maxLength=9), one_of(S, INT, maxLength=9), S_, B_, B_, S_),
    ("an integer becomes one of integer and number", INT, one_of(INT, NUMBER), B_, B_, B_, R_),
    ("an integer becomes any of integer and number", INT, any_of(INT, NUMBER), S_, B_, B_, S_),
    ("an alternative of another type", one_of(S, INT), one_of(S, INT, {"type": "boolean"}), S_, B_, B_, S_),
    ("an alternative that is told apart by a value", one_of(CAT), one_of(CAT, DOG), S_, B_, B_, S_),
    ("an alternative that overlaps", one_of(texts(maxLength=5), INT), one_of(texts(maxLength=5), INT, texts(minLength=3)), B_, B_, B_, R_),
    ("an alternative that overlaps, of which any will do", any_of(texts(maxLength=5), INT), any_of(texts(maxLength=5), INT, texts(minLength=3)), S_, B_, B_, S_),
    ("an alternative that cannot be told apart for sure", one_of(texts(pattern="a"), INT), one_of(texts(pattern="a"), INT, texts(pattern="b")), R_, B_, B_, R_),
    ("an alternative that begins otherwise", one_of(texts(pattern="^a"), INT), one_of(texts(pattern="^a"), INT, texts(pattern="^b")), S_, B_, B_, S_),
    ("an alternative that wants what nobody sends", one_of(has("x", x=S), INT), one_of(has("x", x=S), INT, has("y", y=S)), S_, B_, B_, S_),
    ("an alternative that a discriminator tells apart", one_of(has("k", k=S), has("k", k=S, y=S), discriminator={"propertyName": "k"}), one_of(has("k", k=S), has("k", k=S, y=S), has("k", k=S, z=S), discriminator={"propertyName": "k"}), S_, B_, B_, S_),
    ("alternatives of limits that do not meet", one_of(integers(maximum=4)), one_of(integers(maximum=4), integers(minimum=5)), S_, B_, B_, S_),
    ("any becomes one, of types", any_of(S, INT), one_of(S, INT), S_, S_, S_, S_),
    ("any becomes one, of values", any_of(CAT, DOG), one_of(CAT, DOG), S_, S_, S_, S_),
    ("any becomes one, and both fit", any_of(S, AB), one_of(S, AB), B_, S_, S_, R_),
    ("an alternative that another one holds", any_of(S, INT), any_of(S, INT, AB), S_, S_, S_, S_),
    ("an alternative gains an optional property", any_of(has(), INT), any_of(has(r=S), INT), S_, S_, B_, B_),
    ("an alternative gains a required property", any_of(has(), INT), any_of(has("r", r=S), INT), B_, S_, B_, B_),
    ("an alternative gains a value", one_of({**S, "enum": ["a"]}, INT), one_of(AB, INT), S_, B_, B_, S_),
    ("listed values become a wider union", AB, one_of(S, INT), S_, B_, B_, S_),
    ("listed values are divided", AB, one_of({**S, "enum": ["a"]}, {**S, "enum": ["b"]}), S_, S_, S_, S_),
    ("types are divided", {"type": ["string", "integer"]}, one_of(S, INT), S_, S_, S_, S_),
    ("a union moves below a union", one_of(S, INT, {"type": "boolean"}), one_of(S, one_of(INT, {"type": "boolean"})), S_, S_, S_, S_),
    ("null as an alternative", S, one_of(NULL, S), S_, B_, B_, S_),
    ("null in two spellings", {**S, "nullable": True}, one_of(NULL, S), S_, S_, S_, S_),
]  # fmt: skip

DIRECTED: list[tuple[str, Any, Any, str, str, str, str]] = [
    ("a required property is no longer read-only", has("a", a=read_only(S)), has("a", a=S), B_, S_, B_, S_),
    ("an optional property is no longer read-only", has(a=read_only(S)), has(a=S), R_, S_, B_, S_),
    ("a required property is no longer write-only", has("a", a=write_only(S)), has("a", a=S), S_, S_, S_, B_),
    ("a required read-only property is added", has(b=S), has("a", a=read_only(S), b=S), S_, S_, S_, B_),
    ("a required write-only property is added", has(b=S), has("a", a=write_only(S), b=S), B_, S_, B_, S_),
    ("a limit on what the client does not send", has(a=read_only(S)), has(a=read_only(texts(maxLength=5))), S_, S_, S_, B_),
    ("a limit on what the server does not send", has(a=write_only(S)), has(a=write_only(texts(maxLength=5))), B_, S_, S_, S_),
    ("a limit deep in what the client does not send", has(a=read_only(has(b=S))), has(a=read_only(has(b=INT))), S_, B_, S_, B_),
    ("required and read-only alike, both go", has("a", a=read_only(S)), has(), S_, B_, S_, S_),
]  # fmt: skip

EQUIVALENT: list[tuple[str, Any, Any]] = [
    ("a format inside the limits", integers(minimum=0, maximum=21600), integers(minimum=0, maximum=21600, format="int32")),
    ("a long format inside the limits", integers(minimum=0, maximum=9), integers(minimum=0, maximum=9, format="int64")),
    ("a hint", S, texts(format="password")),
    ("a limit that every value meets", AB, LISTED),
    ("a pattern that every value meets", AB, {**AB, "pattern": "^[a-z]$"}),
    ("a minimum that every value meets", {"type": "integer", "enum": [1, 2]}, {"type": "integer", "enum": [1, 2], "minimum": 1}),
    ("a limit of text on a number", INT, integers(minLength=5, pattern="^a")),
    ("a limit of numbers on a text", S, texts(minimum=5, multipleOf=2)),
    ("a limit of lists on an object", has(a=S), {**has(a=S), "maxItems": 5, "items": S}),
    ("properties of a text", S, {**S, "required": ["a"], "additionalProperties": False}),
    ("an exclusive limit of integers", integers(exclusiveMinimum=0), integers(minimum=1)),
    ("an exclusive limit of 3.0", integers(minimum=0, exclusiveMinimum=True), integers(minimum=1)),
    ("a fraction as a limit of integers", integers(minimum=0.5, maximum=9.5), integers(minimum=1, maximum=9)),
    ("multiples of one", INT, integers(multipleOf=1)),
    ("a pattern of anything", S, texts(pattern=".*")),
    ("a whole pattern of anything", S, texts(pattern="^.*$")),
    ("a pattern with an open end", texts(pattern="^a"), texts(pattern="^a.*$")),
    ("a pattern with an open start", texts(pattern="a$"), texts(pattern="^.*a$")),
    ("a pattern of any character", S, texts(pattern=r"^[\s\S]*$")),
    ("base64 in both spellings", texts(format="byte"), texts(contentEncoding="base64")),
    ("values listed twice by type", {"enum": ["a", 1], "type": "string"}, {"enum": ["a"], "type": "string"}),
]  # fmt: skip

PROVED: list[tuple[str, Any, Any, str, str, str, str]] = [
    ("a format that the limits are inside of", integers(minimum=0, maximum=9), integers(format="int32"), S_, B_, B_, S_),
    ("a format that the limits leave", integers(minimum=0, maximum=2**40), integers(minimum=0, maximum=2**40, format="int32"), B_, S_, S_, B_),
    ("a format is a limit", integers(format="int32"), integers(minimum=-(2**31), maximum=2**31 - 1), S_, S_, S_, S_),
    ("a length that a format has", UUID, {**UUID, "maxLength": 36}, S_, S_, S_, S_),
    ("a length that a format has not", UUID, {**UUID, "maxLength": 35}, B_, S_, S_, B_),
    ("a pattern is narrowed from anything", texts(pattern=".*"), texts(pattern=r"^\w+$"), B_, S_, S_, B_),
    ("a limit that one value does not meet", AB, {"type": "string", "enum": ["a", "b", "cc"], "maxLength": 1}, S_, S_, S_, S_),
    ("a file part of 3.0 and of 3.1", texts(format="binary"), texts(contentMediaType="application/octet-stream"), S_, S_, S_, S_),
    ("a text becomes a file", S, texts(format="binary"), B_, S_, S_, B_),
    ("as many properties as are required", has("a", a=S), {**has("a", a=S), "minProperties": 1}, S_, S_, S_, S_),
    ("multiples of one are whole", {"type": "number", "multipleOf": 1}, INT, S_, S_, S_, S_),
    ("a property among typed ones", {"type": "object", "additionalProperties": S}, {"type": "object", "properties": {"a": S}, "additionalProperties": S}, S_, S_, S_, B_),
    ("listed numbers become a range", {"type": "integer", "enum": [1, 2]}, integers(minimum=1, maximum=2), S_, B_, B_, S_),
    ("a pattern that ends in dots", texts(pattern=r"^a\.*"), texts(pattern="^a"), B_, B_, B_, B_),
    ("a number becomes a float", NUMBER, {"type": "number", "format": "float"}, B_, S_, S_, B_),
    ("listed values become free", AB, S, S_, B_, B_, S_),
    ("listed values of a boolean", {"type": "boolean"}, {"type": "boolean", "enum": [True, False]}, S_, S_, S_, S_),
    ("all becomes closed", {"type": "object"}, {"type": "object", "additionalProperties": False}, B_, S_, S_, R_),
]  # fmt: skip


def documents(make: Any, schema: Any) -> list[Json]:
    """Give documents that hold a schema: bare, in a list, in a property, behind a reference."""
    referred = {"$ref": "#/components/schemas/It"}
    return [
        make(schema, openapi="3.1.0"),
        make({"type": "array", "items": schema}, openapi="3.1.0"),
        make(holding(schema), openapi="3.1.0"),
        make(holding(referred), openapi="3.1.0", components={"schemas": {"It": schema}}),
    ]


ROWS = MERGED + UNIONS + DIRECTED + PROVED


@pytest.mark.parametrize(
    ("old", "new", "sent", "received", "sent_back", "received_back"),
    [row[1:] for row in ROWS],
    ids=[row[0] for row in ROWS],
)
def test_what_breaks_is_decided_by_what_is_accepted(
    old: Any, new: Any, sent: str, received: str, sent_back: str, received_back: str
) -> None:
    for make, there, back in (
        (requesting, sent, sent_back),
        (responding, received, received_back),
    ):
        for before, after in zip(documents(make, old), documents(make, new), strict=True):
            assert (worst(before, after), worst(after, before)) == (there, back)


@pytest.mark.parametrize(
    ("old", "new"), [row[1:] for row in EQUIVALENT], ids=[row[0] for row in EQUIVALENT]
)
def test_what_accepts_the_same_is_no_finding(old: Any, new: Any) -> None:
    for make in (requesting, responding):
        for before, after in zip(documents(make, old), documents(make, new), strict=True):
            assert found(before, after) == []
            assert found(after, before) == []
