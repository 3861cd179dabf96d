"""Concurrency of the blocking functions, with threads."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from facade._core.concurrency import run_blocking

Item = TypeVar("Item")

Lock = threading.Lock
Items = Iterable[Item]


def each(items: Items[Item]) -> Iterator[Item]:
    """Iterate over items."""
    return iter(items)


def finish(work: Callable[[], object]) -> None:
    """Do work in this thread."""
    run_blocking(work)


class Workers(ThreadPoolExecutor):
    """Does up to `count` pieces of work at once, in turn; exiting waits for all of them."""

    def __init__(self, count: int) -> None:
        super().__init__(count, thread_name_prefix="ensure_many")

    def start(self, work: Callable[[], None]) -> None:
        """Queue a piece of work, which begins when a worker is free."""
        self.submit(work)
