"""The bounds of time that hold whatever the server does: the deadline of a call."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

_LEAST = 0.001  # seconds; a timeout of 0 would mean that a socket does not block


class CallDeadline:
    """The time at which a call must end, shared by all its requests.

    Waiting for the pace counts towards the deadline of one call, and postpones the default
    deadline of a client, so that thousands of tasks can queue and all succeed.
    """

    def __init__(
        self,
        seconds: float,
        *,
        includes_pace: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.includes_pace = includes_pace
        self._clock = clock
        self._end = clock() + seconds

    @property
    def seconds_left(self) -> float:
        """The seconds until the call ends; below 0 if it should have ended."""
        return self._end - self._clock()

    def postpone(self, seconds: float) -> None:
        """Add the seconds of a wait that does not count towards the deadline."""
        self._end += seconds


class TimeLeft(float):
    """A timeout in seconds, within a deadline: as a number, what it is when it is created.

    `now` is what is left of it later. The default transport asks for it before each wait for data,
    because a server that sends a byte a second never exceeds a fixed timeout.
    """

    _deadline: CallDeadline

    def __new__(cls, timeout: float, deadline: CallDeadline) -> TimeLeft:
        left = super().__new__(cls, max(_LEAST, min(timeout, deadline.seconds_left)))
        left._deadline = deadline
        return left

    def now(self) -> float:
        """Return the seconds left; 0 or less if the deadline has passed."""
        return min(self, self._deadline.seconds_left)


def timeouts_within(parts: Mapping[str, float], deadline: CallDeadline | None) -> dict[str, float]:
    """Return the timeouts of the parts of a request, none of which is later than the deadline."""
    if deadline is None:
        return dict(parts)
    limited = {seconds: TimeLeft(seconds, deadline) for seconds in {*parts.values()}}
    return {part: limited[seconds] for part, seconds in parts.items()}


def check_loop() -> None:
    """Do nothing: blocking code needs no event loop."""


def async_check_loop() -> None:
    """Raise RuntimeError if no asyncio event loop runs, such as under trio."""
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        raise RuntimeError(
            "an async client needs a running asyncio event loop; trio is not supported"
        ) from error


def time_limit(deadline: CallDeadline | None) -> AbstractContextManager[None]:
    """Do nothing: a thread cannot be interrupted, so only timeouts bound blocking code."""
    return _NO_LIMIT


def has_expired(limit: object) -> bool:
    """Return False: blocking code has no limit."""
    return False


def async_time_limit(deadline: CallDeadline | None) -> asyncio.Timeout:
    """Cancel the block with a TimeoutError when the deadline passes."""
    import asyncio  # here, because blocking apps do not need it

    async_check_loop()
    return asyncio.timeout(None if deadline is None else max(0.0, deadline.seconds_left))


def async_has_expired(limit: asyncio.Timeout) -> bool:
    """Return whether the limit has ended its block."""
    return limit.expired()


_NO_LIMIT = nullcontext()
