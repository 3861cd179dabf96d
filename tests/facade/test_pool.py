"""Connections: small pools, one TLS context, proxies of the environment, event loops."""

import asyncio
import threading
from contextlib import closing
from typing import Any

import httpx
import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade._core.bounds import CallDeadline
from facade._core.pool import AsyncPool, Pool
from facade._core.reading import MAX_BODY
from scripts.benchmarks.server import connections, serving
from tests.facade.driving import run_program
from tests.facade.responding import new_request

NEVER = CallDeadline()


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
        threading.Thread(target=pool.send, args=(new_request(), MAX_BODY, NEVER))
        for _ in range(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [transport.requests for transport in recorded] == sizes
    limits = httpx.Limits(max_connections=10, max_keepalive_connections=10, keepalive_expiry=60.0)
    assert all(transport.options["limits"] == limits for transport in recorded)


@pytest.mark.parametrize(("calls", "sizes"), CONCURRENT)
def test_concurrent_calls_of_tasks_are_spread_over_small_pools(
    recorded: list[Recording], calls: int, sizes: list[int]
) -> None:
    async def main() -> None:
        Recording.async_wait = asyncio.Barrier(calls)
        pool = AsyncPool("https://api.test")
        await asyncio.gather(*(pool.send(new_request(), MAX_BODY, NEVER) for _ in range(calls)))

    asyncio.run(main())
    assert [transport.requests for transport in recorded] == sizes


def test_calls_one_after_another_share_a_pool(recorded: list[Recording]) -> None:
    Recording.wait = threading.Barrier(1)
    pool = Pool("https://api.test")
    for _ in range(20):
        pool.send(new_request(), MAX_BODY, NEVER)
    assert [transport.requests for transport in recorded] == [20]


def test_tls_is_set_up_once_for_all_clients(recorded: list[Recording]) -> None:
    Recording.wait = threading.Barrier(1)
    for _ in range(2):
        with closing(Pool("https://api.test")) as pool:
            pool.send(new_request(), MAX_BODY, NEVER)
    first, second = recorded
    assert first.options["verify"] is second.options["verify"]


def test_a_request_whose_end_was_lost_counts_no_longer(recorded: list[Recording]) -> None:
    Recording.wait = threading.Barrier(1)
    pool = Pool("https://api.test")
    for _ in range(30):  # as Ctrl-C may do between two lines
        pool._pools.acquire(new_request())
    pool.send(new_request(), MAX_BODY, NEVER)
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
    Pool(base_url).send(new_request(), MAX_BODY, NEVER)
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
