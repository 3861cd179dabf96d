"""Calling generated operations: invalid bodies, and creating exactly once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from attrs import evolve

import facade
from facade import AssociationsClient, AssociationsError
from facade.testing import Fault, Received, Sandbox, faults
from generated_client.api.associations import get_association
from generated_client.models import AssociationPayload
from tests.facade.driving import Clients
from tests.facade.operations import new_association
from tests.facade.responding import OK, TOKEN, in_turn


def error_of(client: Any) -> AssociationsError:
    with pytest.raises(AssociationsError) as raised:
        client.associations.get("a1")
    return raised.value


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"", ""),
        (b"<html>", "<html>"),
        (b'{"id": "a1"', '{"id": "a1"'),
        (b"[]", []),
        (b"null", None),
        (b'"a1"', "a1"),
        (b"{}", {}),
        (b'{"id": 5}', {"id": 5}),
        (b'{"id": ""}', {"id": ""}),
        (b'{"association": null}', {"association": None}),
    ],
)
def test_a_success_that_cannot_be_read_is_a_contract_error_that_keeps_the_body(
    answering: Callable[..., Any], content: bytes, kept: object
) -> None:
    error = error_of(answering(httpx.Response(200, content=content)))
    assert isinstance(error, facade.ContractError)
    assert (error.status_code, error.method, error.body) == (200, "GET", kept)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.relations.list("r1"),
        lambda client: list(client.relations.iterate("r1")),
        lambda client: client.associations.list(),
        lambda client: client.associations.list_for_object("contact"),
    ],
)
@pytest.mark.parametrize("content", [b"{}", b'{"relations": {}}', b'{"relations": null}', b"[5]"])
def test_no_answer_that_cannot_be_read_becomes_an_empty_result(
    answering: Callable[..., Any], call: Callable[[Any], Any], content: bytes
) -> None:
    with pytest.raises(facade.ContractError):
        call(answering(httpx.Response(200, content=content)))


DELETED = [
    (200, b'{"deleted": true, "id": "r1"}'),
    (200, b'{"success": true}'),
    (200, b'{"id": "r1", "key": "published_association"}'),
    (200, b'{"deleted": null}'),
    (201, b""),
    (202, b"null"),
    (200, b"<html>"),
    (204, b""),
]


@pytest.mark.parametrize("noun", ["associations", "relations"])
@pytest.mark.parametrize(("status", "content"), DELETED)
def test_a_deletion_is_believed_by_its_status(
    answering: Callable[..., Any], noun: str, status: int, content: bytes
) -> None:
    client = answering(httpx.Response(status, content=content))
    assert getattr(client, noun).delete("r1") is None


@pytest.mark.parametrize("noun", ["associations", "relations"])
def test_a_body_that_denies_the_deletion_is_a_contract_error(
    answering: Callable[..., Any], noun: str
) -> None:
    client = answering(httpx.Response(200, json={"deleted": False}))
    with pytest.raises(facade.ContractError, match="it says that nothing was deleted"):
        getattr(client, noun).delete("r1")


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


def test_an_odd_422_is_raised_when_looking_finds_nothing(client: Any, sandbox: Sandbox) -> None:
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


def test_generated_code_that_cannot_parse_the_stand_in_is_no_reason_to_fail(
    answering: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a contract describes the bodies of all statuses that it does not name."""
    send = {name: getattr(get_association, name) for name in ("sync", "asyncio")}

    def sync(*args: Any, **kwargs: Any) -> None:
        send["sync"](*args, **kwargs)
        raise ValueError("not JSON")

    async def asyncio(*args: Any, **kwargs: Any) -> None:
        await send["asyncio"](*args, **kwargs)
        raise ValueError("not JSON")

    monkeypatch.setattr(get_association, "sync", sync)
    monkeypatch.setattr(get_association, "asyncio", asyncio)
    client = answering(httpx.Response(200, json={"id": "a1"}))
    assert client.associations.get("a1").id == "a1"
    with pytest.raises(facade.NotFoundError):
        answering(httpx.Response(404)).associations.get("a1")


def test_an_app_that_gives_generated_code_another_client_is_told_so() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"id": "a1"})

    transport = httpx.MockTransport(answer)
    with AssociationsClient("pit-t", "loc", transport=transport) as client:
        client.api.set_httpx_client(httpx.Client(transport=transport, base_url="http://x"))
        with pytest.raises(RuntimeError, match=r"client\.api has another httpx client"):
            client.associations.get("a1")


def test_a_call_of_generated_code_after_one_of_the_facade_gets_its_own_answer(
    sandbox: Sandbox,
) -> None:
    transport = sandbox.transport()
    with AssociationsClient(sandbox.token, sandbox.location_id, transport=transport) as client:
        association_id = client.associations.list().items[0].id
        found = get_association.sync(association_id, client=client.api)
    assert isinstance(found, AssociationPayload)
    assert found.id == association_id


def test_the_requests_of_a_create_share_one_deadline(clients: Clients) -> None:
    outage = httpx.Response(503)
    transport, requests = in_turn(outage, httpx.Response(200, json={"relations": []}), OK)
    client = clients(TOKEN, "loc", transport=transport, deadline=20)
    client.relations.create("a", first_record_id="b", second_record_id="c")
    first, look, second = (one.extensions["deadline"] for one in requests)
    assert first is look is second
