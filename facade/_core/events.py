"""The events of a call, which go to the log and to the listeners of the app."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from attrs import field, frozen

from facade import errors
from facade._core.calls import Subject
from facade._core.interrupts import interrupt_in
from facade._core.reading import RawResponse
from facade._core.reasons import quoted, visible
from facade._core.retry import Attempts

logger = logging.getLogger("facade")

_LOGGED_WAIT = 1.0  # seconds; shorter waits for the pace or before a lookup are not logged
_OUTAGES = errors.APIConnectionError | errors.ServerError | errors.RateLimitError
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


class Events:
    """Creates events for listeners; the log also gets what these must not: path and error."""

    def __init__(self, listeners: tuple[OnEvent, ...]) -> None:
        self._listeners = listeners
        self._recorders = tuple(one for one in listeners if getattr(one, "wants_responses", False))

    def attempt_started(self, attempts: Attempts) -> None:
        self._emit(AttemptStarted, attempts.about, attempt=attempts.made)

    def attempt_ended(
        self, attempts: Attempts, request: Any, started: float, outcome: object
    ) -> None:
        about, seconds = attempts.about, time.monotonic() - started
        response = outcome if isinstance(outcome, RawResponse) else None
        status = None if response is None else response.status_code
        what = "no response" if status is None else status
        logger.debug("%s %s: %s in %.0f ms", about.method, about.path, what, seconds * 1000)
        fields = {"seconds": seconds, "status_code": status, "error": _name(outcome)}
        self._emit(AttemptEnded, about, attempt=attempts.made, **fields)
        if response is None:
            return
        sent = {"method": about.method, "target": request.url.raw_path.decode("ascii")}
        sent["version"] = request.headers.get("Version", "")
        received = {"status_code": response.status_code, "headers": response.headers}
        bodies = {"request_body": about.body, "response_body": response.content}
        self._emit(ResponseReceived, about, **sent, **received, **bodies)

    def waits(
        self,
        attempts: Attempts,
        reason: WaitReason,
        seconds: float | None,
        error: BaseException | None = None,
    ) -> None:
        about, attempt = attempts.about, attempts.made + 1
        if reason != "pace" or attempts.settings.logs_turns:
            _log_wait(about, reason, seconds, attempt, error)
        fields = {"reason": reason, "seconds": seconds, "error": _name(error)}
        self._emit(WaitStarted, about, attempt=attempt, **fields)

    def ended(self, attempts: Attempts, error: BaseException | None) -> None:
        about, made, seconds = attempts.about, attempts.made, attempts.elapsed
        if made and isinstance(error, _OUTAGES):
            what = f"fails after {made} attempt{'s' * (made > 1)} in {seconds:.1f} s"
            _log(about, what, _reason(error), None, made)
        self._emit(CallEnded, about, attempts=made, seconds=seconds, error=_name(error))

    def _emit(self, kind: Callable[..., CallEvent], about: Subject, **fields: Any) -> None:
        event = kind(operation=about.operation, location_id=about.location_id, **fields)
        for listener in self._recorders if kind is ResponseReceived else self._listeners:
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
        is_open = isinstance(error, errors.AssociationsError) and error.outcome_unknown
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
    if isinstance(error, errors.RateLimitError):
        wait = error.retry_after
        return "rate limited" if wait is None else f"rate limited, Retry-After {wait:g} s"
    if isinstance(error, errors.APIStatusError):
        return f"{error.status_code} {quoted(error)}".strip()
    cause = error.__cause__ if isinstance(error, errors.AssociationsError) else None
    return visible(cause) or type(error).__name__
