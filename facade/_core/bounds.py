"""Bounds that hold whatever the server does: the time of a call, the size of a response."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractContextManager

MAX_BODY = 32_000_000  # bytes of a decoded response; a page of 100 relations has 40,000


class CallDeadline:
    """The time at which a call must end, shared by all its requests.

    Waiting for the pace counts towards the deadline of one call, and postpones the default
    deadline of a client, so that thousands of tasks can queue and all succeed.
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
        """Add the seconds of a wait that does not count towards the deadline."""
        self._end += seconds


class TimeLeft:
    """A timeout that shrinks: the seconds until a deadline, computed again for each read.

    httpcore passes the timeout to `socket.settimeout` before each read, so a server that sends a
    byte a second would never exceed a fixed one. It is not a float, whose value is fixed: for any
    other object, Python calls `__index__` each time.
    """

    def __init__(self, deadline: CallDeadline, timeout: float) -> None:
        self._deadline = deadline
        self._timeout = timeout

    def __index__(self) -> int:
        left = self._deadline.seconds_left
        if left <= 0:
            raise httpx.ReadTimeout("the call's deadline has passed")
        return max(1, int(min(left, self._timeout)))


class BoundedStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response; reading raises BodyTooLarge beyond the limit."""

    def __init__(
        self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, max_bytes: int
    ) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
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
        if self._size > self._max_bytes:
            raise BodyTooLarge(self._max_bytes)
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
    """A body is longer than the limit."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"the response is larger than {max_bytes:,} bytes")


def read_bounded(response: httpx.Response, max_bytes: int) -> httpx.Response:
    """Read a response to its end; raise BodyTooLarge beyond `max_bytes`, decoded."""
    if response.is_closed:  # already read
        return response
    if "content-encoding" not in response.headers:
        if not _is_short(response, max_bytes):
            response.stream = BoundedStream(response.stream, max_bytes)
        response.read()
        return response
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        _check_size(body, max_bytes)
    return _decoded(response, body)


async def async_read_bounded(response: httpx.Response, max_bytes: int) -> httpx.Response:
    """Read a response to its end; raise BodyTooLarge beyond `max_bytes`, decoded."""
    if response.is_closed:  # already read
        return response
    if "content-encoding" not in response.headers:
        if not _is_short(response, max_bytes):
            response.stream = BoundedStream(response.stream, max_bytes)
        await response.aread()
        return response
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        _check_size(body, max_bytes)
    return _decoded(response, body)


def _is_short(response: httpx.Response, max_bytes: int) -> bool:
    """Return whether a response declares a Content-Length within the limit, which HTTP enforces."""
    length = response.headers.get("content-length", "")
    return length.isdecimal() and len(length) < 16 and int(length) <= max_bytes


def _check_size(body: bytearray, max_bytes: int) -> None:
    if len(body) > max_bytes:
        raise BodyTooLarge(max_bytes)


def _decoded(response: httpx.Response, body: bytearray) -> httpx.Response:
    """Return the response with its decoded body."""
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
    """Shorten each part of a request's timeout to the time left until the deadline."""
    left = max(0.001, deadline.seconds_left)
    parts = request.extensions["timeout"]
    request.extensions["timeout"] = {
        part: left if seconds is None else min(seconds, left) for part, seconds in parts.items()
    }
    request.extensions["deadline"] = deadline


def limit_reads(request: httpx.Request) -> None:
    """Bound the time to read the whole response, not each part, if httpcore sends the request."""
    deadline, timeout = request.extensions.get("deadline"), request.extensions.get("timeout", {})
    # Below a second, the timeout itself is more exact, because TimeLeft counts whole seconds.
    if deadline is not None and deadline.seconds_left >= 1:
        request.extensions["timeout"] = {**timeout, "read": TimeLeft(deadline, timeout["read"])}


def time_limit(deadline: CallDeadline | None) -> AbstractContextManager[None]:
    """Do nothing: a thread cannot be interrupted, so only timeouts bound blocking code."""
    return _NO_LIMIT


def async_time_limit(deadline: CallDeadline | None) -> asyncio.Timeout:
    """Cancel the block with a TimeoutError when the deadline passes."""
    import asyncio  # here, because blocking apps do not need it

    return asyncio.timeout(None if deadline is None else max(0.0, deadline.seconds_left))


_NO_LIMIT = nullcontext()
