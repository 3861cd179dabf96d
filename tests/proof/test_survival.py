"""A client survives many cancellations and forks over real sockets."""

import asyncio
import os
import random
import signal
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from facade.redis import RedisPace
from scripts.benchmarks.server import response_body
from scripts.programs import RedisServer
from tests.facade.driving import run_program

pytestmark = pytest.mark.proof


class Server:
    """Responds with lists whose total is the record's id; may close each connection."""

    def __init__(self, *, closes: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self._closes = closes
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._port: asyncio.Future[int] = self._loop.create_future()
        ready = threading.Event()
        self._port.add_done_callback(lambda _: ready.set())
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._thread.daemon = True
        self._thread.start()
        assert ready.wait(30)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://localhost:{self._port.result()}"

    async def _run(self) -> None:
        server = await asyncio.start_server(self._serve, "localhost", 0, ssl=self._tls)
        self._port.set_result(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(random.uniform(0, 0.002))  # noqa: S311
                body = response_body("GET", head.split(b" ")[1].decode())
                extra = b"Connection: close\r\n" if self._closes else b""
                writer.write(
                    b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (extra, len(body))
                )
                writer.write(body)
                if self._closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def test_after_three_thousand_cancelled_calls_the_next_twenty_are_answered() -> None:
    chance = random.Random(3)  # noqa: S311

    async def cancelled(client: AsyncAssociationsClient) -> None:
        try:
            async with asyncio.timeout(chance.uniform(0, 0.003)):
                await client.relations.list("1")
        except TimeoutError:
            pass

    async def main(url: str) -> list[int | None]:
        async with AsyncAssociationsClient("pit-t", "loc", base_url=url, pace=None) as client:
            for _ in range(60):
                await asyncio.gather(*(cancelled(client) for _ in range(50)))
            pages = [client.relations.list("7", timeout=20.0, retries=0) for _ in range(20)]
            return [page.total for page in await asyncio.gather(*pages)]

    assert asyncio.run(main(Server(closes=True).url)) == [7] * 20
    assert asyncio.run(main(Server().url)) == [7] * 20


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
        assert asyncio.run(main(Server().url, redis.url)) == [7] * 90


def in_children(count: int, work: Callable[[], object]) -> list[int]:
    """Do the work in forked processes as well; return their exit codes."""
    children: list[int] = []
    for _ in range(count):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                work()
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    work()
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def blocking_work(client: AssociationsClient) -> Callable[[], None]:
    def work() -> None:
        for number in range(300):
            assert client.relations.list(str(number % 50)).total == number % 50

    return work


# In a separate process, because the first loop's connection is left to the garbage collector.
ASYNC_FORKS = """
import asyncio, os
from facade import AsyncAssociationsClient

client = AsyncAssociationsClient("pit-t", "loc", base_url={url!r}, pace=None)

async def work(calls):
    wrong = 0
    for start in range(0, calls, 20):
        numbers = range(start, start + 20)
        pages = await asyncio.gather(*(client.relations.list(str(one)) for one in numbers))
        wrong += [page.total for page in pages] != list(numbers)
    return wrong

asyncio.run(work(20))
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = asyncio.run(work(300))
        finally:
            os._exit(code)
    children.append(child)
wrong = asyncio.run(work(300))
print([wrong, *(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)])
asyncio.run(client.close())
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a self-signed certificate for localhost."""
    import subprocess

    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(params=["http", "https"])
def url(
    request: pytest.FixtureRequest, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    from facade._core import http

    if request.param == "http":
        yield Server().url
        return
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    http.tls_context.cache_clear()
    yield Server(tls=tls).url
    http.tls_context.cache_clear()


def test_nine_hundred_blocking_calls_over_a_fork_get_their_own_responses(url: str) -> None:
    with AssociationsClient("pit-t", "loc", base_url=url, pace=None) as client:
        client.relations.list("1")
        assert in_children(2, blocking_work(client)) == [0, 0]


def test_nine_hundred_async_calls_over_a_fork_get_their_own_responses(url: str) -> None:
    assert run_program(ASYNC_FORKS.format(url=url), "-W", "ignore") == ["[0, 0, 0]"]


def test_none_of_a_hundred_forks_beside_eight_busy_threads_hangs(url: str) -> None:
    pace = LocalPace(calls=10**6)
    with AssociationsClient("pit-t", "loc", base_url=url, pace=pace) as client:
        stopping = threading.Event()

        def keep_busy() -> None:
            while not stopping.is_set():
                client.relations.list("3", retries=0, timeout=20.0)

        threads = [threading.Thread(target=keep_busy, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        try:
            codes = [_one_call_in_a_fork(client) for _ in range(100)]
        finally:
            stopping.set()
            for thread in threads:
                thread.join()
    assert codes == [0] * 100


def _one_call_in_a_fork(client: AssociationsClient) -> int:
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # ends a child that hangs
        code = 1
        try:
            code = 0 if client.relations.list("9").total == 9 else 2
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
