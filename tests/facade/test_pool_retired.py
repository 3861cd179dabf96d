"""A small pool in which a call was interrupted gets no other call, nor has a forked process any."""

import asyncio
import threading
from contextlib import aclosing, closing

import httpx
import pytest

from facade._core import pool as module
from facade._core.bounds import CallDeadline
from facade._core.pool import AsyncPool, Pool
from facade._core.reading import MAX_BODY
from tests.facade.driving import Mode, run_program
from tests.facade.responding import new_request

NEVER = CallDeadline()

pytestmark = pytest.mark.both


class Interrupted(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Stands in for httpx's transports: the second request is interrupted."""

    all: list["Interrupted"]

    def __init__(self, **_: object) -> None:
        self.requests = 0
        self.is_closed = False
        Interrupted.all.append(self)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.requests == 2:
            raise KeyboardInterrupt
        return httpx.Response(200)

    def close(self) -> None:
        self.is_closed = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.requests == 2:
            await asyncio.Event().wait()
        return httpx.Response(200)

    async def aclose(self) -> None:
        self.is_closed = True


def test_a_small_pool_in_which_a_call_was_interrupted_is_closed_and_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Interrupted.all = []
    monkeypatch.setattr(httpx, "HTTPTransport", Interrupted)
    monkeypatch.setattr(module, "_CLOSE_TIMEOUT", 60.0)
    pool = Pool("https://api.test")
    pool.send(new_request(), MAX_BODY, NEVER)
    with pytest.raises(KeyboardInterrupt):
        pool.send(new_request(), MAX_BODY, NEVER)
    pool.send(new_request(), MAX_BODY, NEVER)
    assert [(one.requests, one.is_closed) for one in Interrupted.all] == [(2, True), (1, False)]


class Failing(Interrupted):
    """The second request fails as it may on any day."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.requests == 2:
            raise httpx.ReadTimeout("no response in time")
        return httpx.Response(200)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


def test_a_small_pool_in_which_a_request_failed_is_used_until_the_client_is_closed(
    monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    Interrupted.all = []
    monkeypatch.setattr(httpx, "HTTPTransport", Failing)
    monkeypatch.setattr(httpx, "AsyncHTTPTransport", Failing)

    async def in_async() -> list[bool]:
        async with aclosing(AsyncPool("https://api.test")) as pool:
            await pool.send(new_request(), MAX_BODY, NEVER)
            with pytest.raises(httpx.ReadTimeout):
                await pool.send(new_request(), MAX_BODY, NEVER)
            await pool.send(new_request(), MAX_BODY, NEVER)
            return [one.is_closed for one in Interrupted.all]

    def blocking() -> list[bool]:
        with closing(Pool("https://api.test")) as pool:
            pool.send(new_request(), MAX_BODY, NEVER)
            with pytest.raises(httpx.ReadTimeout):
                pool.send(new_request(), MAX_BODY, NEVER)
            pool.send(new_request(), MAX_BODY, NEVER)
            return [one.is_closed for one in Interrupted.all]

    assert (asyncio.run(in_async()) if mode == "async" else blocking()) == [False]
    assert [(one.requests, one.is_closed) for one in Interrupted.all] == [(3, True)]


def test_a_lock_that_an_interrupt_left_locked_does_not_hang_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Interrupted.all = []
    monkeypatch.setattr(httpx, "HTTPTransport", Interrupted)
    unlocked = threading.Event()
    monkeypatch.setattr(Interrupted, "close", lambda _: unlocked.wait(60))
    monkeypatch.setattr(module, "_CLOSE_TIMEOUT", 0.0)
    pool = Pool("https://api.test")
    pool.send(new_request(), MAX_BODY, NEVER)
    with pytest.raises(KeyboardInterrupt):
        pool.send(new_request(), MAX_BODY, NEVER)
    assert not unlocked.is_set()  # its closing still waits
    assert any(one.name == "facade-closing" for one in threading.enumerate())
    unlocked.set()


def test_a_small_pool_in_which_a_call_was_cancelled_is_closed_when_its_last_call_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Interrupted.all = []
    monkeypatch.setattr(httpx, "AsyncHTTPTransport", Interrupted)

    async def main() -> None:
        pool = AsyncPool("https://api.test")
        await pool.send(new_request(), MAX_BODY, NEVER)
        call = asyncio.ensure_future(pool.send(new_request(), MAX_BODY, NEVER))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await pool.send(new_request(), MAX_BODY, NEVER)

    asyncio.run(main())
    assert [(one.requests, one.is_closed) for one in Interrupted.all] == [(2, True), (1, False)]


def test_a_small_pool_in_which_a_call_was_cancelled_lets_its_other_calls_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Held(Interrupted):
        """The first two requests wait until they are let go."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.requests += 1
            await may_end.wait()
            assert not self.is_closed
            return httpx.Response(200)

    may_end = asyncio.Event()
    Interrupted.all = []
    monkeypatch.setattr(httpx, "AsyncHTTPTransport", Held)

    async def main() -> None:
        pool = AsyncPool("https://api.test")
        calls = [asyncio.ensure_future(pool.send(new_request(), MAX_BODY, NEVER)) for _ in range(2)]
        await asyncio.sleep(0)
        calls[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await calls[0]
        (transport,) = Interrupted.all
        assert not transport.is_closed
        may_end.set()
        assert (await calls[1]).status_code == 200
        assert transport.is_closed

    asyncio.run(main())


FORKED = """
import os
import httpx
from facade._core.bounds import CallDeadline
from facade._core.pool import Pool

tls = []

class Transport(httpx.BaseTransport):
    def __init__(self, verify, **_):
        self.process = os.getpid()
        tls.append(verify)

    def handle_request(self, request):
        return httpx.Response(200, text=f"{self.process == os.getpid()} {len(set(tls))}")

httpx.HTTPTransport = Transport
pool = Pool("https://api.test")

def say(who):
    answer = pool.send(httpx.Request("GET", "https://api.test/"), 1000, CallDeadline())
    os.write(1, f"{who} {answer.content.decode()}\\n".encode())

say("parent")
child = os.fork()
if child == 0:
    say("child")
    os._exit(0)
os.waitpid(child, 0)
say("parent")
"""


def test_a_forked_process_has_connections_and_a_tls_setup_of_its_own() -> None:
    assert run_program(FORKED) == ["parent True 1", "child True 2", "parent True 1"]
