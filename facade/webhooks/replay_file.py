"""SqliteReplayStore: the received webhooks of all processes of an app on one machine."""

import os
import time
from collections.abc import Callable
from hashlib import sha256
from sqlite3 import Connection

from facade._core.database import Database
from facade.webhooks.rejections import ReplayStoreError
from facade.webhooks.replay import RETENTION, DeliveryState

_FINISH = """
INSERT INTO deliveries VALUES (?, ?, 1, ?)
ON CONFLICT (id) DO UPDATE SET claim = excluded.claim, is_done = 1, ends = excluded.ends
WHERE claim = excluded.claim OR ends <= ?
"""
_RELEASE = "DELETE FROM deliveries WHERE id = ? AND claim = ? AND NOT is_done"


class SqliteReplayStore:
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
        """Return the state of an id; a new one is in progress for `lease` seconds from now on."""
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
        """Store for `seconds` that an id is done, unless it is another claim's."""
        now = self._clock()
        row = _key(delivery_id), claim, now + seconds, now
        return self._database.transact(lambda file: file.execute(_FINISH, row).rowcount > 0)

    def release(self, delivery_id: str, claim: str) -> None:
        """Remove an id that is in progress with this claim, so that it is new again."""
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
