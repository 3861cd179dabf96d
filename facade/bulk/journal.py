"""The journal of a run: each outcome as a line of JSON, so that the run can be resumed."""

import gc
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any, cast, get_args

from attrs import evolve

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

    A journal without its last line is that of an interrupted run, and `take` returns what it did. A
    complete one is emptied, or with `retry_failed` read as if it were of an interrupted run.
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
        # By the digest of a pair, where its lines begin: the outcomes of a million pairs would take
        # several times the memory.
        self._done: dict[bytes, int | list[int]] = {}
        if self._path.exists() and not self._path.is_file():  # a device may have no end
            raise JournalError(f"{self._path} is not a file: pass another journal")
        # It names records, and says which of them are related.
        self._file = open(path, "a+b", opener=_private)  # noqa: SIM115
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
        """Return whether an outcome of an earlier run is left for a pair."""
        return _digest(cast("Ids", pair)) in self._done

    def take(self, index: int, pair: Ids) -> Outcome | None:
        """Remove and return an outcome of an earlier run for a pair; None if there is none."""
        digest = _digest(pair)
        places = self._done.pop(digest, None)
        if places is None:
            return None
        place, *left = places if isinstance(places, list) else [places]
        if left:
            self._done[digest] = left
        with self.lock:
            self._file.seek(place)
            outcome = _outcome(self._file.readline())
        return None if outcome is None else evolve(outcome, index=index, status="done_before")

    def add(self, *outcomes: Outcome) -> None:
        """Append outcomes; may be called from any thread."""
        self._append(b"".join(_line(_recorded(outcome)) for outcome in outcomes))

    def complete(self) -> None:
        """Record that every pair has an outcome: the next run starts anew."""
        self._append(_line(_COMPLETE))

    def _append(self, lines: bytes) -> None:
        with self.lock, naming(self._path):
            self._file.write(lines)
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
        if first != header:
            if not header.startswith(first):  # otherwise the file is empty or the header incomplete
                raise JournalError(f"{self._path} {_owner(first)}: pass another journal")
            self._start_anew(header)
            return
        place, is_complete = len(header), False
        for number, line in enumerate(self._file, start=2):
            is_complete = _entry(line) == _COMPLETE and line.endswith(b"\n")
            outcome = None if is_complete else _outcome(line)
            if outcome is not None and outcome.status != "failed":
                self._remember(outcome, place)
            elif outcome is None and not is_complete:
                if self._file.read(1):
                    what = f"{self._path}, line {number}"
                    raise JournalError(f"{what}, is not an outcome: {line!r:.60}")
                self._file.truncate(place)
                return
            place += len(line)
        if is_complete and not retry_failed:
            self._start_anew(header)

    def _start_anew(self, header: bytes) -> None:
        self._done.clear()
        self._file.truncate(0)
        self._file.write(header)
        self._file.flush()

    def _remember(self, outcome: Outcome, place: int) -> None:
        digest = _digest((outcome.first_record_id, outcome.second_record_id))
        earlier = self._done.get(digest)
        if earlier is None:
            self._done[digest] = place
        else:
            self._done[digest] = [*(earlier if isinstance(earlier, list) else [earlier]), place]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


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


def _outcome(line: bytes) -> Outcome | None:
    entry = _entry(line) if line.endswith(b"\n") else {}
    first, second, status = (entry.get(name) for name in ("first", "second", "status"))
    if not (isinstance(first, str) and isinstance(second, str) and status in get_args(Status)):
        return None
    return Outcome(
        index=-1,
        first_record_id=first,
        second_record_id=second,
        status=cast("Status", status),
        relation_id=entry.get("relation") or None,
    )


def _owner(line: bytes) -> str:
    """Describe the file by its first line, which is not the header of this run."""
    entry = _entry(line)
    if entry.get("journal") != 1:
        return "is not a journal"
    owner = f"association {entry.get('association')} in location {entry.get('location')}"
    return f"is the journal of {owner}"
