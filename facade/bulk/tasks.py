"""Concurrency of the async functions, with tasks."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AsyncLock = asyncio.Lock
AsyncItems = AsyncIterable[Item] | Iterable[Item]
AsyncPromise = asyncio.Future[Result]


async def async_each(items: AsyncItems[Item]) -> AsyncIterator[Item]:
    """Iterate over items of an async or a plain iterable."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


def async_promise(kind: type[Result]) -> AsyncPromise[Result | None]:
    """Return the promise of a result that a worker sets: an instance of `kind`, or None."""
    return asyncio.get_running_loop().create_future()


async def async_result_of(promise: AsyncPromise[Result]) -> Result:
    """Wait for a result, and return it."""
    return await promise


class AsyncWorkers:
    """Does `count` pieces of work at once; on exit, those begun finish, others are cancelled.

    If the caller is cancelled, work that has begun is cancelled, too.
    """

    def __init__(self, count: int) -> None:
        self._slots = asyncio.Semaphore(count)
        self._begun: set[asyncio.Task[None]] = set()
        self._pending: set[asyncio.Task[None]] = set()

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

    def start(self, work: Callable[[], Awaitable[None]]) -> None:
        """Queue a piece of work, which begins when a worker is free."""

        async def begin() -> None:
            async with self._slots:
                self._begun.add(task)
                await work()

        task = asyncio.ensure_future(begin())
        self._pending.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._pending.discard(task)
        self._begun.discard(task)
