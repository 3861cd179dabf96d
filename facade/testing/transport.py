"""The in-process sandbox: a transport for blocking and async clients of httpx and httpx2."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import suppress
from math import inf
from typing import Any

from facade._core.http import AsyncBaseTransport, BaseTransport, library_of
from facade.testing.messages import DroppedConnectionError, Exchange, Request, Response, run


class SandboxTransport(BaseTransport, AsyncBaseTransport):
    """Passes requests to a sandbox; responses and errors are of the library of the request.

    A wait longer than the read timeout of the client raises its ReadTimeout; the sandbox completes
    the work later, as a server does.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def handle_request(self, request: Any) -> Any:
        """Pass a request of a blocking client."""
        request.read()
        return run(_steps(self._exchange, request))

    async def handle_async_request(self, request: Any) -> Any:
        """Pass a request of an async client."""
        await request.aread()
        steps = _steps(self._exchange, request)
        while True:
            try:
                seconds = next(steps)
            except StopIteration as end:
                await asyncio.sleep(0)  # as with a real connection, other tasks can run
                return end.value
            await asyncio.sleep(seconds)


def _steps(exchange: Exchange, request: Any) -> Generator[float, None, Any]:
    """Yield the seconds to wait before the next step; return the response."""
    exchange_steps = exchange(_request(request))
    read_timeout = request.extensions.get("timeout", {}).get("read")
    left: float = inf if read_timeout is None else read_timeout
    while True:
        try:
            seconds = next(exchange_steps)
        except StopIteration as end:
            return _response(end.value, library_of(request))
        except DroppedConnectionError as dropped:
            raise _error(dropped, request) from None
        if seconds > left:
            yield left
            _finish_later(exchange_steps, seconds - left)
            raise library_of(request).ReadTimeout("The sandbox took too long.", request=request)
        left -= seconds
        yield seconds


def _request(request: Any) -> Request:
    return Request(
        method=request.method,
        target=request.url.raw_path.decode("ascii"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.content,
    )


def _response(response: Response, library: Any) -> Any:
    return library.Response(
        response.status, headers=dict(response.headers), content=response.body or None
    )


def _error(dropped: DroppedConnectionError, request: Any) -> Any:
    """Return the error of the library for a real connection that is dropped this way."""
    library: Any = library_of(request)
    if dropped.when == "connecting":
        return library.ConnectError("The sandbox refuses the connection.", request=request)
    if dropped.reset:
        return library.ReadError("The sandbox reset the connection.", request=request)
    if dropped.when == "during_answer":
        text = "The sandbox closed the connection in the middle of its response."
    else:
        text = "The sandbox closed the connection without a response."
    return library.RemoteProtocolError(text, request=request)


def _finish_later(steps: Generator[float, None, Response], seconds: float) -> None:
    def finish() -> None:
        with suppress(DroppedConnectionError):
            run(steps)

    timer = threading.Timer(seconds, finish)
    timer.daemon = True
    timer.start()
