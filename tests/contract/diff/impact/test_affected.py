"""Methods and fields that a finding affects, and which of them are shielded."""

# ruff: noqa: E501 - one row a line keeps the table readable

import copy
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from facade import AssociationsClient
from facade._core.methods import METHODS
from scripts.contract.diff.impact.facade import Facade
from scripts.contract.diff.names import python_name
from scripts.contract.diff.report.words import impact_lines
from scripts.contract.diff.review import Review
from tests.contract import changes
from tests.contract.diff.documents import Json, S
from tests.contract.diff.reviewing import CAPTURED, Edit, edited, reviewed

ALL, ONE, MOVED = "/associations/", "/associations/{associationId}", "/links/{associationId}"
PAIRS, BATCH = "/associations/relations", "/associations/relations/bulk"
LISTING = ["associations.iterate", "associations.list"]
CREATING = ["relations.create", "relations.ensure", "relations.link"]
INTEGER: Json = {"type": "integer"}


def affected(given: Review) -> list[str]:
    """Return what is affected; shielded items in brackets."""
    entries = [each for finding in given.findings for each in finding.affected]
    return sorted({f"({each.name})" if each.shielded else each.name for each in entries})


def with_edit(edit: Edit) -> Json:
    """Return the captured document with an edit."""
    document = copy.deepcopy(CAPTURED)
    edit(document)
    return document


def received(document: Json) -> Json:
    """Return the schema of an association that was updated."""
    return changes.schema(document, document["paths"][ONE]["put"]["responses"]["200"])


def body(document: Json, path: str = PAIRS) -> Json:
    """Return the schema of a body."""
    return changes.schema(document, document["paths"][path]["post"]["requestBody"])


def parameter(name: str, place: str, path: str = ALL, method: str = "get", **more: Any) -> Edit:
    """Return an edit that adds a parameter."""
    added = {"name": name, "in": place, "schema": S, **more}
    return lambda document: document["paths"][path][method]["parameters"].append(added)


def without_parameter(name: str) -> Edit:
    """Return an edit that removes a parameter."""

    def edit(document: Json) -> None:
        listed = document["paths"][ALL]["get"]["parameters"]
        listed[:] = [each for each in listed if each["name"] != name]

    return edit


def field(holder: Callable[[Json], Json], name: str, schema: Json = S) -> Edit:
    """Return an edit that states a property."""
    return lambda document: holder(document)["properties"].update({name: schema})


def rename(path: str, method: str) -> Edit:
    """Return an edit that gives an operation another id."""
    return lambda document: document["paths"][path][method].update(operationId="renamed")


def move(document: Json) -> None:
    document["paths"][MOVED] = document["paths"].pop(ONE)


def without_field(document: Json) -> None:
    received(document)["properties"].pop("firstObjectLabel")


def other_version(document: Json) -> None:
    """Require another Version of every operation."""
    for item in document["paths"].values():
        for operation in item.values():
            for each in operation["parameters"]:
                if each["name"] == "Version":
                    each["schema"] = {"type": "string", "enum": ["2031-01-01"]}


def new_operation(document: Json) -> None:
    get = {**document["paths"][ONE]["get"], "operationId": "count"}
    document["paths"]["/associations/count/all"] = {"get": get}


def new_batch(document: Json) -> None:
    """Publish an operation that the overlay adds and `facade.bulk` sends."""
    single = document["paths"][PAIRS]["post"]
    document["paths"][BATCH] = {"post": {**single, "operationId": "add-many"}}


BY_ASSOCIATION = ["(associations.delete)", "(associations.get)", "(associations.update)"]


@pytest.mark.parametrize(
    ("path", "method", "operation"), list(changes.operations(changes.CONTRACT))
)
def test_the_removal_of_an_operation_affects_the_methods_that_send_it(
    path: str, method: str, operation: Json
) -> None:
    given = edited(lambda document: document["paths"][path].pop(method), old=changes.CONTRACT)
    name = python_name(operation["operationId"])
    senders = [each for each, fields in METHODS.items() if name in fields["operations"]]
    assert affected(given) == (sorted(senders) or ["AsyncRelationBatch.create"])


# case, edits, and everything that they affect
EDITS: list[tuple[str, list[Edit], list[str]]] = [
    ("a renamed operation is shielded", [rename(ONE, "put")], ["(associations.update)"]),
    ("a moved operation is shielded", [move], BY_ASSOCIATION),
    ("another change of a moved operation is not", [move, parameter("a", "query", MOVED, "put", required=True)], [*BY_ASSOCIATION, "associations.update"]),
    # `link` takes its records by object key, but sends the property as well.
    ("a property that is sent", [field(body, "firstRecordId", INTEGER)], CREATING),
    ("a property that comes from the client", [field(body, "locationId", INTEGER)], CREATING),
    ("a header that every request sets", [other_version], []),
    ("a header that no request has", [parameter("X-New", "header", required=True)], LISTING),
    ("a query parameter that is sent", [without_parameter("skip")], LISTING),
    ("an operation of the overlay is published", [new_batch], ["(AsyncRelationBatch.create)"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "expected"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS]
)
def test_a_change_affects_the_methods_that_send_or_return_what_changed(
    edits: list[Edit], expected: list[str]
) -> None:
    given = edited(*edits)
    assert affected(given) == sorted(expected)
    if all(each.startswith("(") for each in expected):
        assert given.conclusion == "regenerate"


def test_a_response_field_affects_its_attribute_and_the_methods_whose_model_has_it() -> None:
    found = affected(edited(without_field))
    assert {"Association.first_object_label", "associations.update"} <= set(found)
    assert "(relations.delete)" in found  # the same schema, but a model without the field
    extra = affected(edited(field(received, "extra")))
    assert not any("." in name and name[1].isupper() for name in extra)


def test_a_new_value_of_a_string_field_is_shielded() -> None:
    few, more = (
        field(received, "associationType", {**S, "enum": values}) for values in (["a"], ["a", "b"])
    )
    given = edited(more, old=with_edit(few))
    assert given.findings[0].finding.wire == "breaking"
    assert "(Association.association_type)" in affected(given)
    assert all(name.startswith("(") for name in affected(given))


def test_a_body_property_that_the_facade_does_not_send_is_shielded_until_it_is_required() -> None:
    text = with_edit(field(body, "pipelineId"))
    assert "(relations.create)" in affected(edited(field(body, "pipelineId", INTEGER), old=text))
    body(text)["required"].append("pipelineId")
    assert "relations.create" in affected(reviewed(CAPTURED, text))


@pytest.mark.parametrize("name", ["firstRecordId", "locationId"])
def test_a_property_that_the_facade_always_sends_may_become_required(name: str) -> None:
    given = reviewed(with_edit(lambda each: body(each)["required"].remove(name)), CAPTURED)
    assert given.findings[0].finding.wire == "breaking"
    assert all(entry.startswith("(") for entry in affected(given))


def test_the_declared_headers_are_set_on_requests() -> None:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "a"})

    with AssociationsClient("t" * 20, "l", transport=httpx.MockTransport(respond)) as client:
        client.associations.update("a", first_object_label="x", second_object_label="y")
    names = [name for name in map(python_name, seen[0].headers) if Facade.sets(name)]
    assert sorted(names) == ["accept", "authorization", "content_type", "user_agent", "version"]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (field(changes.answer, "unpublished"), "reachable in `.extra`"),
        (field(body, "unpublished"), "sendable by `extra_body`"),
        (parameter("X-New", "query"), "sendable by `extra_query`"),
        (parameter("X-New", "header"), "sendable by `extra_headers`"),
        (new_operation, "a method is to be written; `client.api` sends it already"),
        (new_batch, "sent already"),
    ],
)
def test_a_new_item_is_reachable_before_a_method_names_it(edit: Edit, expected: str) -> None:
    (finding,) = edited(edit).findings
    assert finding.reach == expected
    assert f"facade: {expected}" in impact_lines(finding)


def test_a_break_of_an_operation_of_the_overlay_affects_its_sender() -> None:
    for edit, expected in (
        (
            lambda document: body(document, BATCH)["properties"].pop("add"),
            "AsyncRelationBatch.create",
        ),
        (rename(BATCH, "post"), "(AsyncRelationBatch.create)"),
    ):
        assert affected(edited(edit, old=changes.CONTRACT)) == [expected]
