"""client.api: generated operations go down the pipeline of their client."""

import gzip
from typing import Any

import httpx
import pytest

import facade
from facade import AssociationsClient
from facade.observe import CallEvent
from facade.testing import Sandbox
from generated_client.api.associations import delete_association, get_association
from generated_client.api.relations import create_relation
from generated_client.models import AssociationPayload, CreateRelationBody
from tests.facade.driving import Clients
from tests.facade.events import lines
from tests.facade.responding import OK, TOKEN, in_turn

BODY = CreateRelationBody(
    location_id="loc", association_id="a1", first_record_id="c1", second_record_id="p1"
)
SYSTEM_ID = "OPPORTUNITIES_CONTACTS_ASSOCIATION"


def sent(clients: Clients, client: Any, operation: Any, *args: Any, **parts: Any) -> Any:
    """Call a generated operation with a client of either kind."""
    if clients.mode == "blocking":
        return operation.sync(*args, client=client.api, **parts)
    return client._drive(operation.asyncio)(*args, client=client.api, **parts)


@pytest.mark.both
def test_a_generated_operation_is_reported_and_raises_the_errors_of_the_client(
    clients: Clients, sandbox: Sandbox, events: list[CallEvent]
) -> None:
    transport = sandbox.transport()
    client = clients(
        sandbox.token, sandbox.location_id, transport=transport, on_event=events.append
    )
    made = sandbox.seed_association(key="k")
    found = sent(clients, client, get_association, made["id"])
    assert (type(found), found.id) == (AssociationPayload, made["id"])
    assert lines(events)[-1] == "CallEnded get_association 1"
    with pytest.raises(facade.NotFoundError):
        sent(clients, client, get_association, "x")
    assert lines(events)[-1] == "CallEnded get_association 1 NotFoundError"


@pytest.mark.parametrize(
    ("operation", "arguments", "times"),
    [
        (get_association, {"association_id": "a1"}, 3),
        (delete_association, {"association_id": "a1"}, 3),
        (create_relation, {"body": BODY}, 1),
    ],
)
def test_a_generated_operation_is_repeated_only_if_that_is_harmless(
    clients: Clients, operation: Any, arguments: dict[str, Any], times: int
) -> None:
    for answer, expected in ((httpx.Response(502), times), (httpx.Response(429), 3)):
        transport, requests = in_turn(answer)
        client = clients(TOKEN, "loc", transport=transport, retries=2)
        with pytest.raises(facade.AssociationsError):
            sent(clients, client, operation, **arguments)
        assert len(requests) == expected


@pytest.mark.parametrize(
    ("name", "value", "content"),
    [
        ("x-name", "é€".encode(), OK.content),
        ("x-name", b"\xe9", OK.content),
        ("content-encoding", b"gzip", gzip.compress(OK.content)),
    ],
)
def test_generated_code_gets_a_success_whatever_its_headers(
    clients: Clients, name: str, value: bytes, content: bytes
) -> None:
    answer = httpx.Response(200, headers=[(name.encode(), value)], content=content)
    client = clients(TOKEN, "loc", transport=in_turn(answer)[0])
    response = client._drive(client.api.get_async_httpx_client().request)("GET", "/associations/a")
    assert (response.status_code, response.json()) == (200, {"id": "a1"})
    assert bool(response.headers.get("x-name")) is (name == "x-name")


class TokenOf:
    """A token source with another token for each location."""

    def token(self, location_id: str) -> str:
        return f"token-of-{location_id}"

    def renew(self, location_id: str, token: str) -> bool:
        return False


def test_the_api_of_a_client_for_another_location_sends_that_locations_token(
    clients: Clients,
) -> None:
    transport, requests = in_turn(OK)
    client = clients(TokenOf(), "a", transport=transport)
    for one in (client, client.for_location("b"), client):
        sent(clients, one, get_association, "a1")
    assert client.api is client.api
    tokens = [request.headers["Authorization"].removeprefix("Bearer ") for request in requests]
    assert tokens == ["token-of-a", "token-of-b", "token-of-a"]


@pytest.mark.parametrize("inside", ["listener", "token"])
def test_a_generated_operation_answers_inside_a_callback_of_a_call(
    sandbox: Sandbox, inside: str
) -> None:
    found: list[object] = []

    def call(event: object = None) -> str:
        if not found:
            found.append(None)  # before the call, which calls this
            found[0] = get_association.sync(SYSTEM_ID, client=client.api)
        return sandbox.token

    given: Any = call if inside == "token" else sandbox.token
    listener = call if inside == "listener" else None
    transport = sandbox.transport()
    with AssociationsClient(
        given, "sandbox-location", transport=transport, on_event=listener
    ) as client:
        client.associations.list()
    assert [type(one) for one in found] == [AssociationPayload]


def test_another_client_for_generated_code_is_not_used_by_the_methods() -> None:
    transport, requests = in_turn(OK)
    elsewhere, sent_elsewhere = in_turn(OK)
    with AssociationsClient(TOKEN, "loc", transport=transport) as client:
        own = client.api.get_httpx_client()
        client.api.set_httpx_client(httpx.Client(transport=elsewhere, base_url="http://x"))
        assert client.associations.get("a1").id == "a1"
        with pytest.raises(RuntimeError, match="sends with `request` only"):
            own.send(httpx.Request("GET", "https://api.test/"))  # past the pipeline
    assert (len(requests), len(sent_elsewhere)) == (1, 0)
