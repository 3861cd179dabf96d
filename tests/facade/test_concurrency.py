"""The primitives that differ between blocking and async code."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest

from facade._core.concurrency import Jobs, Pending, async_run_blocking, ends_within
from facade.testing import Sandbox
from tests.facade import interrupting
from tests.facade.driving import Clients, run_program

pytestmark = pytest.mark.both

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


class Source:
    """A token source that records the thread that it is called in."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.threads: list[int] = []

    def token(self, location_id: str) -> str:
        self.threads.append(threading.get_ident())
        return self._token

    def renew(self, location_id: str, token: str) -> bool:
        return False


def test_work_that_may_block_leaves_the_event_loop_free(clients: Clients, sandbox: Sandbox) -> None:
    source = Source(sandbox.token)
    client: Any = clients(source, sandbox.location_id, transport=sandbox.transport())
    client.associations.list()
    is_here = source.threads == [threading.get_ident()]
    assert is_here is (clients.mode == "blocking")


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


FORKED = """
import asyncio, os, signal
from facade._core.concurrency import Jobs, Pending, async_run_blocking, ends_within

def works():
    return asyncio.run(async_run_blocking(os.getpid)) == os.getpid()

print(works())
child = os.fork()
if child == 0:
    signal.alarm(60)  # ends a child that a defect would let wait for ever
    os._exit(0 if works() else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_has_threads_of_its_own() -> None:
    assert run_program(FORKED, "-W", "ignore::DeprecationWarning") == ["True", "0"]


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
    def interrupted(thread: threading.Thread) -> None:
        raise KeyboardInterrupt

    jobs = Jobs()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", interrupted)
        with pytest.raises(KeyboardInterrupt):
            jobs.start("location", lambda: None)
    assert ends_within(jobs.start("location", lambda: None), 60)
