"""The events of a call, and their listeners: the log, and those of the app."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Protocol

from attrs import field, frozen

from facade._core.interrupts import interrupt_in
from facade._core.operations import OPERATIONS
from facade._core.reading import RawResponse

if TYPE_CHECKING:
    from facade._core.request import Message
    from facade._core.retry import Attempts

logger = logging.getLogger("facade")

WaitReason = Literal["pace", "token", "retry", "lookup"]


@frozen(kw_only=True)
class CallEvent:
    """The base of all events; a call is one operation of the API, with its attempts.

    A method of a client may make several calls: `ensure` may create, and then list. `operation` is
    the operation id, such as `create_relation`; `other` if it is not in the contract. No event but
    ResponseReceived contains a record id, a body or a token.
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
class ResponseReceived(CallEvent):
    """A response was read, whatever its status; only for a listener with `wants_responses = True`.

    It contains record ids, and what was sent and received, but not the token: `target` is the path
    with its query as it was sent, `version` the Version of the request.
    """

    method: str
    target: str = field(repr=False)
    version: str
    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    request_body: bytes = field(repr=False)
    response_body: bytes = field(repr=False)


@frozen(kw_only=True)
class WaitStarted(CallEvent):
    """A call waits for `seconds`, None for an unknown time, before the attempt number `attempt`.

    `reason` is `pace` for a turn; `token` for a token, after `error` if one was refused; `retry`
    after an attempt that failed with `error`; or `lookup`, before a lookup whether a write that
    failed with `error` was carried out. `error` is the name of a class, or None.
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


class Subject(Protocol):
    """What an event is about."""

    @property
    def operation(self) -> str: ...
    @property
    def location_id(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...


class Log(Protocol):
    """The listener that also gets what an event does not contain."""

    def __call__(self, event: CallEvent, about: Subject, error: BaseException | None, /) -> None:
        """Log an event, if it is worth a line."""
        ...


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


def operation_of(method: str, path: str) -> str:
    """Return the operation id of a request of the generated client, or `other`."""
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
