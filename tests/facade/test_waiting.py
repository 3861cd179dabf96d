"""Waits are logged, and end with the deadline of the call or with its caller."""

import asyncio
import logging
import queue
import threading
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

import facade
from facade import AsyncAssociationsClient, LocalPace, Turn
from facade._core import concurrency
from facade._core.bounds import CallDeadline
from facade._core.retry import Attempts
from facade._sync.waiting import Turns
from facade.testing import Fault, Sandbox, faults
from tests.facade.driving import Clients, Clock


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno == logging.INFO]


@pytest.mark.parametrize(
    ("outage", "reason"),
    [
        (faults.fail(503), "503 Service Unavailable"),
        (faults.fail(503, message=["Overloaded.", "Try later."]), "503 Overloaded.; Try later."),
        (faults.fail(503, body="text", message="no\n  upstream"), "503 no upstream"),
        (faults.fail(503, body="text", message="x" * 101), f"503 {'x' * 100}"),
        (
            faults.fail(503, body="text", message=f"{' ' * 10_000}<title>no</title>"),
            "503 <title>no</title>",
        ),
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
        (faults.refuse(retry_after=0), "rate limited, Retry-After 0 s"),
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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that a wait moves."""
    clock = Clock()

    def wait(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(concurrency, "sleep", wait)
    return clock


REQUEST = httpx.Request("GET", "https://api.test/associations/?skip=0")


def attempts_until(seconds: float, clock: Clock, *, includes_pace: bool) -> Attempts:
    deadline = CallDeadline(seconds, includes_pace=includes_pace, clock=clock)
    return Attempts(idempotent=True, retries=7, deadline=deadline, clock=clock)


def test_a_wait_for_a_turn_postpones_a_default_deadline(clock: Clock) -> None:
    pace = LocalPace(calls=1, clock=clock)
    pace.answered(pace.take("loc"), 200, {})
    attempts = attempts_until(5, clock, includes_pace=False)
    assert Turns(pace).take(REQUEST, "loc", attempts).granted
    assert (clock.now, attempts.time_left()) == (1010.0, 5.0)


def test_a_turn_that_comes_too_late_is_returned_and_the_error_says_what_was_tried(
    clock: Clock,
) -> None:
    pace = LocalPace(calls=1, clock=clock)
    pace.answered(pace.take("loc"), 200, {})
    clock.now += 3
    attempts = attempts_until(5, clock, includes_pace=True)
    attempts.retry_delay(facade.ConnectionLostError("lost"))
    with pytest.raises(facade.DeadlineError, match="no time to wait for its turn") as raised:
        Turns(pace).take(REQUEST, "loc", attempts)
    assert (raised.value.method, raised.value.path) == ("GET", "/associations/")
    assert (raised.value.attempts, raised.value.outcome_unknown) == (1, True)
    assert pace.take("loc").wait == 7.0


class SlowPace(LocalPace):
    """A pace that a client asks in a thread, because it takes time."""

    takes_time = True

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.may_answer = threading.Event(), threading.Event()
        self.returned = queue.SimpleQueue[Turn]()

    def take(self, location_id: str) -> Turn:
        self.is_asked.set()
        assert self.may_answer.wait(60)
        return super().take(location_id)

    def unused(self, turn: Turn) -> None:
        self.returned.put(turn)


def test_a_turn_whose_caller_was_cancelled_meanwhile_is_returned(sandbox: Sandbox) -> None:
    pace = SlowPace()

    async def main() -> None:
        async with AsyncAssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace
        ) as client:
            call = asyncio.ensure_future(client.associations.list())
            while not pace.is_asked.is_set():
                await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    asyncio.run(main())
    pace.may_answer.set()
    assert pace.returned.get(timeout=60).granted
    assert sandbox.requests == []


class ClosedPace:
    """A pace that grants no turn; it notes what is returned to it."""

    def __init__(self) -> None:
        self.returned: list[Turn] = []

    def take(self, location_id: str) -> Turn:
        return Turn(location_id, 100.0, granted=False)

    def answered(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        self.returned.append(turn)

    def unused(self, turn: Turn) -> None:
        self.returned.append(turn)


def test_a_turn_that_was_not_granted_is_not_returned(clients: Clients, sandbox: Sandbox) -> None:
    pace, transport = ClosedPace(), sandbox.transport()
    client = clients(sandbox.token, sandbox.location_id, transport=transport, pace=pace)
    with pytest.raises(facade.DeadlineError, match="no time to wait for its turn"):
        client.associations.list(deadline=50)
    assert pace.returned == []
