"""Bodies, responses and headers: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

from scripts.diff.compare import compare
from tests.diff.documents import JSON, Json, S, found_by_rule, has, operation
from tests.diff.examples import examples_of

OBJECT: Json = {"application/json": {"schema": has(a=S)}}
FORM: Json = {"multipart/form-data": {"schema": has(a=S)}}


def body(content: Json | None = None, **more: Any) -> Json:
    return operation(requestBody={"content": JSON if content is None else content, **more})


def responses(*statuses: str, **response: Any) -> Json:
    """Return a document of one operation with equal responses of these statuses."""
    return operation(responses={status: {"description": "", **response} for status in statuses})


def header(**fields: Any) -> Json:
    return responses("200", headers={"X-Rate": {"schema": S, **fields}})


test_the_examples_of_the_rules_are_found = examples_of(
    "request- success error response header links"
)
test_a_change_of_a_body_or_a_response_is_found_by_its_rule = found_by_rule([
    ("a range of statuses in another case", responses("4xx"), responses("4XX"), ""),
    ("a status within a range", responses("2XX"), responses("200"), ""),
    ("a success of a type of its own", responses("200"), operation(responses={"200": {"description": ""}, "202": {"description": "", "content": JSON}}), "success-response-added"),
    ("another success, with a class of its own", responses("200", content=OBJECT), responses("201", content=OBJECT), "success-status-changed"),
    ("an error of a type of its own", responses("200"), operation(responses={"200": {"description": ""}, "404": {"description": "", "content": OBJECT}}), "error-response-added"),
    ("another success, with a class that is not read", responses("200", content=FORM), responses("201", content=FORM), "(success-status-changed)"),
    ("a header's type", header(), header(schema={"type": "integer"}), "(type-changed as safe)"),
    ("a header that OpenAPI ignores", responses("200"), responses("200", headers={"Content-Type": {"required": True, "schema": S}}), "response-header-added"),
    ("a header that leads nowhere", header(required=True), responses("200", headers={"X-Rate": {"$ref": "#/a"}}), ""),
    ("a body that leads nowhere", body(required=True), operation(requestBody={"$ref": "#/a"}), ""),
])  # fmt: skip


def test_an_added_header_is_located_by_the_headers_that_lack_it() -> None:
    old, new = (
        responses("200", headers={name: {"schema": S} for name in names}) for names in ("A", "AB")
    )
    (finding,) = compare(old, new).findings
    holder = "/paths/~1pets~1{id}/get/responses/200/headers"
    assert (finding.places[0].old, finding.places[0].new) == (holder, f"{holder}/B")
