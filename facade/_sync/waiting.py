# Generated from facade/_async/waiting.py by `make generate`: edit that file instead.
"""Waiting for a token, and for a turn of the pace, before a request is sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from facade._core.bounds import check_loop
from facade._core.reading import RawResponse
from facade._core.request import token_of
from facade.errors import ConnectFailedError

from facade._core import concurrency

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from facade._core.calls import Call
    from facade._core.concurrency import Pending
    from facade._core.events import Events
    from facade._core.request import RequestBuilder
    from facade._core.retry import Attempts
    from facade._core.tokens import TokenSource
    from facade.errors import AssociationsError
    from facade.pace import Pace, Turn

_SOURCE = "wait for a token"
_WAIT = "wait for its turn"
_UNAVAILABLE = f"{_WAIT}, because the rate limiter is not available"


class Tokens:
    """Gets the tokens of a client's requests; one job at a time gets the token of a location."""

    def __init__(self, source: TokenSource, events: Callable[[], Events]) -> None:
        self._source = source
        # Optional in a source: without it, it is unknown whether a call blocks.
        self._has_fresh: Callable[[str], bool] | None = getattr(source, "has_fresh_token", None)
        self._jobs = concurrency.Jobs()
        self._events = events

    def build(self, requests: RequestBuilder, call: Call[Any], attempts: Attempts) -> Any:
        location_id, build = call.location_id, partial(requests.build, call)
        if self._has_fresh is None:
            return concurrency.run_in_time(build, attempts, _SOURCE)
        if not self._has_fresh(location_id):
            self._do(partial(self._source.token, location_id), location_id, attempts)
        return build()

    def has_another(self, request: Any, error: AssociationsError, attempts: Attempts) -> bool:
        """Renew a refused token; return whether its source has another one."""
        renew = partial(self._source.renew, attempts.about.location_id, token_of(request))
        if self._has_fresh is None:
            return concurrency.run_in_time(renew, attempts, _SOURCE)
        return bool(self._do(renew, object(), attempts, error))

    def _do(
        self,
        work: Callable[[], object],
        key: object,
        attempts: Attempts,
        error: AssociationsError | None = None,
    ) -> object:
        self._events().waits(attempts, "token", None, error)
        job = self._jobs.start(key, work)
        if not concurrency.ends_within(job, attempts.deadline.seconds_left):
            raise attempts.late(_SOURCE)
        job.raise_for_failure()
        return job.result


class Turns:
    """Gets the turns of a client's requests."""

    def __init__(self, pace: Pace, events: Callable[[], Events]) -> None:
        self._pace = pace
        self._may_block: bool = getattr(pace, "may_block", False)
        self._events = events

    def take(self, attempts: Attempts) -> Turn:
        """Wait until the pace grants a turn for a request."""
        check_loop()  # before the wait
        if attempts.deadline.seconds_left <= 0:
            raise attempts.late(_WAIT)
        while True:
            started = attempts.clock()
            turn = self._ask(attempts)
            if not turn.granted and turn.ready is not None:
                turn = self._wait_in_queue(turn.ready, attempts)
            deadline = attempts.deadline
            left = deadline.seconds_left if turn.is_outage else deadline.seconds_for_pace
            try:
                if max(0.0, turn.wait) >= left:
                    raise attempts.late(_UNAVAILABLE if turn.is_outage else _WAIT)
                if turn.wait > 0 or not turn.granted:
                    self._events().waits(attempts, "pace", turn.wait)
                    concurrency.sleep(max(0.0, turn.wait))
            except BaseException:  # late, cancelled, or Ctrl-C
                self.end(turn)
                raise
            if not turn.is_outage:
                attempts.waited_for_turn(attempts.clock() - started)
            if turn.granted:
                return turn

    def _ask(self, attempts: Attempts) -> Turn:
        take = partial(self._pace.take, attempts.about.location_id)
        if not self._may_block:
            return take()
        return concurrency.run_in_time(take, attempts, _UNAVAILABLE, self.end)

    def _wait_in_queue(self, ready: Pending[Turn], attempts: Attempts) -> Turn:
        """Wait for a turn, which is granted when another request gets its response."""
        self._events().waits(attempts, "pace", None)
        try:
            seconds = attempts.deadline.seconds_for_pace
            in_time = concurrency.ends_within(ready, seconds)
        except BaseException:  # cancelled, or Ctrl-C, while the turn may have been granted
            if not ready.cancel():
                self.end(ready.result)
            raise
        if not in_time and ready.cancel():
            raise attempts.late(_WAIT)
        return ready.result

    def end(self, turn: Turn, outcome: object = None) -> None:
        """Return a turn, which is used unless nothing was sent."""
        if isinstance(outcome, RawResponse):
            self._pace.finish(turn, outcome.status_code, outcome.headers)
        elif outcome is not None and not isinstance(outcome, ConnectFailedError):
            self._pace.finish(turn, 0, {})
        elif turn.granted:
            self._pace.cancel(turn)
