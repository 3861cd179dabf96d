"""What is sent as a batch, and what is believed of its answer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from facade._core.forking import ForkSafeLock

Ids = tuple[str, str]

MAX_BATCH = 1000
_FIRST = 10  # pairs of the first batch; larger ones follow as smaller ones are accepted
_TO_GROW = 4  # batches that are accepted before the next larger one, after a refusal
_PAIRS_PER_LOSS = 100  # for so many pairs, one request may be in vain
_QUOTED = re.compile(r"\[([^\[\]]+)\]|'([^']+)'|\"([^\"]+)\"")


def checked_batch(batch: object) -> int | None:
    """Return how many pairs a batch may have; None for no batches."""
    if batch is None:
        return None
    if not isinstance(batch, int) or isinstance(batch, bool):
        raise TypeError(f"batch must be a number of pairs, or None, not {batch!r:.40}")
    if not 1 <= batch <= MAX_BATCH:
        raise ValueError(f"batch must be 1 to {MAX_BATCH} pairs, not {batch}")
    return batch


class BatchSizes:
    """How many pairs the next batch may have, from 1, which is none; usable from any thread.

    Sizes double until one is refused. From then on they halve with each refusal, and grow by a
    quarter with each fourth batch that is accepted. Where batches save nothing, one of them is sent
    for each hundred pairs at most, and at least one.
    """

    def __init__(self, most: int) -> None:
        self._lock = ForkSafeLock()
        self._most = most
        self._accepted: int | None = None  # of this size; not counted before the first refusal
        self._pairs = 0
        self._losses = 0  # requests for batches, less the requests that they saved
        self.size = min(_FIRST, most)
        self.proven = 0  # the largest size that was accepted

    def add(self, pairs: int) -> None:
        """Count pairs that are to be created, in whatever way."""
        with self._lock:
            self._pairs += pairs

    def take(self, pairs: int) -> int:
        """Return how many of these pairs to send now, and count the request; 0 for none."""
        with self._lock:
            size = min(pairs, self.size)
            is_too_dear = (self._losses + 1) * _PAIRS_PER_LOSS > self._pairs
            if size < 2 or (self._losses > 0 and is_too_dear):
                return 0
            self._losses += 1
            return size

    def is_proven(self, pairs: int) -> bool:
        """Return whether as many of these pairs as may be sent were accepted before."""
        return min(pairs, self.size) <= self.proven

    def check(self) -> None:
        """Count a request that finds out whether a batch was created whole."""
        with self._lock:
            self._losses += 1

    def save(self, created: int) -> None:
        """Count pairs that are known to be created by a batch."""
        with self._lock:
            self._losses -= created

    def accept(self, size: int) -> None:
        """Grow, after a batch of this size was accepted."""
        with self._lock:
            self.proven = max(self.proven, size)
            if size < self.size:
                return
            step = size
            if self._accepted is not None:
                self._accepted += 1
                step = max(1, size // 4) if self._accepted % _TO_GROW == 0 else 0
            self.size = min(size + step, self._most)

    def refuse(self, size: int) -> None:
        """Halve, after a batch of this size was refused."""
        with self._lock:
            self._accepted = 0
            self.size = max(1, min(self.size, size // 2))

    def stop(self) -> None:
        """Send no further batch."""
        with self._lock:
            self.size = self._most = 1


def created_of(pairs: Sequence[Ids], errored: Sequence[object]) -> set[Ids]:
    """Return the pairs of a batch that were created, going by the entries of what failed.

    An entry that names a pair's two records is about that pair; one that names a record is about
    every pair of it; one that names none may be about any pair, so that nothing is known.
    """
    doubtful: set[Ids] = set()
    for entry in errored:
        names = set(_names(entry))
        concerned = {pair for pair in pairs if names >= set(pair)}
        concerned = concerned or {pair for pair in pairs if names & set(pair)}
        if not concerned:
            return set()
        doubtful |= concerned
    return set(pairs) - doubtful


def _names(value: object) -> Iterator[str]:
    """Yield what a value may name: its texts, and what stands in them in brackets or quotes."""
    if isinstance(value, str):
        yield value
        for found in _QUOTED.findall(value):
            yield from filter(None, found)
    elif isinstance(value, Mapping):
        for each in cast("Mapping[object, object]", value).values():
            yield from _names(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _names(each)
