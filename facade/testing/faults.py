"""Faults that a test injects into exchanges, and the selection of requests."""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from json import loads
from math import inf
from time import time
from typing import Any, Literal, Self, get_args

from facade._core import numbers
from facade._core.operations import OPERATIONS
from facade.testing.messages import (
    DroppedConnectionError,
    Received,
    Response,
    When,
    error_body,
    json_response,
    reason,
)

__all__ = [
    "ActiveFault",
    "Fault",
    "Selection",
    "add_headers",
    "alter",
    "delay",
    "drop",
    "empty",
    "fail",
    "false_422",
    "html",
    "rate_limit",
    "truncated",
]

Selection = str | Collection[str] | Callable[[Received], bool]
"""A selection of requests: an operation id or a method, several of them, or a predicate."""

_METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
_FROM_CDN = frozenset({502, 504, *range(520, 528)})


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of an exchange; the attributes apply in their order.

    The waits are in seconds. `instead` replaces the work, which is not done; `afterwards` replaces
    its response. Either may raise DroppedConnectionError.
    """

    wait_before: float = 0.0
    instead: Callable[[], Response] | None = None
    afterwards: Callable[[Response], Response] | None = None
    wait_after: float = 0.0


def delay(seconds: float, *, before_work: bool = False) -> Fault:
    """Delay the response by `seconds`; with `before_work`, the work, too."""
    return Fault(wait_before=seconds) if before_work else Fault(wait_after=seconds)


def drop(when: When = "after_work", *, reset: bool = False) -> Fault:
    """Drop the connection before or after the work, or in the middle of the response.

    In process, "connecting" means that no connection is made; a server, which has accepted it
    already, closes it at once. `reset` resets the connection instead of closing it. Raises
    ValueError for another `when`.
    """
    if when not in get_args(When):
        raise ValueError(f"when must be one of {', '.join(get_args(When))}, not {when!r}.")

    def dropped(_: Response | None = None) -> Response:
        raise DroppedConnectionError(when, reset=reset)

    if when in ("connecting", "before_work"):
        return Fault(instead=dropped)
    return Fault(afterwards=dropped)


def fail(
    status: int = 502,
    *,
    body: Literal["json", "html", "text", "empty"] | None = None,
    message: str | list[str] | None = None,
    after_work: bool = False,
) -> Fault:
    """Respond with an error; 502, 504 and 520 to 527 are HTML by default, as a CDN sends them.

    `message` is the message of a JSON body, or the whole `text` body.
    """
    kind = body or ("html" if status in _FROM_CDN else "json")
    if kind == "json":
        text = message if message is not None else reason(status) or "Something went wrong."
        response = json_response(status, error_body(status, text))
    elif kind == "html":
        response = _in_html(Response(status, b"", {}))
    else:
        page = "".join(message or "") if kind == "text" else ""
        media = "text/html" if page.startswith("<") else "text/plain"
        headers = {"Content-Type": f"{media}; charset=utf-8"} if kind == "text" else {}
        response = Response(status, page.encode(), headers)
    if after_work:
        return Fault(afterwards=lambda _: response)
    return Fault(instead=lambda: response)


def false_422() -> Fault:
    """Do the work, but respond with 422."""
    return fail(422, message="The request could not be processed.", after_work=True)


def rate_limit(*, retry_after: int | None = None, as_date: bool = False) -> Fault:
    """Respond with 429, without rate limit headers.

    `retry_after` is in seconds; `as_date` sends it as an HTTP date.
    """

    def refusal() -> Response:
        response = json_response(429, error_body(429, "Too many requests."))
        if retry_after is None:
            return response
        text = formatdate(time() + retry_after, usegmt=True) if as_date else str(retry_after)
        return replace(response, headers={**response.headers, "Retry-After": text})

    return Fault(instead=refusal)


def html() -> Fault:
    """Do the work and respond with its status and an HTML page."""
    return Fault(afterwards=_in_html)


def truncated() -> Fault:
    """Do the work and send the first half of its JSON, with a matching Content-Length."""

    def cut(response: Response) -> Response:
        return replace(response, body=response.body[: len(response.body) // 2])

    return Fault(afterwards=cut)


def empty() -> Fault:
    """Do the work and respond with its status and no body."""
    return Fault(afterwards=lambda response: Response(response.status, b"", {}))


def alter(change: Callable[[Any], Any]) -> Fault:
    """Do the work and respond with `change(body)`, where body is the parsed JSON."""

    def altered(response: Response) -> Response:
        return json_response(response.status, change(loads(response.body)), response.headers)

    return Fault(afterwards=altered)


def add_headers(headers: Mapping[str, str]) -> Fault:
    """Do the work and add headers to its response, replacing those with the same name."""
    return Fault(afterwards=lambda given: replace(given, headers={**given.headers, **headers}))


class ActiveFault:
    """A fault that applies to selected requests, until `times` requests or `stop`.

    As a context manager, it stops at the end of the block. `hits` counts the affected requests.
    """

    def __init__(
        self,
        fault: Fault,
        on: Selection | None,
        times: int | None,
        share: float,
        seed: int,
    ) -> None:
        self.fault = fault
        self.hits = 0
        self._selects = _selector(on)
        self._left = inf if times is None else times
        self._share = numbers.share("share", share)
        # Reproducible; not for secrets.
        self._random = random.Random(seed)  # noqa: S311

    def applies_to(self, received: Received) -> bool:
        """Return whether the fault applies to a request, and count the request if it does."""
        if self._left <= 0 or not self._selects(received) or self._random.random() >= self._share:
            return False
        self.hits += 1
        self._left -= 1
        return True

    def stop(self) -> None:
        """End the fault."""
        self._left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _selector(on: Selection | None) -> Callable[[Received], bool]:
    if on is None:
        return lambda received: True
    if callable(on):
        return on
    names = frozenset({on} if isinstance(on, str) else on)
    unknown = names - OPERATIONS.keys() - _METHODS
    if unknown:
        raise ValueError(
            f"{', '.join(sorted(unknown))}: neither an operation nor a method. "
            f"Operations: {', '.join(sorted(OPERATIONS))}."
        )
    return lambda received: received.operation in names or received.method in names


def _in_html(response: Response) -> Response:
    title = f"{response.status} {reason(response.status)}".strip()
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
    headers = {**response.headers, "Content-Type": "text/html; charset=utf-8"}
    return replace(response, body=page.encode(), headers=headers)
