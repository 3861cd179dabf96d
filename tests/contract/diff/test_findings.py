"""Differences of the same cause are one finding with all its places."""

from typing import Any

from scripts.contract.diff.compare import compare
from scripts.contract.diff.findings import Finding
from tests.contract.diff.documents import Json, S, document, has


def many(**fields: Any) -> Json:
    """Return a document of three equal operations."""
    paths = {f"/{name}": {"get": {"operationId": name, **fields}} for name in "abc"}
    return document(paths)


def one(old: Json, new: Json) -> Finding:
    """Compare; return the only finding."""
    (finding,) = compare(old, new).findings
    return finding


def version(*values: str) -> Json:
    """Return the header parameter of every operation."""
    schema = {"type": "string", "enum": list(values)}
    return {"name": "Version", "in": "header", "required": True, "schema": schema}


def responding(schema: Json, **schemas: Json) -> Json:
    """Return a document of three operations with this response."""
    content = {"application/json": {"schema": schema}}
    answers = {"200": {"description": "", "content": content}}
    return {**many(responses=answers), "components": {"schemas": schemas}}


ALL = ["GET /a", "GET /b", "GET /c"]


def test_one_parameter_on_many_operations_is_one_finding() -> None:
    found = one(many(parameters=[version("1")]), many(parameters=[version("2")]))
    assert found.operations == ALL
    assert len(found.places) == 3
    assert (found.before, found.after) == (["1"], ["2"])


def test_one_parameter_with_different_old_and_equal_new_values_is_one_finding() -> None:
    old, new = many(parameters=[version("1")]), many(parameters=[version("3")])
    old["paths"]["/b"]["get"]["parameters"] = [version("2")]
    assert (one(old, new).before, one(old, new).after) == (["1", "2"], ["3"])
    assert (one(new, old).before, one(new, old).after) == (["3"], ["1", "2"])


def test_one_parameter_that_changes_in_different_ways_is_several_findings() -> None:
    old, new = many(parameters=[version("1")]), many(parameters=[version("3")])
    old["paths"]["/b"]["get"]["parameters"] = [version("2")]
    new["paths"]["/b"]["get"]["parameters"] = [version("4")]
    assert [each.rule for each in compare(old, new).findings] == ["enum-values-replaced"] * 2


def test_a_shared_schema_is_one_finding_with_the_operations_that_reach_it() -> None:
    pet = {"$ref": "#/components/schemas/Pet"}
    owner = {"$ref": "#/components/schemas/Owner"}
    old = responding({"type": "array", "items": pet}, Pet=has(owner=owner), Owner=has(name=S))
    new = responding({"type": "array", "items": pet}, Pet=has(owner=owner), Owner=has())
    found = one(old, new)
    assert (found.message, found.operations) == ("Owner.name is gone", ALL)
    assert found.pointer == "/components/schemas/Owner/properties/name"


def test_a_property_removed_from_many_wrappers_is_one_finding() -> None:
    link = {"$ref": "#/components/schemas/Link"}

    def wrapped(properties: Json) -> Json:
        more = [{"allOf": [link], "title": f"T{n}"} for n in range(5)]
        holders = {f"p{n}": each for n, each in enumerate(more)}
        pet: Json = {"type": "object", "properties": {**holders, "plain": link}}
        return responding(pet, Link={"type": "object", "properties": properties})

    found = one(wrapped({"a": S, "b": S}), wrapped({"a": S}))
    assert (found.rule, len(found.places)) == ("property-removed", 1)
    found = one(wrapped({"a": S}), wrapped({"a": S, "b": S}))
    assert (found.rule, len(found.places)) == ("property-added-optional", 1)


def test_the_operations_of_a_finding_are_those_with_its_severity() -> None:
    def kinds(*values: str) -> Json:
        kind = {"$ref": "#/components/schemas/Kind"}
        document_ = responding(kind, Kind={"type": "string", "enum": list(values)})
        query = {"name": "kind", "in": "query", "schema": kind}
        document_["paths"]["/d"] = {"delete": {"operationId": "d", "parameters": [query]}}
        return document_

    found = one(kinds("a"), kinds("a", "b"))
    assert (found.wire, found.operations) == ("breaking", ALL)
    assert one(kinds("a", "b"), kinds("a")).operations == ["DELETE /d"]


def test_a_schema_that_is_sent_and_received_has_the_worse_severity() -> None:
    pet = {"$ref": "#/components/schemas/Pet"}
    content = {"application/json": {"schema": pet}}
    old, new = (responding(pet, Pet=has(kind={"enum": values})) for values in (["a"], ["a", "b"]))
    for each in (old, new):
        each["paths"]["/a"]["get"]["requestBody"] = {"content": content}
    found = one(old, new)
    assert (found.wire, found.directions) == ("breaking", ["request", "response"])


def test_copies_of_one_enum_are_one_finding() -> None:
    def copies(*values: str) -> Json:
        kind = {"type": "string", "enum": list(values)}
        return responding(has(kind=kind, other=kind))

    found = one(copies("x", "y"), copies("x"))
    assert found.message == "response 200 of GET /a.kind (and 5 more) loses values"
    assert len(found.places) == 6


def test_one_suffix_on_many_operation_ids_is_one_finding() -> None:
    old, new = many(), many()
    for name in "abc":
        new["paths"][f"/{name}"]["get"]["operationId"] = f"{name}-deprecated"
    found = one(old, new)
    assert (found.before, found.after) == (
        ["a", "b", "c"],
        ["a-deprecated", "b-deprecated", "c-deprecated"],
    )


def test_the_same_change_of_security_is_one_finding() -> None:
    keys = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    old = {**many(), "components": {"securitySchemes": keys}}
    new = {**many(security=[{"key": []}]), "components": {"securitySchemes": keys}}
    assert one(old, new).operations == ALL
    assert one(old, {**old, "security": [{"key": []}]}).operations == ALL


def test_a_problem_is_listed_once_with_its_number_of_places() -> None:
    broken = responding({"$ref": "#/components/schemas/Missing"})
    problems = compare(broken, document()).problems
    assert [(each.document, each.places) for each in problems] == []
    problems = compare(broken, broken).problems
    assert [(each.document, each.places) for each in problems] == [("old", 3), ("new", 3)]


def test_models_are_removed_with_the_operations_that_use_them() -> None:
    pet = {"$ref": "#/components/schemas/Pet"}
    old = responding(pet, Pet=has(name=S))
    found = compare(old, document()).findings
    assert [each.rule for each in found] == ["operation-removed"] * 3


def test_a_field_of_the_wrong_type_is_a_problem_and_the_rest_is_compared() -> None:
    old = many(parameters=[version("1")])
    new = many(parameters=[version("1")], deprecated=True, tags="a", responses=[])
    new["paths"]["/a"]["get"]["parameters"] = {"$ref": "#/x"}
    comparison = compare(old, new)
    assert {each.message for each in comparison.problems} == {
        "'parameters' must be a list",
        "'tags' must be a list",
        "'responses' must be an object",
    }
    assert {each.rule for each in comparison.findings} == {
        "operation-deprecated",
        "parameter-removed",
    }


def test_a_keyword_of_a_wrong_type_is_a_problem_of_its_document() -> None:
    wrong = {"type": 1, "minimum": "5", "pattern": 2, "nullable": "yes", "items": {"$ref": 3}}
    comparison = compare(responding(S), responding(wrong))
    assert {(each.document, each.message) for each in comparison.problems} == {
        ("new", "'type' must be text or a list"),
        ("new", "'minimum' must be a number"),
        ("new", "'pattern' must be text"),
        ("new", "'nullable' must be true or false"),
        ("new", "'$ref' must be text"),
    }
    assert comparison.findings


def test_a_property_may_have_any_name() -> None:
    odd = "parameters security default tags properties x-a minimum pattern type $ref"
    names = dict.fromkeys(odd.split(), S)
    pet: Json = {"type": "object", "properties": names}
    old = responding(pet, paths=pet, parameters=S)
    assert compare(old, old).problems == []
    assert compare(old, old).findings == []
    less = {name: each for name, each in names.items() if name != "default"}
    new = responding({"type": "object", "properties": less}, paths=pet, parameters=S)
    assert {each.rule for each in compare(old, new).findings} == {"property-removed"}
