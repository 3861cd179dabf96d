"""The events of a call, for a client's `on_event`."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from attrs import frozen

from facade._core.interrupts import interrupt_in
from facade._core.operations import OPERATIONS

logger = logging.getLogger("facade")

WaitReason = Literal["pace", "token", "retry", "look"]


@frozen(kw_only=True)
class CallEvent:
    """The base of all events; a call is one operation of the API, with its attempts.

    A method of a client may make several calls: `ensure` may create, and then list. `operation` is
    the operation id, such as `create_relation`; `other` if it is not in the contract. No event
    contains a record id, a body or a token.
    """

    operation: str
    location_id: str


@frozen(kw_only=True)
class AttemptStarted(CallEvent):
    """An attempt sends a request; `attempt` is its number within the call, from 1."""

    attempt: int


@frozen(kw_only=True)
class AttemptEnded(CallEvent):
    """An attempt got a response with `status_code`, or failed with `error`, the name of a class.

    The other one is None. `seconds` is the duration of the attempt.
    """

    attempt: int
    seconds: float
    status_code: int | None
    error: str | None


@frozen(kw_only=True)
class WaitStarted(CallEvent):
    """A call waits for `seconds`, None for an unknown time, before the attempt number `attempt`.

    `reason` is `pace` for a turn; `token` for a token, after `error` if one was refused; `retry`
    after an attempt that failed with `error`; or `look`, between two calls, before a lookup whether
    a write that failed with `error` was carried out. `error` is the name of a class, or None.
    """

    reason: WaitReason
    seconds: float | None
    attempt: int
    error: str | None


@frozen(kw_only=True)
class CallEnded(CallEvent):
    """A call ended after `attempts` requests and `seconds`, which include its waits.

    `error` is the name of the raised class; None if the call succeeded.
    """

    attempts: int
    seconds: float
    error: str | None


OnEvent = Callable[[CallEvent], object]


class CallReport:
    """Reports the events of one call to a client's `on_event`."""

    def __init__(self, on_event: OnEvent, method: str, path: str, location_id: str) -> None:
        self._on_event = on_event
        self._common = {"operation": operation_of(method, path), "location_id": location_id}
        self._started = time.monotonic()
        self._attempt_started = self._started
        self._attempts = 0

    def attempt_started(self) -> None:
        self._attempts += 1
        self._attempt_started = time.monotonic()
        self._emit(AttemptStarted, attempt=self._attempts)

    def attempt_ended(self, status_code: int | None, error: BaseException | None) -> None:
        self._emit(
            AttemptEnded,
            attempt=self._attempts,
            seconds=time.monotonic() - self._attempt_started,
            status_code=status_code,
            error=_name(error),
        )

    def waits(
        self, reason: WaitReason, seconds: float | None, error: BaseException | None = None
    ) -> None:
        attempt = self._attempts + 1
        self._emit(WaitStarted, reason=reason, seconds=seconds, attempt=attempt, error=_name(error))

    def ended(self, error: BaseException | None) -> None:
        seconds = time.monotonic() - self._started
        self._emit(CallEnded, attempts=self._attempts, seconds=seconds, error=_name(error))

    def _emit(self, kind: Callable[..., CallEvent], **fields: Any) -> None:
        before = sys.exception()
        try:
            self._on_event(kind(**self._common, **fields))
        except Exception as failure:  # an error in the app's metrics must not break its calls
            if interrupt_in(failure, before):
                raise
            logger.warning("on_event raised an error, which is ignored", exc_info=True)


def _name(error: BaseException | None) -> str | None:
    return None if error is None else type(error).__name__


def operation_of(method: str, path: str) -> str:
    """Return the operation id of a request, or `other`."""
    path = path[max(0, path.find("/associations")) :]
    return next(
        (
            operation_id
            for operation_id, verb, pattern in _patterns()
            if verb == method.upper() and pattern.fullmatch(path)
        ),
        "other",
    )


@cache
def _patterns() -> list[tuple[str, str, re.Pattern[str]]]:
    """Return the id, method and path pattern of each operation, fewest path parameters first."""
    by_parameters = sorted(OPERATIONS.values(), key=lambda one: one.path.count("{"))
    return [
        (one.id, one.method, re.compile(re.sub(r"\{\w+\}", "[^/]+", one.path)))
        for one in by_parameters
    ]
