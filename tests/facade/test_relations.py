"""client.relations against the sandbox, blocking and async."""

from typing import Any

import httpx
import pytest

from facade import Association, NotFoundError, Relation
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients
from tests.facade.operations import new_association
from tests.facade.responding import TOKEN, in_turn

pytestmark = pytest.mark.both

CONTACT, PET = "66f0c1d2e3a4b5c6d7e8f901", "pet-1"


def test_a_created_relation_is_what_was_asked_for(client: Any) -> None:
    association = new_association(client)
    made = client.relations.create(association.id, first_record_id=CONTACT, second_record_id=PET)
    assert made == Relation(
        id=made.id,
        association_id=association.id,
        first_object_key="contact",
        first_record_id=CONTACT,
        second_object_key="custom_objects.pet",
        second_record_id=PET,
        location_id="sandbox-location",
        primary=False,
    )


def test_a_record_finds_its_relations_from_either_side(client: Any) -> None:
    association = new_association(client)
    made = client.relations.create(association.id, first_record_id=CONTACT, second_record_id=PET)
    assert client.relations.list(CONTACT).items == (made,)
    assert client.relations.list(PET).items == (made,)
    assert (made.other(CONTACT), made.other(PET)) == (PET, CONTACT)


def test_relations_are_filtered_by_several_associations(client: Any, sandbox: Sandbox) -> None:
    kinds = [
        new_association(client, key=f"kind_{number}", first_object_label=f"label {number}")
        for number in range(3)
    ]
    made = [
        client.relations.create(kind.id, first_record_id=CONTACT, second_record_id=PET)
        for kind in kinds
    ]
    wanted = [kinds[0].id, kinds[2].id]
    assert client.relations.list(CONTACT, association_ids=wanted).items == (made[0], made[2])
    assert sandbox.requests[-1].query["associationIds"] == wanted
    assert list(client.relations.iterate(CONTACT, association_ids=wanted, page_size=1)) == [
        made[0],
        made[2],
    ]


def test_a_deleted_relation_leaves_its_association(client: Any) -> None:
    association = new_association(client)
    made = client.relations.create(association.id, first_record_id=CONTACT, second_record_id=PET)
    assert client.relations.delete(made.id) is None
    assert client.relations.list(CONTACT).items == ()
    assert client.associations.get(association.id) == association


def test_a_relation_that_is_not_there_cannot_be_deleted(client: Any, sandbox: Sandbox) -> None:
    with pytest.raises(NotFoundError) as raised:
        client.relations.delete("gone")
    assert (raised.value.repeated, len(sandbox.requests)) == (False, 1)


def test_a_deletion_whose_answer_was_lost_succeeds(client: Any, sandbox: Sandbox) -> None:
    association = new_association(client)
    made = client.relations.create(association.id, first_record_id=CONTACT, second_record_id=PET)
    sandbox.misbehave(faults.drop("after_work"), on="delete_relation", times=1)
    assert client.relations.delete(made.id) is None
    assert [one.status for one in sandbox.requests[-2:]] == [None, 404]


def test_a_deletion_whose_answer_was_lost_succeeds_after_any_later_failure(
    clients: Clients,
) -> None:
    """No connection says nothing of the attempt before it."""
    answers: list[httpx.Response | Exception] = [
        httpx.ReadError("lost"),
        httpx.ConnectError("refused"),
        httpx.Response(404),
    ]

    def handle(request: httpx.Request) -> httpx.Response:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = clients(TOKEN, "loc", transport=httpx.MockTransport(handle))
    assert client.relations.delete("r1") is None
    assert answers == []


def test_association_ids_may_come_from_a_generator(clients: Clients) -> None:
    transport, _ = in_turn(
        httpx.Response(
            200,
            json={
                "relations": [
                    {"id": "1", "associationId": "a"},
                    {"id": "2", "associationId": "b"},
                    {"id": "3"},  # says nothing, so it may be one of them
                ],
                "total": 3,
            },
        )
    )
    client = clients(TOKEN, "loc", transport=transport)
    page = client.relations.list("r1", association_ids=(one for one in ["a"]))
    assert [one.id for one in page.items] == ["1", "3"]
    assert [one.id for one in client.relations.iterate("r1", association_ids=["a"])] == ["1", "3"]


def test_ensuring_a_relation_twice_is_fine(client: Any, sandbox: Sandbox) -> None:
    association = new_association(client)
    sides = {"first_record_id": "c1", "second_record_id": "p1"}
    made = client.relations.ensure(association.id, **sides)
    found = client.relations.ensure(association.id, **sides)
    assert (made.created, found.created) == (True, False)
    assert found.item == made.item
    assert len(sandbox.relations()) == 1


def test_linking_finds_the_sides_by_object_key(client: Any) -> None:
    association = new_association(client)
    pair = {"custom_objects.pet": "p1", "contact": "c1"}
    linked, created = client.relations.link(association, pair)
    assert created
    assert (linked.first_record_id, linked.second_record_id) == ("c1", "p1")
    assert client.relations.link(association, pair) == (linked, False)


FRIENDS = Association(
    id="f", key="friends", first_object_key="contact", second_object_key="contact"
)
OWNER = Association(id="o", key="owner_pet", first_object_key="contact", second_object_key="pet")


@pytest.mark.parametrize(
    ("association", "records", "says"),
    [
        (FRIENDS, {"contact": "c1"}, "has contact on both sides: pass the records by side"),
        (OWNER, {"contact": "c1"}, r"joins a record of contact and pet, not of \['contact'\]"),
        (OWNER, {"contact": "c1", "car": "x"}, "joins contact and pet, not car"),
        (OWNER, {}, r"joins a record of contact and pet, not of \[\]"),
    ],
)
def test_linking_refuses_what_does_not_tell_the_sides(
    client: Any, sandbox: Sandbox, association: Association, records: dict[str, str], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        client.relations.link(association, records)
    assert sandbox.requests == []


def test_linking_takes_an_association_and_no_key(client: Any) -> None:
    with pytest.raises(TypeError, match="association must be an Association, not str"):
        client.relations.link("owner_pet", {"contact": "c1", "pet": "p1"})


@pytest.mark.parametrize("relations_of_the_hub", [100, 1_000, 10_000])
@pytest.mark.parametrize("hub_is_first", [True, False])
def test_ensuring_an_existing_pair_of_a_hub_takes_three_requests_at_any_degree(
    client: Any, sandbox: Sandbox, relations_of_the_hub: int, hub_is_first: bool
) -> None:
    association = new_association(client)
    for number in range(relations_of_the_hub):
        pair = ("hub", f"record-{number}")
        there = sandbox.seed_relation(association.id, *(pair if hub_is_first else pair[::-1]))
    before = len(sandbox.requests)
    found, created = client.relations.ensure(
        association.id,
        first_record_id=there["firstRecordId"],
        second_record_id=there["secondRecordId"],
    )
    assert (found.id, created) == (there["id"], False)
    assert len(sandbox.requests) - before <= 3
