"""Waiting for a token, and for a turn, which is returned once, whatever becomes of its caller."""

import asyncio
import logging
import threading
from collections.abc import Mapping
from typing import Any
from unittest.mock import AsyncMock, Mock

import httpx
import pytest

import facade
from facade import AsyncAssociationsClient, LocalPace, Turn
from facade._core import concurrency
from facade._core.concurrency import Pending
from facade.observe import CallEvent
from tests.facade.driving import Clients, Clock, Work, with_client
from tests.facade.responding import OK, TOKEN, SlowToken, in_turn, lines

TAKEN = ["take begins", "take ends"]
NOW, LATER, NEVER = Turn("loc", 0.0), Turn("loc", 100.0), Turn("loc", 100.0, granted=False)
LIST = httpx.Response(200, json={"associations": []})


class SlowPace:
    """Has these turns or errors, the last one for ever, when a test lets it; notes its calls."""

    may_block = True

    def __init__(self, *results: Turn | Exception, is_open: bool = True) -> None:
        self.log: list[str] = []
        self.may_answer = threading.Event()
        self._results, self._known = list(results), {*results}
        if is_open:
            self.may_answer.set()

    def take(self, location_id: str) -> Turn:
        result = self._results.pop(0) if len(self._results) > 1 else self._results[0]
        self.log.append("take begins")
        assert self.may_answer.wait(20)
        self.log.append("take ends")
        if isinstance(result, Exception):
            raise result
        return result

    def finish(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        assert turn in self._known
        self.log.append(f"finish {status_code}")

    def cancel(self, turn: Turn) -> None:
        assert turn in self._known
        self.log.append("cancel")

    async def until(self, call: str, times: int) -> None:
        while self.log.count(call) < times:
            await asyncio.sleep(0)


class QuickPace(SlowPace):
    """The same without a thread."""

    may_block = False


def with_pace(pace: Any, work: Work) -> list[httpx.Request]:
    """Do work with a client of this pace; return the requests."""
    transport, requests = in_turn(LIST)
    with_client(TOKEN, work, transport=transport, pace=pace)
    return requests


async def cancel(call: asyncio.Future[Any]) -> None:
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize(
    ("result", "is_returned"), [(NOW, True), (NEVER, False), (ValueError("of the pace"), False)]
)
def test_the_turn_of_a_cancelled_caller_is_returned(
    result: Turn | Exception, is_returned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    pace = SlowPace(*[result] * 32, NOW, is_open=False)

    async def work(client: AsyncAssociationsClient) -> None:
        calls = [asyncio.ensure_future(client.associations.list()) for _ in range(100)]
        await pace.until("take begins", 32)  # no thread is left for the other calls
        for call in calls:
            await cancel(call)
        assert pace.log == ["take begins"] * 32
        pace.may_answer.set()
        await pace.until("cancel" if is_returned else "take ends", 32)
        await client.associations.list()

    with_pace(pace, work)
    assert sorted(pace.log[32:-3]) == ["cancel"] * (32 * is_returned) + ["take ends"] * 32
    assert pace.log[-3:] == [*TAKEN, "finish 200"]
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


@pytest.mark.both
@pytest.mark.parametrize(("turn", "end"), [(LATER, ["cancel"]), (NEVER, [])])
def test_a_wait_that_ctrl_c_ends_returns_its_turn(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, turn: Turn, end: list[str]
) -> None:
    for name in ("sleep", "async_sleep"):
        monkeypatch.setattr(concurrency, name, Mock(side_effect=GeneratorExit))
    pace = QuickPace(turn)
    with pytest.raises(GeneratorExit):  # as Ctrl-C, which asyncio.Runner would handle
        clients.answering(LIST, pace=pace)[0].associations.list()
    assert pace.log == [*TAKEN, *end]


@pytest.mark.parametrize(("turn", "end"), [(LATER, ["cancel"]), (NEVER, [])])
@pytest.mark.parametrize("kind", [SlowPace, QuickPace])
def test_a_turn_beyond_the_deadline_is_returned_once(
    clients: Clients, kind: type[SlowPace], turn: Turn, end: list[str]
) -> None:
    pace = kind(NOW, turn)
    client = clients.answering(httpx.Response(503), pace=pace)[0]
    with pytest.raises(facade.DeadlineError, match="no time to wait for its turn") as raised:
        client.associations.list(deadline=50)
    log = [*TAKEN, "finish 503", *TAKEN, *end]
    assert (raised.value.method, raised.value.path) == ("GET", "/associations/")
    assert (raised.value.attempts, raised.value.outcome_unknown) == (1, True)
    with pytest.raises(facade.DeadlineError, match="no time to wait for its turn"):
        client.associations.list(deadline=-1)
    assert pace.log == log  # a call that is late already asks for no turn


def test_without_asyncio_a_call_says_so_before_it_asks_for_a_turn() -> None:
    pace = QuickPace(NOW)
    client = AsyncAssociationsClient(TOKEN, "loc", transport=in_turn(LIST)[0], pace=pace)
    with pytest.raises(RuntimeError, match=r"asyncio event loop; trio is not supported"):
        client.associations.list().send(None)
    assert pace.log == []
    asyncio.run(client.close())


def test_a_turn_that_is_overdue_is_not_waited_for(
    clients: Clients, waits: list[float], events: list[CallEvent]
) -> None:
    refusals = (Turn("loc", seconds, granted=False) for seconds in (-1.0, 0.5))
    pace = QuickPace(*refusals, Turn("loc", 2.0))
    client = clients.answering(LIST, pace=pace, on_event=events.append)[0]
    client.associations.list()
    assert waits == [0.0, 0.5, 2.0]
    reported = [line for line in lines(events) if "Wait" in line]
    assert reported == ["WaitStarted list_associations pace 1"] * 3


def test_the_wait_for_a_turn_postpones_the_default_deadline(clients: Clients, clock: Clock) -> None:
    pace = LocalPace(calls=1, seconds=50, clock=clock)
    client, requests = clients.answering(OK, pace=pace, deadline=20)
    for _ in range(2):
        client.associations.get("a1")
    with pytest.raises(facade.DeadlineError):
        client.associations.get("a1", deadline=45)
    client.associations.get("a1", deadline=60)
    left = [one.extensions["timeout"]["read"] for one in requests]
    assert left == pytest.approx([19.9, 19.9, 10.0])


class WatchedPace(LocalPace):
    """A pace of one slot, which `held` has; it counts the requests that asked for one."""

    takes = 0

    def __init__(self) -> None:
        super().__init__(calls=1)
        self.held = super().take("loc")

    def take(self, location_id: str) -> Turn:
        self.takes += 1
        return super().take(location_id)


def test_queued_tasks_are_sent_in_their_order_and_each_asks_only_once(waits: list[float]) -> None:
    pace = WatchedPace()

    async def work(client: AsyncAssociationsClient) -> None:
        calls = [asyncio.ensure_future(client.associations.list(skip=skip)) for skip in range(3)]
        while pace.takes < 3:
            await asyncio.sleep(0)
        await cancel(calls[1])
        pace.cancel(pace.held)
        await asyncio.gather(calls[0], calls[2])

    assert [one.url.params["skip"] for one in with_pace(pace, work)] == ["0", "2"]
    assert pace.takes == 3
    assert all(9 < wait <= 10 for wait in waits)  # the slot of the first, which the third gets


def test_a_task_that_is_cancelled_when_its_turn_is_granted_returns_it() -> None:
    pace = WatchedPace()

    async def work(client: AsyncAssociationsClient) -> None:
        call = asyncio.ensure_future(client.associations.list())
        while pace.takes < 1:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        pace.cancel(pace.held)  # grants the turn, which the task has not seen yet
        await cancel(call)

    assert with_pace(pace, work) == []
    turn = LocalPace.take(pace, "loc")
    assert (turn.granted, turn.wait) == (True, 0.0)


def test_a_queued_request_ends_with_its_deadline(clients: Clients, events: list[CallEvent]) -> None:
    client, requests = clients.answering(OK, pace=WatchedPace(), on_event=events.append)
    with pytest.raises(facade.DeadlineError, match="no time to wait for its turn"):
        client.associations.get("a1", deadline=0.2)
    assert requests == []
    assert lines(events)[0] == "WaitStarted get_association pace 1"


@pytest.mark.both
def test_an_outage_of_the_pace_counts_towards_the_deadline(clients: Clients, clock: Clock) -> None:
    begun, busy = clock.now, Turn("loc", 50.0, granted=False)
    outages = [Turn("loc", 8.0, granted=False, is_outage=True)] * 3
    pace = QuickPace(*outages[:2], busy, NOW, outages[0], busy, *outages)
    client, requests = clients.answering(LIST, pace=pace, deadline=20)
    client.associations.list()
    assert clock.now - begun == 16 + 50
    with pytest.raises(facade.DeadlineError, match="because the rate limiter is not available"):
        client.associations.list()
    assert clock.now - begun == 66 + 50 + 16
    assert len(requests) == 1


def test_a_pace_that_does_not_answer_holds_no_async_call_beyond_its_deadline() -> None:
    pace = SlowPace(NOW, is_open=False)

    async def work(client: AsyncAssociationsClient) -> None:
        with pytest.raises(facade.DeadlineError, match="the rate limiter is not available"):
            await client.associations.list(deadline=0.05)
        assert pace.log == ["take begins"]
        pace.may_answer.set()
        await pace.until("cancel", 1)

    assert with_pace(pace, work) == []
    with pytest.raises(TimeoutError, match="of the pace"):
        with_pace(SlowPace(TimeoutError("of the pace")), lambda client: client.associations.list())


def test_a_turn_that_is_granted_when_its_deadline_passes_is_used(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "async_ends_within", AsyncMock(return_value=False))
    ready = Pending[Turn]()
    ready.set_result(NOW)
    pace = QuickPace(Turn("loc", 0.0, granted=False, ready=ready), NOW)
    clients.answering(LIST, pace=pace)[0].associations.list(deadline=0.9)
    assert pace.log == [*TAKEN, "finish 200"]


@pytest.mark.both
def test_a_token_is_waited_for_first_and_its_error_ends_the_call_before_anything_is_sent(
    clients: Clients, events: list[CallEvent]
) -> None:
    token = Mock(side_effect=[LookupError("of the vault"), TOKEN])
    client, requests = clients.answering(OK, token=SlowToken(token), on_event=events.append)
    with pytest.raises(LookupError, match="of the vault"):
        client.associations.get("a1")
    assert lines(events)[0] == "WaitStarted get_association token 1"
    assert (token.call_count, requests) == (1, [])
