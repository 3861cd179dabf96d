"""Methods and fields that a finding affects, and which of them are shielded."""

# ruff: noqa: E501 - one row a line keeps the table readable

import copy
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from facade import AssociationsClient
from facade._core.methods import METHODS
from scripts.contract.impact.facade import Facade
from scripts.contract.review import ContractReview
from scripts.diff.names import python_name
from scripts.diff.report.words import impact_lines
from tests.contract import changes
from tests.contract.editing import operations, schema
from tests.diff.documents import Json, S
from tests.diff.reviewing import CAPTURED, Edit, edited

ALL, ONE, MOVED = "/associations/", changes.ASSOCIATION, "/links/{associationId}"
PAIRS, BATCH = "/associations/relations", "/associations/relations/bulk"
INTEGER: Json = {"type": "integer"}


def affected(given: ContractReview) -> list[str]:
    """Return what is affected; shielded items in brackets."""
    entries = [each for finding in given.findings for each in finding.affected]
    return sorted({f"({each.name})" if each.shielded else each.name for each in entries})


def answer(document: Json) -> Json:
    return schema(document, document["paths"][ONE]["put"]["responses"]["200"])


def body(document: Json, path: str = PAIRS) -> Json:
    return schema(document, document["paths"][path]["post"]["requestBody"])


def field(holder: Callable[[Json], Json], name: str, value: Json = S) -> Edit:
    return lambda document: holder(document)["properties"].update({name: value})


def parameter(name: str, place: str, path: str = ALL, method: str = "get", **more: Any) -> Edit:
    added = {"name": name, "in": place, "schema": S, **more}
    return lambda document: document["paths"][path][method]["parameters"].append(added)


def without_skip(document: Json) -> None:
    listed = document["paths"][ALL]["get"]["parameters"]
    listed[:] = [each for each in listed if each["name"] != "skip"]


def rename(path: str, method: str) -> Edit:
    return lambda document: document["paths"][path][method].update(operationId="renamed")


def required(name: str) -> Edit:
    """Return an edit that requires a property, or no longer does."""

    def edit(document: Json) -> None:
        names = body(document)["required"]
        names.remove(name) if name in names else names.append(name)

    return edit


def move(document: Json) -> None:
    document["paths"][MOVED] = document["paths"].pop(ONE)


def new_batch(document: Json) -> None:
    single = document["paths"][PAIRS]["post"]
    document["paths"][BATCH] = {"post": {**single, "operationId": "add-many"}}


@pytest.mark.parametrize(("path", "method", "operation"), list(operations(changes.CONTRACT)))
def test_the_removal_of_an_operation_affects_the_methods_that_send_it(
    path: str, method: str, operation: Json
) -> None:
    given = edited(lambda document: document["paths"][path].pop(method), old=changes.CONTRACT)
    name = python_name(operation["operationId"])
    senders = [each for each, fields in METHODS.items() if name in fields]
    assert affected(given) == (sorted(senders) or ["AsyncPatientRelations.create_together"])


# What HighLevel calls get-association-by-ID is not called as ours any more on another path.
BY_ID = [
    *("(associations.delete)", "(associations.update)"),
    *("associations.get", "associations.update"),
]
LISTING = ["associations.iterate", "associations.list"]
CREATING = ["relations.create", "relations.ensure", "relations.link"]
SHIELDED = ["(relations.create)", "(relations.ensure)", "(relations.link)"]
NEEDED = parameter("a", "query", MOVED, "put", required=True)

# case, edits of the old document, of the new one beside them, and everything that they affect
EDITS: list[tuple[str, list[Edit], list[Edit], list[str]]] = [
    ("a renamed operation is shielded", [], [rename(ONE, "put")], ["(associations.update)"]),
    ("a moved operation that is called as ours is shielded", [], [move], BY_ID),
    ("another change of a moved operation is not", [], [move, NEEDED], BY_ID),
    # `link` takes its records by object key, but sends the property as well.
    ("a property that is sent", [], [field(body, "firstRecordId", INTEGER)], CREATING),
    ("a property that comes from the client", [], [field(body, "locationId", INTEGER)], CREATING),
    ("a property that is not sent", [field(body, "other")], [field(body, "other", INTEGER)], SHIELDED),
    ("a property that must be sent now", [], [field(body, "other"), required("other")], CREATING),
    ("a property that is always sent", [required("firstRecordId")], [required("firstRecordId")], SHIELDED),
    ("one that the client always sends", [required("locationId")], [required("locationId")], SHIELDED),
    ("a header that every request sets", [], [changes.version_accepted], []),
    ("a header that no request has", [], [parameter("X-New", "header", required=True)], LISTING),
    ("a query parameter that is sent", [], [without_skip], LISTING),
    ("an operation of the overlay is published", [], [new_batch], ["(AsyncPatientRelations.create_together)"]),
]  # fmt: skip


def review(before: list[Edit], edits: list[Edit], contract: Json = CAPTURED) -> ContractReview:
    old = copy.deepcopy(contract)
    for edit in before:
        edit(old)
    return edited(*edits, old=old)


@pytest.mark.parametrize(
    ("before", "edits", "expected"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS]
)
def test_a_change_affects_the_methods_that_send_or_return_what_changed(
    before: list[Edit], edits: list[Edit], expected: list[str]
) -> None:
    assert affected(review(before, edits)) == sorted(expected)


def test_all_operations_may_move_at_once() -> None:
    def move_all(document: Json) -> None:
        document["paths"] = {f"/v2{path}": item for path, item in document["paths"].items()}

    given = edited(move_all, old=changes.CONTRACT)
    assert {each.finding.rule for each in given.findings} == {"operation-moved"}
    assert set(affected(given)) >= {f"({name})" for name in METHODS}


def test_a_response_field_affects_its_attribute_and_the_methods_whose_model_has_it() -> None:
    removed = affected(edited(lambda each: answer(each)["properties"].pop("firstObjectLabel")))
    assert {"Association.first_object_label", "associations.update"} <= set(removed)
    assert "(relations.delete)" in removed  # the same schema, but a model without the field
    extra = affected(edited(field(answer, "extra")))
    assert not any("." in name and name[1].isupper() for name in extra)
    assert all(name.startswith("(") for name in extra)


def test_the_declared_headers_are_set_on_requests() -> None:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "a"})

    with AssociationsClient("t" * 20, "l", transport=httpx.MockTransport(respond)) as client:
        client.associations.update("a", first_object_label="x", second_object_label="y")
    names = [name for name in map(python_name, seen[0].headers) if Facade.sets(name)]
    assert sorted(names) == ["accept", "authorization", "content_type", "user_agent", "version"]


def test_a_new_item_is_reachable_before_a_method_names_it() -> None:
    edits: dict[str, Edit] = {
        "reachable in `.extra`": field(changes.answer, "unpublished"),
        "sendable by `extra_body`": field(body, "unpublished"),
        "sendable by `extra_query`": parameter("X-New", "query"),
        "sendable by `extra_headers`": parameter("X-New", "header"),
        "a method is to be written; `client.api` sends it already": changes.new_operation,
        "sent already": new_batch,
    }
    for expected, edit in edits.items():
        (finding,) = edited(edit).findings
        assert finding.reach == expected
        assert f"facade: {expected}" in impact_lines(finding)
