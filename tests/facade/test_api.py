"""client.api: generated operations go down the pipeline of their client."""

import gzip
from typing import Any

import httpx
import pytest

import facade
from facade.observe import CallEnded, CallEvent
from facade.testing import Sandbox
from generated_client.api.associations import delete_association, get_association
from generated_client.api.relations import create_relation
from generated_client.models import AssociationPayload, CreateRelationBody
from tests.facade.driving import Clients
from tests.facade.responding import OK, TOKEN, in_turn, lines

BODY = CreateRelationBody(
    location_id="loc", association_id="a1", first_record_id="c1", second_record_id="p1"
)


def sent(clients: Clients, client: Any, operation: Any, *args: Any, **parts: Any) -> Any:
    """Call a generated operation with a client of either kind."""
    if clients.mode == "blocking":
        return operation.sync(*args, client=client.api, **parts)
    return client._drive(operation.asyncio)(*args, client=client.api, **parts)


@pytest.mark.both
def test_a_generated_operation_is_reported_and_raises_the_errors_of_the_client(
    clients: Clients, sandbox: Sandbox, events: list[CallEvent]
) -> None:
    client = clients.of(sandbox, on_event=events.append)
    made = sandbox.seed_association(key="k")
    found = sent(clients, client, get_association, made["id"])
    assert (type(found), found.id) == (AssociationPayload, made["id"])
    assert lines(events)[-1] == "CallEnded get_association 1"
    with pytest.raises(facade.NotFoundError):
        sent(clients, client, get_association, "x")
    assert lines(events)[-1] == "CallEnded get_association 1 NotFoundError"


@pytest.mark.parametrize(
    ("operation", "arguments", "times"),
    [(delete_association, {"association_id": "a1"}, 3), (create_relation, {"body": BODY}, 1)],
)
def test_a_generated_operation_is_repeated_only_if_that_is_harmless(
    clients: Clients, operation: Any, arguments: dict[str, Any], times: int
) -> None:
    for answer, expected in ((httpx.Response(502), times), (httpx.Response(429), 3)):
        client, requests = clients.answering(answer, retries=2)
        with pytest.raises(facade.AssociationsError):
            sent(clients, client, operation, **arguments)
        assert len(requests) == expected


def test_generated_code_gets_a_success_whatever_its_headers(clients: Clients) -> None:
    headers = [(b"x-name", "é€".encode()), (b"content-encoding", b"gzip")]
    content = gzip.compress(OK.content)
    client, _ = clients.answering(httpx.Response(200, headers=headers, content=content))
    response = client._drive(client.api.get_async_httpx_client().request)("GET", "/associations/a")
    assert (response.status_code, response.json()) == (200, {"id": "a1"})
    assert "x-name" in response.headers


def test_a_generated_deletion_that_finds_nothing_is_no_success(clients: Clients) -> None:
    client, _ = clients.answering(httpx.ReadError("lost"), httpx.Response(404))
    with pytest.raises(facade.NotFoundError):
        sent(clients, client, delete_association, "a1")


def test_each_location_has_an_api_of_its_own(clients: Clients, events: list[CallEvent]) -> None:
    client = clients(TOKEN, "a", transport=in_turn(OK)[0], on_event=events.append)
    assert client.api is client.api  # which its copies have not
    for one in (client, client.for_location("b"), client):
        sent(clients, one, get_association, "a1")
    ended = [one.location_id for one in events if isinstance(one, CallEnded)]
    assert ended == ["a", "b", "a"]


def test_the_http_client_of_generated_code_sends_nothing_itself(clients: Clients) -> None:
    client = clients.answering(OK)[0]
    own = client.api.get_async_httpx_client()
    elsewhere, sent_elsewhere = in_turn(OK)
    client.api.set_async_httpx_client(httpx.AsyncClient(transport=elsewhere))
    assert client.associations.get("a1").id == "a1"
    with pytest.raises(RuntimeError, match="sends with `request` only"):
        client._drive(own.send)(httpx.Request("GET", "https://api.test/"))
    assert sent_elsewhere == []


def test_the_generated_client_may_be_used_in_a_with_statement_as_its_own_examples_do() -> None:
    with facade.AssociationsClient(TOKEN, "loc", transport=in_turn(OK)[0]) as client:
        with client.api as api:
            found: Any = get_association.sync("a1", client=api)
        assert found.id == "a1"
        assert client.associations.get("a1").id == "a1"
