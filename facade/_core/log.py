"""The log: the listener that every client has, which writes what delays a call."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from facade._core.events import AttemptEnded, CallEnded, WaitStarted
from facade._core.response import quoted
from facade.errors import (
    APIConnectionError,
    APIStatusError,
    AssociationsError,
    RateLimitError,
    ServerError,
)

if TYPE_CHECKING:
    from facade._core.events import CallEvent, Subject

logger = logging.getLogger("facade")

_LOGGED_WAIT = 1.0  # seconds; shorter waits for the pace or before a lookup are not logged


def log_event(event: CallEvent, about: Subject, error: BaseException | None) -> None:
    """Log a wait or a failure at INFO, and each attempt at DEBUG."""
    if isinstance(event, WaitStarted):
        _log_wait(event, about, error)
    elif isinstance(event, CallEnded):
        is_outage = isinstance(error, APIConnectionError | ServerError | RateLimitError)
        if is_outage and event.attempts:
            attempts = f"{event.attempts} attempt{'s' * (event.attempts > 1)}"
            what = f"fails after {attempts} in {event.seconds:.1f} s"
            _log(about, what, _reason(error), None, event.attempts)
    elif isinstance(event, AttemptEnded):
        outcome = "no response" if event.status_code is None else event.status_code
        took = event.seconds * 1000
        logger.debug("%s %s: %s in %.0f ms", about.method, about.path, outcome, took)


def _log_wait(event: WaitStarted, about: Subject, error: BaseException | None) -> None:
    seconds, attempt = event.seconds, event.attempt
    if event.reason == "pace" and seconds is None:
        reason = "all requests of this location in flight"
        _log(about, f"waits for its turn before attempt {attempt}", reason, None, attempt)
    if event.reason == "token" or seconds is None:
        return
    if event.reason == "retry":
        what = f"waits {seconds:.1f} s before attempt {attempt}"
        _log(about, what, _reason(error), seconds, attempt)
    elif seconds > _LOGGED_WAIT:
        before, reason = f"attempt {attempt}", "the pace of this location"
        if event.reason == "lookup":
            is_open = isinstance(error, AssociationsError) and error.outcome_unknown
            why = "whether it was carried out" if is_open else "because a list may lag"
            before, reason = f"a lookup, {why}", _reason(error)
        _log(about, f"waits {seconds:.1f} s before {before}", reason, seconds, attempt)


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
    return str(cause or "") or type(error).__name__
