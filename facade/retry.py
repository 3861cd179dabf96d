"""When a request is sent again, and after how long: decided here, slept elsewhere.

A write is sent again only when it is known not to have happened, or when doing it twice is doing
it once. So a POST whose outcome is unknown comes back to the caller, who looks before repeating.
"""

import random
import time
from collections.abc import Callable
from typing import TypedDict, cast

from attrs import define, field

from facade import errors

RETRIES = 7  # so that a request is sent 8 times at most
PATIENCE = 300.0  # seconds after which a failing call is not tried again
LONGEST_WAIT = 120.0  # seconds that a server may ask us to wait
_FIRST, _LARGEST = 0.5, 20.0  # seconds: the first backoff, and what it grows to
_OUTAGES = frozenset({502, 503, 504, *range(520, 528)})
_IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})


class CallOptions(TypedDict, total=False):
    """What one call may override: `timeout` and `deadline` in seconds, `retries` as a number.

    `timeout` bounds each part of a request; `deadline` bounds the whole call with all its waits.
    """

    timeout: float
    retries: int
    deadline: float


class Moment(float):
    """A deadline as a moment on the monotonic clock, so that several requests can share it."""


def fixed(options: CallOptions) -> CallOptions:
    """Check what a call overrides; make a deadline a moment, for all requests of the call."""
    if not options:
        return options
    for name, value in options.items():
        if name not in CallOptions.__annotations__:
            known = ", ".join(CallOptions.__annotations__)
            raise TypeError(f"{name!r} is no option of a call: {known}")
        number = isinstance(value, int if name == "retries" else int | float)
        if not number or isinstance(value, bool):
            raise TypeError(f"{name} is a number, not {value!r}")
        if name != "deadline" and cast("float", value) < (0 if name == "retries" else 0.001):
            raise ValueError(f"{name} cannot be {value!r}")
    deadline = options.get("deadline")
    if deadline is None or isinstance(deadline, Moment):
        return options
    return {**options, "deadline": Moment(time.monotonic() + deadline)}


@define
class Attempts:
    """The attempts of one call: which one this is, and whether there will be another."""

    method: str
    retries: int
    deadline: float | None = None  # a moment on the clock below
    clock: Callable[[], float] = time.monotonic
    made: int = 0
    unknown: bool = False  # an earlier attempt may have done what was asked
    renewed: bool = False  # another token was asked for
    _started: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._started = self.clock()

    def again_after(self, error: errors.AssociationsError) -> float | None:
        """Take note of a failed attempt; give the seconds to wait before the next, if any."""
        error.repeated = self.unknown
        self.made += 1
        self.unknown = self.unknown or error.outcome_unknown
        delay = _delay(error, self.method, self.made)
        if delay is None or self.made > self.retries:
            return None
        now = self.clock()
        if now + delay > self._started + PATIENCE or not self.in_time(delay):
            return None
        return delay

    def in_time(self, wait: float) -> bool:
        """Tell whether there is a moment left after waiting so long."""
        return self.deadline is None or self.clock() + wait < self.deadline


def _delay(error: errors.AssociationsError, method: str, made: int) -> float | None:
    """Give the seconds to wait before sending again; None where that is of no use or not safe."""
    if isinstance(error, errors.DailyLimitError):
        return None
    if isinstance(error, errors.RateLimitError):  # nothing was done, whatever the method
        asked = error.retry_after
        if asked is None:
            return backoff(made)
        # A little later than asked, and not all at once.
        return None if asked > LONGEST_WAIT else asked + random.uniform(0, 0.25)  # noqa: S311
    if isinstance(error, errors.ConnectFailedError):
        return backoff(made)
    lost = isinstance(error, errors.APIConnectionError)
    out = isinstance(error, errors.ServerError) and error.status_code in _OUTAGES
    return backoff(made) if (lost or out) and method in _IDEMPOTENT else None


def backoff(made: int) -> float:
    """Give the seconds to wait after so many attempts: full jitter, so that clients spread out."""
    return random.uniform(0, min(_LARGEST, _FIRST * 2 ** (made - 1)))  # noqa: S311 - no secret
