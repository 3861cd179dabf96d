"""The primitives that differ between blocking and async code."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest

from facade._core.concurrency import async_ends_within, async_run_blocking, ends_within
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


def tell_twice(callback: Callable[..., None]) -> None:
    for _ in range(2):
        callback(None)


def tell_in_a_thread(callback: Callable[..., None]) -> None:
    threading.Thread(target=tell_twice, args=(callback,)).start()


@pytest.mark.parametrize("seconds", [None, 60, 1e9])
@pytest.mark.parametrize("tell", [tell_twice, tell_in_a_thread])
def test_a_wait_ends_when_its_callback_is_called(
    tell: Callable[..., None], seconds: float | None
) -> None:
    assert ends_within(tell, seconds)
    assert asyncio.run(async_ends_within(tell, seconds))


def test_a_wait_that_nobody_ends_ends_in_time_and_a_late_callback_is_ignored() -> None:
    callbacks: list[Callable[..., None]] = []
    assert not ends_within(callbacks.append, 0.001)
    assert not asyncio.run(async_ends_within(callbacks.append, 0.001))
    for callback in callbacks:  # the loop is closed by now
        callback()


def test_a_timeout_of_the_caller_around_a_wait_is_the_caller_s() -> None:
    async def main() -> None:
        async with asyncio.timeout(0.001):
            await async_ends_within(lambda callback: None, 60)

    with pytest.raises(TimeoutError):
        asyncio.run(main())
