"""Properties of comparisons that hold for every pair of documents."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.contract.diff.compare import compare
from scripts.contract.diff.rules import rules
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import parse_openapi
from tests.contract.diff.documents import found, holding, responding
from tests.contract.diff.strategies import (
    Json,
    anything,
    documents,
    inlined,
    rereferenced,
    shuffled,
)

some = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@some
@given(documents)
def test_a_document_is_equal_to_itself(document: Json) -> None:
    assert found(document, document) == []


@some
@given(documents, st.data())
def test_the_order_of_keys_and_lists_does_not_matter(document: Json, data: st.DataObject) -> None:
    again = shuffled(data.draw, document)
    assert [each.wire for each in compare(document, again).findings if each.wire != "safe"] == []


@some
@given(documents)
def test_an_inline_schema_equals_the_reference_it_replaces(document: Json) -> None:
    again = inlined(document)
    assert [each for each in found(document, again) if not each.startswith("model-")] == []
    assert [each for each in found(again, document) if not each.startswith("model-")] == []


@some
@given(documents)
def test_renaming_a_component_changes_nothing_on_the_wire(document: Json) -> None:
    assert [
        each for each in found(document, rereferenced(document)) if not each.startswith("model-")
    ] == []


@some
@given(documents, documents)
def test_swapping_old_and_new_mirrors_every_finding(old: Json, new: Json) -> None:
    there = sorted(each.rule for each in compare(old, new).findings)
    back = [each.rule for each in compare(new, old).findings]
    mirrors = [rules()[rule].mirror for rule in back]
    assert len(there) == len(back)
    assert [rule for rule in there if not any(rule in each for each in mirrors)] == []


@some
@given(anything, anything, st.sampled_from(["paths", "components", "all"]))
def test_comparing_any_document_returns_findings(old: Any, new: Any, where: str) -> None:
    def document(item: Any) -> Json:
        whole: Json = {"openapi": "3.0.3", "info": {}, "paths": {}}
        if where == "all" and isinstance(item, dict):
            return whole | item | {"openapi": "3.1.0"}
        return {**whole, where: item}

    compare(document(old), document(new))


@some
@given(documents, documents, anything, st.data())
def test_comparing_a_document_with_junk_returns_findings(
    old: Json, new: Json, junk: Any, data: st.DataObject
) -> None:
    places: list[tuple[Any, Any]] = []
    pending: list[Any] = [new["paths"], new["components"]]
    while pending:
        holder = pending.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        places += [(holder, key) for key in keys]
        pending += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = junk
    compare(old, new)
    compare(new, old)


@some
@given(anything)
def test_any_json_is_an_openapi_document_or_an_error(item: Any) -> None:
    data = json.dumps(item).encode()
    with pytest.raises(CannotRunError, match=r"^it\.json (is not|is neither|has no)"):
        parse_openapi(data, "it.json")


RECURSIVE: list[Json] = [
    {"A": {"$ref": "#/components/schemas/A"}},
    {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
    {"A": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}},
    {"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object"}]}},
    {"A": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "string"}]}},
    {"A": {"anyOf": [{"$ref": "#/components/schemas/A"}]}},
    {"A": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}},
    {"A": {"not": {"$ref": "#/components/schemas/A"}}},
]


@pytest.mark.parametrize("schemas", RECURSIVE)
def test_a_recursive_schema_is_compared(schemas: Json) -> None:
    there = responding({"$ref": "#/components/schemas/A"}, components={"schemas": schemas})
    plain = responding({"type": "string"})
    assert found(there, there) == []
    compare(there, plain)
    compare(plain, there)
    for other in RECURSIVE:
        changed = {"schemas": {**schemas, **other}}
        compare(there, responding({"$ref": "#/components/schemas/A"}, components=changed))


@pytest.mark.parametrize("word", ["items", "allOf", "oneOf", "p"])
def test_a_hundred_levels_of_nesting_are_compared(word: str) -> None:
    def nested(schema: Json) -> Json:
        for _ in range(100):
            if word == "items":
                schema = {"type": "array", "items": schema}
            else:
                schema = holding(schema) if word == "p" else {word: [schema]}
        return responding(schema)

    text, number = nested({"type": "string"}), nested({"type": "integer"})
    assert found(text, text) == []
    assert found(text, number) == ["type-changed breaking/breaking"]


def test_too_deep_nesting_is_an_error_of_one_line() -> None:
    schema: Json = {"type": "string"}
    for _ in range(3000):
        schema = {"allOf": [schema, {"description": ""}]}
    with pytest.raises(CannotRunError, match="nested too deeply"):
        compare(responding(schema), responding({"type": "string"}))
