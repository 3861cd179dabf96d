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
from facade.bulk.outcomes import Ids, Outcome, Status
from facade.errors import AssociationsError

# Seconds of outcomes that a power failure may lose; a killed process loses none.
_SYNC_INTERVAL = 1.0
# Seconds to wait for the file: a cancelled run of this process closes it in another thread, or when
# its event loop finalizes the generator.
_LOCK_TIMEOUT = 2.0
_COMPLETE, _STATUSES = {"complete": True}, get_args(Status)


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
            with naming(path):
                self._load(association_id, location_id, retry_failed=retry_failed)
        except BaseException:
            self._file.close()
            raise

    def __contains__(self, pair: Ids) -> bool:
        """Return whether an earlier run has related a pair."""
        return _digest(pair) in self._done

    def relation_id(self, pair: Ids) -> str | None:
        """Return the relation of a pair that an earlier run has related, if its id is known."""
        return self._done[_digest(pair)]

    def add(self, *outcomes: Outcome) -> None:
        """Append outcomes; may be called from any thread."""
        self._append(*map(_recorded, outcomes))

    def complete(self) -> None:
        """Record that every pair has an outcome: the next run starts anew."""
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

    def _load(self, association_id: str, location_id: str, *, retry_failed: bool) -> None:
        """Read the outcomes; remove an incomplete last line, which a killed process leaves."""
        header = _line({"journal": 1, "association": association_id, "location": location_id})
        self._file.seek(0)
        first = self._file.readline()
        if not header.startswith(first):
            raise JournalError(f"{self._path} {_owner(first)}: pass another journal")
        entry: dict[str, Any] = {}
        for number, line in enumerate(self._file, start=2):
            entry = _entry(line)
            if "status" in entry:
                if entry["status"] != "failed":
                    pair = entry["first"], entry["second"]
                    self._done[_digest(pair)] = entry.get("relation") or None
            elif not entry:
                if self._file.read(1):
                    what = f"{self._path}, line {number}"
                    raise JournalError(f"{what}, is not an outcome: {line!r:.60}")
                self._file.truncate(self._file.tell() - len(line))
                return
        # Empty, a part of its header, or complete.
        if first != header or (entry == _COMPLETE and not retry_failed):
            self._done.clear()
            self._file.truncate(0)
            self._file.write(header)
            self._file.flush()


def _owner(line: bytes) -> str:
    """Describe a file by its first line, which may be a secret if it is no header."""
    entry: Any = None
    with suppress(ValueError):
        entry = json.loads(line)
    if not isinstance(entry, dict) or cast("dict[str, Any]", entry).get("journal") != 1:
        return "is not a journal"
    header = cast("dict[str, Any]", entry)
    owner = f"association {header.get('association')} in location {header.get('location')}"
    return f"is the journal of {owner}"


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
    """Return a line that is whole: an outcome, or the end; {} for any other."""
    with suppress(ValueError, LookupError, TypeError):
        entry: dict[str, Any] = json.loads(line if line.endswith(b"\n") else b"")
        ids: list[object] = [] if entry == _COMPLETE else [entry["first"], entry["second"]]
        if not ids or (all(isinstance(one, str) for one in ids) and entry["status"] in _STATUSES):
            return entry
    return {}
