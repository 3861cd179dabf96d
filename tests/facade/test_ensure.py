"""`ensure` is idempotent, whatever the refusal of an existing item."""

from typing import Any

import httpx
import pytest

import facade
from facade._core import concurrency
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients, Clock
from tests.facade.operations import new_association
from tests.facade.responding import TOKEN, in_turn

LAG = 5.0  # seconds until a new relation is listed
PAIR = {"first_record_id": "c1", "second_record_id": "p1"}
LIMIT = "Max relation limit[1] reached for record[{}] for association[a]"
EXISTS = [
    (status, wording)
    for status in (400, 409, 422)
    for wording in (
        "Can not create duplicate relation of object Ids for given association a",
        "Could not create relation: duplicate",
        "Relation already exists",
        "These records have already been associated",
        "relation exists",
    )
] + [(400, LIMIT.format("c1")), (400, LIMIT.format("p1")), (400, "no"), (409, "conflict")]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that waits move."""
    clock = Clock()

    def wait(seconds: float) -> None:
        clock.now += seconds

    async def async_wait(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(concurrency, "sleep", wait)
    monkeypatch.setattr(concurrency, "async_sleep", async_wait)
    return clock


def client_of(clients: Clients, sandbox: Sandbox) -> Any:
    return clients(sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None)


def seeded(sandbox: Sandbox) -> str:
    association: str = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")[
        "id"
    ]
    return association


@pytest.mark.parametrize("listed_sides", ["kept", "reversed"])
@pytest.mark.parametrize("shape", ["list", "by_record"])
@pytest.mark.parametrize(("status", "wording"), EXISTS)
def test_an_existing_relation_is_found_whatever_the_refusal_and_the_list(
    clients: Clients, status: int, wording: str, shape: Any, listed_sides: Any
) -> None:
    sandbox = Sandbox(
        answers={"relation_exists": (status, wording)},
        relation_list_body=shape,
        listed_sides=listed_sides,
    )
    association = seeded(sandbox)
    relation = sandbox.seed_relation(association, "c1", "p1")
    item, created = client_of(clients, sandbox).relations.ensure(association, **PAIR)
    assert (item.id, created) == (relation["id"], False)
    assert (item.other("c1"), item.other("p1")) == ("p1", "c1")
    assert len(sandbox.relations()) == 1


LIMITED = [{"first": 1}, {"second": 1}, {"first": 1, "second": 1}]


@pytest.mark.parametrize("limits", LIMITED)
def test_a_repeat_that_a_limit_refuses_is_found(clients: Clients, limits: dict[str, Any]) -> None:
    sandbox = Sandbox()
    association = seeded(sandbox)
    sandbox.limit_relations(association, **limits)
    client = client_of(clients, sandbox)
    made = client.relations.ensure(association, **PAIR)
    assert client.relations.ensure(association, **PAIR) == (made.item, False)


@pytest.mark.parametrize("side", ["first", "second"])
def test_a_limit_that_is_one_is_raised_without_waiting(
    clients: Clients, clock: Clock, side: str
) -> None:
    sandbox = Sandbox(clock=clock)
    association = seeded(sandbox)
    limit: dict[str, Any] = {side: 1}
    sandbox.limit_relations(association, **limit)
    taken = ("c1", "p2") if side == "first" else ("c2", "p1")
    sandbox.seed_relation(association, *taken)
    before = clock.now
    with pytest.raises(facade.RelationLimitError, match=r"Max relation limit\[1\]"):
        client_of(clients, sandbox).relations.ensure(association, **PAIR)
    assert clock.now == before


@pytest.mark.parametrize("limits", [{}, *LIMITED])
def test_a_relation_that_is_not_listed_yet_is_found_as_soon_as_it_is(
    clients: Clients, clock: Clock, limits: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    sandbox = Sandbox(list_lag=LAG, clock=clock)
    association = seeded(sandbox)
    sandbox.limit_relations(association, **limits)
    client = client_of(clients, sandbox)
    made = client.relations.ensure(association, **PAIR)
    assert made.created
    found = client.relations.ensure(association, **PAIR)
    assert (found.item.id, found.created) == (made.item.id, False)
    assert clock.now - 1000.0 >= LAG
    assert "because a list may lag" in caplog.text


def test_where_no_look_finds_it_the_refusal_is_raised(clients: Clients, clock: Clock) -> None:
    sandbox = Sandbox(list_lag=60.0, clock=clock)
    association = seeded(sandbox)
    client = client_of(clients, sandbox)
    client.relations.create(association, **PAIR)
    with pytest.raises(facade.DuplicateRelationError):
        client.relations.ensure(association, **PAIR)
    assert [one.operation for one in sandbox.requests].count("list_relations") == 5


def test_looking_ends_with_the_deadline(clients: Clients, clock: Clock) -> None:
    sandbox = Sandbox(list_lag=60.0, clock=clock)
    association = seeded(sandbox)
    client = client_of(clients, sandbox)
    client.relations.create(association, **PAIR)
    with pytest.raises(facade.DuplicateRelationError):
        client.relations.ensure(association, **PAIR, deadline=0.4)
    assert clock.now == 1000.0


def test_where_looking_is_refused_the_first_refusal_is_raised(clients: Clients) -> None:
    sandbox = Sandbox()
    association = seeded(sandbox)
    sandbox.seed_relation(association, "c1", "p1")
    sandbox.add_token("pit-writer", scopes=["associations/relation.write"])
    client = clients("pit-writer", sandbox.location_id, transport=sandbox.transport())
    with pytest.raises(facade.DuplicateRelationError) as raised:
        client.relations.ensure(association, **PAIR)
    assert isinstance(raised.value.__cause__, facade.MissingScopeError)


def test_of_two_contacts_each_order_is_a_relation_of_its_own(clients: Clients) -> None:
    sandbox = Sandbox()
    association = sandbox.seed_association(key="friends")["id"]
    sandbox.seed_relation(association, "c2", "c1")
    sides = {"first_record_id": "c1", "second_record_id": "c2"}
    item, created = client_of(clients, sandbox).relations.ensure(association, **sides)
    assert (item.first_record_id, created) == ("c1", True)
    assert len(sandbox.relations()) == 2


def test_an_association_whose_sides_are_stored_swapped_is_taken_as_it_came(
    clients: Clients,
) -> None:
    sandbox = Sandbox(sides="swapped")
    client = client_of(clients, sandbox)
    objects = {
        "first_object_key": "custom_objects.pet",
        "first_object_label": "Pet",
        "second_object_key": "custom_objects.toy",
        "second_object_label": "Toy",
    }
    made = new_association(client, **objects)
    assert (made.first_object_key, made.first_object_label) == ("custom_objects.toy", "Toy")
    assert new_association(client, "ensure", **objects) == (made, False)
    records = {"custom_objects.pet": "pet-1", "custom_objects.toy": "toy-1"}
    linked, created = client.relations.link(made, records)
    assert (linked.first_record_id, linked.second_record_id, created) == ("toy-1", "pet-1", True)
    assert client.relations.link(made, records) == (linked, False)


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize("wording", ["Duplicate Association key", "this key already exists"])
def test_an_association_made_by_another_process_is_found_whatever_the_refusal(
    clients: Clients, status: int, wording: str
) -> None:
    sandbox = Sandbox(answers={"duplicate_key": (status, wording)})

    def other_process_is_quicker(received: Any) -> bool:
        if received.operation == "create_association":
            sandbox.seed_association(
                key="owner_pet",
                first_object_label="Owner",
                second_object_key="custom_objects.pet",
                second_object_label="Pet",
            )
        return False

    sandbox.misbehave(faults.empty(), on=other_process_is_quicker)
    item, created = new_association(client_of(clients, sandbox), "ensure")
    assert (item.key, created) == ("owner_pet", False)


def test_an_association_that_is_not_found_yet_is_looked_for_again(clients: Clients) -> None:
    found = {"id": "a1", "firstObjectKey": "contact", "secondObjectKey": "custom_objects.pet"}
    transport, requests = in_turn(
        httpx.Response(404),
        httpx.Response(400, json={"message": "Duplicate Association key"}),
        httpx.Response(404),
        httpx.Response(200, json=found),
    )
    item, created = new_association(clients(TOKEN, "loc", transport=transport), "ensure")
    assert (item.id, created, len(requests)) == ("a1", False, 4)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "no"),
        (404, "Association not found"),
        (422, "Invalid record id : 'c1' for association : k"),
        (422, "Both object labels can not be same"),
        (429, "too many"),
    ],
)
def test_a_refusal_that_cannot_mean_that_it_exists_is_raised_at_once(
    clients: Clients, sandbox: Sandbox, status: int, message: str
) -> None:
    client, creates = client_of(clients, sandbox), {"create_association", "create_relation"}
    association = seeded(sandbox)
    sandbox.misbehave(faults.fail(status, message=message), on=creates)
    with pytest.raises(facade.APIStatusError) as raised:
        client.relations.ensure(association, **PAIR, retries=0)
    assert raised.value.status_code == status
    with pytest.raises(facade.APIStatusError):
        new_association(client, "ensure")
    assert {one.operation for one in sandbox.requests} == {"get_association_by_key", *creates}
    assert [one.operation for one in sandbox.requests].count("get_association_by_key") == 1
