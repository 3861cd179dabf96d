"""The log: one line for each attempt, and for what delays a call."""

import logging
import re
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

import facade
from facade import LocalPace
from facade.testing import Fault, Sandbox, faults


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
    ],
)
def test_each_repeat_and_the_end_of_an_outage_are_logged_with_the_reason(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, outage: Fault, reason: str
) -> None:
    sandbox.misbehave(outage, on="get_association")
    with pytest.raises(facade.AssociationsError) as raised:
        client.associations.get("a", retries=1)
    assert said(caplog) == [
        f"GET /associations/a waits # s before attempt 2: {reason}",
        f"GET /associations/a fails after 2 attempts in # s: {reason}",
    ]
    assert raised.value.attempts == 2
    record = next(one for one in caplog.records if one.levelno == logging.INFO)
    fields = ("http_method", "http_path", "wait_reason", "attempt")
    assert [vars(record)[name] for name in fields] == ["GET", "/associations/a", reason, 2]


def test_a_final_failure_of_the_server_is_logged(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "facade")  # below it, each call is observed
    sandbox.misbehave(faults.fail(500))
    with pytest.raises(facade.ServerError):
        client.associations.list()
    line = "GET /associations/ fails after 1 attempt in # s: 500 Internal Server Error"
    assert said(caplog) == [line]


def test_a_long_wait_for_the_pace_is_logged_once(
    clients: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    pace = LocalPace(calls=1)
    client = clients.of(sandbox, pace=pace)
    client.associations.list()
    client.associations.list()
    line = "GET /associations/ waits # s before attempt 1: the pace of this location"
    assert said(caplog) == [line]


def test_a_wait_of_unknown_length_is_logged_for_the_pace_but_not_for_a_token(
    clients: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    options = {"location_id": sandbox.location_id, "transport": sandbox.transport()}
    source = SimpleNamespace(
        token=lambda _: sandbox.token, renew=lambda *_: False, has_fresh_token=lambda _: False
    )
    clients(source, **options).associations.list()
    assert said(caplog) == []
    pace = LocalPace(calls=1)
    held = pace.take(sandbox.location_id)
    with pytest.raises(facade.DeadlineError):
        clients(sandbox.token, **options, pace=pace).associations.list(deadline=0.2)
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
    clients: Any, caplog: pytest.LogCaptureFixture, answer: httpx.Response, why: str
) -> None:
    lists = httpx.Response(200, json={"relations": []})
    transport = httpx.MockTransport(lambda one: answer if one.method == "POST" else lists)
    client = clients("pit-test", "loc", transport=transport)
    with pytest.raises(facade.AssociationsError):
        client.relations.ensure("a1", first_record_id="c1", second_record_id="p1")
    waits = [line for line in said(caplog) if "lookup" in line]
    assert len(waits) >= 2
    assert all(f"waits # s before a lookup, {why}" in line for line in waits)


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
