"""A token source that may block: its threads, and one call at a time for a location."""

import asyncio
import logging
import threading
from typing import Any

import httpx
import pytest

import facade
from facade import AsyncAssociationsClient
from tests.facade.driving import Clients
from tests.facade.responding import OK, in_turn

pytestmark = pytest.mark.both

REFUSED = httpx.Response(401, json={"message": "Invalid JWT"})


class Source:
    """Notes the threads that it is called in; another token solves a refusal."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.refusals: list[str] = []

    def token(self, location_id: str) -> str:
        self.threads.append(threading.get_ident())
        return f"pit-{len(self.refusals)}"

    def renew(self, location_id: str, token: str) -> bool:
        self.threads.append(threading.get_ident())
        self.refusals.append(token)
        return True


class FreshSource(Source):
    """A source whose `token` never blocks, and whose `refused` may."""

    def has_fresh_token(self, location_id: str) -> bool:
        return True


def test_a_source_is_called_in_a_thread_where_a_loop_must_not_wait(clients: Clients) -> None:
    source = Source()
    clients(source, "loc", transport=in_turn(REFUSED, OK)[0]).associations.get("a1")
    here, is_blocking = threading.get_ident(), clients.mode == "blocking"
    assert [thread == here for thread in source.threads] == [is_blocking] * 3


def test_a_fresh_token_is_taken_at_once_and_a_refusal_is_reported_in_a_thread(
    clients: Clients,
) -> None:
    source = FreshSource()
    clients(source, "loc", transport=in_turn(REFUSED, OK)[0]).associations.get("a1")
    here = threading.get_ident()
    assert [thread == here for thread in source.threads] == [True, False, True]
    assert source.refusals == ["pit-0"]


class WaitedFor:
    """A source whose first token, once it is not fresh, comes when a test lets it."""

    def __init__(self, *, is_fresh: bool = False) -> None:
        self.is_fresh = is_fresh
        self.asked = self.begun = 0
        self.has_begun, self.may_end = threading.Event(), threading.Event()
        self.is_refused = threading.Event()

    def has_fresh_token(self, location_id: str) -> bool:
        self.asked += 1
        return self.is_fresh

    def token(self, location_id: str) -> str:
        if not self.is_fresh:
            self.begun += 1
            self.has_begun.set()
            assert self.may_end.wait(60)
            self.is_fresh = True
        return "pit-new"

    def renew(self, location_id: str, token: str) -> bool:
        self.is_refused.set()
        return True


def with_client(source: Any, work: Any, transport: Any) -> None:
    async def main() -> None:
        async with AsyncAssociationsClient(source, "loc", transport=transport) as client:
            await work(client)

    asyncio.run(main())


def test_requests_of_a_location_wait_for_one_call_of_the_source() -> None:
    source = WaitedFor()

    async def work(client: AsyncAssociationsClient) -> None:
        calls = [asyncio.ensure_future(client.associations.get("a1")) for _ in range(20)]
        while source.asked < 20:
            await asyncio.sleep(0)
        source.may_end.set()
        assert [one.id for one in await asyncio.gather(*calls)] == ["a1"] * 20

    with_client(source, work, in_turn(OK)[0])
    assert source.begun == 1


def test_a_cancelled_request_takes_no_token_from_those_that_wait_for_it_too() -> None:
    source = WaitedFor()

    async def work(client: AsyncAssociationsClient) -> None:
        calls = [asyncio.ensure_future(client.associations.get("a1")) for _ in range(3)]
        while source.asked < 3:
            await asyncio.sleep(0)
        calls[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await calls[0]
        source.may_end.set()
        assert [one.id for one in await asyncio.gather(*calls[1:])] == ["a1", "a1"]

    with_client(source, work, in_turn(OK)[0])
    assert source.begun == 1


def test_a_refusal_is_reported_while_another_request_waits_for_a_token() -> None:
    source, in_flight, may_answer = WaitedFor(is_fresh=True), asyncio.Event(), asyncio.Event()
    answers = [REFUSED, OK, OK]

    async def handle(request: httpx.Request) -> httpx.Response:
        in_flight.set()
        await may_answer.wait()
        return answers.pop(0)

    async def work(client: AsyncAssociationsClient) -> None:
        first = asyncio.ensure_future(client.associations.get("a1"))
        await in_flight.wait()
        source.is_fresh = False
        second = asyncio.ensure_future(client.associations.get("a1"))
        assert await asyncio.to_thread(source.has_begun.wait, 60)
        may_answer.set()
        assert await asyncio.to_thread(source.is_refused.wait, 60)
        source.may_end.set()
        assert [one.id for one in await asyncio.gather(first, second)] == ["a1", "a1"]

    with_client(source, work, httpx.MockTransport(handle))


def test_a_request_that_waits_for_a_token_ends_with_its_deadline(clients: Clients) -> None:
    source = WaitedFor()
    transport, requests = in_turn(OK)
    client = clients(source, "loc", transport=transport)
    with pytest.raises(facade.DeadlineError, match="leaves no time to wait for a token") as raised:
        client.associations.get("a1", deadline=0.01)
    assert (raised.value.method, raised.value.path) == ("GET", "/associations/a1")
    assert requests == []
    source.may_end.set()


class OwnError(Exception):
    """An error of an app's own, of which no copy can be made."""

    def __init__(self, code: int, *, why: str) -> None:
        super().__init__(why)


class FailingSource(WaitedFor):
    """A source that may block, and has no token."""

    def token(self, location_id: str) -> str:
        raise OwnError(5, why="no vault")


def test_an_error_of_the_source_reaches_its_caller_whatever_its_class(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    with pytest.raises(OwnError, match="no vault"):
        clients(FailingSource(), "loc", transport=transport).associations.get("a1", deadline=30)
    assert requests == []


class BlockingSource:
    """A source that does not say whether it blocks, and whose token comes when a test lets it."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.begun, self.ended = threading.Semaphore(0), threading.Semaphore(0)

    def token(self, location_id: str) -> str:
        self.begun.release()
        assert self.may_end.wait(60)
        self.ended.release()
        return "pit-new"

    def renew(self, location_id: str, token: str) -> bool:
        return False


def test_a_token_whose_caller_was_cancelled_meanwhile_is_dropped(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = BlockingSource()
    transport, requests = in_turn(OK)

    async def work(client: AsyncAssociationsClient) -> None:
        call = asyncio.ensure_future(client.associations.get("a1"))
        assert await asyncio.to_thread(source.begun.acquire, timeout=60)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        source.may_end.set()
        assert await asyncio.to_thread(source.ended.acquire, timeout=60)
        await client.associations.get("a1")

    with_client(source, work, transport)
    assert len(requests) == 1
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
