"""A forked process has free locks and threads of its own, and its parent keeps its."""

import pytest

from tests.facade.driving import run_program

# A program prints whether a function returned True in a forked process, then in its parent.
PRELUDE = """
import asyncio, os, signal, threading
from facade._core.forking import LockHolder

def in_child(work):
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # ends a child that a defect would let wait for ever
        os._exit(0 if work() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

def run(work):
    print(in_child(work), work())

here, may_end = os.getpid(), threading.Event()
"""
LOCK = """
holder, other, held = LockHolder(), LockHolder(), threading.Event()

def hold():
    with holder.lock, other.lock:
        held.set()
        may_end.wait()

def work():
    may_end.set()  # for the parent
    thread.join(60)
    for _ in range(2):
        with holder.lock, other.lock:
            pass
    return os.getpid() == here or in_child(other.lock.acquire)

thread = threading.Thread(target=hold)
thread.start()
held.wait()
"""
THREADS = """
from facade._core.concurrency import Jobs, async_run_blocking, ends_within

jobs = Jobs()
jobs.start("location", may_end.wait)

def work():
    may_end.set()  # for the parent
    has_job = ends_within(jobs.start("location", lambda: None), 50)
    return has_job and asyncio.run(async_run_blocking(os.getpid)) == os.getpid()

asyncio.run(async_run_blocking(os.getpid))
"""


@pytest.mark.parametrize("program", [LOCK, THREADS])
def test_a_forked_process_has_its_own_and_its_parent_keeps_its_own(program: str) -> None:
    code = f"{PRELUDE}{program}run(work)\n"
    assert run_program(code, "-W", "ignore::DeprecationWarning") == ["True True"]
