"""The events of a call, from its first attempt to its end: for `on_event`, and in the log."""

import asyncio
import json
import logging
import pickle
import re
from contextlib import suppress
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

import facade
from facade import AsyncAssociationsClient, LocalPace
from facade._core.client_options import VERSION
from facade._core.events import Events
from facade.observe import CallEvent, ResponseReceived
from facade.testing import Fault, Sandbox, faults
from tests.facade.driving import Clients, with_client
from tests.facade.responding import OK, TOKEN, SlowToken, lines


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
    for private in (made["id"], "content-type", "firstObjectLabel"):
        assert private not in repr(listener)


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


def said(caplog: pytest.LogCaptureFixture, level: int = logging.INFO) -> list[str]:
    """Return the lines of a level, with # for a time that was taken or will be."""
    records = [one for one in caplog.records if one.levelno == level and one.name == "facade"]
    return [re.sub(r"(in|waits) [\d.]+ ", r"\1 # ", one.getMessage()) for one in records]


@pytest.mark.parametrize(
    ("outage", "reason"),
    [
        (faults.fail(503), "503 Service Unavailable"),
        (faults.fail(503, message=["Overloaded.", "Try later."]), "503 Overloaded.; Try later."),
        (faults.fail(503, message="pit-sandbox is valid"), "503 *** is valid"),
        (faults.fail(503, body="empty"), "503"),
        (faults.fail(503, message="\x1b[31mred\x07"), "503 \\x1b[31mred\\x07"),
        (faults.rate_limit(retry_after=3), "rate limited, Retry-After 3 s"),
        (faults.drop(), "The sandbox closed the connection without a response."),
        (faults.fail(500), "500 Internal Server Error"),  # which is final
    ],
)
def test_each_repeat_and_the_end_of_an_outage_are_logged_with_the_reason(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, outage: Fault, reason: str
) -> None:
    caplog.set_level(logging.INFO, "facade")  # below it, each call is observed
    sandbox.misbehave(outage, on="get_association")
    with pytest.raises(facade.AssociationsError) as raised:
        client.associations.get("a", retries=1)
    attempts = raised.value.attempts
    *waits, end = said(caplog)
    wait = f"GET /associations/a waits # s before attempt 2: {reason}"
    assert waits == ([wait] if attempts == 2 else [])
    tried = "2 attempts" if attempts == 2 else "1 attempt"
    assert end == f"GET /associations/a fails after {tried} in # s: {reason}"
    record = next(one for one in caplog.records if one.levelno == logging.INFO)
    fields = ("http_method", "http_path", "wait_reason", "attempt")
    assert [vars(record)[name] for name in fields] == ["GET", "/associations/a", reason, attempts]


def test_a_wait_in_the_queue_is_logged(clients: Clients, caplog: pytest.LogCaptureFixture) -> None:
    source = SlowToken(lambda _: TOKEN)
    pace = LocalPace(calls=1)
    held = pace.take("loc")
    client, _ = clients.answering(OK, token=source, pace=pace)
    with pytest.raises(facade.DeadlineError):
        client.associations.list(deadline=0.2)
    assert held.granted
    reason = "all requests of this location in flight"
    assert said(caplog) == [f"GET /associations/ waits for its turn before attempt 1: {reason}"]
    job = Mock(about=Mock(method="GET", path="/"), made=1, settings=Mock(logs_turns=False))
    waits: list[tuple[Any, float | None]] = [("pace", None), ("token", 1.0), ("token", 5.0)]
    for why, seconds in waits:
        Events(()).waits(job, why, seconds)
    assert len(said(caplog)) == 2
    assert "GET / waits 5.0 s before attempt 2: the pace of this location" in caplog.text


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx.Response(500), "whether it was carried out: 500"),
        (httpx.Response(400, text='{"message": "duplicate"}'), "because a list may lag: 400 dupl"),
    ],
)
def test_a_long_wait_for_a_lookup_is_logged_with_what_it_is_for(
    clients: Clients, caplog: pytest.LogCaptureFixture, answer: httpx.Response, why: str
) -> None:
    client, _ = clients.answering(answer, httpx.Response(200, json={"relations": []}))
    with suppress(facade.AssociationsError):
        client.relations.ensure("a1", first_record_id="c1", second_record_id="p1")
    assert sum(f"waits # s before a lookup, {why}" in line for line in said(caplog)) >= 2


def test_each_request_is_a_line_that_no_id_can_forge_and_a_refusal_is_no_delay(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.misbehave(faults.drop("before_work"), times=1)
    with pytest.raises(facade.NotFoundError) as raised:
        client.associations.get("a\nb?c")
    path = "/associations/a%0Ab%3Fc"
    assert raised.value.path == path
    requests = [line for line in said(caplog, logging.DEBUG) if line.startswith("GET ")]
    assert requests == [f"GET {path}: no response in # ms", f"GET {path}: 404 in # ms"]
    assert len(said(caplog)) == 1  # of the wait
