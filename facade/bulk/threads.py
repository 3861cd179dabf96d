"""Concurrency of the blocking functions, with threads."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from math import inf
from typing import Self, TypeVar

from facade._core.concurrency import Pending, ends_within, run_blocking, start_thread

Item = TypeVar("Item")

Lock = threading.Lock
Items = Iterable[Item]
each, finish = iter, run_blocking


class Workers:
    """Does up to `count` pieces of work at once, in turn; exiting waits for all of them.

    Work must not raise. Not a ThreadPoolExecutor, whose locks are acquired in Python: an interrupt
    may leave one locked, and then the exit waits for ever.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._waiting: deque[Callable[[], object]] = deque()
        self._running: set[Pending[None]] = set()  # one for each thread
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while running := list(self._running):  # work may start other work
            ends_within(running[0], inf)

    def start(self, work: Callable[[], object]) -> None:
        """Queue a piece of work, which begins when a worker is free."""
        self._waiting.append(work)
        with self._lock:
            if len(self._running) < self._count:
                thread: Pending[None] = Pending()
                start_thread(partial(self._work, thread))
                # After the start: an interrupt before it must leave nothing that never ends.
                self._running.add(thread)

    def _work(self, thread: Pending[None]) -> None:
        while (work := self._next(thread)) is not None:
            work()
        thread.set_result(None)

    def _next(self, thread: Pending[None]) -> Callable[[], object] | None:
        """Return the next piece of work; None if there is none, and the thread ends."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._running.discard(thread)
            return None
