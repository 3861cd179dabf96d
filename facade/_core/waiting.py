"""Reports waits and failed attempts to the log and to a client's `on_event`."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING

from facade._core.request import path_of
from facade._core.response import quoted
from facade.errors import APIConnectionError, APIStatusError, RateLimitError, ServerError

if TYPE_CHECKING:
    import httpx

    from facade._core.events import CallReport
    from facade._core.options import ClientOptions
    from facade.errors import AssociationsError

# Set during a call of a client with `on_event`.
CURRENT_REPORT: ContextVar[CallReport | None] = ContextVar("facade_report", default=None)

logger = logging.getLogger("facade")
_LOGGED_WAIT = 1.0  # seconds; shorter waits are not logged


def log_wait(request: httpx.Request, reason: str, seconds: float | None, attempt: int) -> None:
    """Report a wait for the pace, and log a long one; `seconds` is None for an unknown time."""
    if (report := CURRENT_REPORT.get()) is not None:
        report.waits("pace", seconds)
    if seconds is not None and seconds <= _LOGGED_WAIT:
        return
    wait = "waits for its turn" if seconds is None else f"waits {seconds:.1f} s"
    _log(request, f"{wait} before attempt {attempt}", reason, seconds, attempt)


def report_token_wait(error: AssociationsError | None = None) -> None:
    """Report a wait for a token; `error` is the refusal of the previous one, if any."""
    if (report := CURRENT_REPORT.get()) is not None:
        report.waits("token", None, error)


def log_retry(request: httpx.Request, error: AssociationsError, seconds: float) -> None:
    """Report and log a retry, and the wait before it."""
    if (report := CURRENT_REPORT.get()) is not None:
        report.waits("retry", seconds, error)
    attempt = error.attempts + 1
    wait = f"waits {seconds:.1f} s before attempt {attempt}"
    _log(request, wait, retry_reason(error), seconds, attempt)


def log_failure(request: httpx.Request, error: AssociationsError) -> None:
    """Log that a call fails after its last attempt."""
    if isinstance(error, APIConnectionError | ServerError | RateLimitError):
        attempts = f"{error.attempts} attempt{'s' * (error.attempts > 1)}"
        what = f"fails after {attempts} in {error.elapsed:.1f} s"
        _log(request, what, retry_reason(error), None, error.attempts)


def _log(
    request: httpx.Request, what: str, reason: str, seconds: float | None, attempt: int
) -> None:
    path = path_of(request)
    fields = {
        "http_method": request.method,
        "http_path": path,
        "wait_reason": reason,
        "wait_seconds": seconds,
        "attempt": attempt,
    }
    logger.info("%s %s %s: %s", request.method, path, what, reason, extra=fields)


def retry_reason(error: AssociationsError) -> str:
    """Return the reason of a retry, as text for the log."""
    if isinstance(error, RateLimitError):
        wait = error.retry_after
        return "rate limited" if wait is None else f"rate limited, Retry-After {wait:g} s"
    if isinstance(error, APIStatusError):
        return f"{error.status_code} {quoted(error)}".strip()
    return str(error.__cause__ or "") or type(error).__name__


def log_lookup(
    options: ClientOptions,
    location_id: str,
    error: AssociationsError,
    seconds: float,
    *,
    again: bool = False,
) -> None:
    """Report a wait before a lookup after a failed creation, and log a long one."""
    if options.on_event is not None:
        from facade._core.events import CallReport

        report = CallReport(options.on_event, error.method, error.path, location_id)
        report.waits("look", seconds, error)
    if seconds > _LOGGED_WAIT:
        reason = retry_reason(error)
        what = "another lookup" if again else "looking up whether the request was carried out"
        why = "because a list may lag: " if again else "after "
        fields = {"wait_reason": reason, "wait_seconds": seconds}
        logger.info("%s in %.1f s, %s%s", what, seconds, why, reason, extra=fields)
