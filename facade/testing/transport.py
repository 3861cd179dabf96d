"""The in-process sandbox: a transport for blocking and async clients of httpx and httpx2."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from math import inf
from typing import Any

from facade._core.http import AsyncBaseTransport, BaseTransport, library_of
from facade._core.http import Request as HTTPRequest
from facade._core.http import Response as HTTPResponse
from facade.testing.messages import DroppedConnectionError, Exchange, Request, Response, Steps, run

# The error of the library for a real connection that is dropped this way.
_ERRORS = {
    "connecting": ("ConnectError", "refuses the connection"),
    "reset": ("ReadError", "reset the connection"),
    "during_answer": ("RemoteProtocolError", "closed the connection during its response"),
    "": ("RemoteProtocolError", "closed the connection without a response"),
}


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
        while isinstance(step := next(steps), int | float):
            await asyncio.sleep(step)  # as with a real connection, other tasks can run
        return step


def _steps(exchange: Exchange, request: Any) -> Iterator[float | HTTPResponse]:
    """Yield the seconds to wait before each next step, then the response."""
    library: Any = library_of(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    target = request.url.raw_path.decode("ascii")
    steps = exchange(Request(request.method, target, headers, request.content))
    read_timeout = request.extensions.get("timeout", {}).get("read")
    left: float = inf if read_timeout is None else read_timeout
    try:
        for step in steps:
            if isinstance(step, Response):
                yield library.Response(step.status, headers=dict(step.headers), content=step.body)
            elif step > left:
                yield left
                _finish_later(steps, step - left)
                raise library.ReadTimeout("The sandbox took too long.", request=request)
            else:
                left -= step
                yield step
    except DroppedConnectionError as dropped:
        how = "reset" if dropped.reset and dropped.when != "connecting" else dropped.when
        kind, text = _ERRORS.get(how, _ERRORS[""])
        raise getattr(library, kind)(f"The sandbox {text}.", request=request) from None


def _finish_later(steps: Steps, seconds: float) -> None:
    def finish() -> None:
        with suppress(DroppedConnectionError):
            run(steps)

    timer = threading.Timer(seconds, finish)
    timer.daemon = True
    timer.start()
