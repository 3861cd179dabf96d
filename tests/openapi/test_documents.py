"""Parsing and writing documents."""

import json
from typing import Any

import pytest

from scripts.errors import CannotRunError
from scripts.openapi.documents import as_openapi, dump, parse, parse_marked, parse_openapi
from tests.contract.small import body, document, operation

OPENAPI = b'{"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": {}}'
WHOLE: dict[str, Any] = json.loads(OPENAPI)


def test_json_and_yaml_are_told_apart_by_how_they_start() -> None:
    yaml = b"openapi: 3.0.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
    for data, is_yaml in ((b"\xef\xbb\xbf\n  " + OPENAPI, False), (yaml, True)):
        assert parse_openapi(data, "document") == WHOLE
        assert (parse_marked(data, "document")[1] is not None) == is_yaml


def test_anything_but_json_and_yaml_is_one_clear_line() -> None:
    assert parse(b'["\\ud83d\\ude00", 1.5]', "x.json") == ["\N{GRINNING FACE}", 1.5]  # a pair
    for data, name, why in (
        (b'{"a": NaN}', "x.json", "NaN is not JSON"),
        (b'{"a": 1e999}', "x.json", "1e999 is too large a number"),
        (b'{"b": 1, "a": 1, "a": 2}', "x.json", "a key appears twice: 'a'"),
        (b'{"a": "\\ud800"}', "x.json", ""),
        (b"\xff\xfe{}", "x.json", ""),
        (b"[1", "x.yml", "while parsing a flow sequence"),
    ):
        said = rf"\A{name} is neither JSON nor YAML: {why}.*\Z"
        with pytest.raises(CannotRunError, match=said) as caught:
            parse(data, name)
        assert isinstance(caught.value.__cause__, ValueError)


def test_the_deepest_document_that_is_read_has_a_hundred_levels() -> None:
    for name in ("x.json", "x.yaml"):
        assert parse(b"[" * 98 + b"{}" + b"]" * 98, name)
        deep = [b"[" * levels + b"{}" + b"]" * levels for levels in (99, 100_000)]
        for data in (*deep, b'{"a":' * 101 + b"1" + b"}" * 101):
            with pytest.raises(CannotRunError, match="too deeply to read: more than 100") as caught:
                parse(data, name)
            assert isinstance(caught.value.__cause__, RecursionError)


def test_at_most_twenty_errors_of_a_document_are_listed() -> None:
    for wrong, last in ((20, "/s20"), (21, "and 1 more")):
        schemas = {f"s{number:02}": 1 for number in range(1, wrong + 1)}
        with pytest.raises(CannotRunError, match=r"\Ax is not an OpenAPI document:\n") as caught:
            as_openapi({**WHOLE, "components": {"schemas": schemas}}, "x")
        lines = str(caught.value).splitlines()
        assert (len(lines), last in lines[-1]) == (1 + wrong, True)


def test_anything_but_openapi_3_is_refused() -> None:
    for data, said in (
        (b'{"swagger": "2.0", "paths": {}}', "Swagger 2.0 document: convert .*swagger2openapi"),
        (b'{"openapi": "3.10.0", "swagger": "2.0", "paths": {}}', "openapi: '3.10.0'"),
        (b"<!DOCTYPE html><p>Sign in</p>", "no openapi field"),
        (b'{"openapi": "3.0.0"}', "no paths"),
        (b"openapi: 3.0.0\npaths: {}\ncomponents:\n", "must be an object of objects"),
        (b"openapi: 3.0.0\npaths: {}\ncomponents: {schemas: }", "must be an object of objects"),
    ):
        with pytest.raises(CannotRunError, match=said):
            parse_openapi(data, "x")


def test_a_document_is_written_the_same_for_any_order_of_its_keys() -> None:
    written = '{\n  "a": "é",\n  "b": [\n    2,\n    1\n  ]\n}\n'.encode()
    assert dump({"b": [2, 1], "a": "é"}) == dump({"a": "é", "b": [2, 1]}) == written


def scheme(scopes: object) -> dict[str, Any]:
    return {"securitySchemes": {"b": {"flows": {"f": {"scopes": scopes}}}}}


FULL = document(
    servers=[{}],
    components={
        "schemas": {"Any": True, "S": {"required": True}},
        "callbacks": {"$ref": "#/x"},
        "x-own": {"a": 1},
        "x-note": "ours",
        **scheme({"read": ""}),
    },
    paths={"x-own": 1, "/a": {"parameters": [{"in": "query"}], "get": {"callbacks": {"c": {}}}}},
)
NULLS = document(
    tags=None,
    components={"schemas": {"S": None}},
    paths={"/a": None, "/b": {"get": None, "put": {"parameters": None, "responses": None}}},
)


def test_schemas_extensions_and_references_are_not_checked_and_null_is_absent() -> None:
    newer = {"openapi": "3.2.0-rc1", "info": {}}  # from 3.1 on it may have no paths
    for sound in (FULL, NULLS, newer):
        assert as_openapi(sound, "x") == sound


def test_a_field_of_the_wrong_type_is_named() -> None:
    for wrong, line in (
        (document(servers={"url": "/"}), "/servers: it must be a list"),
        (document(components=scheme([])), "/components/securitySchemes/b/flows/f/scopes: it must"),
        (operation(parameters={}), "/paths/~1a/get/parameters: it must be a list"),
        (operation(callbacks={"c": []}), "/paths/~1a/get/callbacks/c: it must be an object"),
        (body({"a/b": {"schema": 1}}), "/paths/~1a/get/requestBody/content/a~1b/schema: it must"),
    ):
        with pytest.raises(
            CannotRunError, match=rf"\Ax is not an OpenAPI document:\n  {line}[^\n]*\Z"
        ):
            as_openapi(wrong, "x")
