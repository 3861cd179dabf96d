"""Bodies, media types, responses and headers: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

from scripts.diff.compare import compare
from tests.diff.documents import JSON, Json, S, found_by_rule, has, operation
from tests.diff.examples import examples_of
from tests.diff.schemas import INT

OBJECT: Json = {"application/json": {"schema": has(a=S)}}
TEXT: Json = {"text/plain": {"schema": S}}
ANY: Json = {"*/*": {"schema": S}}
FORM: Json = {"multipart/form-data": {"schema": has(a=S)}}


def sent(content: Json) -> Json:
    return operation(requestBody={"content": content})


def received(content: Json) -> Json:
    return operation(responses={"200": {"description": "", "content": content}})


def responses(*statuses: str, **response: Any) -> Json:
    """Return a document of one operation with equal responses of these statuses."""
    return operation(responses={status: {"description": "", **response} for status in statuses})


def streamed(media: Json) -> Json:
    """Return a document of OpenAPI 3.2 whose one operation receives a stream."""
    components = {"mediaTypes": {"Texts": {"itemSchema": S}}}
    whole = received({"application/jsonl": media})
    return {**whole, "openapi": "3.2.0", "components": components}


def header(**fields: Any) -> Json:
    return responses("200", headers={"X-Rate": {"schema": S, **fields}})


test_the_examples_of_the_rules_are_found = examples_of(
    "request- success error response header links media-type encoding"
)
test_a_change_of_a_body_or_a_response_is_found_by_its_rule = found_by_rule([
    ("a range of statuses in another case", responses("4xx"), responses("4XX"), ""),
    ("a status within a range", responses("2xx"), responses("200"), ""),
    ("a success of a type of its own", responses("200"), operation(responses={"200": {"description": ""}, "202": {"description": "", "content": JSON}}), "success-response-added"),
    ("another success, with a class of its own", responses("200", content=OBJECT), responses("201", content=OBJECT), "success-status-changed"),
    ("an error of a type of its own", responses("200"), operation(responses={"200": {"description": ""}, "404": {"description": "", "content": OBJECT}}), "error-response-added"),
    ("another success, with a class that is not read", responses("200", content=FORM), responses("201", content=FORM), "(success-status-changed)"),
    ("another success without a schema", responses("200", content={"application/json": {}}), responses("201", content={"application/json": {}}), "(success-status-changed)"),
    ("an error of another type than all had", responses("default", content=JSON), responses("404", content={"application/json": {"schema": INT}}), "(type-changed), error-response-added, error-response-removed"),
    ("a header's type", header(), header(schema={"type": "integer"}), "(type-changed as safe)"),
    ("a header that OpenAPI ignores", responses("200", headers={"Content-Type": {"required": True, "schema": S}}), responses("200"), "response-header-removed as safe"),
    ("items of a stream, by reference", streamed({"$ref": "#/components/mediaTypes/Texts"}), streamed({"itemSchema": S}), ""),
    ("other items of a stream", streamed({"itemSchema": S}), streamed({"itemSchema": {}}), "(type-widened)"),
    ("how items of a stream are encoded", streamed({"itemEncoding": {"contentType": "a/b"}}), streamed({}), "encoding-changed"),
    ("a header that leads nowhere", header(required=True), responses("200", headers={"X-Rate": {"$ref": "#/a"}}), "(reference-broken)"),
    ("a range that covers the type to receive", received(JSON), received({"application/*": {"schema": S}}), "media-type-widened"),
    ("a range beside the type", sent(JSON), sent({**JSON, "*/*": {"schema": S}}), "(media-type-added)"),
    ("a range that does not cover the type", sent(JSON), sent({"text/*": {"schema": S}}), "media-types-replaced"),
    ("bytes that a schema describes", sent({"application/octet-stream": {"schema": {**S, "format": "binary"}}}), sent({"application/octet-stream": {"schema": {}}}), "format-removed, type-widened"),
    ("a charset among parameters in another order and case", sent({"a/b;c=1;d=2": {"schema": S}}), sent({"A/b; D=2; Charset=utf-8; c=1": {"schema": S}}), ""),
    ("a further type to send, of another kind", sent(JSON), sent({**JSON, "application/octet-stream": {"schema": {**S, "format": "binary"}}}), "media-type-added"),
    ("a further type to receive, of another kind", received(JSON), received({"text/csv": {"schema": S}, **JSON}), "media-type-added"),
    ("the narrowest range counts", sent(TEXT), sent({**ANY, "text/*": {"schema": INT}}), "(media-type-added), (media-type-widened), (type-changed)"),
    ("a schema within a range", sent(JSON), sent({"*/*": {"schema": INT}}), "media-type-widened, type-changed"),
    ("the schema of the one type that comes for another", sent(JSON), sent({"application/xml": {"schema": INT}}), "media-types-replaced, type-changed"),
    ("a first type", sent({}), sent(JSON), "media-type-added"),
    ("a body without types", operation(requestBody={}), sent(JSON), "media-type-added"),
    ("a schema", sent({"application/json": {}}), sent(JSON), "type-narrowed"),
    ("bytes of any kind", sent({"image/png": {"schema": S}}), sent({"image/png": {"schema": INT}}), "(type-changed as safe)"),
    ("the schema of what generated code does not read", received({**JSON, **TEXT}), received({**JSON, "text/plain": {"schema": INT}}), "(type-changed)"),
    ("a media type that leads nowhere", sent(JSON), sent({"application/json": {"$ref": "#/a"}}), "reference-broken"),
    ("a body that leads nowhere", operation(requestBody={"content": JSON, "required": True}), operation(requestBody={"$ref": "#/a"}), "reference-broken"),
])  # fmt: skip


def test_an_added_header_is_located_by_the_headers_that_lack_it() -> None:
    old, new = (
        responses("default", headers={name: {"schema": S} for name in names})
        for names in ("A", "AB")
    )
    (finding,) = compare(old, new).findings
    holder = "/paths/~1pets~1{id}/get/responses/default/headers"
    assert finding.message.startswith("header B of response default ")
    assert (finding.places[0].old, finding.places[0].new) == (holder, f"{holder}/B")
