"""Concurrency of the blocking functions, with threads."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Lock = threading.Lock
Items = Iterable[Item]
Promise = Future[Result]


def each(items: Items[Item]) -> Iterator[Item]:
    """Iterate over items."""
    return iter(items)


def promise(kind: type[Result]) -> Promise[Result | None]:
    """Return the promise of a result that a worker sets: an instance of `kind`, or None."""
    return Future()


def result_of(promise: Promise[Result]) -> Result:
    """Wait for a result, and return it."""
    return promise.result()


class Workers:
    """Does `count` pieces of work at once; on exit, those begun finish, others are cancelled."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="ensure_many")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def start(self, work: Callable[[], None]) -> None:
        """Queue a piece of work, which begins when a worker is free."""
        self._pool.submit(work)
