"""A client with `on_event`: each call is reported, from its first attempt to its end."""

import asyncio
import json
from typing import Any

import pytest

import facade
from facade import AsyncAssociationsClient, LocalPace
from facade.observe import (
    AttemptEnded,
    AttemptStarted,
    CallEnded,
    CallEvent,
    ResponseReceived,
    WaitStarted,
)
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients, run_program
from tests.facade.events import lines


@pytest.fixture
def client(clients: Clients, sandbox: Sandbox, events: list[CallEvent]) -> Any:
    return clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), on_event=events.append
    )


def test_a_call_is_one_attempt_from_its_start_to_its_end(
    client: Any, events: list[CallEvent]
) -> None:
    client.associations.list()
    started, attempt, ended = events
    common = {"operation": "list_associations", "location_id": "sandbox-location"}
    assert started == AttemptStarted(**common, attempt=1)
    assert isinstance(attempt, AttemptEnded)
    assert isinstance(ended, CallEnded)
    assert 0 < attempt.seconds <= ended.seconds
    assert lines(events) == [
        "AttemptStarted list_associations 1",
        "AttemptEnded list_associations 1 200",
        "CallEnded list_associations 1",
    ]


def test_attempts_that_fail_and_the_waits_between_them_are_events(
    client: Any, events: list[CallEvent], sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(503), times=1)
    sandbox.misbehave(faults.drop(), times=1)
    sandbox.misbehave(faults.rate_limit(retry_after=3), times=1)
    client.associations.list()
    (limited,) = [one for one in events if isinstance(one, WaitStarted) and one.attempt == 4]
    assert limited.seconds is not None
    assert 3 <= limited.seconds <= 3.25
    assert lines(events) == [
        "AttemptStarted list_associations 1",
        "AttemptEnded list_associations 1 503",
        "WaitStarted list_associations retry 2 ServerError",
        "AttemptStarted list_associations 2",
        "AttemptEnded list_associations 2 ConnectionLostError",
        "WaitStarted list_associations retry 3 ConnectionLostError",
        "AttemptStarted list_associations 3",
        "AttemptEnded list_associations 3 429",
        "WaitStarted list_associations retry 4 RateLimitError",
        "AttemptStarted list_associations 4",
        "AttemptEnded list_associations 4 200",
        "CallEnded list_associations 4",
    ]


def test_a_call_that_fails_ends_with_the_name_of_its_error(
    client: Any, events: list[CallEvent]
) -> None:
    with pytest.raises(facade.NotFoundError):
        client.associations.get("a" * 24)
    assert lines(events)[1:] == [
        "AttemptEnded get_association 1 404",
        "CallEnded get_association 1 NotFoundError",
    ]


def test_a_call_whose_request_was_never_sent_has_no_attempt(
    clients: Clients, sandbox: Sandbox, events: list[CallEvent]
) -> None:
    def no_token() -> str:
        raise LookupError

    client = clients(
        no_token, sandbox.location_id, transport=sandbox.transport(), on_event=events.append
    )
    with pytest.raises(LookupError):
        client.associations.list()
    assert lines(events) == ["CallEnded list_associations 0 LookupError"]


def test_each_event_names_the_location_of_its_call(
    client: Any, events: list[CallEvent], sandbox: Sandbox
) -> None:
    sandbox.add_location("other")
    client.for_location("other").associations.list()
    assert {one.location_id for one in events} == {"other"}


@pytest.mark.both
def test_a_call_of_the_generated_client_is_reported_as_well(
    client: Any, events: list[CallEvent], clients: Clients
) -> None:
    is_blocking = clients.mode == "blocking"
    http = client.api.get_httpx_client() if is_blocking else client.api.get_async_httpx_client()
    request = http.request if is_blocking else client._drive(http.request)
    with pytest.raises(facade.NotFoundError):
        request("GET", "/associations/x")
    assert lines(events)[-1] == "CallEnded get_association 1 NotFoundError"


def test_a_call_that_is_cancelled_ends_as_such(events: list[CallEvent]) -> None:
    sandbox = Sandbox()
    sandbox.misbehave(faults.delay(30))

    async def main() -> None:
        async with AsyncAssociationsClient(
            sandbox.token,
            sandbox.location_id,
            transport=sandbox.transport(),
            on_event=events.append,
        ) as client:
            call = asyncio.ensure_future(client.associations.list())
            while not events:
                await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    asyncio.run(main())
    assert lines(events)[1:] == [
        "AttemptEnded list_associations 1 CancelledError",
        "CallEnded list_associations 1 CancelledError",
    ]


def test_without_a_listener_the_events_are_not_even_loaded() -> None:
    run_program("""
import sys
from facade import AssociationsClient
from facade.testing import Sandbox

box = Sandbox()
with AssociationsClient(box.token, box.location_id, transport=box.transport()) as client:
    client.associations.list()
assert not {"facade._core.dispatch", "facade._core.events"} & set(sys.modules)
""")


def test_a_client_without_a_hook_reports_nothing_to_that_of_another(
    client: Any, clients: Clients, events: list[CallEvent], sandbox: Sandbox
) -> None:
    client.associations.list()
    events.clear()
    pace = LocalPace(calls=1)
    other = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace)
    for _ in range(2):  # the second one waits for the pace
        other.associations.list()
    assert events == []


class Responses:
    """A listener of responses."""

    wants_responses = True

    def __init__(self) -> None:
        self.received: list[ResponseReceived] = []

    def __call__(self, event: CallEvent) -> None:
        if isinstance(event, ResponseReceived):
            self.received.append(event)


def test_a_listener_of_responses_gets_every_response_and_others_get_none(
    clients: Clients, sandbox: Sandbox, events: list[CallEvent]
) -> None:
    responses = Responses()
    client = clients(
        sandbox.token,
        sandbox.location_id,
        transport=sandbox.transport(),
        on_event=[events.append, responses],
    )
    sandbox.misbehave(faults.fail(503), times=1)
    sandbox.misbehave(faults.drop("before_work"), times=1)
    client.associations.list()
    assert sorted((one.method, one.status_code) for one in responses.received) == [
        ("GET", 200),
        ("GET", 503),
    ]
    assert not [one for one in events if isinstance(one, ResponseReceived)]


def test_a_response_has_what_was_sent_and_received_without_the_token(
    clients: Clients, sandbox: Sandbox
) -> None:
    responses = Responses()
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), on_event=responses
    )
    made = sandbox.seed_association(key="k")
    client.associations.update(made["id"], first_object_label="a", second_object_label="b")
    (event,) = responses.received
    assert (event.operation, event.location_id) == ("update_association", "sandbox-location")
    assert (event.method, event.target) == ("PUT", f"/associations/{made['id']}")
    assert (event.version, event.status_code) == ("2021-07-28", 200)
    assert json.loads(event.request_body) == {"firstObjectLabel": "a", "secondObjectLabel": "b"}
    assert made["id"].encode() in event.response_body
    assert "application/json" in event.headers["content-type"]
    assert sandbox.token not in f"{event.headers} {event.target} {event.request_body!r}"
    assert made["id"] not in repr(event)
