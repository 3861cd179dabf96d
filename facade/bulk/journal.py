"""The journal of a run: each outcome as a line of JSON, so that the run can be resumed."""

import gc
import hashlib
import json
import os
import time
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

from facade._core.files import locks_within, naming, unlock
from facade._core.forking import LockHolder
from facade.bulk.outcomes import Ids, Outcome, Status
from facade.errors import AssociationsError

# Seconds of outcomes that a power failure may lose; a killed process loses none.
_SYNC_INTERVAL = 1.0
# Seconds to wait for the file: a cancelled run of this process closes it in another thread, or when
# its event loop finalizes the generator.
_LOCK_TIMEOUT = 2.0
_COMPLETE = {"complete": True}


class JournalError(AssociationsError):
    """The journal cannot be used: another process or run uses it, or it is damaged."""


class Journal(LockHolder):
    """Stores the outcomes of one run in an append-only file, which one run at a time can use.

    A journal without its last line is that of an interrupted run, and it contains the pairs that
    are done. A complete one is emptied, or with `retry_failed` read as if it were of an interrupted
    run.
    Outcomes are stored by pair, not by index, so a list may be sorted or extended between runs.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        association_id: str,
        location_id: str,
        *,
        retry_failed: bool = False,
    ) -> None:
        self._path = Path(path)
        super().__init__()
        self._synced_at = time.monotonic()
        # The relation by the digest of a pair: a million outcomes would take several times the
        # memory.
        self._done: dict[bytes, str | None] = {}
        if self._path.exists() and not self._path.is_file():  # a device may have no end
            raise JournalError(f"{self._path} is not a file: pass another journal")
        # It names records, and says which of them are related.
        self._file = open(path, "a+b", opener=partial(os.open, mode=0o600))  # noqa: SIM115
        try:
            # An interrupted run of this process may have left it open.
            if not locks_within(self._file.fileno(), _LOCK_TIMEOUT, gc.collect):
                why = f"another run is using {self._path}: wait for it, or pass another journal"
                raise JournalError(why)
            header = {"journal": 1, "association": association_id, "location": location_id}
            with naming(path):
                self._load(_line(header), retry_failed=retry_failed)
        except BaseException:
            self._file.close()
            raise

    def __contains__(self, pair: object) -> bool:
        """Return whether an earlier run has related a pair."""
        return _digest(cast("Ids", pair)) in self._done

    def relation_id(self, pair: Ids) -> str | None:
        """Return the relation of a pair that an earlier run has related, if its id is known."""
        return self._done[_digest(pair)]

    def add(self, *outcomes: Outcome) -> None:
        """Append outcomes; may be called from any thread."""
        self._append(*(_recorded(outcome) for outcome in outcomes))

    def complete(self) -> None:
        """Record that every pair has an outcome: the next run starts anew."""
        self._append(_COMPLETE)

    def _append(self, *entries: dict[str, Any]) -> None:
        with self.lock, naming(self._path):
            self._file.write(b"".join(map(_line, entries)))
            self._file.flush()
            if time.monotonic() - self._synced_at >= _SYNC_INTERVAL:
                self._sync()

    def close(self) -> None:
        """Write everything to the disk and close the file."""
        with self.lock, naming(self._path):
            try:
                self._sync()
            finally:
                try:
                    unlock(self._file.fileno())
                finally:
                    self._file.close()

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced_at = time.monotonic()

    def _load(self, header: bytes, *, retry_failed: bool) -> None:
        """Read the outcomes; remove an incomplete last line, which a killed process leaves."""
        self._file.seek(0)
        first = self._file.readline()
        if not header.startswith(first):
            raise JournalError(f"{self._path} {_owner(first)}: pass another journal")
        is_complete = False
        for number, line in enumerate(self._file, start=2):
            entry = _entry(line) if line.endswith(b"\n") else {}
            is_complete = entry == _COMPLETE
            if _is_outcome(entry):
                if entry["status"] != "failed":
                    pair = entry["first"], entry["second"]
                    self._done[_digest(pair)] = entry.get("relation") or None
            elif not is_complete:
                if self._file.read(1):
                    what = f"{self._path}, line {number}"
                    raise JournalError(f"{what}, is not an outcome: {line!r:.60}")
                self._file.truncate(self._file.tell() - len(line))
                return
        if first != header or (is_complete and not retry_failed):  # empty, or a part of its header
            self._done.clear()
            self._file.truncate(0)
            self._file.write(header)
            self._file.flush()


def _digest(pair: Ids) -> bytes:
    return hashlib.blake2b("\0".join(pair).encode(), digest_size=16).digest()


def _recorded(outcome: Outcome) -> dict[str, str]:
    entry = {"first": outcome.first_record_id, "second": outcome.second_record_id}
    entry["status"] = outcome.status
    if outcome.error is None:
        return {**entry, "relation": outcome.relation_id or ""}
    return {**entry, "error": str(outcome.error)}  # informational: a run retries failed pairs


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry).encode() + b"\n"


def _entry(line: bytes) -> dict[str, Any]:
    try:
        entry: object = json.loads(line)
    except ValueError:
        return {}
    return cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}


def _is_outcome(entry: dict[str, Any]) -> bool:
    is_pair = all(isinstance(entry.get(name), str) for name in ("first", "second"))
    return is_pair and entry.get("status") in get_args(Status)


def _owner(line: bytes) -> str:
    """Describe the file by its first line, which is not the header of this run."""
    entry = _entry(line)
    if entry.get("journal") != 1:
        return "is not a journal"
    owner = f"association {entry.get('association')} in location {entry.get('location')}"
    return f"is the journal of {owner}"
