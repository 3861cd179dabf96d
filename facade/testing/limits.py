"""Rate limits of a location: the kinds of windows, and the response headers."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Literal, cast, get_args

WindowKind = Literal["sliding", "sliding_counting_refused", "fixed", "fixed_from_first", "bucket"]
"""How a sandbox counts requests: in a sliding window, in fixed windows, or with a token bucket."""
WINDOW_KINDS: tuple[WindowKind, ...] = get_args(WindowKind)
_LIMIT = (100, 10.0)
_DAILY_LIMIT = 200_000
_DAY = 86_400.0
_ROUNDING = 1e-9  # seconds


# By kind: when a call at a time ends to count, by when the calls before it do.
_Ends = Callable[[float, deque[float], float], float]
_ENDS: dict[WindowKind, _Ends] = {
    "sliding": lambda now, ends, seconds: now + seconds,
    "sliding_counting_refused": lambda now, ends, seconds: now + seconds,
    "fixed": lambda now, ends, seconds: (now // seconds + 1) * seconds,
    "fixed_from_first": lambda now, ends, seconds: ends[0] if ends else now + seconds,
    # A bucket of tokens starts full, and is refilled at a constant rate.
    "bucket": lambda now, ends, seconds: (
        (ends[-1] if ends else now) + seconds / cast(int, ends.maxlen)
    ),
}


class _Window:
    """Counts the calls of one location."""

    def __init__(self, kind: WindowKind, calls: int, seconds: float) -> None:
        self._kind: WindowKind = kind
        self._calls, self._seconds = calls, seconds
        self._ends = deque[float](maxlen=calls)

    def remaining(self, now: float) -> int:
        while self._ends and self._ends[0] <= now + _ROUNDING:
            self._ends.popleft()
        return self._calls - len(self._ends)

    def charge(self, now: float, *, admitted: bool) -> None:
        if admitted or self._kind == "sliding_counting_refused":
            self._ends.append(_ENDS[self._kind](now, self._ends, self._seconds))


class RateLimit:
    """Admits or refuses calls, for each location separately.

    `limit` is (calls, seconds), None the default. The day starts with the first call of a location.
    """

    def __init__(
        self,
        limit: tuple[int, float] | None,
        daily_limit: int | None,
        window: WindowKind,
        clock: Callable[[], float],
    ) -> None:
        self._calls, self._seconds = _LIMIT if limit is None else limit
        self._daily_limit = _DAILY_LIMIT if daily_limit is None else daily_limit
        if self._calls < 1 or self._seconds <= 0 or self._daily_limit < 1:
            raise ValueError("A rate limit needs at least one call and a time above 0 seconds.")
        if window not in WINDOW_KINDS:
            raise ValueError(
                f"{window!r} is not a kind of window; choose one of {', '.join(WINDOW_KINDS)}."
            )
        self._kind: WindowKind = window
        self._clock = clock
        self._windows: dict[str, tuple[_Window, _Window]] = {}

    def charge(self, location_id: str) -> tuple[bool, Mapping[str, str]]:
        """Count a call; return whether it is admitted, and the five headers of its response."""
        now = self._clock()
        if location_id not in self._windows:
            self._windows[location_id] = (
                _Window(self._kind, self._calls, self._seconds),
                _Window("fixed_from_first", self._daily_limit, _DAY),
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
