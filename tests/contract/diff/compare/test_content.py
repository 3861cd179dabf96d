"""Media types and their schemas: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

import pytest

from tests.contract.diff.documents import JSON, XML, Json, S, expected_lines, found, operation
from tests.contract.diff.schemas import INT

TEXT: Json = {"text/plain": {"schema": S}}
ANY: Json = {"*/*": {"schema": S}}


def sent(content: Json) -> Json:
    """Return a document of one operation with a request body."""
    return operation(requestBody={"content": content})


def received(content: Json) -> Json:
    """Return a document of one operation with a response body."""
    return operation(responses={"200": {"description": "", "content": content}})


CONTENT: list[tuple[str, Json, Json, str, str]] = [
    ("a further type to send", sent(JSON), sent({**JSON, **XML}), "media-type-added safe/none", "media-type-removed breaking/none"),
    ("a further type to receive", received(JSON), received({**JSON, **XML}), "media-type-added risky/none", "media-type-removed breaking/none"),
    ("other types", sent(JSON), sent(XML), "media-types-replaced breaking/breaking", "media-types-replaced breaking/breaking"),
    ("a range that covers the type to send", sent(JSON), sent({"*/*": {"schema": S}}), "media-type-widened safe/breaking", "media-type-narrowed breaking/breaking"),
    ("a range that covers the type to receive", received(JSON), received({"application/*": {"schema": S}}), "media-type-widened breaking/breaking", "media-type-narrowed safe/breaking"),
    ("a range beside the type", sent(JSON), sent({**JSON, "*/*": {"schema": S}}), "media-type-added safe/none", "media-type-removed breaking/none"),
    ("a range that does not cover the type", sent(JSON), sent({"text/*": {"schema": S}}), "media-types-replaced breaking/breaking", "media-types-replaced breaking/breaking"),
    ("bytes that a schema describes", sent({"application/octet-stream": {"schema": {**S, "format": "binary"}}}), sent({"application/octet-stream": {"schema": {}}}), "format-removed safe/breaking, type-widened safe/breaking", "format-added safe/breaking, type-narrowed safe/breaking"),
    ("a charset", sent(JSON), sent({"application/json; charset=utf-8": {"schema": S}}), "", ""),
    ("an encoding", sent({"multipart/form-data": {"schema": S}}), sent({"multipart/form-data": {"schema": S, "encoding": {"a": {}}}}), "encoding-changed risky/none", "encoding-changed risky/none"),
    ("a further type to send, of another kind", sent(JSON), sent({**JSON, "application/octet-stream": {"schema": {**S, "format": "binary"}}}), "media-type-added safe/compatible", "media-type-removed breaking/breaking"),
    ("a further type to receive, of another kind", received(JSON), received({"text/csv": {"schema": S}, **JSON}), "media-type-added risky/compatible", "media-type-removed breaking/breaking"),
    ("a range within a range", sent({"text/*": {"schema": S}}), sent(ANY), "media-type-widened safe/none", "media-type-narrowed breaking/none"),
    ("the narrowest range counts", sent(TEXT), sent({**ANY, "text/*": {"schema": INT}}), "media-type-added safe/none, media-type-widened safe/none, type-changed breaking/none", "media-type-removed breaking/none, media-type-narrowed breaking/none, type-changed breaking/none"),
    ("a schema within a range", sent(JSON), sent({"*/*": {"schema": INT}}), "media-type-widened safe/breaking, type-changed breaking/breaking", "media-type-narrowed breaking/breaking, type-changed breaking/none"),
    ("the schema of the one type that comes for another", sent(JSON), sent({"application/xml": {"schema": INT}}), "media-types-replaced breaking/breaking, type-changed breaking/breaking", "media-types-replaced breaking/breaking, type-changed breaking/none"),
    ("several types for another", sent(JSON), sent({**XML, **TEXT}), "media-types-replaced breaking/breaking", "media-types-replaced breaking/breaking"),
    ("types in another case", sent(JSON), sent({"Application/JSON": {"schema": S}}), "", ""),
    ("bytes of any kind", sent({"image/png": {"schema": S}}), sent({"image/png": {"schema": INT}}), "type-changed safe/none", "type-changed safe/none"),
    ("a schema that accepts anything", sent({"application/json": {}}), sent({"application/json": {"schema": {}}}), "", ""),
    ("a schema", sent({"application/json": {}}), sent(JSON), "type-narrowed breaking/breaking", "type-widened safe/breaking"),
    ("the schema of what generated code does not read", received({**JSON, **TEXT}), received({**JSON, "text/plain": {"schema": INT}}), "type-changed breaking/none", "type-changed breaking/none"),
    ("a media type that leads nowhere", sent(JSON), sent({"application/json": {"$ref": "#/a"}}), "", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in CONTENT],
    ids=[row[0] for row in CONTENT],
)
def test_a_change_of_media_types_is_found_by_its_rule(
    old: Json, new: Json, forwards: str, backwards: str
) -> None:
    assert found(old, new) == expected_lines(forwards)
    assert found(new, old) == expected_lines(backwards)
