"""What delays a call is logged, with its reason and as fields."""

import logging
from typing import Any

import pytest

import facade
from facade import LocalPace
from facade.testing import Fault, Sandbox, faults


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno == logging.INFO]


def test_each_repeat_and_the_end_of_an_outage_are_logged(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.misbehave(faults.fail(503), on="get_association")
    with pytest.raises(facade.ServerError) as raised:
        client.associations.get("a", retries=1)
    first, last = said(caplog)
    assert first.startswith("GET /associations/a waits 0.")
    assert first.endswith(" s before attempt 2: ServerError")
    assert last.startswith("GET /associations/a fails after 2 attempts in ")
    assert raised.value.attempts == 2
    record = next(one for one in caplog.records if one.levelno == logging.INFO)
    fields = ("http_method", "http_path", "wait_reason", "attempt")
    assert [vars(record)[name] for name in fields] == ["GET", "/associations/a", "ServerError", 2]


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


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.refuse(retry_after=0), "rate limited, asked to wait 0 s"),
        (faults.fail(500), "ServerError"),
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
