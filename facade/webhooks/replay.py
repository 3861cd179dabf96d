"""Has it been here before: a signed delivery can be sent again by whoever got hold of it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from facade.webhooks.errors import RepeatedError, StaleError
from facade.webhooks.events import Event

MAX_AGE = 300.0  # seconds: what HighLevel recommends
_UNDATED = 86_400.0  # seconds for which a delivery without a time is remembered


class Seen(Protocol):
    """Where delivery ids are remembered; from any thread, and for all workers of an app."""

    def add(self, delivery_id: str, seconds: float) -> bool:
        """Remember an id for so long; False where it is remembered already."""
        ...

    def discard(self, delivery_id: str) -> None:
        """Forget an id, so that the delivery may come again."""
        ...


class MemorySeen:
    """Remember in this process; beyond `most` ids the oldest is forgotten."""

    def __init__(self, *, most: int = 100_000, clock: Callable[[], float] = time.monotonic) -> None:
        if most < 1:
            raise ValueError(f"most is a number from 1, not {most}")
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def add(self, delivery_id: str, seconds: float) -> bool:
        """Remember an id for so long; False where it is remembered already."""
        with self._lock:
            now = self._clock()
            if self._until.get(delivery_id, now) > now:
                return False
            self._until[delivery_id] = now + seconds
            self._until.move_to_end(delivery_id)
            while len(self._until) > self._most or next(iter(self._until.values())) <= now:
                self._until.popitem(last=False)
            return True

    def discard(self, delivery_id: str) -> None:
        """Forget an id, so that the delivery may come again."""
        with self._lock:
            self._until.pop(delivery_id, None)


class Guard:
    """Let each event through once, and none that is old.

    `seen` is shared by all workers of the app: facade.redis.RedisSeen; the default knows this
    process only. `max_age` is in seconds. An event without a time could be repeated for ever and
    is refused unless `allow_undated`; it is remembered for a day then.
    """

    def __init__(
        self,
        seen: Seen | None = None,
        *,
        max_age: float = MAX_AGE,
        allow_undated: bool = False,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        if max_age <= 0:
            raise ValueError(f"max_age is in seconds and above 0, not {max_age}")
        self._seen = seen if seen is not None else MemorySeen()
        self._max_age = max_age
        self._allow_undated = allow_undated
        self._now = now or (lambda: datetime.now(UTC))

    @contextmanager
    def once(self, event: Event) -> Generator[None]:
        """Do a block for an event that is new: StaleError, RepeatedError.

        Where the block fails the event is forgotten, so that it may be delivered again.
        """
        if not self._seen.add(event.delivery_id, self._lifetime(event)):
            raise RepeatedError("this delivery has been here before")
        try:
            yield
        except BaseException:
            self._seen.discard(event.delivery_id)
            raise

    def _lifetime(self, event: Event) -> float:
        """Give the seconds after which an event is too old anyway, so that it may be forgotten."""
        if event.occurred_at is None:
            if self._allow_undated:
                return _UNDATED
            raise StaleError("the body has no timestamp: Guard(allow_undated=True) takes such")
        age = (self._now() - event.occurred_at).total_seconds()
        if abs(age) > self._max_age:
            when = "ago" if age > 0 else "from now"
            raise StaleError(
                f"it happened {abs(age):.0f} s {when}, and {self._max_age:.0f} s are allowed: is "
                "this machine's clock right?"
            )
        return self._max_age - age + 1.0
