"""Whatever stands anywhere in a document, each tool ends with its result or with an error."""

import copy
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import yaml

from scripts.contract.capture import capture
from scripts.errors import CannotRunError
from scripts.openapi.documents import as_openapi
from scripts.openapi.lint import problems
from scripts.openapi.places import Place, place
from tests.contract.published import SOURCE
from tests.contract.small import S, body, document, operation, reached, schema
from tests.diff.reviewing import compared

SOUND: dict[str, Any] = yaml.safe_load("""
openapi: 3.0.3
info: {title: T, version: "1"}
servers: [{url: "https://h.example"}]
tags: [{name: a}]
security: [{b: [read]}]
paths:
  /a:
    get:
      operationId: a
      tags: [a]
      parameters:
        - {name: n, in: query, schema: {type: string, minLength: 1, example: x}}
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}}
      responses: {"200": {description: "", headers: {X-A: {schema: {}}}}}
      callbacks: {c: {}}
      security: [{b: [read]}]
components:
  schemas:
    S:
      type: object
      required: [text]
      properties:
        text: {type: string, pattern: x, enum: [x, y], format: date}
        number: {type: integer, minimum: 1, multipleOf: 1, default: 2}
        list: {type: array, items: {type: string}, maxItems: 2}
      additionalProperties: {type: string}
      allOf: [{maxProperties: 9}]
      discriminator: {propertyName: text, mapping: {x: Other}}
      example: {text: x}
    Other: {}
  securitySchemes:
    b: {type: oauth2, flows: {implicit: {authorizationUrl: /, scopes: {read: ""}}}}
""")
WRONG = (1, "(", None, [None], {"a": 1}, True, {"$ref": "#/none"})


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place of a document: its holder, and its key or index."""
    members: Any = node.items() if isinstance(node, dict) else ()
    for key, value in list(enumerate(node) if isinstance(node, list) else members):
        yield node, key
        yield from places(value)


def malformed() -> Iterator[dict[str, Any]]:
    for number in range(len(list(places(SOUND)))):
        for wrong in (number, number + 3):
            each = copy.deepcopy(SOUND)
            holder, key = list(places(each))[number]
            holder[key] = WRONG[wrong % 7]
            yield each


STRANGE_KEYWORDS: dict[str, Any] = yaml.safe_load(
    "{$id: 1, $dynamicRef: '#gone', $schema: a, $defs: [], $vocabulary: x, exclusiveMinimum: true}"
)
STRANGE = [
    reached(type="integer", multipleOf=0, example=1),
    reached(enum=[{"a": [1]}, ["a"], {"a": [1]}], example="a"),
    reached(patternProperties={"(": {}}, example={"a": 1}),
    reached(**S),
    operation(parameters=[{"$ref": "#/paths"}]),
    document(paths={"/a": {"$ref": "#/paths/~1a"}}),
    document(components={"schemas": {"S": {"$ref": "#/components/schemas/T"}, "T": S}}),
    document("3.0.banana"),
    body({"application/json": {"examples": "x", "schema": {}}}),
    *(schema(example=1, **{key: value}) for key, value in STRANGE_KEYWORDS.items()),
]


def _read(text: bytes, _: Place) -> bytes:
    return text


def test_each_tool_ends_with_its_result_or_with_an_error() -> None:
    captured = comparable = reported = 0
    for each in [*malformed(), *STRANGE]:
        text = json.dumps(each).encode()
        found = problems(each)
        assert not any("\n" in line for line in found)
        reported += bool(found)
        try:
            read = partial(_read, text)
            capture(place("a.json"), source=SOURCE, mapped={}, read=read)
            captured += 1
        except CannotRunError:
            pass
        try:
            as_openapi(each, "a.json")
        except CannotRunError:
            continue
        for old, new in ((SOUND, each), (each, SOUND)):
            compared(old, new)
        comparable += 1
    assert min(captured, comparable, reported) > 50
