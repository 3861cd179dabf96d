"""Replay protection: HighLevel repeats failed deliveries, and an attacker can replay captured ones.

A delivery is new, then in progress, then done. A lease limits the time in progress, so that a
killed worker blocks it only for a short time.
"""

import logging
import os
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from math import inf
from sqlite3 import Connection
from typing import Literal, Protocol, cast, runtime_checkable

from facade._core import numbers
from facade._core.database import Database
from facade._core.forking import LockHolder
from facade.webhooks.payloads import Event
from facade.webhooks.rejections import (
    RETRY_STATUS,
    InProgressError,
    LeaseLostError,
    RepeatedError,
    ReplayStoreError,
    StaleError,
)

# Seconds. HighLevel repeats a failed delivery for up to some days, and on request for 30 days, with
# the timestamp of the first one: so the ids protect against replays, not the age. An event is
# accepted only for as long as its id is remembered.
MAX_AGE = 3 * 86_400.0
_MAX_AGE_LIMIT = 10 * 366 * 86_400  # more is not an age, but a mistake
MAX_AHEAD = 300.0  # seconds that HighLevel's clock may be ahead of the clock of this machine
LEASE = 60.0  # seconds to handle an event
# Seconds: a person can send a delivery again for 30 days, and HighLevel repeats that one for hours.
RETENTION = 31 * 86_400.0

logger = logging.getLogger("facade")

DeliveryState = Literal["new", "in_progress", "done"]
"""The state of a delivery in a `ReplayStore`."""


@runtime_checkable
class ReplayStore(Protocol):
    """Stores delivery ids for all workers of an app; called from any thread.

    Methods raise ReplayStoreError if they fail. A store that survives restarts of the app may have
    an attribute `retention`: the seconds for which it stores ids at most, which is then the default
    `max_age` of a `Guard`, such as 31 days, in which a person can send an event again.
    """

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        """Return the state of an id; a new one is in progress for `lease` seconds from now on.

        `claim` is a text that is unique to this attempt of this worker.
        """
        ...

    def finish(self, delivery_id: str, claim: str, seconds: float) -> bool:
        """Store for `seconds` that an id is done; return True.

        If the lease has ended and another claim has begun the id since, change nothing and return
        False. The same claim may finish an id again.
        """
        ...

    def release(self, delivery_id: str, claim: str) -> None:
        """Remove an id that is in progress with this claim, so that it is new again."""
        ...


_UNKNOWN = "", False, -inf  # the entry of an unknown id


class MemoryReplayStore(ReplayStore):
    """Stores delivery ids until this process ends; beyond `max_ids`, the oldest one is removed."""

    def __init__(
        self, *, max_ids: int = 100_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._max_ids = numbers.count("max_ids", max_ids, 1)
        self._clock = clock
        self._holder = LockHolder()
        # By id: the claim, whether the id is done, and the time of removal.
        self._known: OrderedDict[str, tuple[str, bool, float]] = OrderedDict()

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        with self._holder.lock:
            _, is_done, ends = self._known.get(delivery_id, _UNKNOWN)
            if ends > self._clock():
                return "done" if is_done else "in_progress"
            self._store_state(delivery_id, claim, lease)
            return "new"

    def finish(self, delivery_id: str, claim: str, seconds: float) -> bool:
        with self._holder.lock:
            holder, _, ends = self._known.get(delivery_id, _UNKNOWN)
            if holder != claim and ends > self._clock():
                return False
            self._store_state(delivery_id, claim, seconds, is_done=True)
            return True

    def release(self, delivery_id: str, claim: str) -> None:
        with self._holder.lock:
            if self._known.get(delivery_id, _UNKNOWN)[:2] == (claim, False):
                del self._known[delivery_id]

    def _store_state(
        self, delivery_id: str, claim: str, seconds: float, *, is_done: bool = False
    ) -> None:
        now = self._clock()
        self._known[delivery_id] = claim, is_done, now + seconds
        self._known.move_to_end(delivery_id)
        while len(self._known) > self._max_ids or next(iter(self._known.values()))[2] <= now:
            self._known.popitem(last=False)


_FINISH = """
INSERT INTO deliveries VALUES (?, ?, 1, ?)
ON CONFLICT (id) DO UPDATE SET claim = excluded.claim, is_done = 1, ends = excluded.ends
WHERE claim = excluded.claim OR ends <= ?
"""
_RELEASE = "DELETE FROM deliveries WHERE id = ? AND claim = ? AND NOT is_done"


class SqliteReplayStore(ReplayStore):
    """Stores delivery ids in a file that only its owner can read; needs a local disk.

    All processes of one machine that open the same file share it. It survives restarts, and stores
    an id until its event is too old for the guard: by default for 31 days, which `retention` says
    in seconds. `wait` is the longest time to wait for another process, in seconds. Methods raise
    ReplayStoreError if the file cannot be read or written.
    """

    retention = RETENTION

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        wait: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._database = Database(
            path, name="the replay store", failure=ReplayStoreError, wait=wait
        )
        self._database.transact(_create)

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        key, now = _key(delivery_id), self._clock()

        def begin(database: Connection) -> DeliveryState:
            database.execute("DELETE FROM deliveries WHERE ends <= ?", (now,))
            added = database.execute(
                "INSERT OR IGNORE INTO deliveries VALUES (?, ?, 0, ?)", (key, claim, now + lease)
            )
            if added.rowcount:
                return "new"
            found = database.execute("SELECT is_done FROM deliveries WHERE id = ?", (key,))
            return "done" if found.fetchone()[0] else "in_progress"

        return self._database.transact(begin)

    def finish(self, delivery_id: str, claim: str, seconds: float) -> bool:
        now = self._clock()
        row = _key(delivery_id), claim, now + seconds, now
        return self._database.transact(lambda file: file.execute(_FINISH, row).rowcount > 0)

    def release(self, delivery_id: str, claim: str) -> None:
        row = _key(delivery_id), claim
        self._database.transact(lambda file: file.execute(_RELEASE, row))


def _create(database: Connection) -> None:
    database.execute(
        "CREATE TABLE IF NOT EXISTS deliveries (id BLOB PRIMARY KEY, claim TEXT NOT NULL, "
        "is_done INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID"
    )
    database.execute("CREATE INDEX IF NOT EXISTS deliveries_by_end ON deliveries (ends)")


def _key(delivery_id: str) -> bytes:
    # A digest, because the sender chooses the id: its length and characters are unbounded.
    return sha256(delivery_id.encode(errors="surrogatepass")).digest()


class Guard:
    """Accepts each event once, and no event older than `max_age`.

    All workers of an app share `store`, such as SqliteReplayStore or facade.redis.RedisReplayStore;
    the default is for one process. `max_age` is in seconds; the default is the `retention` of the
    store, 31 days in these two, so that a person can send an event again from HighLevel's
    dashboard, else three days. `lease` is the longest time to handle an event, in seconds; after
    that time, another worker may handle the event of a killed one. An event without a timestamp
    could be replayed at any time, so it is refused unless `allow_undated` is set, which stores its
    id for `max_age`. Raises ValueError for times that are not above 0.
    """

    def __init__(
        self,
        store: ReplayStore | None = None,
        *,
        max_age: float | None = None,
        lease: float = LEASE,
        allow_undated: bool = False,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        if isinstance(store, type) or not isinstance(cast(object, store), ReplayStore | None):
            kind = "a class" if isinstance(store, type) else type(store).__name__
            raise TypeError(f"store must have the methods begin, finish and release, not {kind}")
        self._store = MemoryReplayStore() if store is None else store
        if max_age is None:
            max_age = getattr(self._store, "retention", MAX_AGE)
        self._max_age: float = numbers.seconds("max_age", max_age, 0.001, _MAX_AGE_LIMIT)
        self._lease: float = numbers.seconds("lease", lease, 0.001)
        self._allow_undated = allow_undated
        self._now = now or (lambda: datetime.now(UTC))

    @contextmanager
    def once(self, event: Event) -> Generator[None]:
        """Run a block for a new event.

        Raises StaleError if the event is too old, RepeatedError if it was handled already, and
        InProgressError while another worker handles it. If the block fails, the next delivery of
        the event is accepted. If it succeeds after another worker has begun the event, because it
        took longer than the lease, this is logged, and LeaseLostError is raised.
        """
        delivery_id, lifetime, claim = event.delivery_id, self._lifetime(event), uuid.uuid4().hex
        try:
            state: object = self._store.begin(delivery_id, claim, self._lease)
        except ReplayStoreError:
            raise
        except BaseException:  # interrupted, perhaps after the store has changed
            self._release(delivery_id, claim)
            raise
        if state == "done":
            raise RepeatedError("this delivery was handled already")
        if state == "in_progress":
            raise InProgressError("this delivery is being handled: repeat it later")
        if state != "new":
            raise TypeError(f"the store's begin must return a DeliveryState, not {state!r:.60}")
        try:
            yield
        except BaseException:
            self._release(delivery_id, claim)
            raise
        try:
            has_lease = self._finish(delivery_id, claim, lifetime)
        except BaseException:  # interrupted, but the event is handled
            self._finish(delivery_id, claim, lifetime)
            raise
        if not has_lease:
            lost = LeaseLostError(
                f"the event was handled after its lease of {self._lease:g} s, and another worker "
                "had begun it by then: it may be handled twice; set a longer lease"
            )
            logger.warning("%s", lost)
            raise lost

    def _release(self, delivery_id: str, claim: str) -> None:
        with suppress(ReplayStoreError):  # the lease ends it, too
            self._store.release(delivery_id, claim)

    def _finish(self, delivery_id: str, claim: str, lifetime: float) -> bool:
        try:
            return self._store.finish(delivery_id, claim, lifetime)
        except ReplayStoreError as error:
            # Not raised: HighLevel would repeat the delivery, and it would be handled twice.
            logger.warning("the id of a handled event cannot be stored: %s", error)
            return True

    def _lifetime(self, event: Event) -> float:
        """Return the seconds until an event is too old; raise StaleError if it is too old now."""
        if event.occurred_at is None:
            if self._allow_undated:
                return self._max_age
            raise StaleError(
                "the body has no timestamp: to accept it, use Guard(allow_undated=True)"
            )
        age = (self._now() - event.occurred_at).total_seconds()
        if age < -MAX_AHEAD or age > self._max_age:
            direction, allowed = ("ago", self._max_age) if age > 0 else ("from now", MAX_AHEAD)
            error = StaleError(
                f"the event occurred {abs(age):.0f} s {direction}, the limit is {allowed:.0f} s: "
                "check the clock of this machine"
            )
            if age < 0:  # the clock is wrong, not the event: HighLevel must repeat it
                error.status_code = RETRY_STATUS
            raise error
        return self._max_age - age + 1.0
