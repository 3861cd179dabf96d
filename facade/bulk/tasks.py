"""How the async functions do several pairs at once: in tasks."""

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
    """Iterate over items, whether they come with `async for` or with `for`."""
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
    """Return a job whose result another one sets: of this kind, or None."""
    return asyncio.get_running_loop().create_future()


async def async_result_of(job: AsyncJob[Result]) -> Result:
    """Wait for a job, and return its result."""
    return await job


class AsyncWorkers:
    """A number of jobs at once; on leaving, those that have begun are finished.

    Where the caller is cancelled, they are cancelled too.
    """

    def __init__(self, count: int) -> None:
        self._room = asyncio.Semaphore(count)
        self._begun: set[asyncio.Task[object]] = set()
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
            if is_cancelled or task not in self._begun:
                task.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)

    def start(
        self, function: Callable[P, Awaitable[Result]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncJob[Result]:
        """Start a job as soon as there is room for it."""

        async def job() -> Result:
            async with self._room:
                self._begun.add(task)
                return await function(*args, **kwargs)

        task = asyncio.ensure_future(job())
        self._pending.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: "asyncio.Task[object]") -> None:
        self._pending.discard(task)
        self._begun.discard(task)
