"""The primitives that differ between blocking and async code, written by hand for both."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from facade._core.forking import reset_after_fork

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

P = ParamSpec("P")
Result = TypeVar("Result")

Function = Callable[P, Result]
AsyncFunction = Callable[P, Awaitable[Result]]
Callback = Callable[..., None]

sleep = time.sleep


async def async_sleep(seconds: float) -> None:
    """Sleep; asyncio is imported here, because blocking apps should not wait for its import."""
    import asyncio

    await asyncio.sleep(seconds)


def run_blocking(
    work: Callable[[], Result], undo: Callable[[Result], object] | None = None
) -> Result:
    """Do work that may block, in this thread."""
    return work()


async def async_run_blocking(
    work: Callable[[], Result], undo: Callable[[Result], object] | None = None
) -> Result:
    """Do work that may block in a thread, so that the event loop is not blocked.

    If the caller is cancelled meanwhile, `undo` is called with the result.
    """
    import asyncio

    job = _threads.submit(copy_context().run, work)
    try:
        return await asyncio.wrap_future(job)
    except asyncio.CancelledError:
        if undo is not None:
            if job.done():
                _threads.submit(_undo, job, undo)
            else:  # in the thread of the job, because all other threads may be busy
                job.add_done_callback(lambda job: _undo(job, undo))
        raise


def _undo(job: Future[Result], undo: Callable[[Result], object]) -> None:
    if not job.cancelled() and job.exception() is None:
        undo(job.result())


def ends_within(call_when_ended: Callable[[Callback], object], seconds: float | None) -> bool:
    """Wait until a function is called that `call_when_ended` gets; False if it is not in time.

    Not by the waits of concurrent.futures and threading, which are written in Python: an interrupt
    within them becomes a RuntimeError, or leaves a lock locked.
    """
    ended = threading.Lock()
    ended.acquire()

    def end(*_: object) -> None:
        with suppress(RuntimeError):  # called twice
            ended.release()

    call_when_ended(end)
    return ended.acquire(timeout=-1 if seconds is None else min(seconds, threading.TIMEOUT_MAX))


async def async_ends_within(
    call_when_ended: Callable[[Callback], object], seconds: float | None
) -> bool:
    """Wait until a function is called that `call_when_ended` gets; False if it is not in time."""
    import asyncio

    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def end() -> None:
        if not ended.done():
            ended.set_result(None)

    def wake(*_: object) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(end)

    call_when_ended(wake)
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            await ended
    except TimeoutError:
        if not limit.expired():
            raise
    return ended.done() and not ended.cancelled()


class _Threads:
    """A thread pool for blocking work of async clients, separate from that of the event loop."""

    def __init__(self) -> None:
        self._executor: ThreadPoolExecutor | None = None
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Discard the threads, which are not in this process."""
        self._executor = None

    def submit(
        self, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs
    ) -> Future[Result]:
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(32, thread_name_prefix="facade")
        return self._executor.submit(work, *args, **kwargs)


_threads = _Threads()
