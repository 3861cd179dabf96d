"""client.relations against the sandbox: create, find, ensure, link, list and delete."""

from contextlib import nullcontext
from typing import Any

import httpx
import pytest

import facade
from facade import Association, NotFoundError, Relation
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients, Clock
from tests.facade.operations import new_association
from tests.facade.responding import TOKEN

PAIR = {"first_record_id": "c1", "second_record_id": "p1"}

pytestmark = pytest.mark.versions


def seeded(sandbox: Sandbox, key: str = "k") -> str:
    """Return the id of an association of contacts and pets."""
    label = {"first_object_label": f"First of {key}"}
    found = sandbox.seed_association(key=key, second_object_key="custom_objects.pet", **label)
    return str(found["id"])


@pytest.mark.both
def test_a_relation_is_found_from_either_side(client: Any, version: str) -> None:
    association = new_association(client)
    made = client.relations.create(association.id, **PAIR)
    assert made == Relation(
        id=made.id,
        association_id=association.id,
        first_object_key="contact",
        first_record_id="c1",
        second_object_key="custom_objects.pet",
        second_record_id="p1",
        location_id="sandbox-location",
        primary=False,
        association_key="owner_pet" if version == "v3" else None,
    )
    for record in ("c1", "p1"):
        assert client.relations.list(record).items == (made,)
        assert list(client.relations.iterate(record)) == [made]
    assert client.relations.delete(made.id) is None
    assert client.relations.list("c1").items == ()
    assert client.associations.get(association.id) == association
    with pytest.raises(NotFoundError):
        client.relations.delete(made.id)


def test_a_relation_that_is_listed_without_an_id_cannot_be_unlinked(clients: Clients) -> None:
    sandbox = Sandbox(listed_relation_id=False)
    sandbox.seed_relation(seeded(sandbox), "c1", "p1")
    client = clients.of(sandbox)
    association = client.associations.get_by_key("k")
    pair = {"contact": "c1", "custom_objects.pet": "p1"}
    with pytest.raises(facade.ContractError, match="the relation of c1 and p1 has no id to"):
        client.relations.unlink(association, pair)


def test_ensuring_and_linking_create_a_relation_once(client: Any, sandbox: Sandbox) -> None:
    association = new_association(client)
    made = client.relations.ensure(association.id, **PAIR)
    found = client.relations.ensure(association.id, **PAIR)
    assert (made.created, found) == (True, (made.item, False))
    pair = {"custom_objects.pet": "p2", "contact": "c1"}  # the sides are found by object key
    linked, created = client.relations.link(association, pair)
    assert (linked.first_record_id, linked.second_record_id, created) == ("c1", "p2", True)
    assert client.relations.link(association, pair) == (linked, False)
    assert len(sandbox.relations()) == 2
    sent = len(sandbox.requests)
    for method in (client.relations.link, client.relations.unlink):
        with pytest.raises(ValueError, match=r"not of \['contact'\]"):
            method(association, {"contact": "c1"})
        with pytest.raises(TypeError, match="not str"):
            method("owner_pet", pair)
        with pytest.raises(facade.DeadlineError):
            method(association, pair, deadline=-1)
    assert len(sandbox.requests) == sent


LISTS: tuple[dict[str, Any], ...] = (
    {},
    {"relation_list_body": "by_record"},
    {"listed_sides": "reversed"},
    {"listed_for": "first"},
    {"total": "zero"},
    {"association_filter": "ignored"},
)


@pytest.mark.parametrize(
    ("status", "wording"),
    [
        (400, "Can not create duplicate relation of object Ids for given association a"),
        (400, "Max relation limit[1] reached for record[c1] for association[a]"),
        (400, "no"),
        (409, "conflict"),
    ],
)
def test_a_relation_is_found_after_any_refusal(clients: Clients, status: int, wording: str) -> None:
    for variants in LISTS:
        sandbox = Sandbox(answers={"relation_exists": (status, wording)}, **variants)
        sandbox.seed_relation(seeded(sandbox, "other"), "c1", "p1")
        association = seeded(sandbox)
        relation = sandbox.seed_relation(association, "c1", "p1")
        item, created = clients.of(sandbox).relations.ensure(association, **PAIR)
        assert (item.id, created) == (relation["id"], False), variants
        assert (item.other("c1"), item.other("p1")) == ("p1", "c1")


@pytest.mark.parametrize("filtering", ["applied", "ignored"])
def test_a_list_has_the_requested_associations(clients: Clients, filtering: Any) -> None:
    sandbox = Sandbox(association_filter=filtering)
    ids = [seeded(sandbox, key) for key in "abc"]
    made = [sandbox.seed_relation(one, "c1", "p1")["id"] for one in ids]
    relations = clients.of(sandbox).relations

    def listed(wanted: Any) -> list[str]:
        return [one.id for one in relations.list("c1", association_ids=wanted)]

    assert listed([ids[2], ids[0]]) == [made[0], made[2]]
    assert listed(one for one in ids[:1]) == made[:1]
    assert (listed(None), listed([])) == (made, [])
    found = relations.iterate("c1", association_ids=ids[1:], page_size=1)
    assert [one.id for one in found] == made[1:]
    assert sandbox.requests[-1].query["associationIds"] == ids[1:]
    relations.list("c1", skip=5, limit=7)
    list(relations.iterate("c1"))
    pages = [(one.query["skip"], one.query["limit"]) for one in sandbox.requests]
    assert [pages[0], *pages[-2:]] == [(["0"], ["100"]), (["5"], ["7"]), (["0"], ["100"])]


def test_all_pages_are_read_although_highlevel_reduces_them_and_tells_no_total(
    clients: Clients,
) -> None:
    sandbox = Sandbox(total="zero")
    association = seeded(sandbox)
    for number in range(150):
        sandbox.seed_relation(association, "c1", f"p{number}")
    relations = clients.of(sandbox).relations
    assert len(list(relations.iterate("c1", page_size=200))) == 150
    with pytest.raises(ValueError, match="page_size must be 1 or more, not 0"):
        list(relations.iterate("c1", page_size=0))


@pytest.mark.parametrize(("options", "lists"), [({}, 10), ({"deadline": 0.4}, 2)])
def test_a_refusal_is_raised_when_no_lookup_finds_the_relation_in_time(
    clients: Clients, clock: Clock, options: dict[str, float], lists: int
) -> None:
    sandbox = Sandbox(list_lag=60.0, clock=clock)
    association = seeded(sandbox)
    client = clients.of(sandbox)
    client.relations.create(association, **PAIR)
    with pytest.raises(facade.DuplicateRelationError):
        client.relations.ensure(association, **PAIR, **options)
    assert [one.operation for one in sandbox.requests].count("list_relations") == lists


def test_two_records_are_unlinked_and_a_second_time_none(
    clients: Clients, sandbox: Sandbox
) -> None:
    association = Association(
        id=seeded(sandbox), first_object_key="contact", second_object_key="custom_objects.pet"
    )
    made = sandbox.seed_relation(association.id, "c1", "p1")
    sandbox.seed_relation(association.id, "c1", "p2")
    client, records = clients.of(sandbox), {"custom_objects.pet": "p1", "contact": "c1"}
    unlinked = client.relations.unlink(association, records)
    assert (unlinked.id, unlinked.first_record_id) == (made["id"], "c1")
    assert [one["secondRecordId"] for one in sandbox.relations()] == ["p2"]
    before = len(sandbox.requests)
    assert client.relations.unlink(association, records) is None
    assert [one.method for one in sandbox.requests[before:]] == ["GET", "GET"]
    # Another process was quicker.
    sandbox.misbehave(faults.fail(404, after_work=True), on="delete_relation", times=1)
    assert client.relations.unlink(association, {**records, "custom_objects.pet": "p2"}) is None
    assert sandbox.relations() == []


def test_what_was_deleted_after_the_refusal_is_created_again(
    clients: Clients, clock: Clock
) -> None:
    sandbox = Sandbox(clock=clock)
    refusal = faults.fail(400, message="duplicate relation of object Ids")
    sandbox.misbehave(refusal, on="create_relation", times=1)
    made = clients.of(sandbox).relations.ensure(seeded(sandbox), **PAIR)
    assert made.created
    assert [one["id"] for one in sandbox.relations()] == [made.item.id]
    sent = [one.operation for one in sandbox.requests]
    assert (sent[0], sent[-1], sent.count("create_relation")) == ("create_relation",) * 2 + (2,)


RELATED = {"id": "r1", "firstRecordId": "c1", "secondRecordId": "p1", "associationId": "a"}


def hub(record_id: str, pages: int) -> list[dict[str, str]]:
    """Return whole pages of other relations of a record."""
    return [
        {"id": f"{record_id}-{one}", "firstRecordId": record_id, "secondRecordId": f"x{one}"}
        for one in range(100 * pages)
    ]


@pytest.mark.parametrize(
    ("refusal", "listed", "lists"),
    [
        ("duplicate relation", {"c1": [*hub("c1", 2), RELATED], "p1": []}, 4),
        ("duplicate relation", {"c1": [], "p1": [*hub("p1", 2), RELATED]}, 4),
        ("duplicate relation", {"c1": hub("c1", 50), "p1": [RELATED]}, 2),
        ("no", {"c1": hub("c1", 50), "p1": []}, 2 + 5),
    ],
)
def test_the_lists_of_both_records_are_read_for_a_bounded_number_of_pages(
    clients: Clients, refusal: str, listed: dict[str, list[dict[str, str]]], lists: int
) -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        if request.method == "POST":
            return httpx.Response(400, json={"message": refusal})
        own, skip = listed[request.url.path.rpartition("/")[2]], int(request.url.params["skip"])
        return httpx.Response(200, json={"relations": own[skip : skip + 100], "total": len(own)})

    relations = clients(TOKEN, "loc", transport=httpx.MockTransport(answer), pace=None).relations
    with pytest.raises(facade.BadRequestError) if refusal == "no" else nullcontext():
        found, created = relations.ensure("a", **PAIR)
        assert (found.id, created) == ("r1", False)
    assert sent == ["POST"] + ["GET"] * lists
