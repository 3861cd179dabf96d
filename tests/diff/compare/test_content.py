"""Media types and their schemas: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from tests.diff.documents import JSON, Json, S, found_by_rule, operation
from tests.diff.examples import examples_of
from tests.diff.schemas import INT

TEXT: Json = {"text/plain": {"schema": S}}
ANY: Json = {"*/*": {"schema": S}}


def sent(content: Json) -> Json:
    return operation(requestBody={"content": content})


def received(content: Json) -> Json:
    return operation(responses={"200": {"description": "", "content": content}})


test_the_examples_of_the_rules_are_found = examples_of("media-type encoding")
test_a_change_of_media_types_is_found_by_its_rule = found_by_rule([
    ("a range that covers the type to receive", received(JSON), received({"application/*": {"schema": S}}), "media-type-widened"),
    ("a range beside the type", sent(JSON), sent({**JSON, "*/*": {"schema": S}}), "(media-type-added)"),
    ("a range that does not cover the type", sent(JSON), sent({"text/*": {"schema": S}}), "media-types-replaced"),
    ("bytes that a schema describes", sent({"application/octet-stream": {"schema": {**S, "format": "binary"}}}), sent({"application/octet-stream": {"schema": {}}}), "format-removed, type-widened"),
    ("a charset", sent(JSON), sent({"application/json; charset=utf-8": {"schema": S}}), ""),
    ("a further type to send, of another kind", sent(JSON), sent({**JSON, "application/octet-stream": {"schema": {**S, "format": "binary"}}}), "media-type-added"),
    ("a further type to receive, of another kind", received(JSON), received({"text/csv": {"schema": S}, **JSON}), "media-type-added"),
    ("the narrowest range counts", sent(TEXT), sent({**ANY, "text/*": {"schema": INT}}), "(media-type-added), (media-type-widened), (type-changed)"),
    ("a schema within a range", sent(JSON), sent({"*/*": {"schema": INT}}), "media-type-widened, type-changed"),
    ("the schema of the one type that comes for another", sent(JSON), sent({"application/xml": {"schema": INT}}), "media-types-replaced, type-changed"),
    ("types in another case", sent(JSON), sent({"Application/JSON": {"schema": S}}), ""),
    ("a first type", sent({}), sent(JSON), "media-type-added"),
    ("a body without types", operation(requestBody={}), sent(JSON), "media-type-added"),
    ("a schema", sent({"application/json": {}}), sent(JSON), "type-narrowed"),
    ("bytes of any kind", sent({"image/png": {"schema": S}}), sent({"image/png": {"schema": INT}}), "(type-changed as safe)"),
    ("the schema of what generated code does not read", received({**JSON, **TEXT}), received({**JSON, "text/plain": {"schema": INT}}), "(type-changed)"),
    ("a media type that leads nowhere", sent(JSON), sent({"application/json": {"$ref": "#/a"}}), ""),
])  # fmt: skip
