"""Waiting for a token, and for a turn of the pace, before a request is sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from facade._core import concurrency
from facade._core.bounds import async_check_loop
from facade._core.request import token_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from facade._core.concurrency import Job, Pending
    from facade._core.dispatch import Events
    from facade._core.request import Message, RequestBuilder
    from facade._core.retry import Attempts
    from facade._core.tokens import TokenSource
    from facade.errors import AssociationsError
    from facade.pace import Pace, Turn


class AsyncTokens:
    """Gets the tokens of a client's requests; one job at a time gets the token of a location."""

    def __init__(self, source: TokenSource, events: Callable[[], Events]) -> None:
        self._source = source
        # Optional in a source: without it, it is unknown whether a call blocks.
        self._has_fresh: Callable[[str], bool] | None = getattr(source, "has_fresh_token", None)
        self._jobs = concurrency.Jobs()
        self._events = events

    async def build(
        self, requests: RequestBuilder, message: Message[Any], attempts: Attempts
    ) -> Any:
        """Wait for the token, then build a request."""
        location_id, build = message.location_id, partial(requests.build, message)
        if self._has_fresh is None:
            return await concurrency.async_run_blocking(build)
        if not self._has_fresh(location_id):
            self._events().waits(message, attempts, "token", None)
            job = self._jobs.start(location_id, partial(self._source.token, location_id))
            await self._finish(job, message, attempts)
        return build()

    async def has_another(
        self, request: Any, message: Message[Any], error: AssociationsError, attempts: Attempts
    ) -> bool:
        """Renew a refused token; return whether its source has another one."""
        renew = partial(self._source.renew, message.location_id, token_of(request))
        if self._has_fresh is None:
            return await concurrency.async_run_blocking(renew)
        self._events().waits(message, attempts, "token", None, error)
        job = self._jobs.start(object(), renew)
        await self._finish(job, message, attempts)
        return bool(job.result)

    async def _finish(self, job: Job, message: Message[Any], attempts: Attempts) -> None:
        if not await concurrency.async_ends_within(job, attempts.deadline.seconds_left):
            raise attempts.late(message, "wait for a token")
        job.raise_for_failure()


class AsyncTurns:
    """Gets the turns of a client's requests."""

    def __init__(self, pace: Pace, events: Callable[[], Events]) -> None:
        self.pace = pace
        self._may_block: bool = getattr(pace, "may_block", False)
        self._events = events

    async def take(self, message: Message[Any], attempts: Attempts) -> Turn:
        """Wait until the pace grants a turn for a request."""
        async_check_loop()  # before the wait
        if attempts.deadline.seconds_left <= 0:
            raise attempts.late(message, "wait for its turn")
        started = attempts.clock()
        while True:
            turn = await self._ask(message.location_id)
            if not turn.granted and turn.ready is not None:
                turn = await self._wait_in_queue(turn.ready, message, attempts)
            if max(0.0, turn.wait) >= attempts.deadline.seconds_for_pace:
                self.cancel(turn)
                raise attempts.late(message, "wait for its turn")
            if turn.wait > 0 or not turn.granted:
                self._events().waits(message, attempts, "pace", turn.wait)
                try:
                    await concurrency.async_sleep(max(0.0, turn.wait))
                except BaseException:  # cancelled, or Ctrl-C
                    self.cancel(turn)
                    raise
            if turn.granted:
                attempts.waited_for_turn(attempts.clock() - started)
                return turn

    async def _ask(self, location_id: str) -> Turn:
        if self._may_block:
            take = partial(self.pace.take, location_id)
            return await concurrency.async_run_blocking(take, self.cancel)
        return self.pace.take(location_id)

    async def _wait_in_queue(
        self, ready: Pending[Turn], message: Message[Any], attempts: Attempts
    ) -> Turn:
        """Wait for a turn, which is granted when another request gets its response."""
        self._events().waits(message, attempts, "pace", None)
        try:
            seconds = attempts.deadline.seconds_for_pace
            in_time = await concurrency.async_ends_within(ready, seconds)
        except BaseException:  # cancelled, or Ctrl-C, while the turn may have been granted
            if not ready.cancel():
                self.cancel(ready.result)
            raise
        if not in_time and ready.cancel():
            raise attempts.late(message, "wait for its turn")
        return ready.result

    def cancel(self, turn: Turn) -> None:
        """Return a turn for which no request was sent."""
        if turn.granted:
            self.pace.cancel(turn)
