"""Our httpx clients: a request is sent, and sent again, here and nowhere else.

Generated code is handed these and parses only what passed. It never sees a 520, an HTML page or a
token.
"""

import time
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any, TypeVar

import httpx

from facade import errors
from facade.pace import Turn
from facade.pool import AsyncPool, Pool
from facade.retry import Attempts
from facade.wire import CALL, Call, Form, Wire, judge, reaching, seen

NOT_CLOSED = "a client was not closed: use `with`, or call close()"
sleep = time.sleep


async def async_sleep(seconds: float) -> None:
    """Sleep; asyncio is imported here, because loading it is a tenth of a blocking app's start."""
    import asyncio

    await asyncio.sleep(seconds)


Result = TypeVar("Result")


def aside(work: Callable[[], Result]) -> Result:
    """Do what may take time: here, in blocking code."""
    return work()


async def async_aside(work: Callable[[], Result]) -> Result:
    """Do what may take time: in a thread, so that the event loop goes on."""
    import asyncio

    return await asyncio.to_thread(work)


def post_form(form: Form, timeout: float, transport: httpx.BaseTransport | None = None) -> Any:
    """Post a form once, outside any client; give the body of a success, raise as a client does.

    Forms are rare: a connection is made for each, and nothing is left to close or to fork.
    """
    request = form.request(timeout)
    with nullcontext(transport) if transport else Pool(form.url) as through, reaching(request):
        response = through.handle_request(request)
        response.read()
    if not response.is_success:
        raise errors.status_error(**seen(request, response, form))
    return errors.parse_body(response.content)


class Transport(httpx.Client):
    """The blocking client that generated code is handed."""

    def __init__(
        self, wire: Wire, transport: httpx.BaseTransport | None, http_client: httpx.Client | None
    ) -> None:
        self._through = transport or Pool(wire.base_url)
        super().__init__(transport=self._through)
        self._wire = wire
        self._theirs = http_client

    def request(  # type: ignore[override]  # only what generated code uses
        self, method: str, url: str, **parts: Any
    ) -> httpx.Response:
        """Build, wait for a turn, send, judge; and again, where that is safe and of use."""
        call, wire = CALL.get(), self._wire
        attempts = wire.begin(method, call)
        build = partial(wire.request, method, url, call, **parts)
        while True:
            request = aside(build) if wire.asks_aside else build()
            turn = self._turn(request, call, attempts)
            try:
                with wire.sending(request, turn, attempts) as answers:
                    answers.append(self._deliver(request))
                return judge(request, answers[0], call)
            except errors.AssociationsError as error:
                decide = partial(wire.again_after, request, error, attempts, call)
                delay = aside(decide) if wire.asks_aside else decide()
                if delay is None:
                    raise
            sleep(delay)

    def _turn(self, request: httpx.Request, call: Call | None, attempts: Attempts) -> Turn:
        take = partial(self._wire.take_turn, request, call, attempts)
        while True:
            turn = aside(take) if self._wire.paces_aside else take()
            if turn.wait <= 0 and turn.granted:
                return turn
            try:
                sleep(max(0.0, turn.wait))
            except BaseException:  # cancelled, or Ctrl-C
                self._wire.give_back(turn)
                raise
            if turn.granted:
                return turn

    def _deliver(self, request: httpx.Request) -> httpx.Response:
        if self._theirs is not None:
            return self._theirs.send(request, auth=None, follow_redirects=False)
        if self.is_closed:
            raise RuntimeError("this client is closed")
        # Not through httpx.Client.send: cookies, redirects, auth and hooks are not wanted here, and
        # looking for them costs as much as a small call.
        response = self._through.handle_request(request)
        response.request = request
        try:
            response.read()
        except BaseException:
            response.close()
            raise
        return response

    def __del__(self) -> None:
        if not getattr(self, "is_closed", True):  # a copy may be without what it needs
            warnings.warn(NOT_CLOSED, ResourceWarning, source=self, stacklevel=2)


class AsyncTransport(httpx.AsyncClient):
    """The async client that generated code is handed."""

    def __init__(
        self,
        wire: Wire,
        transport: httpx.AsyncBaseTransport | None,
        http_client: httpx.AsyncClient | None,
    ) -> None:
        self._through = transport or AsyncPool(wire.base_url)
        super().__init__(transport=self._through)
        self._wire = wire
        self._theirs = http_client

    async def request(  # type: ignore[override]  # only what generated code uses
        self, method: str, url: str, **parts: Any
    ) -> httpx.Response:
        """Build, wait for a turn, send, judge; and again, where that is safe and of use."""
        call, wire = CALL.get(), self._wire
        attempts = wire.begin(method, call)
        build = partial(wire.request, method, url, call, **parts)
        while True:
            request = await async_aside(build) if wire.asks_aside else build()
            turn = await self._turn(request, call, attempts)
            try:
                with wire.sending(request, turn, attempts) as answers:
                    answers.append(await self._deliver(request))
                return judge(request, answers[0], call)
            except errors.AssociationsError as error:
                decide = partial(wire.again_after, request, error, attempts, call)
                delay = await async_aside(decide) if wire.asks_aside else decide()
                if delay is None:
                    raise
            await async_sleep(delay)

    async def _turn(self, request: httpx.Request, call: Call | None, attempts: Attempts) -> Turn:
        take = partial(self._wire.take_turn, request, call, attempts)
        while True:
            turn = await async_aside(take) if self._wire.paces_aside else take()
            if turn.wait <= 0 and turn.granted:
                return turn
            try:
                await async_sleep(max(0.0, turn.wait))
            except BaseException:  # cancelled, or Ctrl-C
                self._wire.give_back(turn)
                raise
            if turn.granted:
                return turn

    async def _deliver(self, request: httpx.Request) -> httpx.Response:
        if self._theirs is not None:
            return await self._theirs.send(request, auth=None, follow_redirects=False)
        if self.is_closed:
            raise RuntimeError("this client is closed")
        # Not through httpx.Client.send: cookies, redirects, auth and hooks are not wanted here, and
        # looking for them costs as much as a small call.
        response = await self._through.handle_async_request(request)
        response.request = request
        try:
            await response.aread()
        except BaseException:
            await response.aclose()
            raise
        return response

    def __del__(self) -> None:
        if not getattr(self, "is_closed", True):  # a copy may be without what it needs
            warnings.warn(NOT_CLOSED, ResourceWarning, source=self, stacklevel=2)
