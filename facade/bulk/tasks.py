"""Concurrency of the async functions, with tasks."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Self, TypeVar

from facade._core.concurrency import async_run_blocking

Item = TypeVar("Item")

AsyncLock = asyncio.Lock
AsyncItems = AsyncIterable[Item] | Iterable[Item]


async def async_each(items: AsyncItems[Item]) -> AsyncIterator[Item]:
    """Iterate over items of an async or a plain iterable."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


async def async_finish(work: Callable[[], object]) -> None:
    """Do work in a thread to its end, even if the caller is cancelled meanwhile."""
    job = asyncio.ensure_future(async_run_blocking(work))
    try:
        await asyncio.shield(job)
    except asyncio.CancelledError:
        while not job.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([job])
        raise


class AsyncWorkers:
    """Does up to `count` pieces of work at once, in turn; exiting waits for all of them.

    Work must not raise. If the caller is cancelled, the work is cancelled, too.
    """

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, where: object) -> None:
        if isinstance(error, asyncio.CancelledError):
            for task in self._tasks:
                task.cancel()
        while self._tasks:  # work may start other work
            tasks = [*self._tasks]
            await asyncio.gather(*tasks, return_exceptions=True)
            # Their callbacks may not have run: since Python 3.12, the wait for tasks that are done
            # does not let the event loop run them.
            self._tasks.difference_update(tasks)

    def start(self, work: Callable[[], Awaitable[None]]) -> None:
        """Begin a piece of work when fewer than `count` are under way."""
        task = asyncio.ensure_future(self._do(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, work: Callable[[], Awaitable[None]]) -> None:
        async with self._free:
            await work()
