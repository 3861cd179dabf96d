"""Each event once: HighLevel repeats a failed delivery, and anyone who captures one can replay it.

A delivery is new, then in progress, then done. A lease bounds how long it is in progress, so that
a worker that is killed blocks it for a short time only.
"""

import logging
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Literal, Protocol, runtime_checkable

from facade._core.forking import ForkSafeLock
from facade.webhooks.errors import InProgressError, RepeatedError, ReplayStoreError, StaleError
from facade.webhooks.events import Event

# Seconds. HighLevel repeats a failed delivery up to 12 times, after longer and longer waits, and
# each time with the timestamp of the first: the ids keep out what is replayed, not the age.
MAX_AGE = 3 * 86_400.0
MAX_AHEAD = 300.0  # seconds that HighLevel's clock may be ahead of this machine's
LEASE = 60.0  # seconds to handle an event in

logger = logging.getLogger("facade")

DeliveryState = Literal["new", "in_progress", "done"]
"""What a `ReplayStore` knows of a delivery."""


@runtime_checkable
class ReplayStore(Protocol):
    """Remembers delivery ids for all workers of an app; called from any thread.

    A method that fails raises ReplayStoreError.
    """

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        """Return the state of an id; one that is new is in progress for `lease` seconds.

        `claim` is a text of the worker that begins, and of this attempt only.
        """
        ...

    def finish(self, delivery_id: str, seconds: float) -> None:
        """Remember for `seconds` that an id is done."""
        ...

    def release(self, delivery_id: str, claim: str) -> None:
        """Forget an id that is in progress by this claim, so that it is new again."""
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
        self._lock = ForkSafeLock()
        # By id: the claim, empty when it is done, and when it is forgotten.
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        """Return the state of an id; one that is new is in progress for `lease` seconds."""
        with self._lock:
            now = self._clock()
            holder, ends = self._known.get(delivery_id, ("", now))
            if ends > now:
                return "in_progress" if holder else "done"
            self._remember(delivery_id, claim, lease)
            return "new"

    def finish(self, delivery_id: str, seconds: float) -> None:
        """Remember for `seconds` that an id is done."""
        with self._lock:
            self._remember(delivery_id, "", seconds)

    def release(self, delivery_id: str, claim: str) -> None:
        """Forget an id that is in progress by this claim, so that it is new again."""
        with self._lock:
            if self._known.get(delivery_id, ("", 0.0))[0] == claim:
                del self._known[delivery_id]

    def _remember(self, delivery_id: str, claim: str, seconds: float) -> None:
        now = self._clock()
        self._known[delivery_id] = claim, now + seconds
        self._known.move_to_end(delivery_id)
        while self._known and (
            len(self._known) > self._max_ids or next(iter(self._known.values()))[1] <= now
        ):
            self._known.popitem(last=False)


class Guard:
    """Accept each event once, and no old one.

    All workers of an app share `store`, such as facade.redis.RedisReplayStore; the default is
    for one process. `max_age` is in seconds. `lease` is the longest time to handle an event, in
    seconds: that long after a worker was killed, another one may handle its event. An event without
    a timestamp could be replayed for ever, so it is refused unless `allow_undated`, which
    remembers it for `max_age`.
    """

    def __init__(
        self,
        store: ReplayStore | None = None,
        *,
        max_age: float = MAX_AGE,
        lease: float = LEASE,
        allow_undated: bool = False,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        for name, seconds in (("max_age", max_age), ("lease", lease)):
            if seconds <= 0:
                raise ValueError(f"{name} must be above 0 seconds, not {seconds}")
        self._store = MemoryReplayStore() if store is None else _checked_store(store)
        self._max_age = max_age
        self._lease = lease
        self._allow_undated = allow_undated
        self._now = now or (lambda: datetime.now(UTC))

    @contextmanager
    def once(self, event: Event) -> Generator[None]:
        """Run a block for an event that is new.

        StaleError for one that is too old, RepeatedError for one that was handled,
        InProgressError while another worker handles it. If the block fails, the event is
        forgotten, so that HighLevel's next delivery of it is accepted.
        """
        delivery_id, lifetime, claim = event.delivery_id, self._lifetime(event), uuid.uuid4().hex
        state = self._store.begin(delivery_id, claim, self._lease)
        if state == "done":
            raise RepeatedError("this delivery was handled before")
        if state == "in_progress":
            raise InProgressError("this delivery is being handled: send it again later")
        try:
            yield
        except BaseException:
            with suppress(ReplayStoreError):  # the lease ends it, too
                self._store.release(delivery_id, claim)
            raise
        try:
            self._store.finish(delivery_id, lifetime)
        except ReplayStoreError as error:
            # An error would have HighLevel send it again, and what is done would be done twice.
            logger.warning("an event that was handled cannot be remembered: %s", error)

    def _lifetime(self, event: Event) -> float:
        """Return the seconds until an event is too old to be accepted; StaleError if it is now."""
        if event.occurred_at is None:
            if self._allow_undated:
                return self._max_age
            raise StaleError(
                "the body has no timestamp: to accept it, use Guard(allow_undated=True)"
            )
        age = (self._now() - event.occurred_at).total_seconds()
        if age < -MAX_AHEAD or age > self._max_age:
            direction, allowed = ("ago", self._max_age) if age > 0 else ("from now", MAX_AHEAD)
            raise StaleError(
                f"the event occurred {abs(age):.0f} s {direction}, and {allowed:.0f} s are "
                "allowed: check this machine's clock"
            )
        return self._max_age - age + 1.0


def _checked_store(store: object) -> ReplayStore:
    if isinstance(store, ReplayStore):
        return store
    raise TypeError(
        f"a ReplayStore must have begin, finish and release, which {type(store).__name__} lacks"
    )
