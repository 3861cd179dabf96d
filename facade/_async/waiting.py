"""What a request waits for before it is sent: its token, and a turn of the pace."""

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
    """The tokens of a client's requests; one job at a time gets a location's."""

    def __init__(self, options: ClientOptions) -> None:
        self._source: TokenSource = options.token
        self._may_block = options.token_may_block
        # Optional in a source: without it, nobody knows whether a call blocks.
        self._has_fresh: Callable[[str], bool] | None = getattr(
            options.token, "has_fresh_token", None
        )
        self._jobs = Jobs()

    async def build(
        self, build: Callable[[], httpx.Request], where: str, location_id: str, attempts: Attempts
    ) -> httpx.Request:
        """Build a request when its token is there; `where` is its method and path."""
        if not self._may_block:
            return build()
        if self._has_fresh is None:
            return await concurrency.async_run_blocking(build)
        if not self._has_fresh(location_id):
            report_token_wait()
            job = self._jobs.start(location_id, partial(self._source.token, location_id))
            await self._finish(job, where, attempts)
        return build()

    async def retry_delay(
        self, request: httpx.Request, location_id: str, error: AssociationsError, attempts: Attempts
    ) -> float | None:
        """Return the seconds to wait before a request that failed is sent again, if it is."""
        delay = attempts.retry_delay(error)
        # Another token is no help against a missing scope, a wrong Version or kind of token.
        if type(error) is not AuthenticationError or attempts.token_refused:
            return delay
        attempts.token_refused = True
        if await self._has_another(request, location_id, error, attempts):
            return 0.0  # nothing was done with the refused token
        return attempts.repeat_delay()

    async def _has_another(
        self, request: httpx.Request, location_id: str, error: AssociationsError, attempts: Attempts
    ) -> bool:
        """Report a refused token to its source; return whether it has another one."""
        refused = partial(self._source.refused, location_id, token_of(request))
        if not self._may_block:
            return refused()
        if self._has_fresh is None:
            return await concurrency.async_run_blocking(refused)
        answers: list[bool] = []
        report_token_wait(error)
        job = self._jobs.start(object(), lambda: answers.append(refused()))
        await self._finish(job, _where(request), attempts)
        return answers == [True]

    async def _finish(self, job: Future[None], where: str, attempts: Attempts) -> None:
        try:
            await concurrency.async_result_within(job, attempts.time_left())
        except TimeoutError as error:
            if job.done() and not job.cancelled():  # the source's own, of its connection
                raise
            raise too_late(where, "wait for a token", attempts) from error


class AsyncTurns:
    """The turns of a client's requests; without a pace each request may go at once."""

    def __init__(self, pace: Pace | None) -> None:
        self._pace = pace
        self._may_block: bool = getattr(pace, "takes_time", False)

    async def take(self, request: httpx.Request, location_id: str, attempts: Attempts) -> Turn:
        """Wait until the pace lets a request go."""
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
                turn = await self._in_queue(turn.ready, request, attempts)
            if not attempts.may_wait_for_turn(max(0.0, turn.wait)):
                self.unused(turn)
                raise too_late(_where(request), "wait for its turn", attempts)
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

    async def _in_queue(
        self, ready: Future[Turn], request: httpx.Request, attempts: Attempts
    ) -> Turn:
        """Wait for a turn that comes as soon as another request is answered."""
        log_wait(request, "all requests of this location in flight", None, attempts.made + 1)
        try:
            return await concurrency.async_result_within(ready, attempts.time_for_turn())
        except TimeoutError as error:
            raise too_late(_where(request), "wait for its turn", attempts) from error

    def unused(self, turn: Turn) -> None:
        """Return a turn that nothing was sent with."""
        if self._pace is not None and turn.granted:
            self._pace.unused(turn)

    def answered(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Return a turn after a response; status 0 and no headers where none came."""
        if self._pace is not None:
            self._pace.answered(turn, status_code, headers)


def too_late(where: str, what: str, attempts: Attempts) -> DeadlineError:
    """Make the error of a request that its call's deadline leaves no time for."""
    method, _, path = where.partition(" ")
    why = f"{where}: the call's deadline leaves no time to {what}"
    error = DeadlineError(why, method=method, path=path)
    error.repeated, error.attempts = attempts.outcome_unknown, attempts.made
    return error


def _where(request: httpx.Request) -> str:
    return f"{request.method} {path_of(request)}"
