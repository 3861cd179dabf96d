"""What can go wrong with an exchange, and for which requests it does."""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from email.utils import formatdate
from json import loads
from time import time
from types import TracebackType
from typing import Any, Literal, Self, get_args

from facade.testing.routes import OPERATIONS
from facade.testing.wire import (
    ConnectionLostError,
    Received,
    Response,
    When,
    error_body,
    json_response,
    reason,
)

Selection = str | Collection[str] | Callable[[Received], bool]

_METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
_EDGE = frozenset({502, 504, *range(520, 528)})


@dataclass(frozen=True, slots=True)
class Mischief:
    """Say what goes wrong, in the order in which it happens.

    `instead` stands for the work, which is then not done; `afterwards` changes its answer.
    Either may raise ConnectionLostError.
    """

    wait_before: float = 0.0
    instead: Callable[[], Response] | None = None
    afterwards: Callable[[Response], Response] | None = None
    wait_after: float = 0.0


def delay(seconds: float, *, before_work: bool = False) -> Mischief:
    """Answer late; with `before_work` the work, too, is done late."""
    return Mischief(wait_before=seconds) if before_work else Mischief(wait_after=seconds)


def drop(when: When = "after_work", *, reset: bool = False) -> Mischief:
    """Lose the connection, before or after the work is done or in the middle of its answer.

    In process "connecting" means that the connection was never made; a server, which is
    connected already, closes at once. `reset` resets the connection instead of closing it.
    """
    if when not in get_args(When):
        raise ValueError(f"A connection is lost {', '.join(get_args(When))}; not {when!r}.")

    def lose(_: Response | None = None) -> Response:
        raise ConnectionLostError(when, reset=reset)

    if when in ("connecting", "before_work"):
        return Mischief(instead=lose)
    return Mischief(afterwards=lose)


def fail(
    status: int = 502,
    *,
    body: Literal["json", "html", "empty"] | None = None,
    message: str | list[str] | None = None,
    after_work: bool = False,
) -> Mischief:
    """Answer with a status; by default 502, 504 and 520 to 527 with HTML, as the edge does."""
    kind = body or ("html" if status in _EDGE else "json")
    if kind == "json":
        text = message if message is not None else reason(status) or "Something went wrong."
        answer = json_response(status, error_body(status, text))
    else:
        answer = _in_html(Response(status, b"", {})) if kind == "html" else _emptied(status)
    if after_work:
        return Mischief(afterwards=lambda _: answer)
    return Mischief(instead=lambda: answer)


def odd_422() -> Mischief:
    """Do the work and answer 422 all the same."""
    return fail(422, message="The request could not be processed.", after_work=True)


def refuse(*, retry_after: int | None = None, as_date: bool = False) -> Mischief:
    """Answer 429 without rate headers; Retry-After, if wanted, in seconds or as an HTTP-date."""

    def refusal() -> Response:
        answer = json_response(429, error_body(429, "Too many requests."))
        if retry_after is None:
            return answer
        text = formatdate(time() + retry_after, usegmt=True) if as_date else str(retry_after)
        return replace(answer, headers={**answer.headers, "Retry-After": text})

    return Mischief(instead=refusal)


def html() -> Mischief:
    """Do the work and answer its status with an HTML page."""
    return Mischief(afterwards=_in_html)


def truncated() -> Mischief:
    """Do the work and send half of its JSON, as if that were all."""
    return Mischief(
        afterwards=lambda answer: replace(answer, body=answer.body[: len(answer.body) // 2])
    )


def empty() -> Mischief:
    """Do the work and answer its status with nothing."""
    return Mischief(afterwards=lambda answer: _emptied(answer.status))


def alter(change: Callable[[Any], Any]) -> Mischief:
    """Do the work and answer what `change` makes of its JSON body."""

    def altered(answer: Response) -> Response:
        return json_response(answer.status, change(loads(answer.body)), answer.headers)

    return Mischief(afterwards=altered)


class Misbehaviour:
    """Apply one mischief to chosen requests until it is used up or stopped.

    Leaving it as a context manager stops it. `hits` counts the requests that it befell.
    """

    def __init__(
        self,
        mischief: Mischief,
        on: Selection | None,
        times: int | None,
        share: float,
        seed: int,
    ) -> None:
        if not 0 < share <= 1:
            raise ValueError("share is a probability: above 0 and at most 1.")
        self.mischief = mischief
        self.hits = 0
        self._selects = _selector(on)
        self._left = times
        self._share = share
        # Repeatable chaos, no secrets.
        self._random = random.Random(seed)  # noqa: S311

    def befalls(self, received: Received) -> bool:
        if self._left == 0 or not self._selects(received) or self._random.random() >= self._share:
            return False
        self.hits += 1
        self._left = None if self._left is None else self._left - 1
        return True

    def stop(self) -> None:
        self._left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _selector(on: Selection | None) -> Callable[[Received], bool]:
    if on is None:
        return lambda received: True
    if callable(on):
        return on
    names = frozenset({on} if isinstance(on, str) else on)
    unknown = names - OPERATIONS - _METHODS
    if unknown:
        raise ValueError(
            f"{', '.join(sorted(unknown))}: neither an operation nor a method. "
            f"Operations: {', '.join(sorted(OPERATIONS))}."
        )
    return lambda received: received.operation in names or received.method in names


def _in_html(answer: Response) -> Response:
    title = f"{answer.status} {reason(answer.status)}".strip()
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
    headers = {**answer.headers, "Content-Type": "text/html; charset=utf-8"}
    return replace(answer, body=page.encode(), headers=headers)


def _emptied(status: int) -> Response:
    return Response(status, b"", {})
