"""Rate limits of a location: the kinds of windows, and the response headers."""

from collections import deque
from collections.abc import Callable, Mapping
from math import floor, inf
from typing import Literal, get_args

WindowKind = Literal["sliding", "sliding_counting_refused", "fixed", "fixed_from_first", "bucket"]
"""How a sandbox counts requests: in a sliding window, in fixed windows, or with a token bucket."""
WINDOW_KINDS: tuple[WindowKind, ...] = get_args(WindowKind)
DEFAULT_LIMIT = (100, 10.0)
DEFAULT_DAILY_LIMIT = 200_000
_DAY = 86_400.0


class _Window:
    """Counts the calls of one location in a sliding window, the last `seconds`."""

    def __init__(self, kind: WindowKind, calls: int, seconds: float) -> None:
        self._kind, self._calls, self._seconds = kind, calls, seconds
        self._calls_at: deque[float] = deque(maxlen=calls)

    def remaining(self, now: float) -> int:
        while self._calls_at and self._calls_at[0] <= now - self._seconds:
            self._calls_at.popleft()
        return self._calls - len(self._calls_at)

    def charge(self, now: float, *, admitted: bool) -> None:
        if admitted or self._kind == "sliding_counting_refused":
            self._calls_at.append(now)


class _FixedWindow(_Window):
    """Counts in consecutive windows: aligned with the clock, or each from its first call."""

    _start, _used = inf, 0

    def remaining(self, now: float) -> int:
        if now >= self._start + self._seconds:
            self._start, self._used = inf, 0
        return self._calls - self._used

    def charge(self, now: float, *, admitted: bool) -> None:
        if self._start == inf:
            is_aligned = self._kind == "fixed"
            self._start = floor(now / self._seconds) * self._seconds if is_aligned else now
        self._used += admitted


class _TokenBucket(_Window):
    """A token bucket, which starts full and is refilled at a constant rate."""

    _used, _updated_at = 0.0, 0.0

    def remaining(self, now: float) -> int:
        refilled = (now - self._updated_at) * self._calls / self._seconds
        self._used, self._updated_at = max(0.0, self._used - refilled), now
        return int(self._calls - self._used + 1e-9)

    def charge(self, now: float, *, admitted: bool) -> None:
        self._used += admitted


_WINDOWS: dict[WindowKind, type[_Window]] = {
    "sliding": _Window,
    "sliding_counting_refused": _Window,
    "fixed": _FixedWindow,
    "fixed_from_first": _FixedWindow,
    "bucket": _TokenBucket,
}


class RateLimit:
    """Admits or refuses calls, for each location separately.

    `limit` is (calls, seconds). The day starts with the first call of a location.
    """

    def __init__(
        self,
        limit: tuple[int, float],
        daily_limit: int,
        window: WindowKind,
        clock: Callable[[], float],
    ) -> None:
        self._calls, self._seconds = limit
        if self._calls < 1 or self._seconds <= 0 or daily_limit < 1:
            raise ValueError("A rate limit needs at least one call and a time above 0 seconds.")
        if window not in WINDOW_KINDS:
            raise ValueError(
                f"{window!r} is not a kind of window; choose one of {', '.join(WINDOW_KINDS)}."
            )
        self._daily_limit = daily_limit
        self._kind: WindowKind = window
        self._clock = clock
        self._windows: dict[str, tuple[_Window, _Window]] = {}

    def charge(self, location_id: str) -> tuple[bool, Mapping[str, str]]:
        """Count a call; return whether it is admitted, and the five headers of its response."""
        now = self._clock()
        if location_id not in self._windows:
            self._windows[location_id] = (
                _WINDOWS[self._kind](self._kind, self._calls, self._seconds),
                _FixedWindow("fixed_from_first", self._daily_limit, _DAY),
            )
        burst, day = self._windows[location_id]
        admitted = day.remaining(now) > 0 and burst.remaining(now) > 0
        burst.charge(now, admitted=admitted)
        day.charge(now, admitted=admitted)
        return admitted, {
            "X-RateLimit-Limit-Daily": str(self._daily_limit),
            "X-RateLimit-Daily-Remaining": str(day.remaining(now)),
            "X-RateLimit-Interval-Milliseconds": str(round(self._seconds * 1000)),
            "X-RateLimit-Max": str(self._calls),
            "X-RateLimit-Remaining": str(burst.remaining(now)),
        }
