"""What happens to a call, as events for a client's `on_event`."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from attrs import frozen

from facade._core.operations import OPERATIONS

logger = logging.getLogger("facade")

WaitReason = Literal["pace", "token", "retry", "look"]


@frozen(kw_only=True)
class CallEvent:
    """What every event of a call says; a call is one operation of the API, with its attempts.

    A method of a client may be several calls: `ensure` may create, and then list. `operation` is
    the operation's id, such as `create_relation`; `other` where the contract has none. No event
    holds an id of a record, a body or a token.
    """

    operation: str
    location_id: str


@frozen(kw_only=True)
class AttemptStarted(CallEvent):
    """A request is sent; `attempt` counts those of the call, from 1."""

    attempt: int


@frozen(kw_only=True)
class AttemptEnded(CallEvent):
    """The response came, with `status_code`; or none did, because of `error`, a class's name.

    `seconds` are those since the attempt started.
    """

    attempt: int
    seconds: float
    status_code: int | None
    error: str | None


@frozen(kw_only=True)
class WaitStarted(CallEvent):
    """A call waits for so many `seconds` before the attempt `attempt`; None is as long as it takes.

    `reason` is `pace`, a wait for its turn; `token`, for a token that is being renewed, because of
    `error` where one was refused; `retry`, after an attempt that failed with `error`, a
    class's name; or `look`, between two calls: whether a write that failed with `error` was done.
    """

    reason: WaitReason
    seconds: float | None
    attempt: int
    error: str | None


@frozen(kw_only=True)
class CallEnded(CallEvent):
    """A call ended after so many `attempts` and `seconds`, its waits included.

    `error` is the name of the class that is raised; None if the call succeeded.
    """

    attempts: int
    seconds: float
    error: str | None


OnEvent = Callable[[CallEvent], object]


class CallReport:
    """Reports what happens to one call to a client's `on_event`."""

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
        try:
            self._on_event(kind(**self._common, **fields))
        except Exception:  # the app's: its metrics must not break its calls
            logger.warning("on_event raised an error, which is ignored", exc_info=True)


def _name(error: BaseException | None) -> str | None:
    return None if error is None else type(error).__name__


def operation_of(method: str, path: str) -> str:
    """Return the id of the operation that a request is, or `other`."""
    path = path[max(0, path.find("/associations")) :]
    return next(
        (
            operation_id
            for operation_id, at, pattern in _patterns()
            if at == method.upper() and pattern.fullmatch(path)
        ),
        "other",
    )


@cache
def _patterns() -> list[tuple[str, str, re.Pattern[str]]]:
    """List the operations' methods and paths: those with fewer parameters first."""
    by_parameters = sorted(OPERATIONS.values(), key=lambda one: one.path.count("{"))
    return [
        (one.id, one.method, re.compile(re.sub(r"\{\w+\}", "[^/]+", one.path)))
        for one in by_parameters
    ]
