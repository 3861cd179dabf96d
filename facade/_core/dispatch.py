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
    Log,
    OnEvent,
    ResponseReceived,
    Subject,
    WaitReason,
    WaitStarted,
)
from facade._core.interrupts import interrupt_in
from facade._core.reading import RawResponse

if TYPE_CHECKING:
    from facade._core.request import Message
    from facade._core.retry import Attempts

logger = logging.getLogger("facade")


class Events:
    """Creates the events of a client, and passes them to its listeners.

    The log is one of them, and also gets what events must not contain: the path, and the error.
    """

    def __init__(self, listeners: tuple[OnEvent, ...], log: Log) -> None:
        self._listeners = listeners
        self._recorders = tuple(one for one in listeners if getattr(one, "wants_responses", False))
        self._log = log

    def attempt_started(self, about: Subject, attempts: Attempts) -> None:
        self._emit(AttemptStarted(**_about(about), attempt=attempts.made), about)

    def attempt_ended(
        self,
        about: Subject,
        attempts: Attempts,
        started: float,
        outcome: RawResponse | BaseException,
    ) -> None:
        """Emit the end of an attempt that started at a time of the monotonic clock."""
        event = AttemptEnded(
            **_about(about),
            attempt=attempts.made,
            seconds=time.monotonic() - started,
            status_code=None if isinstance(outcome, BaseException) else outcome.status_code,
            error=_name(outcome),
        )
        self._emit(event, about)

    def response_received(self, about: Message[Any], request: Any, response: object) -> None:
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
        about: Subject,
        attempts: Attempts,
        reason: WaitReason,
        seconds: float | None,
        error: BaseException | None = None,
    ) -> None:
        event = WaitStarted(
            **_about(about),
            reason=reason,
            seconds=seconds,
            attempt=attempts.made + 1,
            error=_name(error),
        )
        self._emit(event, about, error)

    def ended(self, about: Subject, attempts: Attempts, error: BaseException | None) -> None:
        event = CallEnded(
            **_about(about), attempts=attempts.made, seconds=attempts.elapsed, error=_name(error)
        )
        self._emit(event, about, error)

    def _emit(self, event: CallEvent, about: Subject, error: BaseException | None = None) -> None:
        self._log(event, about, error)
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
