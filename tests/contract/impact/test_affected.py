"""Methods and fields that a finding affects, and which of them are shielded."""

# ruff: noqa: E501 - one row a line keeps the table readable

import copy

import httpx
import pytest

from facade import AssociationsClient
from facade._core.methods import METHODS
from scripts.contract.impact.facade import SET_HEADERS
from scripts.contract.review import ContractReview
from scripts.diff.names import python_name
from scripts.diff.report.words import impact_lines
from tests.contract import changes
from tests.contract.changes import ASSOCIATION, GET, LIST, PUT, RELATE
from tests.contract.editing import Change, both, edit, moved, to, without
from tests.diff.documents import Json, S
from tests.diff.reviewing import CAPTURED, edited


def affected(given: ContractReview) -> list[str]:
    """Return what is affected; shielded items in brackets, and what only passes on with a mark."""
    entries = [each for finding in given.findings for each in finding.affected]
    names = (f"({each.name})" if each.shielded else each.name for each in entries)
    return sorted(
        {f"{name}{'?' * each.is_passed}" for name, each in zip(names, entries, strict=True)}
    )


def field(name: str, value: Json = S) -> Change:
    """Send a field of this type."""
    return edit(RELATE, "request", properties={name: to(value)})


def must_send(name: str) -> Change:
    return edit(RELATE, "request", required=[name])


def optional(name: str) -> Change:
    return edit(RELATE, "request", required=without(name))


def parameter(name: str, place: str, where: str = LIST, **more: object) -> Change:
    return edit(where, parameters=[{"name": name, "in": place, "schema": S, **more}])


def nothing(_: Json) -> None:
    """Leave the old document as it is captured."""


def ours(document: Json) -> None:
    """Compare the contract."""
    document.update(copy.deepcopy(changes.CONTRACT))


def new_batch(document: Json) -> None:
    """Publish an operation that the overlay adds and `facade.bulk` sends."""
    single = document["paths"]["/associations/relations"]["post"]
    batch = {"post": {**single, "operationId": "add-many"}}
    document["paths"]["/associations/relations/bulk"] = batch


# On another path an operation is called as HighLevel names it: get-association-by-ID is not ours.
NAMED = both(
    edit(GET, operationId="get-association-by-ID"),
    edit(PUT, operationId="update-association"),
    edit(changes.DELETE, operationId="delete-association"),
)
BY_ID = [
    *("(associations.delete)", "(associations.update)"),
    *("associations.get", "associations.update"),
]
LISTING = ["associations.iterate", "associations.list"]
CREATING = ["relations.create", "relations.ensure", "relations.link"]
SHIELDED = ["(relations.create)", "(relations.ensure)", "(relations.link)"]
INTEGER: Json = {"type": "integer"}
MOVE = moved(ASSOCIATION, "/links/{associationId}")
NEEDED = parameter("a", "query", "put /links/{associationId}", required=True)


@pytest.mark.parametrize(
    ("before", "change", "expected"),
    [
        pytest.param(nothing, edit(PUT, operationId="renamed"), ["(associations.update)"], id="renamed"),
        pytest.param(NAMED, MOVE, BY_ID, id="moved, and called as ours"),
        pytest.param(NAMED, both(MOVE, NEEDED), BY_ID, id="moved with another change"),
        # `link` takes its records by object key, but sends the property as well.
        pytest.param(nothing, field("firstRecordId", INTEGER), CREATING, id="sent"),
        pytest.param(field("other"), field("other", INTEGER), SHIELDED, id="not sent"),
        pytest.param(nothing, both(field("other"), must_send("other")), CREATING, id="must be sent now"),
        pytest.param(optional("firstRecordId"), must_send("firstRecordId"), SHIELDED, id="always sent"),
        pytest.param(nothing, changes.version_accepted, [], id="a header of every request"),
        pytest.param(nothing, parameter("X-New", "header", required=True), LISTING, id="a header of none"),
        pytest.param(nothing, edit(LIST, parameters=without("skip")), LISTING, id="a parameter that is sent"),
        pytest.param(nothing, edit(LIST, "?limit", schema={"maximum": 100}), [f"{each}?" for each in LISTING], id="a limit of what apps pass"),
        pytest.param(nothing, edit(LIST, "?limit", schema={"maximum": 50}), [f"{LISTING[0]}?", LISTING[1]], id="a limit below the default"),
        pytest.param(field("other", {**S, "default": changes.URL}), field("other", {**S, "default": "b"}), [f"{each}?" for each in CREATING], id="a default that is the server"),
        pytest.param(ours, edit(PUT, operationId="put_association"), ["associations.update"], id="an id of ours"),
        pytest.param(nothing, new_batch, ["(AsyncPatientRelations.create_together)"], id="published"),
    ],
)  # fmt: skip
def test_a_change_affects_the_methods_that_send_or_return_what_changed(
    before: Change, change: Change, expected: list[str]
) -> None:
    old = copy.deepcopy(CAPTURED)
    before(old)
    assert affected(edited(change, old=old)) == sorted(expected)


def test_all_operations_may_move_at_once() -> None:
    def move_all(document: Json) -> None:
        document["paths"] = {f"/v2{path}": item for path, item in document["paths"].items()}

    given = edited(move_all, old=changes.CONTRACT)
    assert {each.finding.rule for each in given.findings} == {"operation-moved"}
    assert set(affected(given)) >= {f"({name})" for name in METHODS}


def test_a_response_field_affects_its_attribute_and_the_methods_whose_model_has_it() -> None:
    removed = affected(edited(edit(PUT, "200", properties={"firstObjectLabel": None})))
    assert {"Association.first_object_label", "associations.update"} <= set(removed)
    assert "(relations.delete)" in removed  # the same schema, but a model without the field
    absent = affected(edited(edit(PUT, "200", required=without("key", "id"))))
    assert {"(Association.key)", "Association.id"} <= {*absent}  # an `id` is never None
    assert "(Association.key)" in affected(
        edited(edit(PUT, "200", properties={"key": {"minLength": 1}}))
    )
    extra = affected(edited(edit(PUT, "200", properties={"extra": S})))
    assert not any("." in name and name[1].isupper() for name in extra)
    assert all(name.startswith("(") for name in extra)


def test_the_declared_headers_are_set_on_requests() -> None:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "a"})

    with AssociationsClient("t" * 20, "l", transport=httpx.MockTransport(respond)) as client:
        client.associations.update("a", first_object_label="x", second_object_label="y")
    old = copy.deepcopy(CAPTURED)
    changes.new_operation(old)
    for where, is_set in ((LIST, True), (f"get {ASSOCIATION}/unpublished", False)):
        (finding,) = edited(edit(where, "?Version", required=False), old=old).findings
        assert finding.is_transport_header == is_set  # nothing of ours sends the other one
    names = SET_HEADERS & {*map(python_name, seen[0].headers)}
    assert sorted(names) == ["accept", "authorization", "content_type", "user_agent", "version"]


def test_a_new_item_is_reachable_before_a_method_names_it() -> None:
    for expected, change in (
        ("reachable in `.extra`", edit(GET, "200", properties={"unpublished": S})),
        ("sendable by `extra_body`", field("unpublished")),
        ("sendable by `extra_query`", parameter("X-New", "query")),
        ("a method is to be written; `client.api` sends it already", changes.new_operation),
        ("sent already", new_batch),
    ):
        (finding,) = edited(change).findings
        assert finding.reach == expected
        assert f"facade: {expected}" in impact_lines(finding)
    old = copy.deepcopy(CAPTURED)
    edit(RELATE, "request", properties={"associationId": None}, required=without("associationId"))(
        old
    )
    (finding,) = edited(field("associationId"), old=old).findings
    assert finding.reach == "sent by its method"
