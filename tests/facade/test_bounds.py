"""A call ends in time, whatever a server does."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from facade import (
    APITimeoutError,
    AssociationsClient,
    AsyncAssociationsClient,
    DeadlineError,
    ResponseTooLargeError,
)
from facade._core.bounds import CallDeadline, TimeLeft, timeouts_within
from tests.facade.attempting import attempts_of
from tests.facade.driving import Clients, Clock

TOKEN = "pit-of-these-tests"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"relations": [], "total": 0}'


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve connections with `answer`, each in a thread, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve(connection: socket.socket) -> None:
            with connection:
                try:
                    while connection.recv(65536):
                        answer(connection)
                except OSError:
                    pass  # the client went away

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)  # which ends `accept`


def drip(before: bytes, part: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(before)
        while True:
            time.sleep(0.05)  # it is what this server is for
            connection.sendall(part)

    return answer


DRIPPING = [
    pytest.param(drip(b"", b""), id="silence"),
    pytest.param(drip(HEAD, b"X-A: b\r\n"), id="headers"),
    pytest.param(drip(HEAD + b"Content-Length: 100000\r\n\r\n", b" "), id="body"),
    pytest.param(drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), id="chunks"),
]


@pytest.mark.parametrize("answer", DRIPPING)
def test_a_server_that_drips_ends_with_the_deadline(
    clients: Clients, answer: Callable[[socket.socket], None]
) -> None:
    with server(answer) as url:
        client = clients(TOKEN, "loc", base_url=url, pace=None, retries=0)
        with pytest.raises(APITimeoutError):
            client.relations.list("1", deadline=1.2)


def test_after_a_deadline_the_client_works(clients: Clients) -> None:
    is_over = threading.Event()
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY

    def answer(connection: socket.socket) -> None:
        if not is_over.is_set():
            drip(HEAD, b"X-A: b\r\n")(connection)
        connection.sendall(whole)

    with server(answer) as url:
        client = clients(TOKEN, "loc", base_url=url, pace=None, retries=0)
        with pytest.raises(APITimeoutError):
            client.relations.list("1", deadline=1.1)
        is_over.set()
        assert client.relations.list("1", deadline=60).items == ()


class SilentSource:
    """A token source that gets no token of the location `silent`, and none in time of it."""

    def __init__(self) -> None:
        self.never = threading.Event()

    def has_fresh_token(self, location_id: str) -> bool:
        return location_id != "silent"

    def token(self, location_id: str) -> str:
        if location_id == "silent":
            self.never.wait(60)
        return TOKEN

    def renew(self, location_id: str, token: str) -> bool:
        return False


def test_a_silent_token_endpoint_ends_with_the_deadline_and_delays_nobody_else(
    clients: Clients,
) -> None:
    source = SilentSource()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=BODY))
    client = clients(source, "silent", transport=transport)
    with pytest.raises(DeadlineError, match="leaves no time to wait for a token"):
        client.relations.list("1", deadline=0.05)
    assert client.for_location("another").relations.list("1").items == ()
    source.never.set()


def test_thousands_who_wait_for_a_token_delay_nobody_else() -> None:
    source = SilentSource()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=BODY))

    async def main() -> int:
        async with AsyncAssociationsClient(source, "silent", transport=transport) as client:
            waiting = [asyncio.ensure_future(client.relations.list("1")) for _ in range(1000)]
            await asyncio.sleep(0)
            other = client.for_location("another")
            page = await other.relations.list("1", deadline=60)
            source.never.set()
            await asyncio.gather(*waiting, return_exceptions=True)
            return len(page.items)

    threads = threading.active_count()
    assert asyncio.run(main()) == 0
    assert threading.active_count() <= threads + 1


def test_a_response_that_is_too_large_is_not_read_from_a_connection(clients: Clients) -> None:
    body = BODY + b" " * 1000
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with server(lambda connection: connection.sendall(whole)) as url:
        client = clients(TOKEN, "loc", base_url=url, pace=None, max_response_bytes=1000)
        with pytest.raises(ResponseTooLargeError, match="larger than 1,000 bytes"):
            client.relations.list("1")


@pytest.mark.parametrize("length", ["", "many", "-1", "9" * 5000])
@pytest.mark.parametrize("size", [1000, 1001])
def test_a_declared_length_that_is_no_length_bounds_nothing(
    clients: Clients, length: str, size: int
) -> None:
    class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield BODY + b" " * (size - len(BODY))

        async def __aiter__(self) -> Any:
            yield BODY + b" " * (size - len(BODY))

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Length": length}, stream=Stream())

    transport = httpx.MockTransport(respond)
    client = clients(TOKEN, "loc", transport=transport, max_response_bytes=1000)
    if size == 1000:
        assert client.relations.list("1").items == ()
        return
    with pytest.raises(ResponseTooLargeError, match="larger than 1,000 bytes"):
        client.relations.list("1")


def test_of_a_response_that_is_too_large_a_given_httpx_client_reads_no_more_than_the_limit() -> (
    None
):
    read = list[int]()

    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for number in range(1000):
                read.append(number)
                yield b" " * 100

    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=Endless()))
    with (
        httpx.Client(transport=transport) as http_client,
        AssociationsClient(
            TOKEN, "loc", http_client=http_client, max_response_bytes=1000
        ) as client,
        pytest.raises(ResponseTooLargeError, match="larger than 1,000 bytes"),
    ):
        client.relations.list("1")
    assert len(read) == 11


def test_a_timeout_becomes_shorter_with_the_call() -> None:
    clock = Clock()
    left = TimeLeft(30.0, CallDeadline(10, clock=clock))
    assert (left, left.now()) == (10.0, 10.0)
    assert TimeLeft(3.0, CallDeadline(10, clock=clock)).now() == 3.0
    clock.now += 8.5
    assert (left, left.now()) == (10.0, 1.5)
    clock.now += 2
    assert left.now() == -0.5


def test_no_timeout_of_a_request_is_later_than_its_deadline_or_zero() -> None:
    clock = Clock()
    deadline = CallDeadline(20, clock=clock)
    parts = {"connect": 10.0, "read": 30.0}
    assert timeouts_within(parts, CallDeadline()) == parts
    assert timeouts_within(parts, deadline) == {"connect": 10.0, "read": 20.0}
    clock.now += 25
    assert timeouts_within(parts, deadline) == {"connect": 0.001, "read": 0.001}


@pytest.mark.parametrize(("includes_pace", "left"), [(True, 3.0), (False, 7.0)])
def test_waiting_for_the_pace_postpones_only_a_default_deadline(
    includes_pace: bool, left: float
) -> None:
    clock = Clock()
    deadline = CallDeadline(10, includes_pace=includes_pace, clock=clock)
    attempts = attempts_of(deadline=deadline, clock=clock)
    assert (deadline.seconds_for_pace > 300) is not includes_pace
    clock.now += 7
    attempts.waited_for_turn(4)
    assert deadline.seconds_left == left


@pytest.mark.parametrize("options", [{"deadline": 0}, {"deadline": -1}, {"max_response_bytes": 0}])
def test_bounds_that_make_no_sense_are_refused(clients: Clients, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        clients(TOKEN, "loc", **options)


def test_an_async_client_says_in_one_line_that_it_needs_asyncio() -> None:
    client = AsyncAssociationsClient(TOKEN, "loc")
    with pytest.raises(RuntimeError, match=r"asyncio event loop; trio is not supported"):
        client.relations.list("1").send(None)  # as a loop that is not asyncio's does
    asyncio.run(client.close())
