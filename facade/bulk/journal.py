"""The journal of a run: each outcome as a line of JSON, so that the run can be resumed."""

import gc
import hashlib
import json
import os
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

from facade._core.files import locks_within, naming, unlock
from facade._core.forking import LockHolder
from facade.bulk.outcomes import Ids, Outcome, RecordRelations, Status
from facade.errors import AssociationsError
from facade.models import Relation

# Seconds of outcomes that a power failure may lose; a killed process loses none.
_SYNC_INTERVAL = 1.0
# Seconds to wait for the file: a cancelled run of this process closes it in another thread, or when
# its event loop finalizes the generator.
_LOCK_TIMEOUT = 2.0
_COMPLETE = {"complete": True}
_STATUSES = {*get_args(Status), "read"}


class JournalError(AssociationsError):
    """The journal cannot be used: another process or run uses it, or it is damaged."""


class Journal(LockHolder):
    """Stores the outcomes of one run in an append-only file, which one run at a time can use.

    They are of pairs, or, if it `reads`, of records, whose relations the file holds.

    A journal without its last line is that of an interrupted run, and it contains the items that
    are done. A complete one is emptied, or with `retry_failed` read as if it were of an interrupted
    run. Outcomes are stored by item, not by index, so a list may be sorted or extended between
    runs.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        association_id: str | None,
        location_id: str,
        *,
        reads: bool = False,
        retry_failed: bool = False,
    ) -> None:
        self._path = Path(path)
        super().__init__()
        self._synced_at = time.monotonic()
        self._reads = reads
        self._names = ("record",) if reads else ("first", "second")
        # The id of its relation, or where its line begins if it was read, by the digest of an item:
        # a million outcomes would take several times the memory.
        self._done: dict[bytes, Any] = {}
        if self._path.exists() and not self._path.is_file():  # a device may have no end
            raise JournalError(f"{self._path} is not a file: pass another journal")
        # It names records, and says which of them are related.
        self._file = open(path, "a+b", opener=partial(os.open, mode=0o600))  # noqa: SIM115
        with naming(path):  # also the error of a close, which writes what could not be written
            try:
                # An interrupted run of this process may have left it open.
                if not locks_within(self._file.fileno(), _LOCK_TIMEOUT, gc.collect):
                    why = f"another run is using {self._path}: wait for it, or pass another journal"
                    raise JournalError(why)
                kind = {"journal": 1, **({"reads": "relations"} if reads else {})}
                owner = {"association": association_id, "location": location_id}
                self._load(kind | owner, retry_failed=retry_failed)
            except BaseException:
                self._file.close()
                raise

    def __contains__(self, ids: tuple[str, ...]) -> bool:
        """Return whether an earlier run has done the item with these ids."""
        return _digest(*ids) in self._done

    def relation_id(self, pair: Ids) -> str | None:
        """Return the relation of a pair that an earlier run has related, if its id is known."""
        found: str | None = self._done[_digest(*pair)]
        return found

    def relations(self, record_id: str) -> tuple[Relation, ...]:
        """Return the relations of a record that an earlier run has read."""
        with self.lock, naming(self._path):
            self._file.seek(self._done[_digest(record_id)])
            entry: dict[str, Any] = json.loads(self._file.readline())
        return tuple(map(Relation.from_dict, entry["relations"]))

    def add(self, *outcomes: Outcome | RecordRelations) -> None:
        """Append outcomes; may be called from any thread."""
        self._append(*map(_recorded, outcomes))

    def complete(self) -> None:
        """Record that every item has an outcome: the next run starts anew."""
        self._append(_COMPLETE)

    def _append(self, *entries: dict[str, Any]) -> None:
        with self.lock, naming(self._path):
            self._file.write(b"".join(map(_line, entries)))
            self._file.flush()
            if time.monotonic() - self._synced_at >= _SYNC_INTERVAL:
                os.fsync(self._file.fileno())
                self._synced_at = time.monotonic()

    def close(self) -> None:
        """Write everything to the disk and close the file."""
        with self.lock, naming(self._path), self._file:
            try:
                os.fsync(self._file.fileno())
            finally:
                unlock(self._file.fileno())

    def _load(self, owner: dict[str, Any], *, retry_failed: bool) -> None:
        """Read the outcomes; remove an incomplete last line, which a killed process leaves."""
        header = _line(owner)
        self._file.seek(0)
        first = self._file.readline()
        is_whole = _parsed(first) == owner  # an editor may have changed spaces and line ends
        if not is_whole and not header.startswith(first):
            raise JournalError(f"{self._path} {_owner(first)}: pass another journal")
        start, entry = len(first), dict[str, Any]()
        for number, line in enumerate(self._file, start=2):
            entry = self._entry(line)
            if not entry:
                if self._file.read(1):
                    what = f"{self._path}, line {number}"
                    raise JournalError(f"{what}, is not an outcome: {line!r:.60}")
                self._file.truncate(start)
                return
            if entry.get("status", "failed") != "failed":
                ids = [entry[name] for name in self._names]
                self._done[_digest(*ids)] = start if self._reads else entry.get("relation") or None
            start += len(line)
        # Empty, a part of its header, or complete.
        if not is_whole or (entry == _COMPLETE and not retry_failed):
            self._done.clear()
            self._file.truncate(0)
            self._file.write(header)
            self._file.flush()

    def _entry(self, line: bytes) -> dict[str, Any]:
        """Return a line that is whole: an outcome, or the end; {} for any other."""
        with suppress(LookupError, TypeError):
            entry: dict[str, Any] = _parsed(line)
            if entry == _COMPLETE or (
                all(isinstance(entry[name], str) for name in self._names)
                and entry["status"] in _STATUSES
            ):
                return entry
        return {}


def _recorded(outcome: Outcome | RecordRelations) -> dict[str, Any]:
    """Return the entry of an outcome; its error is informational: a run retries what failed."""
    result: dict[str, Any] = {"status": outcome.status}
    if outcome.error is not None:
        result["error"] = str(outcome.error)
    elif isinstance(outcome, Outcome):
        result["relation"] = outcome.relation_id or ""
    else:
        result["relations"] = [one.to_dict() for one in outcome.relations]
    if isinstance(outcome, Outcome):
        return {"first": outcome.first_record_id, "second": outcome.second_record_id} | result
    return {"record": outcome.record_id} | result


def _owner(line: bytes) -> str:
    """Describe a file by its first line, which may be a secret if it is no header."""
    entry = _parsed(line)
    if not isinstance(entry, dict) or cast("dict[str, Any]", entry).get("journal") != 1:
        return "is not a journal"
    header = cast("dict[str, Any]", entry)
    under = f"association {header.get('association')}" if header.get("association") else "all"
    reading = "a reading of " if header.get("reads") else ""
    return f"is the journal of {reading}{under} in location {header.get('location')}"


def _parsed(line: bytes) -> Any:
    """Return the value in a line; None if it is not JSON, or not whole."""
    with suppress(ValueError):
        return json.loads(line if line.endswith(b"\n") else b"")
    return None


def _digest(*ids: str) -> bytes:
    return hashlib.blake2b("\0".join(ids).encode(), digest_size=16).digest()


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry).encode() + b"\n"
