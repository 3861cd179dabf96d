"""The log of what delays a call: long waits for the pace, and attempts that failed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from facade._core.request import path_of
from facade.errors import APIConnectionError, RateLimitError, ServerError

if TYPE_CHECKING:
    import httpx

    from facade.errors import AssociationsError

logger = logging.getLogger("facade")
_LONG = 1.0  # seconds


def log_wait(request: httpx.Request, reason: str, seconds: float | None, attempt: int) -> None:
    """Log a wait for the pace; None is as long as it takes."""
    if seconds is not None and seconds <= _LONG:
        return
    wait = "waits for its turn" if seconds is None else f"waits {seconds:.1f} s"
    _log(request, f"{wait} before attempt {attempt}", reason, seconds, attempt)


def log_retry(request: httpx.Request, error: AssociationsError, seconds: float) -> None:
    """Log that a request is sent again, and after how long."""
    attempt = error.attempts + 1
    wait = f"waits {seconds:.1f} s before attempt {attempt}"
    _log(request, wait, retry_reason(error), seconds, attempt)


def log_failure(request: httpx.Request, error: AssociationsError) -> None:
    """Log that an outage outlasted a call."""
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
    """Return why an attempt is made again."""
    if isinstance(error, RateLimitError):
        asked = error.retry_after
        return "rate limited" if asked is None else f"rate limited, asked to wait {asked:g} s"
    return str(error.__cause__ or "") or type(error).__name__


def log_look(reason: str, seconds: float) -> None:
    """Log a wait of so many seconds before another look for what may exist."""
    if seconds > _LONG:
        fields = {"wait_reason": reason, "wait_seconds": seconds}
        logger.info(
            "looking again in %.1f s, because a list may lag: %s", seconds, reason, extra=fields
        )
