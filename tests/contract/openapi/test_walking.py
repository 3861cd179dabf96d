"""A capture keeps facts, drops prose, and is normalised."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.contract.openapi.walking import normalise

from ..published import BUNDLED, capture, captured, state, write


def test_the_same_document_gives_the_same_bytes_in_json_in_yaml_and_in_any_order(
    empty_project: Path, tmp_path: Path
) -> None:
    def shuffled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: shuffled(node[key]) for key in reversed(node)}
        return [shuffled(item) for item in node] if isinstance(node, list) else node

    (tmp_path / "b.yaml").write_text(yaml.safe_dump(BUNDLED))
    sources = [
        write(tmp_path / "a.json", BUNDLED),
        tmp_path / "b.yaml",
        write(tmp_path / "c.json", shuffled(BUNDLED)),
    ]
    for path in sources:
        capture(path)
    assert captured(empty_project) == BUNDLED
    written = set()
    for path in sources:
        capture(path)
        written.add((empty_project / "openapi" / "captured" / "v9.json").read_bytes())
    assert len(written) == 1


def test_capturing_again_changes_nothing(
    empty_project: Path, docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capture(docs / "apps" / "a.json", "--revision", "abc")
    before = state(empty_project)
    assert "is written: 2 file(s)" in capsys.readouterr().out
    capture(docs / "apps" / "a.json", "--revision", "abc")
    assert "is unchanged" in capsys.readouterr().out
    assert state(empty_project) == before


def test_prose_is_removed_at_every_place() -> None:
    prose = {"summary": "S", "description": "D", "externalDocs": {"url": "https://h.example"}}
    operation = {"operationId": "a", "parameters": [{"name": "q", **prose}], **prose}
    schema = {"type": "object", "properties": {"p": {"type": "string", **prose}}, **prose}
    more = {"contact": {}, "license": {}, "termsOfService": ""}
    document = {
        "info": {"title": "T", "version": "1", **more, **prose},
        "servers": [{"url": "https://h.example", **prose}],
        "tags": [{"name": "A", **prose}],
        "paths": {"/a": {"get": operation, **prose}},
        "components": {
            "schemas": {"S": schema},
            "securitySchemes": {"b": {"type": "http", **prose}},
            "examples": {"e": {"value": 1, **prose}},
        },
    }
    assert normalise(document) == {
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://h.example"}],
        "tags": [{"name": "A"}],
        "paths": {"/a": {"get": {"operationId": "a", "parameters": [{"name": "q"}]}}},
        "components": {
            "schemas": {"S": {"type": "object", "properties": {"p": {"type": "string"}}}},
            "securitySchemes": {"b": {"type": "http"}},
            "examples": {"e": {"value": 1}},
        },
    }


@pytest.mark.parametrize(
    "fact",
    [
        {"properties": {"description": {"type": "string"}, "summary": {}, "license": {}}},
        {"properties": {"default": {"type": "string"}, "scopes": {"type": "array"}}},
        {"components": {"schemas": {"summary": {"type": "string"}}}},
        {"components": {"securitySchemes": {"contact": {"type": "http"}}}},
        {"security": [{"contact": ["associations.write"]}]},
        {"required": ["description"], "dependentRequired": {"description": ["summary"]}},
        {"example": {"description": "kept", "summary": "kept"}},
        {"examples": [{"description": "kept"}]},
        {"examples": {"description": {"value": {"summary": "kept"}}}},
        {"default": {"description": "kept"}, "enum": [{"summary": "kept"}]},
        {"x-tagGroups": {"description": "kept"}},
        {"discriminator": {"propertyName": "p", "mapping": {"description": "#/x"}}},
        {"content": {"application/json": {"encoding": {"summary": {}}}}},
        {"links": {"description": {"parameters": {"summary": "$request.query.q"}}}},
    ],
)
def test_names_and_data_that_read_like_prose_are_kept(fact: dict[str, object]) -> None:
    assert normalise(fact) == fact


def test_a_text_that_openapi_requires_becomes_empty() -> None:
    flows = {"implicit": {"authorizationUrl": "https://h.example", "scopes": {"a.write": "Prose"}}}
    responses = {"200": {"description": "Prose"}, "400": {}, "404": {"$ref": "#/x"}}
    assert normalise({"flows": flows, "responses": responses}) == {
        "flows": {"implicit": {"authorizationUrl": "https://h.example", "scopes": {"a.write": ""}}},
        "responses": {
            "200": {"description": ""},
            "400": {"description": ""},
            "404": {"$ref": "#/x"},
        },
    }
