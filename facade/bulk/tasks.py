"""Concurrency of the async functions, with tasks."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
Item = TypeVar("Item")
Result = TypeVar("Result")

AsyncLock = asyncio.Lock
AsyncItems = AsyncIterable[Item] | Iterable[Item]
AsyncJob = asyncio.Future[Result]


async def async_each(items: AsyncItems[Item]) -> AsyncIterator[Item]:
    """Iterate over items of an async or a plain iterable."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


def async_finished(result: Result) -> AsyncJob[Result]:
    """Return a job that is done."""
    job: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    job.set_result(result)
    return job


def async_unfinished(kind: type[Result]) -> AsyncJob[Result | None]:
    """Return a job whose result another job sets: an instance of `kind`, or None."""
    return asyncio.get_running_loop().create_future()


async def async_result_of(job: AsyncJob[Result]) -> Result:
    """Wait for a job, and return its result."""
    return await job


class AsyncWorkers:
    """Runs `count` jobs at once; on exit, started jobs finish and others are cancelled.

    If the caller is cancelled, started jobs are cancelled, too.
    """

    def __init__(self, count: int) -> None:
        self._slots = asyncio.Semaphore(count)
        self._started: set[asyncio.Task[object]] = set()
        self._pending: set[asyncio.Task[object]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        is_cancelled = kind is not None and issubclass(kind, asyncio.CancelledError)
        for task in list(self._pending):
            if is_cancelled or task not in self._started:
                task.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)

    def start(
        self, function: Callable[P, Awaitable[Result]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncJob[Result]:
        """Queue a job, which starts when a worker is free."""

        async def job() -> Result:
            async with self._slots:
                self._started.add(task)
                return await function(*args, **kwargs)

        task = asyncio.ensure_future(job())
        self._pending.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: "asyncio.Task[object]") -> None:
        self._pending.discard(task)
        self._started.discard(task)
