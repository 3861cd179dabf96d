"""Writes are carried out exactly once, whatever happens to their responses."""

from collections import Counter
from dataclasses import replace
from typing import Any

import httpx
import pytest
from attrs import evolve

import facade
from facade.testing import Fault, Received, Sandbox, faults
from tests.facade.driving import Clients
from tests.facade.operations import new_association
from tests.facade.responding import OK, TOKEN, in_turn


@pytest.fixture
def stormy(sandbox: Sandbox) -> Sandbox:
    """Drop a fifth of the connections, half of them after the work, and answer 5 % with a 502."""
    sandbox.misbehave(faults.drop("before_work"), share=0.1, seed=1)
    sandbox.misbehave(faults.drop("after_work"), share=0.11, seed=2)  # a tenth of all
    sandbox.misbehave(faults.fail(502), share=0.0625, seed=3)  # a twentieth of all
    return sandbox


def client_of(clients: Clients, sandbox: Sandbox) -> Any:
    return clients(sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None)


def statuses(sandbox: Sandbox, operation: str) -> set[int | None]:
    return {one.status for one in sandbox.requests if one.operation == operation}


def test_two_thousand_relations_are_created_once_each_through_a_storm(
    clients: Clients, stormy: Sandbox
) -> None:
    association = stormy.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    client = client_of(clients, stormy)
    for number in range(2000):
        made = client.relations.create(
            association, first_record_id=f"c{number % 20}", second_record_id=f"p{number}"
        )
        assert made.second_record_id == f"p{number}"
    pairs = Counter((one["firstRecordId"], one["secondRecordId"]) for one in stormy.relations())
    assert len(pairs) == 2000
    assert set(pairs.values()) == {1}
    # A POST that was done is never repeated: it would have been refused as a duplicate.
    assert statuses(stormy, "create_relation") == {201, 502, None}


def test_two_hundred_associations_are_created_once_each_through_a_storm(
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
    assert statuses(stormy, "create_association") == {201, 502, None}


ODD_BODIES = [b"", b"<html>", b"[]", b"null", b'{"success": true}', b'{"id": 5}']


@pytest.mark.parametrize("content", ODD_BODIES)
def test_a_create_with_an_odd_body_is_looked_up(
    client: Any, sandbox: Sandbox, content: bytes
) -> None:
    odd = Fault(afterwards=lambda done: replace(done, body=content))
    sandbox.misbehave(odd, on={"create_association", "create_relation", "update_association"})
    association = new_association(client)
    relation = client.relations.create(association.id, first_record_id="c", second_record_id="p")
    updated = client.associations.update(
        association.id, first_object_label="Keeper", second_object_label="Pet"
    )
    assert association.id == sandbox.associations()[-1]["id"]
    assert relation.id == sandbox.relations()[-1]["id"]
    assert updated == evolve(association, first_object_label="Keeper")


@pytest.mark.parametrize("content", ODD_BODIES)
@pytest.mark.parametrize("looking", [httpx.Response(404), httpx.Response(500)])
def test_a_write_that_cannot_be_looked_up_returns_what_is_known_of_it(
    clients: Clients, content: bytes, looking: httpx.Response
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return looking if request.method == "GET" else httpx.Response(200, content=content)

    client = clients(TOKEN, "loc", transport=httpx.MockTransport(answer))
    association = new_association(client)
    assert (association.id, association.key) == ("", "owner_pet")
    assert association.second_object_key == "custom_objects.pet"
    relation = client.relations.create("a", first_record_id="c", second_record_id="p")
    assert (relation.id, relation.association_id, relation.other("c")) == ("", "a", "p")
    updated = client.associations.update("a", first_object_label="x", second_object_label="y")
    assert (updated.id, updated.first_object_label, updated.second_object_label) == ("a", "x", "y")


def test_a_timeout_that_the_server_reports_is_looked_up_and_repeated(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(408), on={"create_relation", "GET"}, times=2)
    association = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    client.relations.create(association, first_record_id="c1", second_record_id="p1")
    assert [(one.operation, one.status) for one in sandbox.requests] == [
        ("create_relation", 408),
        ("list_relations", 408),
        ("list_relations", 200),
        ("create_relation", 201),
    ]


def test_a_create_that_is_done_late_is_found_when_its_repeat_is_refused(
    client: Any, sandbox: Sandbox
) -> None:
    """The server goes on after the client gave up: done after the look, before the repeat."""
    association = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]

    def is_done_late(received: Received) -> bool:
        earlier = [one.operation for one in sandbox.requests]
        if received.operation == "create_relation" and earlier.count("create_relation") == 1:
            sandbox.seed_relation(association, "c1", "p1")
        return False  # no fault: only the relation is there by now

    sandbox.misbehave(faults.drop("before_work"), on="create_relation", times=1)
    sandbox.misbehave(faults.empty(), on=is_done_late)
    made = client.relations.create(association, first_record_id="c1", second_record_id="p1")
    assert [one["id"] for one in sandbox.relations()] == [made.id]
    assert [(one.operation, one.status) for one in sandbox.requests] == [
        ("create_relation", None),
        ("list_relations", 200),
        ("create_relation", 400),
        ("list_relations", 200),
    ]


def test_a_refusal_is_no_reason_to_look(client: Any, sandbox: Sandbox) -> None:
    new_association(client)
    with pytest.raises(facade.BadRequestError):
        new_association(client)
    with pytest.raises(facade.EqualLabelsError):
        new_association(client, key="b", first_object_label="x", second_object_label="x")
    assert {one.operation for one in sandbox.requests} == {"create_association"}


def test_a_422_is_raised_when_looking_finds_nothing(client: Any, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.fail(422, message="Something odd."), on="create_association")
    with pytest.raises(facade.UnprocessableEntityError):
        new_association(client)
    assert [one.operation for one in sandbox.requests] == [
        "create_association",
        "get_association_by_key",
    ]


def test_another_association_under_the_key_is_not_the_one_that_was_created(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.seed_association(key="owner_pet", first_object_label="Other")
    sandbox.misbehave(faults.drop("before_work"), on="create_association", times=1)
    with pytest.raises(facade.BadRequestError):
        new_association(client)


def test_where_looking_fails_the_outcome_stays_unknown_to_the_caller(clients: Clients) -> None:
    refused = httpx.Response(401, json={"message": "The token is not authorized for this scope."})
    transport, _ = in_turn(httpx.Response(502), refused)
    with pytest.raises(facade.ServerError) as raised:
        clients(TOKEN, "loc", transport=transport).relations.create(
            "a", first_record_id="b", second_record_id="c"
        )
    assert raised.value.outcome_unknown
    assert isinstance(raised.value.__cause__, facade.MissingScopeError)


def test_the_requests_of_a_create_share_one_deadline(clients: Clients) -> None:
    outage = httpx.Response(503)
    transport, requests = in_turn(outage, httpx.Response(200, json={"relations": []}), OK)
    client = clients(TOKEN, "loc", transport=transport, deadline=20)
    client.relations.create("a", first_record_id="b", second_record_id="c")
    first, lookup, second = (one.extensions["timeout"]["read"]._deadline for one in requests)
    assert first is lookup is second


@pytest.mark.parametrize("share_before", [0.0, 0.1, 0.2])
def test_six_hundred_relations_are_created_once_each_although_one_in_twenty_is_refused_oddly(
    share_before: float, clients: Clients, sandbox: Sandbox
) -> None:
    # A fifth of the connections is dropped, before or after the work.
    if share_before:
        sandbox.misbehave(faults.drop("before_work"), share=share_before, seed=1)
    if share_before < 0.2:
        left = (0.2 - share_before) / (1 - share_before)
        sandbox.misbehave(faults.drop("after_work"), share=left, seed=2)
    sandbox.misbehave(faults.fail(502), share=0.0625, seed=3)  # a twentieth of all
    odd = sandbox.misbehave(faults.false_422(), on="create_relation", share=0.067, seed=4)
    association = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    client = client_of(clients, sandbox)
    for number in range(600):
        made = client.relations.create(
            association, first_record_id=f"c{number % 20}", second_record_id=f"p{number}"
        )
        assert (made.first_record_id, made.second_record_id) == (f"c{number % 20}", f"p{number}")
    pairs = Counter((one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations())
    assert len(pairs) == 600
    assert set(pairs.values()) == {1}
    assert odd.hits > 20
