"""How large the next batch is, and whether one more may be sent."""

import threading

_FIRST_SIZE = 10  # pairs in the first batch; the size grows as batches are accepted
_BATCHES_TO_GROW = 4  # accepted batches before the size grows, after a refusal
_PAIRS_PER_WASTED_REQUEST = 100


class BatchSizes:
    """The size of the next batch, in pairs; 1 means no batch. Usable from any thread.

    The size doubles until a batch is refused. From then on it halves with each refusal, and grows
    by a quarter with each fourth accepted batch. If batches save nothing, one request is wasted for
    each hundred pairs, and at least one. `expected` is the number of pairs, if it is known.
    """

    def __init__(self, max_size: int, expected: int | None = None) -> None:
        self._max_size = max_size
        self._accepted: int | None = None  # batches of this size; None before the first refusal
        self._expected = expected
        self._pairs = 0
        self._wasted = 0  # requests for batches, minus the requests that they saved
        self._lock = threading.Lock()
        self.size = min(_FIRST_SIZE, max_size)
        self.proven = 0  # the largest accepted size

    def add_pair(self) -> None:
        """Count a pair to create, in a batch or not."""
        with self._lock:
            self._pairs += 1

    def take(self, pairs: int) -> bool:
        """Count the request for a batch of so many pairs; return False if none may be sent."""
        with self._lock:
            allowed = (self._expected or self._pairs) // _PAIRS_PER_WASTED_REQUEST
            if min(pairs, self.size) < 2 or self._wasted >= max(1, allowed):
                return False
            self._wasted += 1
            return True

    def is_proven(self, pairs: int) -> bool:
        """Return whether a batch of the size for `pairs` was accepted before."""
        return min(pairs, self.size) <= self.proven

    def save(self, requests: int) -> None:
        """Count the requests that a batch saved; -1 for one that it needs besides."""
        with self._lock:
            self._wasted -= requests

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
        """Halve the size after a batch of `size` was refused for its size."""
        with self._lock:
            self._accepted = 0
            self.size = max(1, min(self.size, size // 2))

    def stop(self) -> None:
        """Allow no more batches."""
        with self._lock:
            self.size = self._max_size = 1
