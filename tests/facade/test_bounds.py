"""A call ends in time, whatever a server does."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from facade import APITimeoutError, AsyncAssociationsClient, ResponseTooLargeError
from facade._core import bounds
from facade._core.bounds import CallDeadline, TimeLeft, timeouts_within
from tests.facade.driving import Clients, Clock

TOKEN = "pit-of-these-tests"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"relations": [], "total": 0}'
WHOLE = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY


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


@pytest.mark.both
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(drip(b"", b""), id="silence"),
        pytest.param(drip(HEAD, b"X-A: b\r\n"), id="headers"),
        pytest.param(drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), id="body"),
    ],
)
def test_a_server_that_drips_ends_with_the_deadline_and_then_the_client_works(
    clients: Clients, answer: Callable[[socket.socket], None]
) -> None:
    is_over = threading.Event()

    def drip_until_over(connection: socket.socket) -> None:
        if is_over.is_set():
            connection.sendall(WHOLE)
        else:
            answer(connection)

    with server(drip_until_over) as url:
        client = clients(TOKEN, "loc", base_url=url, pace=None, retries=0)
        with pytest.raises(APITimeoutError):
            client.relations.list("1", deadline=0.7)
        is_over.set()
        assert client.relations.list("1", deadline=60).items == ()


@pytest.mark.both
def test_a_response_that_is_too_large_is_not_read_from_a_connection(clients: Clients) -> None:
    with server(lambda connection: connection.sendall(WHOLE)) as url:
        client = clients(TOKEN, "loc", base_url=url, pace=None, max_response_bytes=len(BODY) - 1)
        with pytest.raises(ResponseTooLargeError, match="larger than 28 bytes"):
            client.relations.list("1")


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


def test_a_deadline_can_be_postponed_and_counts_the_pace_unless_it_is_a_default() -> None:
    clock = Clock()
    deadline = CallDeadline(10, clock=clock)
    clock.now += 7
    deadline.waited_for_pace(4)
    assert (deadline.seconds_left, deadline.seconds_for_pace) == (3.0, 3.0)


def test_async_code_is_cancelled_at_its_deadline_and_only_then() -> None:
    async def expired(deadline: CallDeadline) -> bool:
        limit = bounds.async_time_limit(deadline.seconds_left)
        try:
            async with limit:
                for _ in range(3):
                    await asyncio.sleep(0)
        except TimeoutError:
            pass
        return limit.expired()

    limits = (CallDeadline(), CallDeadline(60), CallDeadline(-1))
    assert [asyncio.run(expired(one)) for one in limits] == [False, False, True]
    nothing = bounds.time_limit(-1)  # of blocking code
    with nothing:
        assert not nothing.expired()


def test_an_async_client_says_in_one_line_that_it_needs_asyncio() -> None:
    client = AsyncAssociationsClient(TOKEN, "loc")
    with pytest.raises(RuntimeError, match=r"asyncio event loop; trio is not supported"):
        client.relations.list("1").send(None)  # as a loop that is not asyncio's does
    asyncio.run(client.close())
