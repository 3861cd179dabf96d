"""Replay protection: anyone who captures a signed delivery can send it again."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from facade.webhooks.errors import RepeatedError, StaleError
from facade.webhooks.events import Event

MAX_AGE = 300.0  # seconds; HighLevel recommends it
_UNDATED_LIFETIME = 86_400.0  # seconds for which a delivery without a timestamp is remembered


class ReplayStore(Protocol):
    """Remembers delivery ids for all workers of an app; called from any thread."""

    def add(self, delivery_id: str, seconds: float) -> bool:
        """Remember an id for `seconds`; False if it is remembered already."""
        ...

    def discard(self, delivery_id: str) -> None:
        """Forget an id, so that its delivery is accepted again."""
        ...


class MemoryReplayStore:
    """Remember delivery ids in this process; beyond `max_ids` the oldest is forgotten."""

    def __init__(
        self, *, max_ids: int = 100_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if max_ids < 1:
            raise ValueError(f"max_ids must be 1 or more, not {max_ids}")
        self._max_ids = max_ids
        self._clock = clock
        self._lock = threading.Lock()
        self._expiry: OrderedDict[str, float] = OrderedDict()

    def add(self, delivery_id: str, seconds: float) -> bool:
        """Remember an id for `seconds`; False if it is remembered already."""
        with self._lock:
            now = self._clock()
            if self._expiry.get(delivery_id, now) > now:
                return False
            self._expiry[delivery_id] = now + seconds
            self._expiry.move_to_end(delivery_id)
            while len(self._expiry) > self._max_ids or next(iter(self._expiry.values())) <= now:
                self._expiry.popitem(last=False)
            return True

    def discard(self, delivery_id: str) -> None:
        """Forget an id, so that its delivery is accepted again."""
        with self._lock:
            self._expiry.pop(delivery_id, None)


class Guard:
    """Accept each event once, and no old one.

    All workers of an app share `store`, such as facade.redis.RedisReplayStore; the default is
    for one process. `max_age` is in seconds. An event without a timestamp could be replayed for
    ever, so it is refused unless `allow_undated`, which remembers it for a day.
    """

    def __init__(
        self,
        store: ReplayStore | None = None,
        *,
        max_age: float = MAX_AGE,
        allow_undated: bool = False,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        if max_age <= 0:
            raise ValueError(f"max_age must be above 0 seconds, not {max_age}")
        self._store = store if store is not None else MemoryReplayStore()
        self._max_age = max_age
        self._allow_undated = allow_undated
        self._now = now or (lambda: datetime.now(UTC))

    @contextmanager
    def once(self, event: Event) -> Generator[None]:
        """Run a block for an event that is new; raise StaleError or RepeatedError otherwise.

        If the block fails, the event is forgotten, so that HighLevel can deliver it again.
        """
        if not self._store.add(event.delivery_id, self._lifetime(event)):
            raise RepeatedError("this delivery was received before")
        try:
            yield
        except BaseException:
            self._store.discard(event.delivery_id)
            raise

    def _lifetime(self, event: Event) -> float:
        """Return the seconds until an event is too old to be accepted; StaleError if it is now."""
        if event.occurred_at is None:
            if self._allow_undated:
                return _UNDATED_LIFETIME
            raise StaleError(
                "the body has no timestamp: to accept it, use Guard(allow_undated=True)"
            )
        age = (self._now() - event.occurred_at).total_seconds()
        if abs(age) > self._max_age:
            direction = "ago" if age > 0 else "from now"
            raise StaleError(
                f"the event occurred {abs(age):.0f} s {direction}, and {self._max_age:.0f} s are "
                "allowed: check this machine's clock"
            )
        return self._max_age - age + 1.0
