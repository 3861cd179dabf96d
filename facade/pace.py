"""Staying under HighLevel's limit: 100 requests in 10 seconds for each app and location.

A slot is taken when a request is sent, and is free again 10 seconds after its *response* came.
The server has counted the request by then at the latest, so whatever kind of window it counts in,
the request has left it. Token buckets, and logs of when requests were sent, still cause refusals.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right, insort
from collections import deque
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet, ref

from facade._core.forking import reset_after_fork

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

CALLS = 100  # HighLevel's limit,
SECONDS = 10.0  # in so many seconds
_REMEMBERED = 3  # windows for which the requests of others are remembered
_MAX_INTERVAL = 60.0  # seconds; a longer interval is not one of the short limit
_ASK_AGAIN = 0.02  # seconds, for a caller that does not wait for `Turn.ready`


class Turn:
    """Permission to send one request after `wait` seconds; if not `granted`, to ask again then.

    A turn that is not granted may have a place in a queue: then `ready` gives the turn that is, and
    there is no need to ask again. `start` is when the wait ends, on the pace's clock; `free_at` is
    when its slot becomes free, if it was busy.
    """

    def __init__(
        self,
        location_id: str,
        wait: float,
        *,
        granted: bool = True,
        start: float = 0.0,
        free_at: float | None = None,
        ready: Future[Turn] | None = None,
    ) -> None:
        self.location_id = location_id
        self.wait = wait
        self.granted = granted
        self.ready = ready
        self.start = start
        self.free_at = free_at


class Pace(Protocol):
    """What a client asks for a turn before each request; called from any thread or task.

    Each turn that was granted ends in `answered` or in `unused`. A pace whose `take` may block
    has `takes_time = True`: an async client calls it in a thread of its own.
    """

    def take(self, location_id: str) -> Turn:
        """Take a slot, perhaps one that becomes free later."""
        ...

    def answered(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Return a slot after a response; status 0 and no headers where none came."""
        ...

    def unused(self, turn: Turn) -> None:
        """Return a slot that nothing was sent with."""
        ...


class _Slots:
    """The slots of one location: each is free, busy, taken with a turn, or held back for others."""

    def __init__(self, free: int, seconds: float) -> None:
        self.free = free
        self.seconds = seconds  # a slot is busy for so long
        self.busy: list[float] = []  # sorted: when each becomes free
        # Weak, so that a slot is not lost with a caller that was interrupted at any line.
        self.taken: WeakSet[Turn] = WeakSet()
        self.queue: deque[ref[Future[Turn]]] = deque()  # weak, as nobody may wait for one
        self.held = 0
        self.answers: list[float] = []  # when requests that were admitted were answered
        self.others = 0  # requests that others send, the most in the last windows
        self.others_changed = 0.0
        self.next_at = 0.0  # while others send too: when the next request may go

    def hold(self, wanted: int) -> None:
        """Hold back so many slots, free ones first; those in flight follow when they return."""
        while self.held < wanted and (self.free > 0 or self.busy):
            if self.free > 0:
                self.free -= 1
            else:
                self.busy.pop(0)
            self.held += 1
        if self.held > wanted:
            self.free += self.held - wanted
            self.held = wanted

    def next_in_queue(self) -> Future[Turn] | None:
        """Remove and return the first place that someone still waits for."""
        while self.queue:
            first = self.queue.popleft()()
            if first is not None and first.set_running_or_notify_cancel():
                return first
        return None

    def counted(self, since: float, now: float) -> int:
        """Count the requests that a server may have in its window: answered since, or in flight."""
        answered = len(self.answers) - bisect_right(self.answers, since)
        return answered + sum(turn.start <= now for turn in self.taken)


class LocalPace:
    """A pace within this process, for all threads and tasks of a client.

    `share` is this process's part of the limit where several send requests, such as 0.25 for one
    of four. The server's headers lower it: by a lower limit, and by the requests of others.
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
            raise ValueError(
                "a pace needs calls of 1 or more, seconds above 0, and a share above 0 and up to 1"
            )
        self._share = share
        self._capacity = max(1, int(calls * share))
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._locations: dict[str, _Slots] = {}
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Count the requests of the parent, which nobody answers here, as just sent."""
        self._lock = threading.Lock()
        for slots in self._locations.values():
            slots.taken = WeakSet()
            slots.queue.clear()

    def take(self, location_id: str) -> Turn:
        """Take a slot, perhaps one that becomes free later, or a place in the queue."""
        with self._lock:
            slots, now = self._slots(location_id)
            turn = self._granted(location_id, slots, now)
            if turn is None:  # every slot is in flight
                from concurrent.futures import Future  # here, because few clients ever queue

                ready: Future[Turn] = Future()
                slots.queue.append(ref(ready))
                turn = Turn(location_id, _ASK_AGAIN, granted=False, ready=ready)
            return turn

    def _granted(self, location_id: str, slots: _Slots, now: float) -> Turn | None:
        """Take a slot that is free, or whose time is known; None if there is none."""
        start, free_at = now, None
        if slots.free > 0:
            slots.free -= 1
        elif slots.busy:
            # Reserved now, so that those who wait are served in turn and wake only once.
            start = free_at = slots.busy.pop(0)
        else:
            return None
        if slots.others:
            # One after another, so that each response is read before the next request goes.
            start = max(start, slots.next_at)
            slots.next_at = start + slots.seconds / max(1, self._capacity - slots.held)
        turn = Turn(location_id, start - now, start=start, free_at=free_at)
        slots.taken.add(turn)
        return turn

    def _serve_queue(self, location_id: str, slots: _Slots, now: float) -> None:
        """Hand slots that returned to those who wait, the first one first."""
        while slots.free > 0 or slots.busy:
            first = slots.next_in_queue()
            if first is None:
                return
            turn = self._granted(location_id, slots, now)
            if turn is not None:
                first.set_result(turn)

    def answered(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Return a slot: it is busy for as long as the server may count the request."""
        with self._lock:
            slots, now = self._slots(turn.location_id)
            slots.taken.discard(turn)
            slots.seconds = max(self._seconds, interval_of(headers) or slots.seconds)
            insort(slots.busy, now + slots.seconds)
            if status_code != 429:
                slots.answers.append(now)
            self._learn(slots, turn, now, headers, refused=status_code == 429)
            self._serve_queue(turn.location_id, slots, now)

    def unused(self, turn: Turn) -> None:
        """Return a slot that nothing was sent with."""
        with self._lock:
            slots, now = self._slots(turn.location_id)
            slots.taken.discard(turn)
            insort(slots.busy, now if turn.free_at is None else turn.free_at)
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
            del slots.answers[: 2 * self._capacity]  # a window holds no more of them
        return slots, now

    def _learn(
        self, slots: _Slots, turn: Turn, now: float, headers: Mapping[str, str], *, refused: bool
    ) -> None:
        """Hold back what others send, and keep to a lower limit that the server declares."""
        most, left = (
            count_of(headers, "x-ratelimit-max"),
            count_of(headers, "x-ratelimit-remaining"),
        )
        if not most or left is None:
            return
        declared = min(self._capacity, max(1, int(most * self._share)))
        # What is missing from this process's share, less what it has sent itself.
        others = declared - left
        if others > 0:
            others -= slots.counted(turn.start - slots.seconds, now)
        others = max(0, others)
        if refused and turn.start > slots.others_changed:  # whatever the sum says, it was too many
            others = max(others, slots.others + 1)
        # The most in the last windows counts: bursts come and go, and a window may just be new.
        if others >= slots.others or now - slots.others_changed > _REMEMBERED * slots.seconds:
            slots.others, slots.others_changed = others, now
        # A tenth more is left to them, because requests do not come evenly.
        usable = declared - slots.others - slots.others // 10
        slots.hold(self._capacity - max(1, usable))


_SHARED: dict[str, LocalPace] = {}


def local_pace(base_url: str, transport: object) -> LocalPace:
    """Return the pace that the clients of this process share for an address.

    HighLevel counts requests by app and location, so that a second client has no limit of its
    own. A client with a transport of its own may talk to anything, and gets a pace of its own.
    """
    return LocalPace() if transport is not None else _SHARED.setdefault(base_url, LocalPace())


def interval_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of the short limit; None where the header says none that can be."""
    seconds = (count_of(headers, "x-ratelimit-interval-milliseconds") or 0) / 1000
    return seconds if 0 < seconds <= _MAX_INTERVAL else None


def count_of(headers: Mapping[str, str], name: str) -> int | None:
    """Read a count of up to nine digits; anything else is ignored."""
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
