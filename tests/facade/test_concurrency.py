"""The primitives that differ between blocking and async code."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from math import inf
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from facade import AuthenticationError
from facade._core import concurrency
from facade._core.concurrency import (
    Job,
    Jobs,
    Pending,
    async_ends_within,
    async_run_blocking,
    async_sleep,
    ends_within,
    run_blocking,
)
from tests.facade import interrupting
from tests.facade.driving import Clock, run_program


def test_a_program_ends_while_a_job_does_not() -> None:
    imports = "import threading; from facade._core.concurrency import Jobs"
    assert run_program(f"{imports}; Jobs().start('silent', threading.Event().wait)") == []


@pytest.mark.parametrize("is_done_first", [False, True])
def test_the_result_of_a_cancelled_caller_is_undone_in_a_thread(is_done_first: bool) -> None:
    undone = queue.SimpleQueue[tuple[str, bool]]()
    begun, may_end = threading.Event(), threading.Event()
    here = threading.get_ident()

    def work() -> str:
        begun.set()
        assert is_done_first or may_end.wait(60)
        return "result"

    def undo(result: str) -> None:
        undone.put((result, threading.get_ident() == here))

    async def main() -> None:
        loop: Any = asyncio.get_running_loop()
        loop.call_soon_threadsafe = tell = Mock(side_effect=loop.call_soon_threadsafe)
        call = asyncio.ensure_future(async_run_blocking(work, undo))
        await asyncio.sleep(0)
        # The loop, which waits here, does not see a result.
        assert begun.wait(60)
        while is_done_first and not tell.called:
            time.sleep(0.001)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(main())
    assert is_done_first or undone.empty()
    may_end.set()
    assert undone.get(timeout=60) == ("result", False)


def test_work_in_a_thread_has_the_context_of_its_caller() -> None:
    span = ContextVar("span", default="none")

    async def main() -> str:
        span.set("of the caller")
        return await async_run_blocking(span.get)

    assert asyncio.run(main()) == "of the caller"
    assert run_blocking(lambda: "result") == "result"


@pytest.mark.parametrize("seconds", [inf, 60, 1e9])
def test_a_wait_ends_with_what_is_pending_before_it_or_later(seconds: float) -> None:
    for is_set_before in (True, False):
        pending = Pending[str]()
        setting = threading.Thread(target=pending.set_result, args=("set",))
        setting.start()
        if is_set_before:
            setting.join()
        assert ends_within(pending, seconds)
        assert asyncio.run(async_ends_within(pending, seconds))
        assert pending.result == "set"


def test_an_async_wait_lasts_until_its_end() -> None:
    async def main() -> bool:
        pending = Pending[str]()
        asyncio.get_running_loop().call_later(0.01, pending.set_result, "late")
        return await async_ends_within(pending, 60)

    assert asyncio.run(main())


def test_a_wait_that_nothing_ends_ends_in_time_and_a_late_result_is_ignored() -> None:
    pending = Pending[str]()
    for seconds in (-1.0, 0.001):
        assert not ends_within(pending, seconds)
        assert not asyncio.run(async_ends_within(pending, seconds))
    assert pending.set_result("late")  # the loops are closed by now


def test_a_result_that_is_pending_comes_or_is_cancelled_but_not_both() -> None:
    kept, cancelled = Pending[str](), Pending[str]()
    assert kept.is_open
    assert (kept.set_result("kept"), kept.cancel(), kept.result) == (True, False, "kept")
    assert not kept.is_open
    assert (cancelled.cancel(), cancelled.set_result("late")) == (True, False)


def test_an_interrupted_wait_blocks_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    # In the standard library, too: some of its locks are written in Python, and stay locked.
    monkeypatch.setattr(interrupting, "_is_ours", lambda frame: True)
    waiting = list[Pending[str]]()

    def make() -> Callable[[], object]:
        waiting.append(Pending[str]())
        return lambda: ends_within(waiting[-1], 0.0) or waiting[-1].cancel()

    def check(outcome: object) -> None:
        setting = threading.Thread(target=waiting[-1].set_result, args=("late",), daemon=True)
        setting.start()
        setting.join(10)
        assert not setting.is_alive()

    assert interrupting.sweep(make, check) >= 5


def test_an_async_wait_is_that_of_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "sleep", sleep := AsyncMock())
    asyncio.run(async_sleep(7.5))
    sleep.assert_awaited_once_with(7.5)


def test_those_who_want_the_same_share_one_job_while_it_runs_and_each_its_failure() -> None:
    jobs, may_end, runs = Jobs(), threading.Event(), list[int]()

    def work() -> None:
        runs.append(1)
        assert may_end.wait(60)
        raise AuthenticationError("no", status_code=401)

    def failure_of(job: Job) -> BaseException:
        with pytest.raises(AuthenticationError) as raised:
            job.raise_for_failure()
        return raised.value

    waiting = [jobs.start("location", work) for _ in range(50)]
    assert ends_within(jobs.start("another", lambda: None), 60)  # which no other delays
    may_end.set()
    assert all(ends_within(one, 60) for one in waiting)
    assert len(runs) == 1
    assert failure_of(waiting[0]) is not failure_of(waiting[1])  # a traceback for each
    assert ends_within(jobs.start("location", work), 60)
    assert len(runs) == 2
    jobs._running["location"] = waiting[0]  # as between its end and when it is forgotten
    assert jobs.start("location", work) is not waiting[0]
    failing = jobs.start("fails", lambda: 1 / 0)
    assert ends_within(failing, 60)
    with pytest.raises(ZeroDivisionError):
        failing.raise_for_failure()


def test_the_end_of_a_process_names_late_jobs_and_waits_for_them_only_once() -> None:
    jobs, may_end = Jobs(), threading.Event()
    jobs.start("silent", partial(may_end.wait, 60))
    jobs.start("quick", lambda: None)
    assert (jobs.end_within(0.5), jobs.end_within(60)) == (["silent"], [])
    may_end.set()


def test_a_job_may_start_after_an_interrupted_start(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = Jobs()

    def interrupt(work: object) -> None:
        assert jobs._lock.locked()  # nobody starts another one
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(concurrency, "start_thread", interrupt)
        with pytest.raises(KeyboardInterrupt):
            jobs.start("location", lambda: None)
    assert ends_within(jobs.start("location", lambda: None), 60)


def test_a_wait_that_ctrl_c_may_not_end_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    waits, clock = list[float](), Clock()

    class Lock:
        def acquire(self, timeout: float = -1) -> bool:
            waits.append(timeout)
            clock.now += timeout
            return False

    pending = Pending[None]()
    monkeypatch.setattr(concurrency, "threading", SimpleNamespace(Lock=Lock))
    monkeypatch.setattr(concurrency, "time", SimpleNamespace(monotonic=clock))
    assert not ends_within(pending, 2.5)
    assert waits == [-1, 1.0, 1.0, 0.5]  # the first acquires it
