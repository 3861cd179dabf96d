"""Connections: small pools, one TLS setup, proxies of the environment, event loops."""

import asyncio
import threading
from typing import Any

import httpx
import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade._core.pool import AsyncPool, Pool
from scripts.benchmarks.server import connections, serving
from tests.facade.driving import run_program


def new_request() -> httpx.Request:
    return httpx.Request("GET", "https://api.test/")


class Recording(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Stands in for httpx's transports: records what each is given, and how busy it becomes."""

    all: list["Recording"]
    wait: threading.Barrier
    async_wait: asyncio.Barrier

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.requests = 0
        Recording.all.append(self)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        Recording.wait.wait()
        return httpx.Response(200)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        await Recording.async_wait.wait()
        return httpx.Response(200)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Recording]:
    Recording.all = []
    monkeypatch.setattr(httpx, "HTTPTransport", Recording)
    monkeypatch.setattr(httpx, "AsyncHTTPTransport", Recording)
    return Recording.all


CONCURRENT = [
    (1, [1]),
    (10, [10]),
    (11, [10, 1]),
    (25, [10, 10, 5]),
    (105, [11, 11, 11, 11, 11, 10, 10, 10, 10, 10]),  # ten pools are the most
]


@pytest.mark.parametrize(("calls", "sizes"), CONCURRENT)
def test_concurrent_calls_of_threads_are_spread_over_small_pools(
    recorded: list[Recording], calls: int, sizes: list[int]
) -> None:
    Recording.wait = threading.Barrier(calls)  # no call ends before all have begun
    pool = Pool("https://api.test")
    threads = [
        threading.Thread(target=pool.handle_request, args=(new_request(),)) for _ in range(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [transport.requests for transport in recorded] == sizes
    assert {transport.options["limits"].max_connections for transport in recorded} == {10}


@pytest.mark.parametrize(("calls", "sizes"), CONCURRENT)
def test_concurrent_calls_of_tasks_are_spread_over_small_pools(
    recorded: list[Recording], calls: int, sizes: list[int]
) -> None:
    async def main() -> None:
        Recording.async_wait = asyncio.Barrier(calls)
        pool = AsyncPool("https://api.test")
        await asyncio.gather(*(pool.handle_async_request(new_request()) for _ in range(calls)))

    asyncio.run(main())
    assert [transport.requests for transport in recorded] == sizes


def test_calls_one_after_another_share_a_pool(recorded: list[Recording]) -> None:
    Recording.wait = threading.Barrier(1)
    pool = Pool("https://api.test")
    for _ in range(20):
        pool.handle_request(new_request())
    assert [transport.requests for transport in recorded] == [20]


def test_tls_is_set_up_once_for_all_clients(recorded: list[Recording]) -> None:
    Recording.wait = threading.Barrier(1)
    for _ in range(2):
        with Pool("https://api.test") as pool:
            pool.handle_request(new_request())
    first, second = recorded
    assert first.options["verify"] is second.options["verify"]


class Interrupted(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Stands in for httpx's transports: the second request is interrupted."""

    all: list["Interrupted"]

    def __init__(self, **_: Any) -> None:
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
    pool = Pool("https://api.test")
    pool.handle_request(new_request())
    with pytest.raises(KeyboardInterrupt):
        pool.handle_request(new_request())
    pool.handle_request(new_request())
    assert [(one.requests, one.is_closed) for one in Interrupted.all] == [(2, True), (1, False)]


def test_a_small_pool_in_which_a_call_was_cancelled_is_closed_when_its_last_call_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Interrupted.all = []
    monkeypatch.setattr(httpx, "AsyncHTTPTransport", Interrupted)

    async def main() -> None:
        pool = AsyncPool("https://api.test")
        await pool.handle_async_request(new_request())
        call = asyncio.ensure_future(pool.handle_async_request(new_request()))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await pool.handle_async_request(new_request())

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
        calls = [asyncio.ensure_future(pool.handle_async_request(new_request())) for _ in range(2)]
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
from facade._core.pool import Pool

class Transport(httpx.BaseTransport):
    def __init__(self, **_):
        self.process = os.getpid()

    def handle_request(self, request):
        return httpx.Response(200, text=str(self.process == os.getpid()))

httpx.HTTPTransport = Transport
pool = Pool("https://api.test")

def say(who):
    answer = pool.handle_request(httpx.Request("GET", "https://api.test/"))
    os.write(1, f"{who} {answer.text}\\n".encode())

say("parent")
child = os.fork()
if child == 0:
    say("child")
    os._exit(0)
os.waitpid(child, 0)
say("parent")
"""


def test_a_forked_process_has_connections_of_its_own() -> None:
    assert run_program(FORKED) == ["parent True", "child True", "parent True"]


def test_a_request_whose_end_was_lost_counts_no_longer(recorded: list[Recording]) -> None:
    Recording.wait = threading.Barrier(1)
    pool = Pool("https://api.test")
    for _ in range(30):  # as Ctrl-C may do between two lines
        pool._pools.acquire(new_request())
    pool.handle_request(new_request())
    assert [transport.requests for transport in recorded] == [1]


@pytest.mark.parametrize(
    ("environment", "base_url", "expected"),
    [
        ({}, "https://api.test", None),
        ({"https_proxy": "http://p:1"}, "https://api.test", "http://p:1"),
        ({"https_proxy": "127.0.0.1:8888"}, "https://api.test", "http://127.0.0.1:8888"),
        ({"https_proxy": "http://p:1"}, "http://api.test", None),
        ({"all_proxy": "http://p:2"}, "http://api.test", "http://p:2"),
        ({"https_proxy": "http://p:1", "no_proxy": "api.test"}, "https://api.test", None),
    ],
)
def test_a_proxy_of_the_environment_is_used(
    recorded: list[Recording],
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    base_url: str,
    expected: str | None,
) -> None:
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    Recording.wait = threading.Barrier(1)
    Pool(base_url).handle_request(new_request())
    assert recorded[0].options["proxy"] == expected


def test_no_more_connections_are_opened_than_there_are_concurrent_calls() -> None:
    async def main(url: str) -> None:
        async with AsyncAssociationsClient("pit-t", "loc", base_url=url, pace=None) as client:
            for _ in range(3):
                await asyncio.gather(*(client.relations.list("1") for _ in range(50)))

    with serving() as url:
        asyncio.run(main(url))
        assert 1 <= connections(url) <= 50


def test_calls_of_one_thread_share_a_connection() -> None:
    with serving() as url:
        with AssociationsClient("pit-t", "loc", base_url=url, pace=None) as client:
            for _ in range(10):
                client.relations.list("1")
        assert connections(url) == 1


TWO_LOOPS = """
import asyncio
from facade import AsyncAssociationsClient
from facade.testing import Sandbox

sandbox = Sandbox()
with sandbox.serve() as server:
    client = AsyncAssociationsClient(sandbox.token, sandbox.location_id, base_url=server.url)

    async def total():
        return (await client.associations.list()).total

    print(asyncio.run(total()), asyncio.run(total()))
    asyncio.run(client.close())
"""


def test_an_async_client_works_in_a_second_event_loop() -> None:
    # In a process of its own: the connections of the first loop can only be left to the collector.
    assert run_program(TWO_LOOPS) == ["2 2"]
