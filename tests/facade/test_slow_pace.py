"""A pace whose `take` may block: its turn is returned once, and not before `take` has returned."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

import facade
from facade import AsyncAssociationsClient, Turn
from facade._core import concurrency
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN

TAKEN = ["take begins", "take ends"]
LIST = httpx.Response(200, json={"associations": []})


NOW, LATER, NEVER = (
    Turn("loc", 0.0),
    Turn("loc", 100.0),
    Turn("loc", 100.0, granted=False),
)


class SlowPace:
    """Has these turns or errors, the last one for ever; notes what is taken and returned.

    It answers when a test lets it.
    """

    may_block = True

    def __init__(self, *results: Turn | Exception, is_open: bool = False) -> None:
        self.log: list[str] = []
        self.may_answer = threading.Event()
        self.begun, self.ended, self.returned = (threading.Semaphore(0) for _ in range(3))
        self._results, self._known = list(results), {*results}
        if is_open:
            self.may_answer.set()

    def take(self, location_id: str) -> Turn:
        result = self._results.pop(0) if len(self._results) > 1 else self._results[0]
        self.log.append("take begins")
        self.begun.release()
        assert self.may_answer.wait(60)
        self.log.append("take ends")
        self.ended.release()
        if isinstance(result, Exception):
            raise result
        return result

    def finish(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        assert turn in self._known
        self.log.append(f"finish {status_code}")

    def cancel(self, turn: Turn) -> None:
        assert turn in self._known
        self.log.append("cancel")
        self.returned.release()


def serving(pace: SlowPace, answer: httpx.Response | Exception = LIST) -> httpx.MockTransport:
    """Answer each request, and note it in the log of the pace."""

    def handle(request: httpx.Request) -> httpx.Response:
        pace.log.append("request")
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content)

    return httpx.MockTransport(handle)


def with_client(
    pace: SlowPace,
    work: Callable[[AsyncAssociationsClient], Awaitable[None]],
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    async def main() -> None:
        async with AsyncAssociationsClient(
            TOKEN, "loc", transport=transport or serving(pace), pace=pace
        ) as client:
            await work(client)

    asyncio.run(main())


async def cancel(call: asyncio.Future[Any]) -> None:
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize(
    ("answer", "log"),
    [
        (LIST, ["request", "finish 200"]),
        (httpx.Response(404), ["request", "finish 404"]),
        (httpx.ReadError("lost"), ["request", "finish 0"]),
        (httpx.ConnectError("refused"), ["request", "cancel"]),
    ],
)
def test_a_turn_is_returned_once_and_only_after_the_response(
    clients: Clients, answer: httpx.Response | Exception, log: list[str]
) -> None:
    pace = SlowPace(NOW, is_open=True)
    client = clients(TOKEN, "loc", transport=serving(pace, answer), pace=pace, retries=0)
    for _ in range(2):
        if answer is LIST:
            client.associations.list()
        else:
            with pytest.raises(facade.AssociationsError):
                client.associations.list()
    assert pace.log == [*TAKEN, *log] * 2


def test_the_turn_of_a_cancelled_caller_is_returned_once_when_take_has_returned() -> None:
    pace = SlowPace(NOW)

    async def work(client: AsyncAssociationsClient) -> None:
        call = asyncio.ensure_future(client.associations.list())
        assert await asyncio.to_thread(pace.begun.acquire, timeout=60)
        await cancel(call)
        assert pace.log == ["take begins"]
        pace.may_answer.set()
        assert await asyncio.to_thread(pace.returned.acquire, timeout=60)
        await client.associations.list()

    with_client(pace, work)
    assert pace.log == [*TAKEN, "cancel", *TAKEN, "request", "finish 200"]


def test_of_several_cancelled_callers_each_turn_is_returned_once() -> None:
    pace = SlowPace(NOW)

    async def work(client: AsyncAssociationsClient) -> None:
        calls = [asyncio.ensure_future(client.associations.list()) for _ in range(5)]
        for _ in calls:
            assert await asyncio.to_thread(pace.begun.acquire, timeout=60)
        for call in calls:
            await cancel(call)
        pace.may_answer.set()
        for _ in calls:
            assert await asyncio.to_thread(pace.returned.acquire, timeout=60)
        await client.associations.list()

    with_client(pace, work)
    assert pace.log[:5] == ["take begins"] * 5
    assert sorted(pace.log[5:-4]) == ["cancel"] * 5 + ["take ends"] * 5
    assert pace.log[-4:] == [*TAKEN, "request", "finish 200"]


@pytest.mark.parametrize("result", [NEVER, ValueError("of the pace")])
def test_a_cancelled_caller_returns_no_turn_that_was_not_granted(
    result: Turn | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    pace = SlowPace(result, NOW)

    async def work(client: AsyncAssociationsClient) -> None:
        call = asyncio.ensure_future(client.associations.list())
        assert await asyncio.to_thread(pace.begun.acquire, timeout=60)
        await cancel(call)
        pace.may_answer.set()
        assert await asyncio.to_thread(pace.ended.acquire, timeout=60)
        await client.associations.list()

    with_client(pace, work)
    assert pace.log == [*TAKEN, *TAKEN, "request", "finish 200"]
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


def test_cancelled_callers_for_whom_there_was_no_thread_yet_take_no_turn(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pace = SlowPace(NOW)

    async def work(client: AsyncAssociationsClient) -> None:
        calls = [asyncio.ensure_future(client.associations.list()) for _ in range(200)]
        assert await asyncio.to_thread(pace.begun.acquire, timeout=60)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        pace.may_answer.set()
        await client.associations.list()
        while pace.log.count("cancel") < pace.log.count("take begins") - 1:
            await asyncio.sleep(0)

    with_client(pace, work)
    assert pace.log.count("take begins") < 200
    assert pace.log.count("cancel") == pace.log.count("take ends") - 1
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(("turn", "end"), [(LATER, ["cancel"]), (NEVER, [])])
def test_a_caller_that_is_cancelled_before_its_turn_comes_returns_it(
    monkeypatch: pytest.MonkeyPatch, turn: Turn, end: list[str]
) -> None:
    pace, waits = SlowPace(turn, is_open=True), asyncio.Event()

    async def wait(seconds: float) -> None:
        waits.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(concurrency, "async_sleep", wait)

    async def work(client: AsyncAssociationsClient) -> None:
        call = asyncio.ensure_future(client.associations.list())
        await waits.wait()
        assert pace.log == TAKEN
        await cancel(call)

    with_client(pace, work)
    assert pace.log == [*TAKEN, *end]


def test_the_turn_of_a_request_in_flight_is_not_unused_when_its_caller_is_cancelled() -> None:
    pace, in_flight = SlowPace(NOW, is_open=True), asyncio.Event()

    async def handle(request: httpx.Request) -> httpx.Response:
        pace.log.append("request")
        in_flight.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def work(client: AsyncAssociationsClient) -> None:
        call = asyncio.ensure_future(client.associations.list())
        await in_flight.wait()
        assert pace.log == [*TAKEN, "request"]
        await cancel(call)

    with_client(pace, work, httpx.MockTransport(handle))
    assert pace.log == [*TAKEN, "request", "finish 0"]


@pytest.mark.parametrize(("turn", "end"), [(LATER, ["cancel"]), (NEVER, [])])
def test_a_turn_beyond_the_deadline_is_returned_once(
    clients: Clients, turn: Turn, end: list[str]
) -> None:
    pace = SlowPace(turn, is_open=True)
    client = clients(TOKEN, "loc", transport=serving(pace), pace=pace)
    with pytest.raises(facade.DeadlineError, match="no time to wait for its turn"):
        client.associations.list(deadline=50)
    assert pace.log == [*TAKEN, *end]


def test_an_error_of_take_reaches_the_caller_and_nothing_is_sent(clients: Clients) -> None:
    failure = facade.DailyLimitError("no calls left")
    pace = SlowPace(failure, is_open=True)
    client = clients(TOKEN, "loc", transport=serving(pace), pace=pace)
    with pytest.raises(facade.DailyLimitError) as raised:
        client.associations.list()
    assert raised.value is failure
    assert pace.log == TAKEN
