"""The log of waits: each that is longer than a second, once, with what it is for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from facade._core.request import path_of
from facade.errors import RateLimitError

if TYPE_CHECKING:
    import httpx

    from facade.errors import AssociationsError

logger = logging.getLogger("facade")
_LONG = 1.0  # seconds


def log_wait(request: httpx.Request, reason: str, seconds: float | None, attempt: int) -> None:
    """Log a wait of so many seconds before an attempt; None is as long as it takes."""
    if seconds is not None and seconds <= _LONG:
        return
    path = path_of(request)
    wait = "waits for its turn" if seconds is None else f"waits {seconds:.1f} s"
    fields = {
        "http_method": request.method,
        "http_path": path,
        "wait_reason": reason,
        "wait_seconds": seconds,
        "attempt": attempt,
    }
    logger.info(
        "%s %s %s before attempt %d: %s", request.method, path, wait, attempt, reason, extra=fields
    )


def retry_reason(error: AssociationsError) -> str:
    """Return why an attempt is made again."""
    if isinstance(error, RateLimitError):
        asked = error.retry_after
        return "rate limited" if asked is None else f"rate limited, asked to wait {asked:g} s"
    return f"the last attempt failed: {error.__cause__ or type(error).__name__}"


def log_look(reason: str, seconds: float) -> None:
    """Log a wait of so many seconds before another look for what may exist."""
    if seconds > _LONG:
        fields = {"wait_reason": reason, "wait_seconds": seconds}
        logger.info(
            "looking again in %.1f s, because a list may lag: %s", seconds, reason, extra=fields
        )
