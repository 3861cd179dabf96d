"""The log: one line for each attempt, and for what delays a call."""

import logging
import re
from contextlib import suppress
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

import facade
from facade import LocalPace
from facade.testing import Fault, Sandbox, faults
from tests.facade.driving import Clients
from tests.facade.responding import OK, TOKEN


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
    source = Mock(has_fresh_token=lambda _: False, token=lambda _: TOKEN)
    pace = LocalPace(calls=1)
    held = pace.take("loc")
    client, _ = clients.answering(OK, token=source, pace=pace)
    with pytest.raises(facade.DeadlineError):
        client.associations.list(deadline=0.2)
    assert held.granted
    reason = "all requests of this location in flight"
    assert said(caplog) == [f"GET /associations/ waits for its turn before attempt 1: {reason}"]


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
