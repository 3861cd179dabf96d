# Generated from facade/_async/pipeline.py by `make generate`: edit that file instead.
"""The way of every call: token, turn, request, response, and back as a model, or once more."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from facade._core.call_options import CallOptions, CallSettings, changed_settings
from facade._core.calls import Call, warn_of_deprecation
from facade._core.pool import Pool
from facade._core.reading import RawResponse, UnexpectedBodyError, read_bounded
from facade._core.request import RequestBuilder
from facade._core.retry import Attempts, Then, is_duplicate, may_be_duplicate
from facade.errors import APIStatusError, AssociationsError, DeadlineError

from facade._core import bounds, concurrency
from facade._core.operations import DEPRECATED
from facade._sync.waiting import Tokens, Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from facade._core.calls import Lookup
    from facade._core.client_options import ClientOptions
    from facade._core.events import Events
    from facade.models import Ensured
    from facade.pace import Turn

Model = TypeVar("Model")

logger = logging.getLogger("facade")


class Pipeline:
    """Sends the calls of a client, and of the clients that share its connections."""

    def __init__(self, options: ClientOptions) -> None:
        self.requests = RequestBuilder(options)
        self._options = options
        self.base_url = options.base_url
        self._pool = Pool(options.base_url)  # connects nothing yet
        self._tokens, self._turns = None, None
        if options.token_may_block:
            self._tokens = Tokens(options.token, lambda: self.events)
        if options.pace is not None:
            self._turns = Turns(options.pace, lambda: self.events)
        self.is_closed = False
        # By location: the headers of the last response, which state limits.
        self.limits: dict[str, Mapping[str, str]] = {}

    @cached_property
    def events(self) -> Events:
        """The events of the calls, loaded with the first one, because most clients have none."""
        from facade._core.events import Events

        return Events(self._options.listeners)

    def send(self, call: Call[Model]) -> Model:
        """Send a call, once more where that is safe and may help, and return its model."""
        if call.operation in DEPRECATED:
            warn_of_deprecation(call.operation)
        attempts = Attempts(call, call.action, call.settings)
        is_observed = self._is_observed()
        try:
            model = self._send(call, attempts)
        except BaseException as error:
            if isinstance(error, AssociationsError):
                if not error.attempts:  # of a token, or of the pace
                    attempts.record(error)
                error.elapsed = attempts.elapsed  # with the lookups after it
            if is_observed or isinstance(error, AssociationsError):
                self.events.ended(attempts, error)
            raise
        if is_observed:
            self.events.ended(attempts, None)
        return model

    def _send(self, call: Call[Model], attempts: Attempts) -> Model:
        while True:
            if self._tokens is None:
                request = self.requests.build(call)
            else:
                request = self._tokens.build(self.requests, call, attempts)
            turn = None if self._turns is None else self._turns.take(attempts)
            try:
                response = self._exchange(call, request, turn, attempts)
                return self._read(call, request, response)
            except DeadlineError:  # nothing was sent
                raise
            except AssociationsError as error:
                settled = self._settle(call, request, attempts, error)
            if settled is not None:
                return settled[0]

    def _exchange(
        self, call: Call[Any], request: Any, turn: Turn | None, attempts: Attempts
    ) -> RawResponse:
        """Send a request once; return its turn, and emit its events, whatever the outcome."""
        deadline, is_observed = attempts.deadline, self._is_observed()
        if deadline.seconds_left <= 0:
            if self._turns is not None and turn is not None:
                self._turns.end(turn)
            raise attempts.late("send the request")
        attempts.made += 1
        if is_observed:
            self.events.attempt_started(attempts)
        timeout = call.settings.timeout
        request.extensions["timeout"] = bounds.timeouts_within(timeout, deadline)
        started, before = time.monotonic(), sys.exception()
        limit = bounds.time_limit(deadline.seconds_left)
        outcome: RawResponse | BaseException = AssertionError()
        try:
            with limit:
                outcome = self._deliver(request, deadline)
            self.limits[call.location_id] = outcome.headers
            return outcome
        except BaseException as error:
            from facade._core.response import (
                failure_of,  # here, because most calls succeed
            )

            outcome = failure_of(error, call, before, expired=limit.expired())
            if outcome is error:
                raise
            raise outcome from (error if isinstance(outcome, AssociationsError) else None)
        finally:
            if self._turns is not None and turn is not None:
                self._turns.end(turn, outcome)
            if is_observed:
                self.events.attempt_ended(attempts, request, started, outcome)
            del outcome  # an error refers to this frame

    def _deliver(self, request: Any, deadline: bounds.CallDeadline) -> RawResponse:
        options, max_bytes = self._options, self._options.max_response_bytes
        if options.http_client is not None:
            how = {"auth": None, "follow_redirects": False, "stream": True}
            response = options.http_client.send(request, **how)
        elif self.is_closed:
            raise RuntimeError(
                "this client is closed: call it within its `with`, or make another one"
            )
        elif options.transport is not None:
            response = options.transport.handle_request(request)
        else:
            return self._pool.send(request, max_bytes, deadline)
        return read_bounded(response, max_bytes, deadline)

    def _is_observed(self) -> bool:
        return bool(self._options.listeners) or logger.isEnabledFor(logging.DEBUG)

    def _read(self, call: Call[Model], request: Any, response: RawResponse) -> Model:
        """Return the model in a response; raise the error of its status or of its body."""
        try:
            if 200 <= response.status_code < 300:
                return call.read(response)
            raise UnexpectedBodyError  # without words: the status is the reason
        except UnexpectedBodyError as error:
            from facade._core.response import (
                response_error,  # here, because most calls succeed
            )

            failure = response_error(call, request, response, str(error))
        # Not chained: the frames of `error` hold the body, in which a server may repeat the token.
        raise failure

    def _settle(
        self, call: Call[Model], request: Any, attempts: Attempts, error: AssociationsError
    ) -> tuple[Model] | None:
        """Follow the rule for a failed attempt: None to repeat it, or the result of the call.

        Raises the error if there is neither.
        """
        wait, first = attempts.after(error)
        found: Model | None = None
        if first is Then.SUCCEED:
            return (cast("Model", None),)
        if first is Then.FETCH and call.lookup is not None:
            with suppress(AssociationsError):
                found = self.look_up(call, error, attempts)
            return (call.lookup.requested if found is None else found,)
        if first is Then.LOOK_UP:
            found = self.look_up(call, error, attempts, wait)
            if found is None and wait is None:
                raise error
            return None if found is None else (found,)
        if first is Then.TOKEN and self._tokens is not None:
            has_another = self._tokens.has_another(request, error, attempts)
            wait = 0.0 if has_another else wait  # the token was the cause
        if wait is None:
            raise error
        self.events.waits(attempts, "retry", wait, error)
        concurrency.sleep(wait)
        return None

    def look_up(
        self,
        call: Call[Model],
        error: AssociationsError,
        attempts: Attempts | None = None,
        wait: float | None = None,
    ) -> Model | None:
        """Look up the item of a write that failed: once, `wait` seconds from now, or at once.

        Without `wait`, a list that may lag behind is read again for some seconds. Raises the error
        of the write if a lookup fails, because the outcome is still unknown.
        """
        assert call.lookup is not None  # noqa: S101 - only such calls get here
        attempts = attempts or Attempts(call, call.action, call.settings)
        delays = attempts.lookup_delays() if wait is None else iter(())
        settings = call.settings._replace(deadline=attempts.deadline).without_extras()
        while True:
            if wait is not None:
                self.events.waits(attempts, "lookup", wait, error)
                concurrency.sleep(wait)
            try:
                found, may_lag = call.lookup.find(settings, error)
            except AssociationsError as failure:
                raise error from failure
            wait = next(delays, None) if may_lag else None
            if found is not None or wait is None:
                return cast("Model | None", found)

    def close(self) -> None:
        """Close the connections, but not the app's own HTTP client."""
        self.is_closed = True
        if self._options.transport is not None:
            self._options.transport.close()
        elif self._options.http_client is None:
            self._pool.close()


class Resource:
    """The operations of one kind of item, for one location; `settings` are those of the client."""

    def __init__(self, pipeline: Pipeline, location_id: str, settings: CallSettings) -> None:
        self._pipeline = pipeline
        self._location_id = location_id
        self._client_settings = settings

    def _settings(self, options: CallOptions) -> CallSettings:
        settings = self._client_settings
        return changed_settings(settings, options) if options else settings

    def _ensure(self, call: Call[Model], lookup: Lookup[Model] | None) -> Ensured[Model]:
        """Create an item, or look up the one that exists by the refusal.

        If it is not found although it is certain that it existed, it was deleted meanwhile, and is
        created once more.
        """
        from facade.models import Ensured  # here, because most clients ensure nothing

        try:
            return Ensured(self._pipeline.send(call), True)
        except APIStatusError as error:
            if not may_be_duplicate(error):
                raise
            found = self._pipeline.look_up(call._replace(lookup=lookup), error)
            if found is not None:
                return Ensured(found, False)
            if not is_duplicate(error):
                raise
            return Ensured(self._pipeline.send(call), True)

    def _send(
        self,
        operation: str,
        request: Mapping[str, Any],
        read: Callable[[RawResponse], Model],
        settings: CallSettings,
        lookup: Lookup[Model] | None = None,
    ) -> Model:
        build = self._pipeline.requests.call
        call = build(operation, self._location_id, request, read, settings, lookup)
        return self._pipeline.send(call)
