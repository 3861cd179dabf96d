"""How a call ends in time, and a response in size, whatever the server does."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractContextManager

MAX_BODY = 32_000_000  # bytes of a response, decoded; a page of 100 relations has 40,000


class CallDeadline:
    """The time at which a call ends, which all its requests share.

    Waiting for a turn of the pace counts towards a deadline that the caller gave, and postpones
    one that a client sets for all calls: thousands of tasks may queue, and all succeed.
    """

    def __init__(
        self,
        seconds: float,
        *,
        includes_pace: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.includes_pace = includes_pace
        self._clock = clock
        self._end = clock() + seconds

    @property
    def seconds_left(self) -> float:
        """The seconds until the call ends; below 0 if it should have ended."""
        return self._end - self._clock()

    def postpone(self, seconds: float) -> None:
        """Add the seconds of a wait that does not count."""
        self._end += seconds


class TimeLeft:
    """A timeout that becomes shorter: the seconds until a deadline, read anew for each read.

    httpcore passes a timeout on to `socket.settimeout` before each part that it reads, so that a
    server that sends a byte a second never runs into one that stays the same. It is no float,
    because that would be read only once: Python asks anything else for `__index__`.
    """

    def __init__(self, deadline: CallDeadline, timeout: float) -> None:
        self._deadline = deadline
        self._timeout = timeout

    def __index__(self) -> int:
        left = self._deadline.seconds_left
        if left <= 0:
            raise httpx.ReadTimeout(PASSED)
        return max(1, int(min(left, self._timeout)))


PASSED = "the call's deadline has passed"


class BoundedStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response, until it is too long."""

    def __init__(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        assert isinstance(self._stream, httpx.SyncByteStream)  # noqa: S101 - of a blocking client
        for part in self._stream:
            yield self._counted(part)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert isinstance(self._stream, httpx.AsyncByteStream)  # noqa: S101 - of an async client
        async for part in self._stream:
            yield self._counted(part)

    def _counted(self, part: bytes) -> bytes:
        self._size += len(part)
        if self._size > self._most:
            raise BodyTooLarge(self._most)
        return part

    def close(self) -> None:
        """Close the response's own stream."""
        if isinstance(self._stream, httpx.SyncByteStream):
            self._stream.close()

    async def aclose(self) -> None:
        """Close the response's own stream."""
        if isinstance(self._stream, httpx.AsyncByteStream):
            await self._stream.aclose()


class BodyTooLarge(httpx.HTTPError):
    """A body is longer than a client reads."""

    def __init__(self, most: int) -> None:
        super().__init__(f"the response is larger than {most:,} bytes")


def read_bounded(response: httpx.Response, most: int) -> httpx.Response:
    """Read a response to its end; BodyTooLarge if it has more bytes, decoded, than `most`."""
    if response.is_closed:  # it was read already
        return response
    if "content-encoding" not in response.headers:
        if not _is_short(response, most):
            response.stream = BoundedStream(response.stream, most)
        response.read()
        return response
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        _check_size(body, most)
    return _decoded(response, body)


async def async_read_bounded(response: httpx.Response, most: int) -> httpx.Response:
    """Read a response to its end; BodyTooLarge if it has more bytes, decoded, than `most`."""
    if response.is_closed:  # it was read already
        return response
    if "content-encoding" not in response.headers:
        if not _is_short(response, most):
            response.stream = BoundedStream(response.stream, most)
        await response.aread()
        return response
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        _check_size(body, most)
    return _decoded(response, body)


def _is_short(response: httpx.Response, most: int) -> bool:
    """Return whether a response declares a length up to `most`, which HTTP holds it to."""
    length = response.headers.get("content-length", "")
    return length.isdecimal() and len(length) < 16 and int(length) <= most


def _check_size(body: bytearray, most: int) -> None:
    if len(body) > most:
        raise BodyTooLarge(most)


def _decoded(response: httpx.Response, body: bytearray) -> httpx.Response:
    """Return a response whose body is decoded already."""
    headers = response.headers.copy()
    for name in ("content-encoding", "content-length", "transfer-encoding"):
        headers.pop(name, None)
    return httpx.Response(
        response.status_code,
        headers=headers,
        content=bytes(body),
        extensions=response.extensions,
    )


def limit_timeout(request: httpx.Request, deadline: CallDeadline) -> None:
    """Shorten each part of a request's timeout to what is left of the call's time."""
    left = max(0.001, deadline.seconds_left)
    parts = request.extensions["timeout"]
    request.extensions["timeout"] = {
        part: left if most is None else min(most, left) for part, most in parts.items()
    }
    request.extensions["deadline"] = deadline


def limit_reads(request: httpx.Request) -> None:
    """Bound reading a whole response, and not each part of it, where httpcore sends a request."""
    deadline, timeout = request.extensions.get("deadline"), request.extensions.get("timeout", {})
    # Below a second the timeout itself is more exact.
    if deadline is not None and deadline.seconds_left >= 1:
        request.extensions["timeout"] = {**timeout, "read": TimeLeft(deadline, timeout["read"])}


def time_limit(deadline: CallDeadline | None) -> AbstractContextManager[None]:
    """Bound nothing: timeouts bound what blocks, because no thread can be interrupted."""
    return _NO_LIMIT


def async_time_limit(deadline: CallDeadline | None) -> asyncio.Timeout:
    """End what is awaited when a call's time is over, with a TimeoutError."""
    import asyncio  # here, because blocking apps start without it

    return asyncio.timeout(None if deadline is None else max(0.0, deadline.seconds_left))


_NO_LIMIT = nullcontext()
