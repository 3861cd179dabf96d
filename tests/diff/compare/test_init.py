"""Properties of comparisons that hold for every pair of documents."""

import copy
import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from scripts.diff.changes import Owner
from scripts.diff.compare import Reach, compare
from scripts.errors import CannotRunError
from tests.diff import examples
from tests.diff.documents import (
    Json,
    S,
    document,
    found,
    has,
    holding,
    mirrors,
    ref,
    requesting,
    responding,
    using,
)
from tests.diff.domain import random_world
from tests.diff.schemas import INT

COMPONENTS: Json = {"schemas": {"Pet": has("a", a=S, b=ref("Own")), "Own": has(c=ref("Pet"))}}
UNORDERED = {"enum", "required", "parameters", "oneOf", "anyOf", "allOf", "security", "tags"}
JUNK: list[Any] = [None, True, 1, -0.5, "", "a", "$ref", [], [None], ["a"], {}, {"$ref": 1}]
JUNK += [{"$ref": "#"}, {"$ref": "#/nothing"}, {"a": {}}, {"type": []}, {"allOf": {}}, [[]]]


def every() -> Iterator[Json]:
    """Yield the documents of all examples, and some that send or receive schemas of any form."""
    for section, rules in list(examples.sections())[:6]:
        for rule in rules:
            for _, old, new in examples.documents(section, rule):
                yield from (old, new)
    for make in (requesting, responding):
        for schema in random_world(random.Random(2), 30).schemas:  # noqa: S311 - repeated
            yield make(holding(schema), openapi="3.1.0", components=COMPONENTS)
        yield make(holding(ref("Pet")), components=COMPONENTS)


EVERY = list(every())


def shuffled(rng: random.Random, item: Any, key: str = "") -> Any:
    """Return the same document with keys and unordered lists in another order."""
    if isinstance(item, dict):
        return {name: shuffled(rng, item[name], name) for name in rng.sample([*item], len(item))}
    if isinstance(item, list):
        items = [shuffled(rng, each) for each in item]
        # Several unions that all apply are compared in their order.
        is_ordered = key == "allOf" and sum("Of" in str(each) for each in items) > 1
        return rng.sample(items, len(items)) if key in UNORDERED and not is_ordered else items
    return item


def test_a_document_is_equal_to_itself_in_any_order() -> None:
    rng = random.Random(1)  # noqa: S311 - it repeats
    for each in EVERY:
        assert found(each, each) == []
        again = compare(each, shuffled(rng, each)).findings
        assert [finding.rule for finding in again if finding.wire != "safe"] == []


def test_swapping_old_and_new_mirrors_every_finding() -> None:
    rng = random.Random(3)  # noqa: S311 - it repeats
    for _ in range(200):
        old, new = rng.sample(EVERY, 2)
        assert mirrors(old, new), (old, new)


def places(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place in a document: what holds it, and its key."""
    for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
        if key not in ("openapi", "paths", "info"):
            yield holder, key
        if isinstance(holder[key], dict | list):
            yield from places(holder[key])


def test_a_document_with_junk_in_any_place_is_compared() -> None:
    rng = random.Random(4)  # noqa: S311 - it repeats
    for each in EVERY[::9]:
        broken = copy.deepcopy(each)
        holder, key = rng.choice([*places(broken), (broken, "components")])
        for junk in rng.sample(JUNK, 6):
            holder[key] = junk
            compare(each, broken)
            compare(broken, each)


RECURSIVE: list[Json] = [
    *(ref("A"), ref("B"), has(a=ref("A")), {"allOf": [ref("A"), {"type": "object"}]}, S),
    *({"oneOf": [ref("A"), S]}, {"type": "array", "items": ref("A")}, {"not": ref("A")}),
]


def test_a_recursive_schema_is_compared() -> None:
    documents = [using(ref("A"), A=each, B=ref("A")) for each in RECURSIVE]
    for old, new in product(documents, repeat=2):
        assert old != new or found(old, new) == []
        compare(old, new)


def nested(schema: Json, keyword: str, levels: int) -> Json:
    for _ in range(levels):
        wrapped = {"items": schema, "properties": {"p": schema}}
        schema = {keyword: wrapped.get(keyword, [schema, {"description": ""}])}
    return responding(schema)


@pytest.mark.parametrize("keyword", ["items", "properties", "allOf"])
def test_a_hundred_levels_of_nesting_are_compared(keyword: str) -> None:
    text, number = (nested(each, keyword, 100) for each in (S, INT))
    assert found(text, text) == []
    assert found(text, number) == ["type-changed breaking/breaking"]


def test_too_deep_nesting_is_an_error_of_one_line() -> None:
    with pytest.raises(CannotRunError, match="nested too deeply") as raised:
        compare(nested(S, "allOf", 3000), responding(S))
    assert isinstance(raised.value.__cause__, RecursionError)


def test_a_field_or_a_keyword_of_a_wrong_type_is_a_problem_and_the_rest_is_compared() -> None:
    schema = {"type": 1, "minimum": "5", "pattern": 2, "nullable": "yes", "items": {"$ref": 3}}
    odd: Json = {"parameters": {"$ref": "#/x"}, "tags": "a", "deprecated": True}
    old, new = responding(S), responding(schema)
    new["paths"]["/pets"]["get"].update(odd)
    comparison = compare(old, new)
    assert {each.document for each in comparison.problems} == {"new"}
    assert sorted(each.message.replace(" must be ", " ") for each in comparison.problems) == [
        *("'$ref' text", "'minimum' a number", "'nullable' true or false"),
        *("'parameters' a list", "'pattern' text", "'tags' a list", "'type' text or a list"),
    ]
    assert {"operation-deprecated", "type-narrowed"} <= {each.rule for each in comparison.findings}


def test_a_property_may_have_any_name() -> None:
    odd = "parameters security default tags properties x-a minimum pattern type $ref"
    names = dict.fromkeys(odd.split(), S)
    old, new = (
        using(pet, paths=pet, parameters=S)
        for pet in ({"properties": names}, {"properties": {**names, "default": INT}})
    )
    assert (compare(old, old).problems, found(old, old)) == ([], [])
    assert {each.rule for each in compare(old, new).findings} == {"type-changed"}


def test_a_component_that_an_operation_reaches_is_compared_only_there() -> None:
    (finding,) = compare(using(ref("A"), A=S), using(ref("A"), A=INT)).findings
    assert finding.directions == ["response"]


def test_what_no_operation_uses_is_compared_as_well() -> None:
    assert found(using(S, Cat=has(a=S)), using(S)) == ["model-removed safe/breaking"]
    given = document({"/a": {"get": {"operationId": "a"}}}, servers=[{"url": "/v1"}])
    moved = compare(given, given, locations=("https://a.example/", "https://b.example/")).findings
    assert [each.before or each.after for each in moved] == [
        "https://a.example/v1",
        "https://b.example/v1",
    ]


A, B, C, D = ("", "/a"), ("", "/b"), ("", "/c"), ("", "/d")  # schemas
USERS: dict[Owner, dict[Owner, None]] = {
    A: {"GET /x": None, C: None},
    B: {A: None, "POST /a": None},
    C: {B: None},  # A uses B, which uses C, which uses A
    D: {},
    "": {},
}


def test_operations_are_listed_once_and_by_path() -> None:
    reach = Reach(USERS)
    assert [reach.operations(each) for each in ([A], [C], [A, B])] == [["POST /a", "GET /x"]] * 3
    assert reach.operations([D, "", ("", "/unknown")]) == []
    listed = reach.operations(["DELETE /b", A, "GET /x"])
    assert listed == ["POST /a", "DELETE /b", "GET /x"]
