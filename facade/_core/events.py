"""The events of a call, and the type of their listeners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from attrs import field, frozen

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
