"""Writes whose outcome is unknown: nothing is lost and nothing is done twice."""

from collections import Counter
from typing import Any

import pytest

import facade
from facade import Association, Ensured
from facade.testing import Received, Sandbox, faults
from tests.facade.driving import Clients

CREATES = 2000


@pytest.fixture
def stormy(sandbox: Sandbox) -> Sandbox:
    """Drop a fifth of the connections, half of them after the work, and answer 5 % with a 502."""
    sandbox.misbehave(faults.drop("before_work"), share=0.1, seed=1)
    sandbox.misbehave(faults.drop("after_work"), share=0.11, seed=2)  # a tenth of all
    sandbox.misbehave(faults.fail(502), share=0.0625, seed=3)  # a twentieth of all
    return sandbox


def client_of(clients: Clients, sandbox: Sandbox) -> Any:
    return clients(sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None)


def posts(sandbox: Sandbox, operation: str) -> list[Received]:
    return [one for one in sandbox.requests if one.operation == operation]


def test_two_thousand_relations_are_made_once_each_through_a_storm(
    clients: Clients, stormy: Sandbox
) -> None:
    association = stormy.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    client = client_of(clients, stormy)
    for number in range(CREATES):
        made = client.relations.create(
            association, first_record_id=f"c{number % 20}", second_record_id=f"p{number}"
        )
        assert made.second_record_id == f"p{number}"
    pairs = Counter((one["firstRecordId"], one["secondRecordId"]) for one in stormy.relations())
    assert len(pairs) == CREATES
    assert set(pairs.values()) == {1}
    # A POST that was done is never repeated: it would have been refused as a duplicate.
    assert [one for one in posts(stormy, "create_relation") if one.status == 400] == []


def test_two_hundred_associations_are_made_once_each_through_a_storm(
    clients: Clients, stormy: Sandbox
) -> None:
    client = client_of(clients, stormy)
    for number in range(200):
        made = client.associations.create(
            key=f"key_{number}",
            first_object_key="contact",
            first_object_label=f"first {number}",
            second_object_key="custom_objects.pet",
            second_object_label=f"second {number}",
        )
        assert made.key == f"key_{number}"
    keys = [one["key"] for one in stormy.associations()[2:]]
    assert keys == [f"key_{number}" for number in range(200)]
    assert [one for one in posts(stormy, "create_association") if one.status == 400] == []


def create(client: Any, method: str = "create", **changed: str) -> Any:
    asked = {
        "key": "owner_pet",
        "first_object_key": "contact",
        "first_object_label": "Owner",
        "second_object_key": "custom_objects.pet",
        "second_object_label": "Pet",
    }
    return getattr(client.associations, method)(**{**asked, **changed})


def test_a_create_that_is_done_late_is_found_when_its_repeat_is_refused(
    clients: Clients, sandbox: Sandbox
) -> None:
    """The server works on after the client gave up: the look is too early, the repeat too late."""
    association = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    client = client_of(clients, sandbox)

    def late(received: Received) -> bool:
        if received.operation == "create_relation" and len(posts(sandbox, "create_relation")) == 1:
            sandbox.seed_relation(association, "c1", "p1")
        return False

    sandbox.misbehave(faults.drop("before_work"), on="create_relation", times=1)
    sandbox.misbehave(faults.empty(), on=late)
    made = client.relations.create(association, first_record_id="c1", second_record_id="p1")
    assert [one["id"] for one in sandbox.relations()] == [made.id]
    assert [one.status for one in posts(sandbox, "create_relation")] == [None, 400]


def test_a_refusal_is_no_reason_to_look(client: Any, sandbox: Sandbox) -> None:
    create(client)
    with pytest.raises(facade.BadRequestError):
        create(client)
    with pytest.raises(facade.EqualLabelsError):
        create(client, key="b", first_object_label="x", second_object_label="x")
    assert {one.operation for one in sandbox.requests} == {"create_association"}


def test_an_odd_422_is_looked_for_and_raised_when_nothing_was_made(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(422, message="Something odd."), on="create_association")
    with pytest.raises(facade.UnprocessableEntityError):
        create(client)
    assert [one.operation for one in sandbox.requests] == [
        "create_association",
        "get_association_by_key",
    ]


def test_somebody_elses_association_under_the_key_is_not_taken_for_ours(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.seed_association(key="owner_pet", first_object_label="Other")
    sandbox.misbehave(faults.drop("before_work"), on="create_association", times=1)
    with pytest.raises(facade.BadRequestError):
        create(client)


def test_a_delete_that_was_done_before_its_answer_was_lost_is_done(
    client: Any, sandbox: Sandbox
) -> None:
    made = create(client)
    sandbox.misbehave(faults.drop("after_work"), on="delete_association", times=1)
    assert client.associations.delete(made.id) is None
    with pytest.raises(facade.NotFoundError) as raised:
        client.associations.delete(made.id)
    assert not raised.value.repeated


def test_ensuring_an_association_finds_it_or_makes_it(client: Any, sandbox: Sandbox) -> None:
    first = create(client, "ensure")
    again = create(client, "ensure", first_object_label="Keeper")
    assert (first.created, again.created) == (True, False)
    assert again.item == first.item
    assert len(sandbox.associations()) == 3


def test_ensuring_refuses_a_key_that_joins_other_objects(client: Any) -> None:
    create(client)
    with pytest.raises(
        facade.AssociationConflictError, match="owner_pet belongs to an association"
    ):
        create(client, "ensure", second_object_key="custom_objects.car")


def test_ensuring_survives_a_race_with_another_process(client: Any, sandbox: Sandbox) -> None:
    def other_process(received: Received) -> bool:
        if not posts(sandbox, "create_association"):
            sandbox.seed_association(
                key="owner_pet",
                first_object_label="Owner",
                second_object_key="custom_objects.pet",
                second_object_label="Pet",
            )
        return False

    sandbox.misbehave(
        faults.empty(),
        on=lambda received: received.operation == "create_association" and other_process(received),
    )
    ensured: Ensured[Association] = create(client, "ensure")
    assert (ensured.item.key, ensured.created) == ("owner_pet", False)


def test_ensuring_a_relation_twice_is_fine(client: Any, sandbox: Sandbox) -> None:
    association = create(client)
    sides = {"first_record_id": "c1", "second_record_id": "p1"}
    made = client.relations.ensure(association.id, **sides)
    found = client.relations.ensure(association.id, **sides)
    assert (made.created, found.created) == (True, False)
    assert found.item == made.item
    assert len(sandbox.relations()) == 1


def test_linking_finds_the_sides_by_object_key(client: Any) -> None:
    association = create(client)
    pair = {"custom_objects.pet": "p1", "contact": "c1"}
    linked, created = client.relations.link(association, pair)
    assert created
    assert (linked.first_record_id, linked.second_record_id) == ("c1", "p1")
    assert client.relations.link(association, pair) == (linked, False)


SELF = Association(id="s", key="friends", first_object_key="contact", second_object_key="contact")
PET = Association(id="p", key="owner_pet", first_object_key="contact", second_object_key="pet")


@pytest.mark.parametrize(
    ("association", "records", "says"),
    [
        (SELF, {"contact": "c1"}, "has contact on both sides: name the sides"),
        (PET, {"contact": "c1"}, r"joins a record of contact and pet; given: \['contact'\]"),
        (PET, {"contact": "c1", "car": "x"}, "joins contact and pet, not car"),
        (PET, {}, r"joins a record of contact and pet; given: \[\]"),
    ],
)
def test_linking_refuses_what_does_not_tell_the_sides(
    client: Any, sandbox: Sandbox, association: Association, records: dict[str, str], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        client.relations.link(association, records)
    assert sandbox.requests == []


def test_an_association_knows_its_sides() -> None:
    assert (PET.side_of("contact"), PET.side_of("pet")) == ("first", "second")
