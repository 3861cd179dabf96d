"""Rate limits of a location: the kinds of windows, and the response headers."""

from collections import deque
from collections.abc import Callable, Mapping
from math import floor
from typing import Literal, Protocol, get_args

WindowKind = Literal["sliding", "sliding_counting_refused", "fixed", "fixed_from_first", "bucket"]
"""How a sandbox counts requests: in a sliding window, in fixed windows, or with a token bucket."""
WINDOW_KINDS: tuple[WindowKind, ...] = get_args(WindowKind)
DEFAULT_LIMIT = (100, 10.0)
DEFAULT_DAILY_LIMIT = 200_000
_DAY = 86_400.0


class Window(Protocol):
    """Counts the calls of one location."""

    def remaining(self, now: float) -> int: ...

    def charge(self, now: float, *, admitted: bool) -> None: ...


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
        self._windows: dict[str, tuple[Window, Window]] = {}

    def charge(self, location_id: str) -> tuple[bool, Mapping[str, str]]:
        """Count a call; return whether it is admitted, and the five headers of its response."""
        now = self._clock()
        if location_id not in self._windows:
            self._windows[location_id] = (
                self._new_window(),
                _FixedWindow(self._daily_limit, _DAY, from_first=True),
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

    def _new_window(self) -> Window:
        calls, seconds, kind = self._calls, self._seconds, self._kind
        if kind == "bucket":
            return _TokenBucket(calls, seconds)
        if kind in ("fixed", "fixed_from_first"):
            return _FixedWindow(calls, seconds, from_first=kind == "fixed_from_first")
        return _SlidingWindow(calls, seconds, counts_refused=kind == "sliding_counting_refused")


class _SlidingWindow:
    """Counts the calls of the last `seconds`."""

    def __init__(self, calls: int, seconds: float, *, counts_refused: bool) -> None:
        self._calls, self._seconds, self._counts_refused = calls, seconds, counts_refused
        self._calls_at: deque[float] = deque(maxlen=calls)

    def remaining(self, now: float) -> int:
        while self._calls_at and self._calls_at[0] <= now - self._seconds:
            self._calls_at.popleft()
        return self._calls - len(self._calls_at)

    def charge(self, now: float, *, admitted: bool) -> None:
        if admitted or self._counts_refused:
            self._calls_at.append(now)


class _FixedWindow:
    """Counts in consecutive windows: aligned with the clock, or each from its first call."""

    def __init__(self, calls: int, seconds: float, *, from_first: bool) -> None:
        self._calls, self._seconds, self._from_first = calls, seconds, from_first
        self._start: float | None = None
        self._used = 0

    def remaining(self, now: float) -> int:
        if self._start is None or now >= self._start + self._seconds:
            self._start, self._used = None, 0
        return self._calls - self._used

    def charge(self, now: float, *, admitted: bool) -> None:
        if self._start is None:
            aligned = floor(now / self._seconds) * self._seconds
            self._start = now if self._from_first else aligned
        self._used += admitted


class _TokenBucket:
    """A token bucket, which starts full and is refilled at a constant rate."""

    def __init__(self, calls: int, seconds: float) -> None:
        self._calls, self._rate = calls, calls / seconds
        self._level, self._updated_at = float(calls), 0.0

    def remaining(self, now: float) -> int:
        self._level = min(self._calls, self._level + (now - self._updated_at) * self._rate)
        self._updated_at = now
        return int(self._level + 1e-9)

    def charge(self, now: float, *, admitted: bool) -> None:
        self._level -= admitted
