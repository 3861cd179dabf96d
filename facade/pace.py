"""Staying under HighLevel's limit: 100 requests in 10 seconds for each app and location.

A slot is taken when a request is sent and is free again 10 seconds after its *answer* came. The
server has counted the request by then at the latest, so whatever kind of window it counts in, the
request has left it. Buckets and logs keyed on sending earn refusals.
"""

import heapq
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from attrs import define, field

CALLS, SECONDS = 100, 10.0  # HighLevel's limit
_ASK_AGAIN = 0.02  # seconds; only while every slot is in flight and none is known to come free


@define(eq=False)
class Turn:
    """Leave to send one request after `wait` seconds; or, not `granted`, to ask again then."""

    location_id: str
    wait: float
    granted: bool = True
    free_at: float | None = None  # when its slot comes free, on the pace's clock


class Pace(Protocol):
    """What a client asks before each request and tells after it; from any thread or task.

    Each turn that was granted ends in `answered` or in `unused`.
    """

    def take(self, location_id: str) -> Turn:
        """Take a slot, perhaps one that comes free later."""
        ...

    def answered(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Give a slot back after an answer; status 0 and no headers where none came."""
        ...

    def unused(self, turn: Turn) -> None:
        """Give a slot back that nothing was sent with."""
        ...


@define
class _Slots:
    """The slots of one location."""

    free: int
    busy: list[float] = field(factory=list)  # a heap: when each comes free
    capacity: int = 0


class LocalPace:
    """Keep the pace within this process, for all threads and tasks of a client.

    `share` is this process's part of the limit where several spend it, such as 0.25 for one of
    four. The limit is the server's; a lower one that its headers name is kept from then on.
    """

    def __init__(
        self,
        *,
        share: float = 1.0,
        calls: int = CALLS,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not 0 < share <= 1 or calls < 1 or seconds <= 0:
            raise ValueError("a pace is at least one call in some seconds, a share above 0 to 1")
        self._share = share
        self._capacity = max(1, int(calls * share))
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._locations: dict[str, _Slots] = {}

    def take(self, location_id: str) -> Turn:
        """Take a slot, perhaps one that comes free later."""
        with self._lock:
            slots, now = self._slots(location_id)
            if slots.free > 0:
                slots.free -= 1
                return Turn(location_id, 0.0)
            if not slots.busy:
                return Turn(location_id, _ASK_AGAIN, granted=False)
            # Reserved at once, so that those who wait are served in turn and wake only once.
            free_at = heapq.heappop(slots.busy)
            return Turn(location_id, free_at - now, free_at=free_at)

    def answered(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Give a slot back: it is busy for as long as the server may count the request."""
        with self._lock:
            slots, now = self._slots(turn.location_id)
            heapq.heappush(slots.busy, now + self._seconds)
            self._learn(slots, now, status_code, headers)

    def unused(self, turn: Turn) -> None:
        """Give a slot back that nothing was sent with."""
        with self._lock:
            slots, now = self._slots(turn.location_id)
            heapq.heappush(slots.busy, now if turn.free_at is None else turn.free_at)

    def _slots(self, location_id: str) -> tuple[_Slots, float]:
        now = self._clock()
        slots = self._locations.get(location_id)
        if slots is None:
            slots = self._locations[location_id] = _Slots(self._capacity, [], self._capacity)
        while slots.busy and slots.busy[0] <= now:
            heapq.heappop(slots.busy)
            slots.free += 1
        return slots, now

    def _learn(
        self, slots: _Slots, now: float, status_code: int, headers: Mapping[str, str]
    ) -> None:
        """Believe the server where it has less left than we think: somebody else is spending."""
        most = _number(headers, "x-ratelimit-max", 0)
        lowered = max(1, int(most * self._share))
        if most and lowered < slots.capacity:
            slots.free -= slots.capacity - lowered
            slots.capacity = lowered
        left = 0 if status_code == 429 else _number(headers, "x-ratelimit-remaining", slots.free)
        while slots.free > max(left, 0):
            slots.free -= 1
            heapq.heappush(slots.busy, now + self._seconds)


def _number(headers: Mapping[str, str], name: str, otherwise: int) -> int:
    text = headers.get(name, "")
    return int(text) if text.isdecimal() else otherwise
