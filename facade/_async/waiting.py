"""Waiting for a token, and for a turn of the pace, before a request is sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from facade._core import concurrency
from facade._core.jobs import Jobs
from facade._core.request import path_of, token_of
from facade._core.waiting import log_wait, report_token_wait
from facade.errors import AuthenticationError, DeadlineError
from facade.pace import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    import httpx

    from facade._core.options import ClientOptions
    from facade._core.retry import Attempts
    from facade._core.tokens import TokenSource
    from facade.errors import AssociationsError
    from facade.pace import Pace


class AsyncTokens:
    """Gets the tokens of a client's requests; one job at a time gets the token of a location."""

    def __init__(self, options: ClientOptions) -> None:
        self._source: TokenSource = options.token
        self._may_block = options.token_may_block
        # Optional in a source: without it, it is unknown whether a call blocks.
        self._has_fresh: Callable[[str], bool] | None = getattr(
            options.token, "has_fresh_token", None
        )
        self._jobs = Jobs()

    async def build(
        self,
        build: Callable[[], httpx.Request],
        request_line: str,
        location_id: str,
        attempts: Attempts,
    ) -> httpx.Request:
        """Wait for the token, then build a request; `request_line` is its method and path."""
        if not self._may_block:
            return build()
        if self._has_fresh is None:
            return await concurrency.async_run_blocking(build)
        if not self._has_fresh(location_id):
            report_token_wait()
            job = self._jobs.start(location_id, partial(self._source.token, location_id))
            await self._finish(job, request_line, attempts)
        return build()

    async def retry_delay(
        self, request: httpx.Request, location_id: str, error: AssociationsError, attempts: Attempts
    ) -> float | None:
        """Return the seconds to wait before a failed request is retried; None for no retry."""
        delay = attempts.retry_delay(error)
        # Another token does not solve a missing scope, a wrong Version or a wrong kind of token.
        if type(error) is not AuthenticationError or attempts.token_refused:
            return delay
        attempts.token_refused = True
        if await self._has_another(request, location_id, error, attempts):
            return 0.0  # no wait, because the token was the cause
        return attempts.repeat_delay()

    async def _has_another(
        self, request: httpx.Request, location_id: str, error: AssociationsError, attempts: Attempts
    ) -> bool:
        """Report a refused token to its source; return whether the source has another one."""
        refused = partial(self._source.refused, location_id, token_of(request))
        if not self._may_block:
            return refused()
        if self._has_fresh is None:
            return await concurrency.async_run_blocking(refused)
        results: list[bool] = []
        report_token_wait(error)
        job = self._jobs.start(object(), lambda: results.append(refused()))
        await self._finish(job, _request_line(request), attempts)
        return results == [True]

    async def _finish(self, job: Future[None], request_line: str, attempts: Attempts) -> None:
        try:
            await concurrency.async_result_within(job, attempts.time_left())
        except TimeoutError as error:
            if job.done() and not job.cancelled():  # raised by the source itself
                raise
            raise deadline_error(request_line, "wait for a token", attempts) from error


class AsyncTurns:
    """Gets the turns of a client's requests; without a pace, each request is sent at once."""

    def __init__(self, pace: Pace | None) -> None:
        self._pace = pace
        self._may_block: bool = getattr(pace, "takes_time", False)

    async def take(self, request: httpx.Request, location_id: str, attempts: Attempts) -> Turn:
        """Wait until the pace grants a turn for a request."""
        if self._pace is None:
            return Turn(location_id, 0.0)
        started = attempts.clock()
        while True:
            if self._may_block:
                take = partial(self._pace.take, location_id)
                turn = await concurrency.async_run_blocking(take, self.unused)
            else:
                turn = self._pace.take(location_id)
                if turn.granted and turn.wait <= 0 and attempts.may_wait_for_turn(0.0):
                    return turn
            if not turn.granted and turn.ready is not None:
                turn = await self._wait_in_queue(turn.ready, request, attempts)
            if not attempts.may_wait_for_turn(max(0.0, turn.wait)):
                self.unused(turn)
                raise deadline_error(_request_line(request), "wait for its turn", attempts)
            if turn.wait > 0 or not turn.granted:
                log_wait(request, "the pace of this location", turn.wait, attempts.made + 1)
                try:
                    await concurrency.async_sleep(max(0.0, turn.wait))
                except BaseException:  # cancelled, or Ctrl-C
                    self.unused(turn)
                    raise
            if turn.granted:
                attempts.waited_for_turn(attempts.clock() - started)
                return turn

    async def _wait_in_queue(
        self, ready: Future[Turn], request: httpx.Request, attempts: Attempts
    ) -> Turn:
        """Wait for a turn, which is granted when another request gets its response."""
        log_wait(request, "all requests of this location in flight", None, attempts.made + 1)
        try:
            return await concurrency.async_result_within(ready, attempts.time_for_turn())
        except TimeoutError as error:
            raise deadline_error(_request_line(request), "wait for its turn", attempts) from error

    def unused(self, turn: Turn) -> None:
        """Return a turn for which no request was sent."""
        if self._pace is not None and turn.granted:
            self._pace.unused(turn)

    def answered(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Return a turn after a response; without a response, status 0 and no headers."""
        if self._pace is not None:
            self._pace.answered(turn, status_code, headers)


def deadline_error(request_line: str, step: str, attempts: Attempts) -> DeadlineError:
    """Return the error for a request whose deadline leaves no time for a step, such as a wait."""
    method, _, path = request_line.partition(" ")
    message = f"{request_line}: the call's deadline leaves no time to {step}"
    error = DeadlineError(message, method=method, path=path)
    error.repeated, error.attempts = attempts.outcome_unknown, attempts.made
    return error


def _request_line(request: httpx.Request) -> str:
    return f"{request.method} {path_of(request)}"
