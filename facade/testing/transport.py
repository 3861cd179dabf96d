"""The in-process sandbox: a transport for blocking and async httpx clients."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import suppress
from math import inf

import httpx

from facade.testing.messages import DroppedConnectionError, Exchange, Request, Response, run


class SandboxTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Passes requests to a sandbox; raises httpx errors for long waits and dropped connections.

    A wait longer than the read timeout of the client raises httpx.ReadTimeout; the sandbox
    completes the work later, as a server does.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request of a blocking client."""
        request.read()
        return run(_steps(self._exchange, request))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request of an async client."""
        await request.aread()
        steps = _steps(self._exchange, request)
        while True:
            try:
                seconds = next(steps)
            except StopIteration as end:
                await asyncio.sleep(0)  # as with a real connection, other tasks can run
                response: httpx.Response = end.value
                return response
            await asyncio.sleep(seconds)


def _steps(exchange: Exchange, request: httpx.Request) -> Generator[float, None, httpx.Response]:
    """Yield the seconds to wait before the next step; return the response."""
    exchange_steps = exchange(_request(request))
    read_timeout = request.extensions.get("timeout", {}).get("read")
    left: float = inf if read_timeout is None else read_timeout
    while True:
        try:
            seconds = next(exchange_steps)
        except StopIteration as end:
            return _response(end.value)
        except DroppedConnectionError as dropped:
            raise _httpx_error(dropped, request) from None
        if seconds > left:
            yield left
            _finish_later(exchange_steps, seconds - left)
            raise httpx.ReadTimeout("The sandbox took too long.", request=request)
        left -= seconds
        yield seconds


def _request(request: httpx.Request) -> Request:
    return Request(
        method=request.method,
        target=request.url.raw_path.decode("ascii"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.content,
    )


def _response(response: Response) -> httpx.Response:
    return httpx.Response(
        response.status, headers=dict(response.headers), content=response.body or None
    )


def _httpx_error(dropped: DroppedConnectionError, request: httpx.Request) -> httpx.TransportError:
    """Return the httpx error for a real connection that is dropped this way."""
    if dropped.when == "connecting":
        return httpx.ConnectError("The sandbox refuses the connection.", request=request)
    if dropped.reset:
        return httpx.ReadError("The sandbox reset the connection.", request=request)
    if dropped.when == "during_answer":
        text = "The sandbox closed the connection in the middle of its response."
    else:
        text = "The sandbox closed the connection without a response."
    return httpx.RemoteProtocolError(text, request=request)


def _finish_later(steps: Generator[float, None, Response], seconds: float) -> None:
    def finish() -> None:
        with suppress(DroppedConnectionError):
            run(steps)

    timer = threading.Timer(seconds, finish)
    timer.daemon = True
    timer.start()
