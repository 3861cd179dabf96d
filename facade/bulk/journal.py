"""The journal of a run: each outcome as a line of JSON, so that the run can be resumed."""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO, cast, get_args

from attrs import evolve

from facade._core.files import naming
from facade._core.forking import reset_after_fork
from facade.bulk.outcomes import Ids, Outcome, Status
from facade.errors import AssociationsError

# Seconds of outcomes that a power failure may lose; a killed process loses none.
_SYNC_INTERVAL = 1.0

if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(2**30)  # beyond the end, because Windows lets no other process read locked bytes
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(file: BinaryIO) -> None:
        """Do nothing: closing the file unlocks it."""

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: BinaryIO) -> None:
        # Closing is not enough if a forked process has a copy of the file descriptor.
        fcntl.flock(file, fcntl.LOCK_UN)


class JournalError(AssociationsError):
    """The journal cannot be used: another process or run uses it, or it is damaged."""


class Journal:
    """Stores outcomes in an append-only file, which one process at a time can use.

    Outcomes are stored by pair, not by index, so a list may be sorted or extended between runs.
    """

    def __init__(self, path: str | os.PathLike[str], association_id: str, location_id: str) -> None:
        self._path = Path(path)
        self.after_fork()
        self._synced_at = time.monotonic()
        self._done: dict[Ids, list[Outcome]] = {}
        if self._path.exists() and not self._path.is_file():  # a device may have no end
            raise JournalError(f"{self._path} is not a file: pass another journal")
        self._file = self._path.open("a+b")
        try:
            try:
                _lock(self._file)
            except (BlockingIOError, PermissionError) as error:
                why = f"another process is using {self._path}: wait for it, or pass another journal"
                raise JournalError(why) from error
            header = {"journal": 1, "association": association_id, "location": location_id}
            with naming(path):
                self._load(_line(header))
        except BaseException:
            self._file.close()
            raise
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Replace the lock, which a thread of the parent process may hold."""
        self._write_lock = threading.Lock()

    def __contains__(self, pair: object) -> bool:
        """Return whether an outcome of an earlier run is left for a pair."""
        return pair in self._done

    def take(self, index: int, pair: Ids) -> Outcome | None:
        """Remove and return an outcome of an earlier run for a pair; None if there is none."""
        outcomes = self._done.get(pair)
        if not outcomes:
            return None
        outcome = outcomes.pop(0)
        if not outcomes:
            del self._done[pair]
        return evolve(outcome, index=index)

    def add(self, *outcomes: Outcome) -> None:
        """Append outcomes; may be called from any thread."""
        lines = b"".join(_line(_recorded(outcome)) for outcome in outcomes)
        with self._write_lock, naming(self._path):
            self._file.write(lines)
            self._file.flush()
            if time.monotonic() - self._synced_at >= _SYNC_INTERVAL:
                self._sync()

    def close(self) -> None:
        """Write everything to the disk and close the file."""
        with self._write_lock, naming(self._path):
            try:
                self._sync()
            finally:
                try:
                    _unlock(self._file)
                finally:
                    self._file.close()

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced_at = time.monotonic()

    def _load(self, header: bytes) -> None:
        """Read the outcomes; remove an incomplete last line, which a killed process leaves."""
        self._file.seek(0)
        first = self._file.readline()
        if first != header:
            if not header.startswith(first):  # otherwise the file is empty or the header incomplete
                raise JournalError(f"{self._path} {_owner(first)}: pass another journal")
            self._file.truncate(0)
            self._file.write(header)
            self._file.flush()
            return
        size = len(header)
        for number, line in enumerate(self._file, start=2):
            outcome = _outcome(line)
            if outcome is None:
                if self._file.read(1):
                    what = f"{self._path}, line {number}"
                    raise JournalError(f"{what}, is not an outcome: {line!r:.60}")
                self._file.truncate(size)
                return
            size += len(line)
            if outcome.status != "failed":
                pair = outcome.first_record_id, outcome.second_record_id
                self._done.setdefault(pair, []).append(outcome)


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
        resumed=True,
    )


def _owner(line: bytes) -> str:
    """Describe the file by its first line, which is not the header of this run."""
    entry = _entry(line)
    if entry.get("journal") != 1:
        return "is not a journal"
    owner = f"association {entry.get('association')} in location {entry.get('location')}"
    return f"is the journal of {owner}"
