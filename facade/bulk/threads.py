"""Concurrency of the blocking functions, with threads."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
Item = TypeVar("Item")
Result = TypeVar("Result")

Lock = threading.Lock
Items = Iterable[Item]
Job = Future[Result]


def each(items: Items[Item]) -> Iterator[Item]:
    """Iterate over items."""
    return iter(items)


def finished(result: Result) -> Job[Result]:
    """Return a job that is done."""
    job: Future[Result] = Future()
    job.set_result(result)
    return job


def unfinished(kind: type[Result]) -> Job[Result | None]:
    """Return a job whose result another job sets: an instance of `kind`, or None."""
    return Future()


def result_of(job: Job[Result]) -> Result:
    """Wait for a job, and return its result."""
    return job.result()


class Workers:
    """Runs `count` jobs at once; on exit, started jobs finish and others are cancelled."""

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

    def start(
        self, function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs
    ) -> Job[Result]:
        """Queue a job, which starts when a worker is free."""
        return self._pool.submit(function, *args, **kwargs)
