"""A call ends in time, whatever a server does."""

import asyncio
import socket
import threading
from math import inf

import pytest

from facade import APITimeoutError
from facade._core import bounds
from facade._core.bounds import CallDeadline, timeouts_within
from tests.facade.driving import Clients, Clock
from tests.facade.serving import serving

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"relations": [], "total": 0}'
WHOLE = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY


@pytest.mark.both
@pytest.mark.parametrize(
    ("before", "part"),
    [
        (b"", b""),
        (HEAD, b"X-A: b\r\n"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    ],
)
def test_a_server_that_drips_ends_with_the_deadline(
    clients: Clients, before: bytes, part: bytes
) -> None:
    is_over = threading.Event()

    def drip(connection: socket.socket, request: bytes) -> None:
        connection.sendall(WHOLE if is_over.is_set() else before)
        while not is_over.wait(0.02):  # each wait for data is short
            connection.sendall(part)

    with serving(drip) as address:
        client = clients("pit-t", "loc", base_url=f"http://{address}", pace=None, retries=0)
        with pytest.raises(APITimeoutError):
            client.relations.list("1", deadline=0.2)
        is_over.set()
        assert client.relations.list("1", deadline=60).items == ()


def test_no_timeout_of_a_request_is_later_than_its_deadline_or_zero() -> None:
    clock = Clock()
    deadline = CallDeadline(20, clock=clock)
    parts = {"connect": 10.0, "read": 30.0}
    assert timeouts_within(parts, CallDeadline()) == parts
    assert timeouts_within(parts, deadline) == {"connect": 10.0, "read": 20.0}
    clock.now += 25
    assert timeouts_within(parts, deadline) == {"connect": 0.001, "read": 0.001}


def test_a_deadline_counts_the_pace_unless_it_is_a_default() -> None:
    clock = Clock()
    given = CallDeadline(10, clock=clock)
    default = CallDeadline(10, includes_pace=False, clock=clock)
    clock.now += 7
    for deadline in (given, default):
        deadline.waited_for_pace(4)
    assert (given.seconds_left, given.seconds_for_pace) == (3.0, 3.0)
    assert (default.seconds_left, default.seconds_for_pace) == (7.0, inf)


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

    with pytest.raises(RuntimeError, match="needs a running asyncio event loop; trio is not"):
        bounds.async_time_limit(1.0)
    limits = (CallDeadline(), CallDeadline(60), CallDeadline(-1))
    assert [asyncio.run(expired(one)) for one in limits] == [False, False, True]
    nothing = bounds.time_limit(-1)  # of blocking code
    with nothing:
        assert not nothing.expired()
