"""A client survives many cancellations and forks over real sockets."""

import asyncio
import os
import random
import signal
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import pytest

from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from facade._core import http
from facade.redis import RedisPace
from scripts.benchmarks.server import response_body
from scripts.programs import RedisServer
from tests.facade.driving import run_program
from tests.facade.serving import write_certificate

pytestmark = pytest.mark.proof


def serve(*, closes: bool = False, tls: ssl.SSLContext | None = None) -> str:
    """Serve lists whose total is the record's id, and perhaps close each connection."""
    port: Future[int] = Future()

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(random.uniform(0, 0.002))  # noqa: S311
                body = response_body("GET", head.split(b" ")[1].decode())
                extra = b"Connection: close\r\n" if closes else b""
                writer.write(
                    b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (extra, len(body)) + body
                )
                if closes:
                    break
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(respond, "localhost", 0, ssl=tls)
        port.set_result(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    threading.Thread(target=asyncio.run, args=(run(),), daemon=True).start()
    return f"{'https' if tls else 'http'}://localhost:{port.result(30)}"


@pytest.mark.parametrize("closes", [True, False])
def test_after_three_thousand_cancelled_calls_the_next_twenty_are_answered(closes: bool) -> None:
    chance = random.Random(3)  # noqa: S311

    async def cancelled(client: AsyncAssociationsClient) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(chance.uniform(0, 0.003)):
                await client.relations.list("1")

    async def main(url: str) -> list[int | None]:
        async with AsyncAssociationsClient("pit-t", "loc", base_url=url, pace=None) as client:
            for _ in range(60):
                await asyncio.gather(*(cancelled(client) for _ in range(50)))
            pages = [client.relations.list("7", timeout=20.0, retries=0) for _ in range(20)]
            return [page.total for page in await asyncio.gather(*pages)]

    assert asyncio.run(main(serve(closes=closes))) == [7] * 20


def test_after_eighty_cancelled_turns_of_a_shared_pace_the_next_call_waits_for_none() -> None:
    async def main(url: str, redis: str) -> list[int | None]:
        # A turn that is lost comes back after a minute only, and one that was used after an hour.
        pace = RedisPace(redis, app="app", seconds=3600)
        async with AsyncAssociationsClient("pit-t", "loc", base_url=url, pace=pace) as client:
            calls = [asyncio.ensure_future(client.relations.list("1")) for _ in range(80)]
            await asyncio.sleep(0)
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            pages = [client.relations.list("7", deadline=30.0) for _ in range(90)]
            return [page.total for page in await asyncio.gather(*pages)]

    with RedisServer() as redis:
        assert asyncio.run(main(serve(), redis.url)) == [7] * 90


@pytest.fixture(params=["http", "https"])
def url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    if request.param == "http":
        yield serve()
        return
    write_certificate(tmp_path / "server.pem", days=2)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "server.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    http.tls_context.cache_clear()
    yield serve(tls=tls)
    http.tls_context.cache_clear()


def fork(work: Callable[[], object]) -> int:
    """Do the work in a forked process, which exits with 0 if it succeeds; return its id."""
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # ends a child that hangs
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def exit_code(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_nine_hundred_blocking_calls_over_a_fork_get_their_own_responses(url: str) -> None:
    with AssociationsClient("pit-t", "loc", base_url=url, pace=None) as client:

        def work() -> None:
            for number in range(300):
                assert client.relations.list(str(number % 50)).total == number % 50

        client.relations.list("1")
        children = [fork(work), fork(work)]
        work()
        assert [exit_code(child) for child in children] == [0, 0]


# In a separate process, because the first loop's connection is left to the garbage collector.
ASYNC_FORKS = """
import asyncio
from facade import AsyncAssociationsClient
from tests.proof.test_survival import exit_code, fork

client = AsyncAssociationsClient("pit-t", "loc", base_url={url!r}, pace=None)

async def work(calls):
    for start in range(0, calls, 20):
        numbers = range(start, start + 20)
        pages = await asyncio.gather(*(client.relations.list(str(one)) for one in numbers))
        assert [page.total for page in pages] == list(numbers)

asyncio.run(work(20))
children = [fork(lambda: asyncio.run(work(300))) for _ in range(2)]
asyncio.run(work(300))
print([exit_code(child) for child in children])
asyncio.run(client.close())
"""


def test_nine_hundred_async_calls_over_a_fork_get_their_own_responses(url: str) -> None:
    assert run_program(ASYNC_FORKS.format(url=url), "-W", "ignore") == ["[0, 0]"]


def test_none_of_a_hundred_forks_beside_eight_busy_threads_hangs(url: str) -> None:
    pace = LocalPace(calls=10**6)
    with AssociationsClient("pit-t", "loc", base_url=url, pace=pace) as client:
        stopping = threading.Event()

        def keep_busy() -> None:
            while not stopping.is_set():
                client.relations.list("3", retries=0, timeout=20.0)

        def call() -> None:
            assert client.relations.list("9").total == 9

        threads = [threading.Thread(target=keep_busy, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        try:
            codes = [exit_code(fork(call)) for _ in range(100)]
        finally:
            stopping.set()
            for thread in threads:
                thread.join()
    assert codes == [0] * 100
