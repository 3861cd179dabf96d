"""What delays a call is logged, with its reason and as fields."""

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
        (faults.fail(503, body="text", message="no\n  upstream"), "503 no upstream"),
        (faults.fail(503, message="pit-sandbox is valid"), "503 *** is valid"),
        (faults.fail(503, body="html"), "503 Service Unavailable"),
        (faults.fail(503, body="empty"), "503"),
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
    sandbox.misbehave(faults.refuse(retry_after=3), on="list_associations", times=1)
    client.associations.list()
    (line,) = said(caplog)
    assert line.endswith("s before attempt 2: rate limited, asked to wait 3 s")


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
