"""The primitives that differ between blocking and async code."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from math import inf
from typing import Any

import pytest

from facade import AuthenticationError
from facade._core import concurrency
from facade._core.concurrency import (
    Jobs,
    Pending,
    async_ends_within,
    async_run_blocking,
    ends_within,
)
from tests.facade import interrupting
from tests.facade.driving import run_program

BLOCKING_APP = """
import sys
from facade import AssociationsClient, AssociationsError
with AssociationsClient("pit-t", "loc", base_url="http://127.0.0.1:9", retries=0) as client:
    for call in (client.associations.list, lambda: client.relations.list("r")):
        try:
            call()
        except AssociationsError as error:
            print(type(error).__name__)
print([name for name in sys.modules if name == "asyncio" or name.startswith("facade._async")])
"""


def test_a_blocking_app_loads_neither_asyncio_nor_async_code() -> None:
    assert run_program(BLOCKING_APP) == ["ConnectFailedError", "ConnectFailedError", "[]"]


def test_the_result_of_work_whose_caller_was_cancelled_is_undone_when_it_comes() -> None:
    begun, may_end = threading.Event(), threading.Event()
    undone = queue.SimpleQueue[str]()

    def work() -> str:
        begun.set()
        assert may_end.wait(60)
        return "result"

    async def main() -> None:
        call = asyncio.ensure_future(async_run_blocking(work, undone.put))
        while not begun.is_set():
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(main())
    assert undone.empty()
    may_end.set()
    assert undone.get(timeout=60) == "result"


def test_a_result_that_came_before_its_caller_was_cancelled_is_undone_in_a_thread() -> None:
    undone = queue.SimpleQueue[tuple[str, bool]]()
    here = threading.get_ident()

    def undo(result: str) -> None:
        undone.put((result, threading.get_ident() == here))

    async def main() -> None:
        loop: Any = asyncio.get_running_loop()
        has_come, tell = threading.Event(), loop.call_soon_threadsafe

        def note(*args: Any, **options: Any) -> Any:
            has_come.set()
            return tell(*args, **options)

        loop.call_soon_threadsafe = note
        call = asyncio.ensure_future(async_run_blocking(lambda: "result", undo))
        await asyncio.sleep(0)
        assert has_come.wait(60)  # the loop, which waits here, has not seen it yet
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(main())
    assert undone.get(timeout=60) == ("result", False)


def test_work_in_a_thread_has_the_context_of_its_caller() -> None:
    span = ContextVar("span", default="none")

    async def main() -> str:
        span.set("of the caller")
        return await async_run_blocking(span.get)

    assert asyncio.run(main()) == "of the caller"


@pytest.mark.parametrize("seconds", [inf, 60, 1e9])
def test_a_wait_ends_with_what_is_pending_before_it_or_later(seconds: float) -> None:
    for set_result in (True, False):
        pending = Pending[str]()
        setting = threading.Thread(target=pending.set_result, args=("set",))
        if set_result:
            setting.run()
        else:
            setting.start()
        assert ends_within(pending, seconds)
        assert asyncio.run(async_ends_within(pending, seconds))
        assert pending.result == "set"


def test_a_wait_that_nothing_ends_ends_in_time_and_a_late_result_is_ignored() -> None:
    pending = Pending[str]()
    for seconds in (-1.0, 0.001):
        assert not ends_within(pending, seconds)
        assert not asyncio.run(async_ends_within(pending, seconds))
    assert pending.set_result("late")  # the loops are closed by now


def test_a_timeout_of_the_caller_around_a_wait_is_the_caller_s() -> None:
    async def main() -> None:
        async with asyncio.timeout(0.001):
            await async_ends_within(Pending[str](), 60)

    with pytest.raises(TimeoutError):
        asyncio.run(main())


def test_who_waits_and_is_interrupted_anywhere_blocks_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # In the standard library, too: some of its locks are written in Python, and stay locked.
    monkeypatch.setattr(interrupting, "_is_ours", lambda frame: True)
    waiting = list[Pending[str]]()

    def make() -> Callable[[], object]:
        pending = Pending[str]()
        waiting.append(pending)
        return lambda: ends_within(pending, 0.0) or pending.cancel()

    def check(outcome: object) -> None:
        setting = threading.Thread(target=waiting[-1].set_result, args=("late",), daemon=True)
        setting.start()
        setting.join(10)
        assert not setting.is_alive()

    assert interrupting.sweep(make, check) >= 5


def test_a_result_that_is_pending_comes_or_is_cancelled_but_not_both() -> None:
    kept, cancelled = Pending[str](), Pending[str]()
    assert kept.set_result("kept")
    assert not kept.cancel()
    assert kept.result == "kept"
    assert cancelled.cancel()
    assert not cancelled.set_result("late")


def test_a_job_whose_start_was_interrupted_is_started_by_the_next_who_wants_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(work: object) -> None:
        raise KeyboardInterrupt

    jobs = Jobs()
    with monkeypatch.context() as patched:
        patched.setattr(concurrency, "start_thread", interrupted)
        with pytest.raises(KeyboardInterrupt):
            jobs.start("location", lambda: None)
    assert ends_within(jobs.start("location", lambda: None), 60)


def test_those_who_want_the_same_share_one_job() -> None:
    jobs, may_end, runs = Jobs(), threading.Event(), []

    def work() -> None:
        runs.append(1)
        assert may_end.wait(60)

    waiting = [jobs.start("location", work) for _ in range(50)]
    may_end.set()
    assert all(ends_within(one, 60) for one in waiting)
    assert len(runs) == 1


def test_a_job_that_blocks_delays_no_other() -> None:
    jobs, never = Jobs(), threading.Event()
    jobs.start("silent", lambda: never.wait(60))
    assert ends_within(jobs.start("another", lambda: None), 60)
    never.set()


def test_a_failure_is_raised_by_each_who_waits() -> None:
    jobs, may_end = Jobs(), threading.Event()

    def work() -> None:
        assert may_end.wait(60)
        raise AuthenticationError("no", status_code=401)

    waiting = [jobs.start("location", work) for _ in range(3)]
    may_end.set()
    errors: list[BaseException] = []
    for one in waiting:
        assert ends_within(one, 60)
        with pytest.raises(AuthenticationError) as raised:
            one.raise_for_failure()
        errors.append(raised.value)
    assert len({id(error) for error in errors}) == 3


def test_work_that_has_ended_is_done_anew_for_the_next_who_wants_it() -> None:
    jobs, runs = Jobs(), list[int]()
    for number in range(2):
        assert ends_within(jobs.start("location", partial(runs.append, number)), 60)
    assert runs == [0, 1]


ENDLESS = """
import threading
from facade._core.concurrency import Jobs
Jobs().start("silent", threading.Event().wait)
print("ended")
"""


def test_a_program_ends_while_a_job_does_not() -> None:
    assert run_program(ENDLESS) == ["ended"]
