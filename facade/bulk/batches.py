"""The sizes of batches, and the pairs that the response to a batch proves to be created."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from facade._core.forking import ForkSafeLock

Ids = tuple[str, str]

MAX_BATCH = 1000
_FIRST_SIZE = 10  # pairs in the first batch; the size grows as batches are accepted
_BATCHES_TO_GROW = 4  # accepted batches before the size grows, after a refusal
_PAIRS_PER_EXTRA_REQUEST = 100  # one request may be wasted for each hundred pairs
_QUOTED = re.compile(r"\[([^\[\]]+)\]|'([^']+)'|\"([^\"]+)\"")


def checked_batch(batch: object) -> int | None:
    """Return the maximum size of a batch, checked; None for no batches."""
    if batch is None:
        return None
    if not isinstance(batch, int) or isinstance(batch, bool):
        raise TypeError(f"batch must be a number of pairs, or None, not {batch!r:.40}")
    if not 1 <= batch <= MAX_BATCH:
        raise ValueError(f"batch must be 1 to {MAX_BATCH} pairs, not {batch}")
    return batch


class BatchSizes:
    """The size of the next batch, in pairs; 1 means no batch. Usable from any thread.

    The size doubles until a batch is refused. From then on it halves with each refusal, and grows
    by a quarter with each fourth accepted batch. If batches save nothing, at most one is sent for
    each hundred pairs, and at least one.
    """

    def __init__(self, max_size: int) -> None:
        self._lock = ForkSafeLock()
        self._max_size = max_size
        self._accepted: int | None = None  # batches of this size; None before the first refusal
        self._pairs = 0
        self._extra_requests = 0  # requests for batches, minus the requests that they saved
        self.size = min(_FIRST_SIZE, max_size)
        self.proven = 0  # the largest accepted size

    def add(self, pairs: int) -> None:
        """Count pairs to create, in a batch or not."""
        with self._lock:
            self._pairs += pairs

    def take(self, pairs: int) -> int:
        """Return the size of the next batch of `pairs`, and count its request; 0 for no batch."""
        with self._lock:
            size = min(pairs, self.size)
            is_too_expensive = (self._extra_requests + 1) * _PAIRS_PER_EXTRA_REQUEST > self._pairs
            if size < 2 or (self._extra_requests > 0 and is_too_expensive):
                return 0
            self._extra_requests += 1
            return size

    def is_proven(self, pairs: int) -> bool:
        """Return whether a batch of the size for `pairs` was accepted before."""
        return min(pairs, self.size) <= self.proven

    def check(self) -> None:
        """Count a request that checks whether a batch was created completely."""
        with self._lock:
            self._extra_requests += 1

    def save(self, created: int) -> None:
        """Count pairs that a batch created."""
        with self._lock:
            self._extra_requests -= created

    def accept(self, size: int) -> None:
        """Increase the size after a batch of `size` was accepted."""
        with self._lock:
            self.proven = max(self.proven, size)
            if size < self.size:
                return
            step = size
            if self._accepted is not None:
                self._accepted += 1
                step = max(1, size // 4) if self._accepted % _BATCHES_TO_GROW == 0 else 0
            self.size = min(size + step, self._max_size)

    def refuse(self, size: int) -> None:
        """Halve the size after a batch of `size` was refused."""
        with self._lock:
            self._accepted = 0
            self.size = max(1, min(self.size, size // 2))

    def stop(self) -> None:
        """Allow no more batches."""
        with self._lock:
            self.size = self._max_size = 1


def created_pairs(pairs: Sequence[Ids], errored: Sequence[object]) -> set[Ids]:
    """Return the pairs of a batch that were certainly created, given the entries of failed ones.

    An entry with both record ids of a pair is about that pair; an entry with one record id may be
    about each of its pairs; an entry without one may be about any pair, so none is certain.
    """
    uncertain: set[Ids] = set()
    for entry in errored:
        ids = set(_possible_ids(entry))
        matching = {pair for pair in pairs if ids >= set(pair)}
        matching = matching or {pair for pair in pairs if ids & set(pair)}
        if not matching:
            return set()
        uncertain |= matching
    return set(pairs) - uncertain


def _possible_ids(value: object) -> Iterator[str]:
    """Yield possible ids in a value: its texts, and the parts in brackets or quotes."""
    if isinstance(value, str):
        yield value
        for found in _QUOTED.findall(value):
            yield from filter(None, found)
    elif isinstance(value, Mapping):
        for each in cast("Mapping[object, object]", value).values():
            yield from _possible_ids(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _possible_ids(each)
