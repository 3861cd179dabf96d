"""The httpx client that generated code is given: a request is sent, and sent again, here only."""

from __future__ import annotations

import logging
import time
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx

from facade._core import concurrency
from facade._core.options import CallOptions, ClientOptions, resolved
from facade._core.pool import AsyncPool
from facade._core.request import CURRENT_CALL, RequestBuilder, limit_timeout, path_of, token_of
from facade._core.response import raise_for_status, translated_errors
from facade._core.retry import IDEMPOTENT_METHODS, Attempts
from facade._core.waiting import log_wait, retry_reason
from facade.errors import (
    AssociationsError,
    AuthenticationError,
    ConnectFailedError,
    DeadlineError,
)
from facade.pace import Turn

if TYPE_CHECKING:
    from concurrent.futures import Future

logger = logging.getLogger("facade")

# What generated code gets for a call of the facade: of a status that no contract describes, because
# it never ends an exchange, so that there is nothing to parse.
_STAND_IN = httpx.Response(httpx.codes.EARLY_HINTS)


class AsyncTransport(httpx.AsyncClient):
    """Sends the requests of generated code, which sees only what succeeded.

    So generated code never sees a 520, an HTML page or a token; nor the response to a call of the
    facade, which reads the body itself.
    """

    def __init__(
        self,
        options: ClientOptions,
        transport: httpx.AsyncBaseTransport | None,
        http_client: httpx.AsyncClient | None,
    ) -> None:
        if http_client is not None:
            if transport is not None:
                raise TypeError("pass transport or http_client, not both")
            _require_kind(http_client, httpx.AsyncClient)
        self._requests = RequestBuilder(options)  # first, because it refuses a wrong token
        self._inner = transport or AsyncPool(options.base_url)
        super().__init__(transport=self._inner)
        self._options = options
        self._http_client = http_client

    async def request(  # type: ignore[override]  # only what generated code uses
        self, method: str, url: str, **parts: Any
    ) -> httpx.Response:
        """Build a request, wait for a turn, send it; again, where that is safe and may help."""
        call = CURRENT_CALL.get()
        location_id = call.location_id if call else self._options.location_id
        options = resolved(call.options) if call else CallOptions()
        attempts = Attempts(
            idempotent=method.upper() in IDEMPOTENT_METHODS,
            retries=options.get("retries", self._options.retries),
            deadline=options.get("deadline"),
        )
        build = partial(self._requests.build, method, url, call, **parts)
        may_block = self._options.token_may_block
        while True:
            request = await concurrency.async_run_blocking(build) if may_block else build()
            turn = await self._turn(request, location_id, attempts)
            try:
                response = await self._exchange(request, turn, attempts)
                raise_for_status(request, response)
                if call is None:
                    return response
                call.response = response  # whose body the facade reads itself
                return _STAND_IN
            except AssociationsError as error:
                decide = partial(self._retry_delay, request, location_id, error, attempts)
                delay = await concurrency.async_run_blocking(decide) if may_block else decide()
                if delay is None:
                    raise
                log_wait(request, retry_reason(error), delay, attempts.made + 1)
            await concurrency.async_sleep(delay)

    async def _turn(self, request: httpx.Request, location_id: str, attempts: Attempts) -> Turn:
        """Wait until the pace lets a request go."""
        take = partial(self._take, location_id)
        may_block = self._options.pace_may_block
        undo = self._give_back
        while True:
            turn = await concurrency.async_run_blocking(take, undo) if may_block else take()
            if not turn.granted and turn.ready is not None:
                turn = await self._turn_in_queue(turn.ready, request, attempts)
            if not attempts.has_time_for(max(0.0, turn.wait)):
                self._give_back(turn)
                raise _late_turn(request, attempts)
            if turn.wait <= 0 and turn.granted:
                return turn
            log_wait(request, "the pace of this location", turn.wait, attempts.made + 1)
            try:
                await concurrency.async_sleep(max(0.0, turn.wait))
            except BaseException:  # cancelled, or Ctrl-C
                self._give_back(turn)
                raise
            if turn.granted:
                return turn

    async def _turn_in_queue(
        self, ready: Future[Turn], request: httpx.Request, attempts: Attempts
    ) -> Turn:
        """Wait for a turn that comes as soon as another request is answered."""
        log_wait(request, "all requests of this location in flight", None, attempts.made + 1)
        try:
            return await concurrency.async_result_within(ready, attempts.time_left())
        except TimeoutError as error:
            raise _late_turn(request, attempts) from error

    def _take(self, location_id: str) -> Turn:
        pace = self._options.pace
        return pace.take(location_id) if pace else Turn(location_id, 0.0)

    def _give_back(self, turn: Turn) -> None:
        """Return a turn that nothing was sent with."""
        if self._options.pace is not None and turn.granted:
            self._options.pace.unused(turn)

    async def _exchange(
        self, request: httpx.Request, turn: Turn, attempts: Attempts
    ) -> httpx.Response:
        """Send a request once; report the outcome to the pace, the observer and the log."""
        started, was_sent, response = time.monotonic(), True, None
        if attempts.deadline is not None:
            limit_timeout(request, max(0.001, attempts.deadline - started))
        try:
            with translated_errors(request):
                response = await self._deliver(request)
            return response
        except ConnectFailedError:
            was_sent = False
            raise
        finally:
            pace, observe = self._options.pace, self._options.observe
            if not was_sent:
                self._give_back(turn)
            elif pace is not None and response is not None:
                pace.answered(turn, response.status_code, response.headers)
            elif pace is not None:
                pace.answered(turn, 0, {})
            if observe is not None and response is not None:
                observe.saw(request, response)
            if logger.isEnabledFor(logging.DEBUG):
                outcome = "no response" if response is None else response.status_code
                took = (time.monotonic() - started) * 1000
                logger.debug(
                    "%s %s: %s in %.0f ms", request.method, path_of(request), outcome, took
                )

    async def _deliver(self, request: httpx.Request) -> httpx.Response:
        if self._http_client is not None:
            return await self._http_client.send(request, auth=None, follow_redirects=False)
        if self.is_closed:
            raise RuntimeError("this client is closed")
        # Not through httpx's own send: cookies, redirects, auth and hooks are not wanted here, and
        # looking for them costs as much as a small call.
        response = await self._inner.handle_async_request(request)
        response.request = request
        try:
            await response.aread()
        except BaseException:
            await response.aclose()
            raise
        return response

    def _retry_delay(
        self,
        request: httpx.Request,
        location_id: str,
        error: AssociationsError,
        attempts: Attempts,
    ) -> float | None:
        """Return the seconds to wait before the request is sent again, if it is."""
        delay = attempts.retry_delay(error)
        # Another token is no help against a missing scope, a wrong Version or kind of token.
        if type(error) is AuthenticationError and not attempts.token_refused:
            attempts.token_refused = True
            if self._options.token.refused(location_id, token_of(request)):
                return 0.0  # nothing was done with the refused token
            return attempts.repeat_delay()
        return delay

    def __del__(self) -> None:
        if not getattr(self, "is_closed", True):  # a copy may lack what it needs
            message = "a client was not closed: use `with`, or call close()"
            warnings.warn(message, ResourceWarning, source=self, stacklevel=2)


def _late_turn(request: httpx.Request, attempts: Attempts) -> DeadlineError:
    method, path = request.method, path_of(request)
    why = f"{method} {path}: the call's deadline leaves no time to wait for its turn"
    error = DeadlineError(why, method=method, path=path)
    error.repeated, error.attempts = attempts.outcome_unknown, attempts.made
    return error


def _require_kind(http_client: object, kind: type) -> None:
    if not isinstance(http_client, kind):
        given = type(http_client).__name__
        raise TypeError(f"http_client is an httpx.{kind.__name__}, not {given}")
