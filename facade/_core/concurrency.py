"""Waiting, and work in threads: what differs between blocking and async code, for both."""

from __future__ import annotations

import _thread
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from copy import copy
from functools import cache, partial
from math import inf
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from facade._core.bounds import async_time_limit
from facade._core.forking import call_after_fork, reset_after_fork
from facade.errors import AssociationsError

if TYPE_CHECKING:
    from collections.abc import Hashable
    from concurrent.futures import Future, ThreadPoolExecutor

P = ParamSpec("P")
Result = TypeVar("Result")

Function = Callable[P, Result]
AsyncFunction = Callable[P, Awaitable[Result]]

sleep = time.sleep
# The longest wait for a lock, in seconds. On Windows, Ctrl-C does not end it; elsewhere it does,
# unless it comes just before the wait.
_UNINTERRUPTIBLE = 0.2 if sys.platform == "win32" else 1.0


async def async_sleep(seconds: float) -> None:
    import asyncio  # here, as below, because blocking apps should not wait for its import

    await asyncio.sleep(seconds)


def start_thread(work: Callable[[], object]) -> None:
    """Do work in another thread, which does not keep the process alive.

    Not a Thread: its `start` waits in Python for the new thread, and an interrupt within that wait
    may leave a lock locked which the thread needs. Then the thread hangs, and who waits for it.
    """
    _thread.start_new_thread(work, ())


def run_blocking(work: Callable[[], Result], *_: object) -> Result:
    return work()


run_in_time = run_blocking


async def async_run_blocking(
    work: Callable[[], Result], undo: Callable[[Result], object] = lambda result: None
) -> Result:
    """Do work that may block in a thread, so that the event loop is not blocked.

    If the caller is cancelled meanwhile, `undo` is called with the result.
    """
    import asyncio

    def undo_result(job: Future[Result]) -> None:
        if not job.cancelled() and job.exception() is None:
            undo(job.result())

    job = _threads().submit(copy_context().run, work)
    try:
        return await asyncio.wrap_future(job)
    except asyncio.CancelledError:
        if job.done():
            _threads().submit(undo_result, job)
        else:  # in the thread of the job, because all other threads may be busy
            job.add_done_callback(undo_result)
        raise


async def async_run_in_time(
    work: Callable[[], Result],
    attempts: Any,
    step: str,
    undo: Callable[[Result], object] = lambda result: None,
) -> Result:
    """Do work that may block until the deadline of a call, whose `step` it is."""
    limit = async_time_limit(attempts.deadline.seconds_left)
    try:
        async with limit:
            return await async_run_blocking(work, undo)
    except TimeoutError:
        if not limit.expired():
            raise
        raise attempts.late(step) from None


@cache
def _threads() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(32, thread_name_prefix="facade")


call_after_fork(_threads.cache_clear)  # the threads are not in that process


class Pending(Generic[Result]):
    """A result that comes later, unless it is cancelled before; its end wakes those who wait.

    Not a Future of concurrent.futures, whose lock is acquired in Python: an interrupt of a caller
    may leave it locked, and then the thread that sets the result waits for ever.
    """

    result: Result

    def __init__(self) -> None:
        self.has_ended = False
        self._callbacks: list[Callable[[], object]] = []
        self._decision = threading.Lock()  # acquired once, by a result or by a cancellation

    @property
    def is_open(self) -> bool:
        """Whether there is neither a result nor a cancellation."""
        return not self._decision.locked()

    def cancel(self) -> bool:
        """Refuse a result; return False if there is one already."""
        return self._decision.acquire(blocking=False)

    def set_result(self, result: Result) -> bool:
        """Set the result, and wake those who wait; return False if it was cancelled."""
        self.result = result
        is_set = self._decision.acquire(blocking=False)
        self.has_ended = True
        for callback in list(self._callbacks):
            callback()
        self._callbacks.clear()  # they may refer to this
        return is_set

    def call_when_ended(self, callback: Callable[[], object]) -> None:
        """Call a function at the end, or now; perhaps twice."""
        self._callbacks.append(callback)
        if self.has_ended:
            callback()


def ends_within(pending: Pending[Any], seconds: float) -> bool:
    """Wait until something ends; return whether it does in time.

    Not by the waits of threading, which are written in Python: an interrupt within them becomes a
    RuntimeError, or leaves a lock locked.
    """
    ended = threading.Lock()
    ended.acquire()

    def end() -> None:
        with suppress(RuntimeError):  # called twice
            ended.release()

    pending.call_when_ended(end)
    end_of_wait = time.monotonic() + seconds
    while not ended.acquire(timeout=max(0.0, min(seconds, _UNINTERRUPTIBLE))):
        seconds = end_of_wait - time.monotonic()
        if seconds <= 0:
            return False
    return True


async def async_ends_within(pending: Pending[Any], seconds: float) -> bool:
    import asyncio

    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def end() -> None:
        if not ended.done():
            ended.set_result(None)

    def wake() -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(end)

    pending.call_when_ended(wake)
    await asyncio.wait([ended], timeout=None if seconds == inf else max(0.0, seconds))
    return ended.done()


class Job(Pending[Any]):
    """Work that may block for long, in a thread of its own."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work
        self._error: BaseException | None = None

    def start(self) -> None:
        start_thread(self._run)

    def _run(self) -> None:
        self.result = None
        try:
            self.result = self._work()
        except BaseException as error:  # everyone who waits must get it
            self._error = error
        self.set_result(self.result)

    def raise_for_failure(self) -> None:
        error = self._error
        if isinstance(error, AssociationsError):
            # A copy for each caller, because raising it extends its traceback.
            raise copy(error) from error.__cause__
        if error is not None:
            raise error


class Jobs:
    """The jobs of a client; callers with the same key wait for the same job."""

    def __init__(self) -> None:
        self.after_fork()
        reset_after_fork(self)

    def after_fork(self) -> None:
        # The threads of the jobs are not in this process.
        self._lock = threading.Lock()
        self._running: dict[Hashable, Job] = {}

    def start(self, key: Hashable, work: Callable[[], object]) -> Job:
        """Start a job, or join the running job of the same key."""
        with self._lock:
            job = self._running.get(key)
            if job is None or job.has_ended:
                job = Job(work)
                job.call_when_ended(partial(self._forget, key, job))
                job.start()
                # After the start: an interrupt before it must leave no job that never ends.
                self._running[key] = job
        return job

    def end_within(self, seconds: float) -> list[Hashable]:
        """Wait until the jobs end, as a process does once; forget those that are late."""
        ends = time.monotonic() + seconds
        with self._lock:
            running = list(self._running.items())
        late = [one for one in running if not ends_within(one[1], ends - time.monotonic())]
        for key, job in late:
            self._forget(key, job)
        return [key for key, _ in late]

    def _forget(self, key: Hashable, job: Job) -> None:
        with self._lock:
            if self._running.get(key) is job:
                del self._running[key]
