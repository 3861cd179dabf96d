"""Differences of the same cause are one finding with all its places."""

from collections.abc import Iterator
from typing import Any

from scripts.diff.compare import compare
from scripts.diff.findings import Finding
from tests.diff.documents import KEY, Json, S, document, has, holding, ref, requesting
from tests.diff.schemas import lists, parts, texts

ALL = ["GET /a", "GET /b", "GET /c"]


def many(**fields: Any) -> Json:
    """Return a document of three equal operations."""
    return document({f"/{name}": {"get": {"operationId": name, **fields}} for name in "abc"})


def responding(schema: Json, **schemas: Json) -> Json:
    """Return a document of three operations with this response."""
    answer = {"description": "", "content": {"application/json": {"schema": schema}}}
    return {**many(responses={"200": answer}), "components": {"schemas": schemas}}


def one(old: Json, new: Json) -> Finding:
    """Compare; return the only finding."""
    (finding,) = compare(old, new).findings
    return finding


def with_version(b: str, others: str) -> Json:
    """Return a document whose operations need a version: `GET /b` another one."""
    found = many()
    for name in "abc":
        schema = texts(enum=[b if name == "b" else others])
        header = {"name": "Version", "in": "header", "required": True, "schema": schema}
        found["paths"][f"/{name}"]["get"]["parameters"] = [header]
    return found


def test_one_parameter_on_many_operations_is_one_finding_if_it_ends_or_begins_alike() -> None:
    found = one(with_version("1", "1"), with_version("2", "2"))
    assert (found.operations, len(found.places)) == (ALL, 3)
    assert (found.before, found.after) == (["1"], ["2"])
    old, new = with_version("1", "2"), with_version("3", "3")  # listed in their order
    for pair, values in (((old, new), (["1", "2"], ["3"])), ((new, old), (["3"], ["1", "2"]))):
        assert (one(*pair).before, one(*pair).after) == values
    assert len(compare(old, with_version("4", "3")).findings) == 2


def test_a_shared_schema_is_one_finding_with_the_operations_that_reach_it() -> None:
    old, new = (
        responding(lists(ref("Pet")), Pet=has(owner=ref("Owner")), Owner=owner)
        for owner in (has(name=S), has())
    )
    found = one(old, new)
    assert (found.message, found.operations) == ("Owner.name is gone", ALL)
    assert (found.before, found.after) == ("name", None)
    assert found.pointer == one(new, old).pointer == "/components/schemas/Owner/properties/name"


def test_one_schema_that_becomes_two_has_a_finding_for_each() -> None:
    old = responding(has(a=ref("Name"), b=ref("Name")), Name=texts(maxLength=9))
    new = responding(has(a=texts(maxLength=8), b=texts(maxLength=7)))
    findings = [each for each in compare(old, new).findings if each.rule == "max-length-lowered"]
    assert sorted((each.before, each.after) for each in findings) == [(9, 7)] * 3 + [(9, 8)] * 3


def test_a_property_of_many_wrappers_is_one_finding() -> None:
    def wrapped(**properties: Json) -> Json:
        holders = {f"p{n}": parts(ref("Link"), title=f"T{n}") for n in range(5)}
        pet = {**has(), "properties": {**holders, "plain": ref("Link")}}
        return responding(pet, Link={**has(), "properties": properties})

    few, more = wrapped(a=S), wrapped(a=S, b=S)
    assert [len(one(*pair).places) for pair in ((more, few), (few, more))] == [1, 1]


def kinds(*values: str) -> Json:
    """Return a document whose operations receive a kind, and one of which sends it."""
    given = responding(ref("Kind"), Kind=texts(enum=list(values)))
    query = {"name": "kind", "in": "query", "schema": ref("Kind")}
    given["paths"]["/d"] = {"delete": {"operationId": "d", "parameters": [query]}}
    return given


def test_the_operations_of_a_finding_are_those_with_its_severity() -> None:
    found = one(kinds("a"), kinds("a", "b"))
    assert (found.wire, found.operations) == ("breaking", ALL)
    assert found.directions == ["request", "response"]
    assert found.reason == "received by apps: they may get what they do not know"
    gone = one(kinds("a", "b"), kinds("a"))
    assert (gone.operations, gone.reason[:13]) == (["DELETE /d"], "sent by apps:")


def test_copies_of_one_enum_are_one_finding() -> None:
    old, new = (
        responding(has(kind=kind, other=kind))
        for kind in (texts(enum=["x", "y"]), texts(enum=["x"]))
    )
    found = one(old, new)
    assert found.message == "response 200 of GET /a.kind (and 5 more) loses values"
    assert len(found.places) == 6


def test_the_same_change_of_security_is_one_finding() -> None:
    keys = {"components": {"securitySchemes": {"key": KEY}}}
    old, new = {**many(), **keys}, {**many(security=[{"key": []}]), **keys}
    assert one(old, new).operations == ALL
    assert one(old, {**old, "security": [{"key": []}]}).operations == ALL


def test_a_fingerprint_depends_on_structure_and_not_on_wording() -> None:
    def fingerprints() -> Iterator[str]:
        for values, words in (("a", "old"), ("a", "new"), ("b", "old")):
            new = {**holding({"enum": [values]}), "description": words}
            yield one(requesting(holding({"enum": ["a", "b"]})), requesting(new)).fingerprint

    first, worded, other = fingerprints()
    assert first == worded != other
    assert len(first) == 16
