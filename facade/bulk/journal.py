"""The journal of a long run: what was done, a line of JSON each, so that a run can go on."""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from attrs import evolve

from facade.bulk.shard import Outcome
from facade.errors import AssociationsError

_SYNC_EVERY = 1.0  # seconds; a killed process loses nothing, a power cut what came after the last

if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(2**30)  # beyond the end: Windows lets nobody read what is locked
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class JournalError(AssociationsError):
    """The journal cannot be used: another process writes it, or it is not of this run."""


class Journal:
    """Remember outcomes in a file that only grows; one process at a time.

    It goes by pair, not by place, so that a list may be sorted or lengthened before it goes on.
    """

    def __init__(self, path: str | os.PathLike[str], association_id: str, location_id: str) -> None:
        self._path = Path(path)
        self._guard = threading.Lock()
        self._synced = time.monotonic()
        self._done: dict[tuple[str, str], list[Outcome]] = {}
        self._file = self._path.open("a+b")
        try:
            self._take_alone()
            self._load(
                _line({"journal": 1, "association": association_id, "location": location_id})
            )
        except BaseException:
            self._file.close()
            raise

    def take(self, index: int, pair: tuple[str, str]) -> Outcome | None:
        """Give what an earlier run did for a pair; each line of the journal answers one pair."""
        known = self._done.get(pair)
        if not known:
            return None
        outcome = known.pop(0)
        if not known:
            del self._done[pair]
        return evolve(outcome, index=index)

    def add(self, outcome: Outcome) -> None:
        """Write an outcome down, from any thread."""
        entry = {
            "first": outcome.first_record_id,
            "second": outcome.second_record_id,
            "status": outcome.status,
        }
        if outcome.error is None:
            entry["relation"] = outcome.relation_id or ""
        else:
            entry["error"] = str(outcome.error)  # for people: a failed pair is tried again
        with self._guard:
            self._file.write(_line(entry))
            self._file.flush()
            if time.monotonic() - self._synced >= _SYNC_EVERY:
                self._sync()

    def close(self) -> None:
        """Bring everything to the disk and let the file go."""
        with self._guard:
            try:
                self._sync()
            finally:
                self._file.close()

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()

    def _take_alone(self) -> None:
        try:
            _lock(self._file)
        except (BlockingIOError, PermissionError) as error:
            raise JournalError(
                f"another process is writing {self._path}: let it end, or name another journal"
            ) from error

    def _load(self, header: bytes) -> None:
        """Read what was done, and cut off a last line that a dying process left half-written."""
        self._file.seek(0)
        first = self._file.readline()
        if first != header:
            if not header.startswith(first):  # as the empty and the half-written one are
                raise JournalError(f"{self._path} {_foreign(first)}: name another journal")
            self._file.truncate(0)
            self._file.write(header)
            self._file.flush()
            return
        good = len(header)
        for number, line in enumerate(self._file, start=2):
            outcome = _outcome(line)
            if outcome is None:
                if self._file.read(1):
                    raise JournalError(f"{self._path}, line {number}, is no outcome: {line!r:.60}")
                self._file.truncate(good)
                return
            good += len(line)
            if outcome.status != "failed":
                pair = outcome.first_record_id, outcome.second_record_id
                self._done.setdefault(pair, []).append(outcome)


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry).encode() + b"\n"


def _entry(line: bytes) -> dict[str, Any]:
    try:
        entry: object = json.loads(line)
    except ValueError:
        return {}
    return cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}


def _outcome(line: bytes) -> Outcome | None:
    entry = _entry(line)
    texts = [entry.get(name) for name in ("first", "second", "status")]
    if not line.endswith(b"\n") or not all(isinstance(text, str) for text in texts):
        return None
    if entry["status"] not in ("created", "existing", "failed"):
        return None
    status: Literal["created", "existing", "failed"] = entry["status"]
    return Outcome(
        index=-1,
        first_record_id=entry["first"],
        second_record_id=entry["second"],
        status=status,
        relation_id=entry.get("relation"),
        resumed=True,
    )


def _foreign(line: bytes) -> str:
    """Say whose a file is that is not this run's."""
    entry = _entry(line)
    if entry.get("journal") == 1:
        whose = f"association {entry.get('association')} in location {entry.get('location')}"
        return f"is the journal of {whose}"
    return "is no journal"
