"""Waits end with the deadline of the call or with its caller."""

import asyncio
import queue
import threading
from collections.abc import Mapping

import httpx
import pytest

import facade
from facade import AsyncAssociationsClient, LocalPace, Pace, Turn
from facade._core import concurrency
from facade._core.bounds import CallDeadline
from facade._core.call_options import CallSettings
from facade._core.calls import Action, Call
from facade._core.dispatch import Events
from facade._core.request import Message
from facade._core.retry import Attempts
from facade._sync.waiting import Turns
from facade.testing import Sandbox
from tests.facade.attempting import after, attempts_of
from tests.facade.driving import Clients, Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that a wait moves."""
    clock = Clock()

    def wait(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(concurrency, "sleep", wait)
    return clock


CALL = Call("list_associations", Action.READ, "loc", CallSettings({}, 7, 3.0), {}, repr)
MESSAGE = Message(CALL, "GET", httpx.URL("https://api.test/associations/?skip=0"), [], b"")


def attempts_until(seconds: float, clock: Clock, *, includes_pace: bool) -> Attempts:
    deadline = CallDeadline(seconds, includes_pace=includes_pace, clock=clock)
    return attempts_of(deadline=deadline, clock=clock)


def turns_of(pace: Pace) -> Turns:
    return Turns(pace, lambda: Events(()))


def test_a_wait_for_a_turn_postpones_a_default_deadline(clock: Clock) -> None:
    pace = LocalPace(calls=1, clock=clock)
    pace.finish(pace.take("loc"), 200, {})
    attempts = attempts_until(5, clock, includes_pace=False)
    assert turns_of(pace).take(MESSAGE, attempts).granted
    assert (clock.now, attempts.deadline.seconds_left) == (1010.0, 5.0)


def test_a_turn_that_comes_too_late_is_returned_and_the_error_says_what_was_tried(
    clock: Clock,
) -> None:
    pace = LocalPace(calls=1, clock=clock)
    pace.finish(pace.take("loc"), 200, {})
    clock.now += 3
    attempts = attempts_until(5, clock, includes_pace=True)
    after(attempts, facade.ConnectionLostError("lost"))
    with pytest.raises(facade.DeadlineError, match="no time to wait for its turn") as raised:
        turns_of(pace).take(MESSAGE, attempts)
    assert (raised.value.method, raised.value.path) == ("GET", "/associations/")
    assert (raised.value.attempts, raised.value.outcome_unknown) == (1, True)
    assert pace.take("loc").wait == 7.0


class SlowPace(LocalPace):
    """A pace that a client asks in a thread, because it takes time."""

    may_block = True

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.may_answer = threading.Event(), threading.Event()
        self.returned = queue.SimpleQueue[Turn]()

    def take(self, location_id: str) -> Turn:
        self.is_asked.set()
        assert self.may_answer.wait(60)
        return super().take(location_id)

    def cancel(self, turn: Turn) -> None:
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

    def finish(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        self.returned.append(turn)

    def cancel(self, turn: Turn) -> None:
        self.returned.append(turn)


def test_a_turn_that_was_not_granted_is_not_returned(clients: Clients, sandbox: Sandbox) -> None:
    pace, transport = ClosedPace(), sandbox.transport()
    client = clients(sandbox.token, sandbox.location_id, transport=transport, pace=pace)
    with pytest.raises(facade.DeadlineError, match="no time to wait for its turn"):
        client.associations.list(deadline=50)
    assert pace.returned == []
