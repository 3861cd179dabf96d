"""The in-process sandbox: a transport for blocking and async clients of httpx and httpx2."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import suppress
from math import inf
from typing import Any

from facade._core.http import AsyncBaseTransport, BaseTransport, library_of
from facade._core.http import Request as HTTPRequest
from facade._core.http import Response as HTTPResponse
from facade.testing.messages import DroppedConnectionError, Exchange, Request, Response, run


class SandboxTransport(BaseTransport, AsyncBaseTransport):
    """Passes requests to a sandbox; responses and errors are of the library of the request.

    A wait longer than the read timeout of the client raises its ReadTimeout; the sandbox completes
    the work later, as a server does.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def handle_request(self, request: HTTPRequest) -> HTTPResponse:
        """Pass a request of a blocking client."""
        request.read()
        return run(_steps(self._exchange, request))

    async def handle_async_request(self, request: HTTPRequest) -> HTTPResponse:
        """Pass a request of an async client."""
        await request.aread()
        steps = _steps(self._exchange, request)
        while True:
            try:
                seconds = next(steps)
            except StopIteration as end:
                await asyncio.sleep(0)  # as with a real connection, other tasks can run
                response: HTTPResponse = end.value
                return response
            await asyncio.sleep(seconds)


def _steps(exchange: Exchange, request: Any) -> Generator[float, None, HTTPResponse]:
    """Yield the seconds to wait before the next step; return the response."""
    library: Any = library_of(request)
    exchange_steps = exchange(
        Request(
            method=request.method,
            target=request.url.raw_path.decode("ascii"),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.content,
        )
    )
    read_timeout = request.extensions.get("timeout", {}).get("read")
    left: float = inf if read_timeout is None else read_timeout
    while True:
        try:
            seconds = next(exchange_steps)
        except StopIteration as end:
            given: Response = end.value
            response: HTTPResponse = library.Response(
                given.status, headers=dict(given.headers), content=given.body or None
            )
            return response
        except DroppedConnectionError as dropped:
            raise _error(dropped, library, request) from None
        if seconds > left:
            yield left
            _finish_later(exchange_steps, seconds - left)
            raise library.ReadTimeout("The sandbox took too long.", request=request)
        left -= seconds
        yield seconds


def _error(dropped: DroppedConnectionError, library: Any, request: Any) -> Any:
    """Return the error of the library for a real connection that is dropped this way."""
    if dropped.when == "connecting":
        kind, text = library.ConnectError, "refuses the connection."
    elif dropped.reset:
        kind, text = library.ReadError, "reset the connection."
    elif dropped.when == "during_answer":
        kind, text = library.RemoteProtocolError, "closed the connection during its response."
    else:
        kind, text = library.RemoteProtocolError, "closed the connection without a response."
    return kind(f"The sandbox {text}", request=request)


def _finish_later(steps: Generator[float, None, Response], seconds: float) -> None:
    def finish() -> None:
        with suppress(DroppedConnectionError):
            run(steps)

    timer = threading.Timer(seconds, finish)
    timer.daemon = True
    timer.start()
