"""Rate limiting: HighLevel accepts 100 requests in 10 seconds for each app and location.

A request takes a slot, which is free again 10 seconds after the *response*. The server has counted
the request before it responds, so by then the request has left the server's window, whatever kind
of window it is. Token buckets, and logs of send times, still run into 429s.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right, insort
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Protocol
from weakref import WeakSet, ref

from facade._core import numbers
from facade._core.concurrency import Pending
from facade._core.forking import reset_after_fork
from facade.rate_limits import count_of, interval_of

CALLS = 100  # HighLevel's limit
SECONDS = 10.0  # window of the limit
_OTHERS_WINDOWS = 3  # windows for which the count of other clients' requests is kept
_POLL_INTERVAL = 0.02  # seconds, for a caller that does not wait for `Turn.ready`


@dataclass(eq=False)
class Turn:
    """Permission to send one request after `wait` seconds.

    If it is not `granted`, call `take` again after `wait` seconds, or wait for `ready`, if it is
    not None: its result is the granted turn. `start` is the end of the wait, on the clock of the
    pace; `free_at` is when the slot becomes free, if it was busy. `is_outage` says that the pace is
    not available: then the wait counts towards the deadline of the call, even the default one.
    """

    location_id: str
    wait: float
    _: KW_ONLY
    granted: bool = True
    start: float = 0.0
    free_at: float | None = None
    ready: Pending[Turn] | None = None
    is_outage: bool = False


class Pace(Protocol):
    """A rate limiter that grants a turn for each request; called from any thread or task.

    `take` raises PaceError if it is of no use to wait for a turn. For each granted turn, `finish`
    or `cancel` is called. A pace whose `take` may block has `may_block = True`: an async client
    calls it in a separate thread.
    """

    def take(self, location_id: str) -> Turn:
        """Take a slot, which may become free later."""
        ...

    def finish(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Return a slot after a response; without a response, status 0 and no headers."""
        ...

    def cancel(self, turn: Turn) -> None:
        """Return a slot for which no request was sent."""
        ...


class _Slots:
    """The slots of a location: free, busy, taken by a turn, or held for other clients."""

    def __init__(self, free: int, seconds: float) -> None:
        self.free = free
        self.seconds = seconds  # how long a slot is busy after a response
        self.busy: list[float] = []  # sorted times at which each becomes free
        # Weak, so that the slot of an interrupted caller is not lost.
        self.taken: WeakSet[Turn] = WeakSet()
        self.queue: deque[ref[Pending[Turn]]] = deque()  # weak, because a caller may stop waiting
        self.held = 0
        self.answers: list[float] = []  # times of the responses to accepted requests
        self.others = 0  # requests of other clients, the maximum of the last windows
        self.others_changed = 0.0
        self.next_at = 0.0  # while other clients send: the time of the next request

    def hold(self, wanted: int) -> None:
        """Reserve `wanted` slots for other clients: free ones first, then those that return."""
        while self.held < wanted and self.busy:  # as is the slot that has just returned
            if self.free:
                self.free -= 1
            else:
                self.busy.pop(0)
            self.held += 1
        spare = max(0, self.held - wanted)
        self.free += spare
        self.held -= spare

    def give_back(self, turn: Turn, now: float) -> None:
        self.taken.discard(turn)
        insort(self.busy, now if turn.free_at is None else turn.free_at)

    def counted(self, since: float, now: float) -> int:
        """Count the requests that may be in the server's window: ended since then, or in flight."""
        ended = len(self.answers) - bisect_right(self.answers, since)
        return ended + sum(turn.start <= now for turn in self.taken)


class LocalPace:
    """A pace within one process, for all threads and tasks of a client.

    The limit is `calls` in `seconds`. `share` is the part of the limit for this process, above 0
    and up to 1, such as 0.25 for each of four. Response headers reduce it further: if they declare
    a lower limit, or show requests of other clients. Raises ValueError for other arguments.
    """

    def __init__(
        self,
        *,
        share: float = 1.0,
        calls: int = CALLS,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        numbers.share("share", share)
        numbers.count("calls", calls, 1)
        numbers.seconds("seconds", seconds, 0.001)
        self._share = share
        self._capacity = max(1, int(calls * share))
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._locations: dict[str, _Slots] = {}
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Treat the requests in flight in the parent process as just sent."""
        self._lock = threading.Lock()
        for slots in self._locations.values():
            slots.taken = WeakSet()
            slots.queue.clear()

    def take(self, location_id: str) -> Turn:
        """Take a slot, which may become free later, or a place in the queue."""
        with self._lock:
            slots, now = self._slots(location_id)
            turn = self._granted(location_id, slots, now)
            if turn is None:  # every slot is in flight
                ready: Pending[Turn] = Pending()
                slots.queue.append(ref(ready))
                turn = Turn(location_id, _POLL_INTERVAL, granted=False, ready=ready)
            return turn

    def _granted(self, location_id: str, slots: _Slots, now: float) -> Turn | None:
        """Take a slot that is free or becomes free at a known time; None if there is none."""
        start, free_at = now, None
        if slots.free:
            slots.free -= 1
        elif slots.busy:
            # Reserved now, so that waiting callers are served in order and wake only once.
            start = free_at = slots.busy.pop(0)
        else:
            return None
        if slots.others:
            # Spaced out, so that each response is read before the next request is sent.
            start = max(start, slots.next_at)
            slots.next_at = start + slots.seconds / (self._capacity - slots.held)
        turn = Turn(location_id, start - now, start=start, free_at=free_at)
        slots.taken.add(turn)
        return turn

    def _serve_queue(self, location_id: str, slots: _Slots, now: float) -> None:
        """Give returned slots to the waiting callers, in order."""
        while slots.queue and slots.busy:  # as is the slot that has just returned
            first = slots.queue.popleft()()
            if first is None or not first.is_open:
                continue
            turn = self._granted(location_id, slots, now)
            if turn is not None and not first.set_result(turn):  # cancelled just now
                slots.give_back(turn, now)

    def finish(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Return a slot: it is busy for as long as the server may count the request."""
        with self._lock:
            slots, now = self._slots(turn.location_id)
            slots.taken.discard(turn)
            slots.seconds = max(self._seconds, interval_of(headers) or slots.seconds)
            insort(slots.busy, now + slots.seconds)
            if status_code != 429:
                slots.answers.append(now)
            self._adjust(slots, turn, now, headers, refused=status_code == 429)
            self._serve_queue(turn.location_id, slots, now)

    def cancel(self, turn: Turn) -> None:
        """Return a slot for which no request was sent."""
        with self._lock:
            slots, now = self._slots(turn.location_id)
            slots.give_back(turn, now)
            self._serve_queue(turn.location_id, slots, now)

    def _slots(self, location_id: str) -> tuple[_Slots, float]:
        now = self._clock()
        slots = self._locations.get(location_id)
        if slots is None:
            slots = self._locations[location_id] = _Slots(self._capacity, self._seconds)
        known = slots.free + len(slots.busy) + len(slots.taken) + slots.held
        for _ in range(self._capacity - known):  # lost: a request may have been sent just now
            insort(slots.busy, now + slots.seconds)
        while slots.busy and slots.busy[0] <= now:
            slots.busy.pop(0)
            slots.free += 1
        if len(slots.answers) > 4 * self._capacity:
            del slots.answers[: 2 * self._capacity]  # a window never holds more
        return slots, now

    def _adjust(
        self, slots: _Slots, turn: Turn, now: float, headers: Mapping[str, str], *, refused: bool
    ) -> None:
        """Reserve slots for other clients, and apply a lower limit that the server declares."""
        most = count_of(headers, "x-ratelimit-max")
        left = count_of(headers, "x-ratelimit-remaining")
        if not most or left is None:
            return
        declared = min(self._capacity, max(1, int(most * self._share)))
        # The used part of this process's share, less the requests that it has sent itself.
        others = max(0, declared - left - slots.counted(turn.start - slots.seconds, now))
        if refused and turn.start > slots.others_changed:  # a 429 proves that there are more
            others = max(others, slots.others + 1)
        # The maximum of the last windows counts: bursts vary, and a window may have just begun.
        if others >= slots.others or now - slots.others_changed > _OTHERS_WINDOWS * slots.seconds:
            slots.others, slots.others_changed = others, now
        # A tenth more is reserved, because requests do not come evenly.
        usable = declared - slots.others - slots.others // 10
        slots.hold(self._capacity - max(1, usable))


_SHARED: dict[str, LocalPace] = {}


def local_pace(base_url: str, transport: object) -> LocalPace:
    """Return the pace that the clients of this process share for a base URL.

    HighLevel counts requests by app and location, so a second client has no separate limit. A
    client with its own transport may send to any server, and gets a separate pace.
    """
    if transport is not None:
        return LocalPace()
    return _SHARED.setdefault(base_url.rstrip("/"), LocalPace())
