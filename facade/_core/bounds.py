"""The bounds of time that hold whatever the server does: the deadline of a call."""

from __future__ import annotations

import time
from contextlib import nullcontext
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping

_LEAST = 0.001  # seconds; a timeout of 0 would mean that a socket does not block


class CallDeadline:
    """The time at which a call must end, shared by all its requests; without seconds, none.

    Waiting for the pace counts towards the deadline of one call, and postpones the default
    deadline of a client, so that thousands of tasks can queue and all succeed.
    """

    def __init__(
        self,
        seconds: float = inf,
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

    @property
    def seconds_for_pace(self) -> float:
        return self.seconds_left if self.includes_pace else inf

    def waited_for_pace(self, seconds: float) -> None:
        """Postpone the deadline by a wait for the pace, unless the deadline includes it."""
        if not self.includes_pace:
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


def timeouts_within(parts: Mapping[str, float], deadline: CallDeadline) -> dict[str, float]:
    """Return the timeouts of the parts of a request, none of which is later than the deadline."""
    limited = {seconds: TimeLeft(seconds, deadline) for seconds in {*parts.values()}}
    return {part: limited[seconds] for part, seconds in parts.items()}


def check_loop() -> None:
    pass  # blocking code needs no event loop


def async_check_loop() -> None:
    """Raise RuntimeError if no asyncio event loop runs, such as under trio."""
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        raise RuntimeError(
            "an async client needs a running asyncio event loop; trio is not supported"
        ) from error


class _NoLimit(nullcontext[float]):
    """A limit of blocking code: a thread cannot be interrupted, so only timeouts bound it."""

    def expired(self) -> bool:
        return False


time_limit = _NoLimit


def async_time_limit(seconds: float) -> asyncio.Timeout:
    """Cancel the block with a TimeoutError after some seconds."""
    import asyncio  # here, because blocking apps do not need it

    async_check_loop()
    return asyncio.timeout(None if seconds == inf else max(0.0, seconds))
