"""Sending: turns of the pace, bodies, an httpx client of the app, and generated code."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import facade
from facade import AssociationsClient, AssociationsError, LocalPace, Turn
from facade.testing import Sandbox, faults
from generated_client.api.associations import get_association
from generated_client.models import AssociationPayload
from tests.facade.driving import Clients, Clock
from tests.facade.responding import OK, TOKEN, in_turn


def test_a_client_keeps_below_the_limit_by_itself(
    clients: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    clock.serve_waits(monkeypatch)
    sandbox = Sandbox(limit=(100, 10.0), clock=clock)
    client = clients(
        sandbox.token,
        sandbox.location_id,
        transport=sandbox.transport(),
        pace=LocalPace(clock=clock),
        retries=0,
    )
    for _ in range(301):
        client.associations.list()
    assert clock.now == pytest.approx(1030.0)


def test_without_a_pace_a_client_runs_into_the_limit(clients: Any) -> None:
    sandbox = Sandbox(limit=(2, 10.0))
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None, retries=0
    )
    client.associations.list()
    client.associations.list()
    with pytest.raises(facade.RateLimitError) as raised:
        client.associations.list()
    assert raised.value.retry_after == 10.0


def test_locations_that_share_a_client_do_not_share_a_budget(
    clients: Any, waits: list[float]
) -> None:
    sandbox = Sandbox()
    sandbox.add_location("other")
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=LocalPace(calls=1)
    )
    client.associations.list()
    client.for_location("other").associations.list()
    assert waits == []


def test_a_deadline_is_not_spent_on_a_turn_that_comes_too_late(clients: Any) -> None:
    sandbox = Sandbox()
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=LocalPace(calls=1)
    )
    client.associations.list()
    with pytest.raises(facade.APITimeoutError, match="deadline"):
        client.associations.list(deadline=5)
    assert len(sandbox.requests) == 1


class HastyPace(LocalPace):
    """Grants no turn at first, and says that the next one was due some time ago."""

    def __init__(self) -> None:
        super().__init__()
        self._refusals = [-1.0, -0.001]

    def take(self, location_id: str) -> Turn:
        if self._refusals:
            return Turn(location_id, self._refusals.pop(0), granted=False)
        return super().take(location_id)


def test_a_turn_that_is_overdue_is_not_waited_for(
    clients: Clients, sandbox: Sandbox, waits: list[float]
) -> None:
    transport = sandbox.transport()
    client = clients(sandbox.token, sandbox.location_id, transport=transport, pace=HastyPace())
    client.associations.list()
    assert waits == [0.0, 0.0]


def test_a_wait_that_is_interrupted_gives_its_turn_back(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    with facade.AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace
    ) as client:
        client.associations.list()
        monkeypatch.setattr("facade._core.concurrency.sleep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            client.associations.list()
    clock.now += 10.0
    turn = pace.take("sandbox-location")
    assert (turn.granted, turn.wait) == (True, 0.0)


def test_a_connection_that_was_never_made_costs_no_slot(clients: Any, sandbox: Sandbox) -> None:
    pace = LocalPace(calls=1)
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace, retries=0
    )
    sandbox.misbehave(faults.drop("connecting"))
    with pytest.raises(facade.ConnectFailedError):
        client.associations.list()
    assert pace.take("sandbox-location").wait == 0


@pytest.mark.parametrize("fault", [faults.drop("before_work"), faults.drop("during_answer")])
def test_a_request_without_answer_gives_its_slot_back(
    clients: Clients, sandbox: Sandbox, fault: faults.Fault
) -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace, retries=0
    )
    sandbox.misbehave(fault)
    with pytest.raises(facade.ConnectionLostError):
        client.associations.list()
    turn = pace.take("sandbox-location")
    assert turn.granted
    assert turn.wait == pytest.approx(10.0)


def test_a_given_httpx_client_sends_but_neither_authorizes_nor_redirects() -> None:
    transport, requests = in_turn(OK)
    with httpx.Client(transport=transport, auth=("u", "p"), follow_redirects=True) as http_client:
        with AssociationsClient(TOKEN, "loc", http_client=http_client) as client:
            assert client.associations.get("a1").id == "a1"
        assert not http_client.is_closed
    assert requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_given_httpx_client_follows_no_redirect() -> None:
    elsewhere = httpx.Response(302, headers={"Location": "https://elsewhere.test/"})
    transport, requests = in_turn(elsewhere, OK)
    with (
        httpx.Client(transport=transport, follow_redirects=True) as http_client,
        AssociationsClient(TOKEN, "loc", http_client=http_client) as client,
        pytest.raises(facade.APIStatusError) as raised,
    ):
        client.associations.get("a1")
    assert raised.value.status_code == 302
    assert len(requests) == 1


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


def test_another_client_for_generated_code_is_not_used_by_the_methods() -> None:
    transport, requests = in_turn(OK)
    elsewhere, sent_elsewhere = in_turn(OK)
    with AssociationsClient(TOKEN, "loc", transport=transport) as client:
        client.api.set_httpx_client(httpx.Client(transport=elsewhere, base_url="http://x"))
        assert client.associations.get("a1").id == "a1"
    assert (len(requests), len(sent_elsewhere)) == (1, 0)


def test_a_call_of_generated_code_after_one_of_the_facade_gets_its_own_answer(
    sandbox: Sandbox,
) -> None:
    transport = sandbox.transport()
    with AssociationsClient(sandbox.token, sandbox.location_id, transport=transport) as client:
        association_id = client.associations.list().items[0].id
        found = get_association.sync(association_id, client=client.api)
    assert isinstance(found, AssociationPayload)
    assert found.id == association_id


NO_ITEM = httpx.Response(201, json={})
LOST = httpx.Response(503)
NOT_FOUND = httpx.Response(404, json={"message": "not found"})
UNUSABLE = httpx.Response(403, json={"message": "no access"})
FIELDS = {
    "key": "k",
    "first_object_key": "contact",
    "first_object_label": "x",
    "second_object_key": "contact",
    "second_object_label": "y",
}
CREATED = httpx.Response(
    200,
    json={
        "id": "a1",
        "locationId": "loc",
        "key": "k",
        "firstObjectKey": "contact",
        "firstObjectLabel": "x",
        "secondObjectKey": "contact",
        "secondObjectLabel": "y",
    },
)


@pytest.mark.parametrize(
    ("lookup", "found"),
    [(CREATED, "a1"), (NOT_FOUND, ""), (UNUSABLE, "")],
    ids=["listed", "missing", "refused"],
)
def test_a_success_without_its_item_returns_what_a_lookup_finds_or_what_was_requested(
    clients: Clients, lookup: httpx.Response, found: str
) -> None:
    transport, _ = in_turn(NO_ITEM, lookup)
    client = clients(TOKEN, "loc", transport=transport, pace=None)
    association = client.associations.create(**FIELDS)
    assert (association.id, association.key) == (found, "k")


def test_a_creation_whose_lookup_fails_raises_its_own_error(
    clients: Clients, waits: list[float]
) -> None:
    transport, requests = in_turn(LOST, UNUSABLE)
    client = clients(TOKEN, "loc", transport=transport, pace=None)
    with pytest.raises(AssociationsError) as raised:
        client.associations.create(**FIELDS)
    assert raised.value.status_code == 503  # type: ignore[attr-defined]
    assert raised.value.__cause__.status_code == 403  # type: ignore[union-attr]
    assert len(requests) == 2
