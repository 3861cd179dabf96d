"""The log: one line for each attempt, and for what delays a call."""

import logging
from typing import Any

import pytest

import facade
from facade import LocalPace
from facade.testing import Fault, Sandbox, faults


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno == logging.INFO]


@pytest.mark.parametrize(
    ("outage", "reason"),
    [
        (faults.fail(503), "503 Service Unavailable"),
        (faults.fail(503, message=["Overloaded.", "Try later."]), "503 Overloaded.; Try later."),
        (faults.fail(503, message="pit-sandbox is valid"), "503 *** is valid"),
        (faults.fail(503, body="empty"), "503"),
        (faults.fail(503, message="\x1b[31mred\x07"), "503 \\x1b[31mred\\x07"),
    ],
)
def test_each_repeat_and_the_end_of_an_outage_are_logged_with_the_answer(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, outage: Fault, reason: str
) -> None:
    sandbox.misbehave(outage, on="get_association")
    with pytest.raises(facade.ServerError) as raised:
        client.associations.get("a", retries=1)
    first, last = said(caplog)
    assert first.startswith("GET /associations/a waits 0.")
    assert first.endswith(f" s before attempt 2: {reason}")
    assert last.startswith("GET /associations/a fails after 2 attempts in ")
    assert last.endswith(f" s: {reason}")
    assert raised.value.attempts == 2
    record = next(one for one in caplog.records if one.levelno == logging.INFO)
    fields = ("http_method", "http_path", "wait_reason", "attempt")
    assert [vars(record)[name] for name in fields] == ["GET", "/associations/a", reason, 2]


def test_what_the_server_asks_for_is_logged_as_the_reason(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.misbehave(faults.rate_limit(retry_after=3), on="list_associations", times=1)
    client.associations.list()
    (line,) = said(caplog)
    assert line.endswith("s before attempt 2: rate limited, Retry-After 3 s")


def test_a_long_wait_for_the_pace_is_logged_once(
    clients: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    pace = LocalPace(calls=1)
    client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace)
    client.associations.list()
    client.associations.list()
    (line,) = said(caplog)
    assert line.endswith(" s before attempt 1: the pace of this location")


def test_a_refusal_is_no_delay_and_is_not_logged(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(facade.NotFoundError):
        client.associations.get("none")
    assert said(caplog) == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.rate_limit(retry_after=0), "rate limited, Retry-After 0 s"),
        (faults.fail(500), "500 Internal Server Error"),
        (faults.drop(), "The sandbox closed the connection without a response."),
    ],
)
def test_the_end_of_a_call_that_waiting_did_not_help_is_logged(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, fault: Fault, reason: str
) -> None:
    sandbox.misbehave(fault)
    with pytest.raises(facade.AssociationsError):
        client.associations.list(retries=0)
    (line,) = said(caplog)
    assert line.startswith("GET /associations/ fails after 1 attempt in ")
    assert line.endswith(f" s: {reason}")


def test_a_line_end_in_an_id_does_not_forge_a_line_of_the_log(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="facade")
    with pytest.raises(facade.NotFoundError) as raised:
        client.associations.get("a\nb?c")
    assert raised.value.path == "/associations/a%0Ab%3Fc"
    (line,) = [record.getMessage() for record in caplog.records if record.name == "facade"]
    assert line.startswith("GET /associations/a%0Ab%3Fc: 404 in ")


def test_each_request_is_one_line_of_the_log(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="facade")
    sandbox.misbehave(faults.drop("before_work"), times=1)
    client.associations.list()
    lines = [one.getMessage() for one in caplog.records if one.levelno == logging.DEBUG]
    lines = [line for line in lines if line.startswith("GET ")]
    assert len(lines) == 2
    assert lines[0].startswith("GET /associations/: no response in ")
    assert lines[1].startswith("GET /associations/: 200 in ")
