"""The sandbox in process: a transport that httpx's blocking and async clients both take."""

import asyncio
import threading
import time
from collections.abc import Generator
from math import inf

import httpx

from facade.testing.wire import ConnectionLostError, Exchange, Request, Response


class SandboxTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carry requests to a sandbox and its waits, lost connections and time-outs back.

    A wait longer than the client's read time-out ends as httpx.ReadTimeout, and what the
    sandbox still had to do is done when its time comes, as it would be on a server.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        journey = _Journey(self._exchange, request)
        while journey.response is None:
            time.sleep(journey.step())
        return journey.response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        journey = _Journey(self._exchange, request)
        while journey.response is None:
            await asyncio.sleep(journey.step())
        return journey.response


class _Journey:
    """Drive one exchange; its caller waits between the steps."""

    def __init__(self, exchange: Exchange, request: httpx.Request) -> None:
        self.response: httpx.Response | None = None
        self._request = request
        self._exchange = exchange(_incoming(request))
        timeout = request.extensions.get("timeout", {}).get("read")
        self._patience: float = inf if timeout is None else timeout
        self._overdue: float | None = None

    def step(self) -> float:
        """Go on; give the seconds to wait before the next step."""
        if self._overdue is not None:
            _finish_later(self._exchange, self._overdue)
            raise httpx.ReadTimeout("The sandbox took too long.", request=self._request)
        try:
            wait = next(self._exchange)
        except StopIteration as end:
            self.response = _outgoing(end.value)
            return 0.0
        except ConnectionLostError as lost:
            raise _lost(lost, self._request) from None
        if wait > self._patience:
            self._overdue = wait - self._patience
            return self._patience
        self._patience -= wait
        return wait


def _incoming(request: httpx.Request) -> Request:
    return Request(
        method=request.method,
        target=request.url.raw_path.decode("ascii"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.content,
    )


def _outgoing(response: Response) -> httpx.Response:
    return httpx.Response(
        response.status, headers=dict(response.headers), content=response.body or None
    )


def _lost(lost: ConnectionLostError, request: httpx.Request) -> httpx.TransportError:
    """Choose the error that httpx raises when a real connection is lost this way."""
    if lost.when == "connecting":
        return httpx.ConnectError("The sandbox refuses the connection.", request=request)
    if lost.reset:
        return httpx.ReadError("The sandbox reset the connection.", request=request)
    if lost.when == "during_answer":
        text = "The sandbox closed the connection in the middle of its answer."
        return httpx.RemoteProtocolError(text, request=request)
    text = "The sandbox closed the connection without an answer."
    return httpx.RemoteProtocolError(text, request=request)


def _finish_later(exchange: Generator[float, None, Response], seconds: float) -> None:
    def finish() -> None:
        try:
            for wait in exchange:
                time.sleep(wait)
        except ConnectionLostError:
            pass

    timer = threading.Timer(seconds, finish)
    timer.daemon = True
    timer.start()
