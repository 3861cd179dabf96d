"""A client with `on_event`: each call is reported, from its first attempt to its end."""

import asyncio
import json
import logging
import pickle

import pytest

import facade
from facade import AsyncAssociationsClient
from facade._core.client_options import VERSION
from facade.observe import CallEvent, ResponseReceived
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients, with_client
from tests.facade.responding import lines


def test_attempts_and_waits(clients: Clients, events: list[CallEvent], sandbox: Sandbox) -> None:
    sandbox.add_location("other")
    sandbox.misbehave(faults.drop(), times=1)
    sandbox.misbehave(faults.rate_limit(retry_after=3), times=1)
    clients.of(sandbox, on_event=events.append).for_location("other").associations.list()
    assert {one.location_id for one in events} == {"other"}
    limited, attempt, ended = (getattr(events[at], "seconds", 0) for at in (5, -2, -1))
    assert 3 <= limited <= 3.25
    assert 0 < attempt <= ended < 60
    assert lines(events) == [
        "AttemptStarted list_associations 1",
        "AttemptEnded list_associations 1 ConnectionLostError",
        "WaitStarted list_associations retry 2 ConnectionLostError",
        "AttemptStarted list_associations 2",
        "AttemptEnded list_associations 2 429",
        "WaitStarted list_associations retry 3 RateLimitError",
        "AttemptStarted list_associations 3",
        "AttemptEnded list_associations 3 200",
        "CallEnded list_associations 3",
    ]


def test_a_failure_is_named(clients: Clients, sandbox: Sandbox, events: list[CallEvent]) -> None:
    with pytest.raises(facade.NotFoundError):
        clients.of(sandbox, on_event=events.append).associations.get("a" * 24)
    assert lines(events)[1:] == [
        "AttemptEnded get_association 1 404",
        "CallEnded get_association 1 NotFoundError",
    ]

    def no_token() -> str:
        raise LookupError

    client = clients(no_token, "loc", transport=sandbox.transport(), on_event=events.append)
    with pytest.raises(LookupError):
        client.associations.list()
    assert lines(events) == ["CallEnded list_associations 0 LookupError"]  # nothing was sent


def test_a_call_that_is_cancelled_ends_as_such(sandbox: Sandbox, events: list[CallEvent]) -> None:
    sandbox.misbehave(faults.delay(30))

    async def work(client: AsyncAssociationsClient) -> None:
        call = asyncio.ensure_future(client.associations.list())
        while not events:
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    with_client(sandbox.token, work, transport=sandbox.transport(), on_event=events.append)
    assert lines(events)[1:] == [
        "AttemptEnded list_associations 1 CancelledError",
        "CallEnded list_associations 1 CancelledError",
    ]


class Responses(list[CallEvent]):
    """A listener of responses."""

    wants_responses = True

    def __call__(self, event: CallEvent) -> None:
        self.append(event)


def test_responses_are_events(clients: Clients, sandbox: Sandbox, events: list[CallEvent]) -> None:
    listener = Responses()
    client = clients.of(sandbox, on_event=[events.append, listener])
    made = sandbox.seed_association(key="k")
    sandbox.misbehave(faults.fail(503), times=1)
    sandbox.misbehave(faults.drop("before_work"), times=1)
    client.associations.update(made["id"], first_object_label="a", second_object_label="b")
    responses = [one for one in listener if isinstance(one, ResponseReceived)]
    assert [one for one in listener if one not in responses] == events
    assert [one.status_code for one in responses] == [503, 200]
    event = responses[-1]
    assert (event.operation, event.location_id) == ("update_association", "sandbox-location")
    assert (event.method, event.target) == ("PUT", f"/associations/{made['id']}")
    assert event.version == VERSION
    assert "application/json" in event.headers["content-type"]
    assert json.loads(event.request_body) == {"firstObjectLabel": "a", "secondObjectLabel": "b"}
    assert made["id"].encode() in event.response_body
    assert pickle.loads(pickle.dumps(events)) == events
    assert sandbox.token.encode() not in pickle.dumps(listener)
    assert made["id"] not in repr(listener)


def test_an_error_of_a_listener_is_logged_and_breaks_no_call_but_ctrl_c_does(
    clients: Clients, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(event: CallEvent) -> None:
        raise failure

    failure: type[BaseException] = ZeroDivisionError
    client = clients.of(sandbox, on_event=fail)
    assert client.associations.list().items
    warned = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert warned == ["on_event raised an error, which is ignored"] * 3
    failure = KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        client.associations.list()
