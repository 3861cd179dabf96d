"""Connections: small pools, one TLS context, proxies; which get no calls after an interrupt."""

import asyncio
import gc
import os
import threading
from contextlib import closing
from typing import Any
from unittest.mock import MagicMock
from weakref import ref

import httpx
import pytest

from facade import APITimeoutError
from facade._core import forking, http
from facade._core import pool as module
from facade._core.bounds import CallDeadline
from facade._core.pool import AsyncPool, Pool
from facade._core.reading import MAX_BODY
from tests.facade.driving import Clients
from tests.facade.responding import new_request

URL = "https://api.test"


class Transport(httpx.MockTransport):
    """Stands in for httpx's transports; what happens to a request is up to `react`."""

    all: list["Transport"]
    react: Any

    def __init__(self, **options: Any) -> None:
        super().__init__(self._handle)
        self.options = options
        self.requests = 0
        self.is_closed = False
        Transport.all.append(self)

    def _handle(self, request: httpx.Request) -> Any:
        self.requests += 1
        return Transport.react(self) or httpx.Response(200, json={"associations": []})

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Transport]:
    """The transports that pools make."""
    Transport.all = []
    Transport.react = lambda transport: None
    monkeypatch.setattr(httpx, "HTTPTransport", Transport)
    monkeypatch.setattr(httpx, "AsyncHTTPTransport", Transport)
    return Transport.all


def send(pool: Pool) -> None:
    pool.send(new_request(), MAX_BODY, CallDeadline())


async def async_send(pool: AsyncPool) -> None:
    await pool.send(new_request(), MAX_BODY, CallDeadline())


def states(made: list[Transport]) -> list[tuple[int, bool]]:
    return [(one.requests, one.is_closed) for one in made]


@pytest.mark.parametrize(
    ("calls", "sizes"),
    [
        (10, [10]),
        (11, [10, 1]),
        (105, [11, 11, 11, 11, 11, 10, 10, 10, 10, 10]),  # ten pools are the most
    ],
)
def test_calls_are_spread_over_pools(made: list[Transport], calls: int, sizes: list[int]) -> None:
    pools = Pool(URL)._pools
    requests = [new_request() for _ in range(calls)]
    for one in requests:
        pools.acquire(one)
    assert [len(pool.requests) for pool in pools.members] == sizes
    limits = httpx.Limits(max_connections=10, max_keepalive_connections=10, keepalive_expiry=60.0)
    assert all(transport.options["limits"] == limits for transport in made)
    del one, requests[0]  # lost, as Ctrl-C may do between two lines
    assert sum(len(pool.requests) for pool in pools.members) == calls - 1


def test_successive_calls_share_a_pool_and_pools_a_tls_context(made: list[Transport]) -> None:
    for _ in range(2):
        with closing(Pool(URL)) as pool:
            for _ in range(20):
                send(pool)
    assert states(made) == [(20, True)] * 2
    assert made[0].options["verify"] is made[1].options["verify"]


@pytest.mark.parametrize(
    ("environment", "base_url", "expected"),
    [
        ("", URL, None),
        ("https_proxy=http://p:1", URL, "http://p:1"),
        ("https_proxy=127.0.0.1:8888", URL, "http://127.0.0.1:8888"),
        ("https_proxy=http://p:1", "http://api.test", None),
        ("all_proxy=http://p:2", URL, "http://p:2"),
        ("https_proxy=http://p:1 no_proxy=api.test", URL, None),
    ],
)
def test_a_proxy_of_the_environment_is_used(
    made: list[Transport], monkeypatch: Any, environment: str, base_url: str, expected: str | None
) -> None:
    for name in [one for one in os.environ if one.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for setting in environment.split():
        monkeypatch.setenv(*setting.split("="))
    send(Pool(base_url))
    assert made[0].options["proxy"] == expected


@pytest.mark.both
@pytest.mark.parametrize(
    ("error", "is_replaced"),
    [
        (httpx.ReadTimeout("no response in time"), False),
        (ZeroDivisionError("as by the app's handler of its alarm"), True),
        (GeneratorExit("as Ctrl-C, which asyncio.Runner would handle"), True),
    ],
)
def test_a_small_pool_in_which_a_call_was_interrupted_is_closed_and_replaced(
    made: list[Transport],
    clients: Clients,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    is_replaced: bool,
) -> None:
    monkeypatch.setattr(module, "_CLOSE_TIMEOUT", 60.0)

    def react(transport: Transport) -> None:
        if transport.requests == 2:
            raise error

    Transport.react = react
    client = clients("pit-t", "loc", pace=None, retries=0)
    client.associations.list()
    with pytest.raises((type(error), APITimeoutError)):
        client.associations.list()
    client.associations.list()
    assert states(made) == ([(2, True), (1, False)] if is_replaced else [(3, False)])
    client.close()
    assert all(one.is_closed for one in made)


def test_a_lock_left_locked_hangs_none(
    made: list[Transport], monkeypatch: pytest.MonkeyPatch
) -> None:
    began, unlocked, waited = threading.Event(), threading.Event(), list[float]()

    def close(_: Transport) -> None:
        began.set()
        unlocked.wait(60)

    monkeypatch.setattr(Transport, "close", close)
    monkeypatch.setattr(module, "ends_within", lambda job, seconds: waited.append(seconds))
    Transport.react = lambda transport: 1 / 0  # as by the app's handler of its alarm
    with pytest.raises(ZeroDivisionError):
        send(Pool(URL))
    assert began.wait(60)
    unlocked.set()
    assert waited == [1.0]


def test_the_pool_of_a_cancelled_call_is_closed_when_all_end(made: list[Transport]) -> None:
    async def main() -> None:
        may_end = asyncio.Event()

        async def wait() -> httpx.Response:
            await may_end.wait()
            return httpx.Response(200)

        Transport.react = lambda transport: wait()
        pool = AsyncPool(URL)
        calls = [asyncio.ensure_future(async_send(pool)) for _ in range(2)]
        await asyncio.sleep(0)
        calls[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await calls[0]
        assert states(made) == [(2, False)]
        may_end.set()
        await calls[1]
        assert states(made) == [(2, True)]

    asyncio.run(main())


def test_the_connections_of_a_loop_that_has_ended_are_closed_and_dropped(
    made: list[Transport], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = list[Any]()
    monkeypatch.setattr(http, "close_sockets", lambda transport: closed.append(ref(transport)))
    pool = AsyncPool(URL)
    with asyncio.Runner() as first:
        first.run(async_send(pool))
        asyncio.run(async_send(pool))
        of_the_second = ref(made.pop())
        first.run(pool.aclose())
    gc.collect()
    assert closed == [of_the_second]
    assert of_the_second() is None
    asyncio.run(async_send(pool))
    assert closed[1:] == [ref(made[0])]


def test_a_forked_process_uses_and_closes_nothing_of_its_parent(made: list[Transport]) -> None:
    pools, context = Pool(URL)._pools, http.tls_context()
    pools.acquire(new_request())
    pools._lock.acquire()  # as another thread of the parent may have done
    of_the_parent = pools.members
    assert pools in forking._forkables
    pools.after_fork()
    pools.acquire(new_request())
    assert [len(of_the_parent), len(pools.members), len(made)] == [1, 1, 2]
    assert module._PARENTS[-1] is of_the_parent
    assert http.tls_context() is not context


def test_threads_choose_and_leave_a_pool_one_after_the_other(made: list[Transport]) -> None:
    pools, request, lock = Pool(URL)._pools, new_request(), MagicMock()
    pools._lock = lock
    pool = pools.acquire(request)
    pools.retire(pool)
    assert pools.release(pool, request)
    assert lock.__enter__.call_count == lock.__exit__.call_count == 3


def test_closing_closes_each_pool_though_a_cancelled_call_removes_its_own(
    made: list[Transport], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        pool, requests = AsyncPool(URL), [new_request() for _ in range(11)]
        pools = pool._of_this_loop()
        first, *_ = [pools.acquire(one) for one in requests]

        async def aclose(transport: Transport) -> None:
            transport.close()
            pools.retire(first)

        monkeypatch.setattr(Transport, "aclose", aclose)
        await pool.aclose()
        assert states(made) == [(0, True), (0, True)]

    asyncio.run(main())


def test_connections_of_another_loop_are_closed_when_it_runs(made: list[Transport]) -> None:
    pool = AsyncPool(URL)

    async def main() -> None:
        await async_send(pool)
        await pool.aclose()

    with asyncio.Runner() as other:
        other.run(async_send(pool))
        asyncio.run(main())
        assert states(made) == [(1, False), (1, True)]
        other.run(asyncio.sleep(0))
        other.run(asyncio.sleep(0))
        assert states(made) == [(1, True), (1, True)]
