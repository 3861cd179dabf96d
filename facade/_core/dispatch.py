"""Creates the events of a call, and passes them to the log and to the listeners of the app."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Any

from facade._core.events import (
    AttemptEnded,
    AttemptStarted,
    CallEnded,
    CallEvent,
    OnEvent,
    ResponseReceived,
    WaitReason,
    WaitStarted,
)
from facade._core.interrupts import interrupt_in
from facade._core.reading import RawResponse
from facade._core.reasons import visible
from facade._core.response import quoted
from facade.errors import (
    APIConnectionError,
    APIStatusError,
    AssociationsError,
    RateLimitError,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from facade._core.calls import Call, Subject
    from facade._core.retry import Attempts

logger = logging.getLogger("facade")

_LOGGED_WAIT = 1.0  # seconds; shorter waits for the pace or before a lookup are not logged


class Events:
    """Creates the events of a client, and passes them to the log and to its listeners.

    The log also gets what events must not contain: the path, and the error.
    """

    def __init__(self, listeners: tuple[OnEvent, ...]) -> None:
        self._listeners = listeners
        self._recorders = tuple(one for one in listeners if getattr(one, "wants_responses", False))

    def attempt_started(self, attempts: Attempts) -> None:
        self._emit(AttemptStarted, attempts.about, attempt=attempts.made)

    def attempt_ended(
        self, attempts: Attempts, started: float, outcome: RawResponse | BaseException
    ) -> None:
        """Emit the end of an attempt that started at a time of the monotonic clock."""
        about, seconds = attempts.about, time.monotonic() - started
        status = outcome.status_code if isinstance(outcome, RawResponse) else None
        what = "no response" if status is None else status
        logger.debug("%s %s: %s in %.0f ms", about.method, about.path, what, seconds * 1000)
        fields = {"seconds": seconds, "status_code": status, "error": _name(outcome)}
        self._emit(AttemptEnded, about, attempt=attempts.made, **fields)

    def response_received(self, about: Call[Any], request: Any, response: object) -> None:
        if not self._recorders or not isinstance(response, RawResponse):
            return
        event = ResponseReceived(
            **_about(about),
            method=about.method,
            target=request.url.raw_path.decode("ascii"),
            version=request.headers.get("Version", ""),
            status_code=response.status_code,
            headers=response.headers,
            request_body=about.body,
            response_body=response.content,
        )
        for listener in self._recorders:
            _notify(listener, event)

    def waits(
        self,
        attempts: Attempts,
        reason: WaitReason,
        seconds: float | None,
        error: BaseException | None = None,
    ) -> None:
        about, attempt = attempts.about, attempts.made + 1
        if reason != "pace" or attempts.logs_turns:
            _log_wait(about, reason, seconds, attempt, error)
        fields = {"reason": reason, "seconds": seconds, "error": _name(error)}
        self._emit(WaitStarted, about, attempt=attempt, **fields)

    def ended(self, attempts: Attempts, error: BaseException | None) -> None:
        about, made, seconds = attempts.about, attempts.made, attempts.elapsed
        if made and isinstance(error, APIConnectionError | ServerError | RateLimitError):
            what = f"fails after {made} attempt{'s' * (made > 1)} in {seconds:.1f} s"
            _log(about, what, _reason(error), None, made)
        self._emit(CallEnded, about, attempts=made, seconds=seconds, error=_name(error))

    def _emit(self, kind: Callable[..., CallEvent], about: Subject, **fields: Any) -> None:
        event = kind(**_about(about), **fields)
        for listener in self._listeners:
            _notify(listener, event)


def _about(about: Subject) -> dict[str, str]:
    return {"operation": about.operation, "location_id": about.location_id}


def _notify(listener: OnEvent, event: CallEvent) -> None:
    before = sys.exception()
    try:
        listener(event)
    except Exception as failure:  # an error in the app's metrics must not break its calls
        if interrupt_in(failure, before):
            raise
        logger.warning("on_event raised an error, which is ignored", exc_info=True)


def _name(error: object) -> str | None:
    return type(error).__name__ if isinstance(error, BaseException) else None


def _log_wait(
    about: Subject,
    reason: WaitReason,
    seconds: float | None,
    attempt: int,
    error: BaseException | None,
) -> None:
    what, why = f"attempt {attempt}", "the pace of this location"
    if seconds is None:
        if reason == "pace":
            why = "all requests of this location in flight"
            _log(about, f"waits for its turn before {what}", why, None, attempt)
        return
    if reason != "retry" and seconds <= _LOGGED_WAIT:
        return
    if error is not None:
        why = _reason(error)
    if reason == "lookup":
        is_open = isinstance(error, AssociationsError) and error.outcome_unknown
        what = f"a lookup, {'whether it was carried out' if is_open else 'because a list may lag'}"
    _log(about, f"waits {seconds:.1f} s before {what}", why, seconds, attempt)


def _log(about: Subject, what: str, reason: str, seconds: float | None, attempt: int) -> None:
    fields = {
        "http_method": about.method,
        "http_path": about.path,
        "wait_reason": reason,
        "wait_seconds": seconds,
        "attempt": attempt,
    }
    logger.info("%s %s %s: %s", about.method, about.path, what, reason, extra=fields)


def _reason(error: BaseException | None) -> str:
    """Return the reason of a repeat, as text for the log."""
    if isinstance(error, RateLimitError):
        wait = error.retry_after
        return "rate limited" if wait is None else f"rate limited, Retry-After {wait:g} s"
    if isinstance(error, APIStatusError):
        return f"{error.status_code} {quoted(error)}".strip()
    cause = error.__cause__ if isinstance(error, AssociationsError) else None
    return visible(cause) or type(error).__name__
