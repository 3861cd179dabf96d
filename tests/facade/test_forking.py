"""A forked process has free locks, and resets its objects."""

from tests.facade.driving import run_program

# The alarm ends a child that a defect would let wait for ever.
LOCKED = """
import os, signal, threading
from facade._core.forking import LockHolder

holder, held = LockHolder(), threading.Event()

def hold():
    with holder.lock:
        held.set()
        threading.Event().wait()

threading.Thread(target=hold, daemon=True).start()
held.wait()
child = os.fork()
if child == 0:
    signal.alarm(60)
    for _ in range(2):
        with holder.lock:
            pass
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_lock_that_a_thread_of_the_parent_holds_is_free_in_a_forked_process() -> None:
    assert run_program(LOCKED, "-W", "ignore::DeprecationWarning") == ["0"]


MADE_ANEW = """
import os
from facade._core.forking import reset_after_fork

class Counted:
    forks = 0

    def after_fork(self):
        self.forks += 1

def run_in_child(work):
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0

def say(who):
    os.write(1, f"{who} {one.forks} {other.forks}\\n".encode())

def work():
    say("child")
    run_in_child(lambda: say("grandchild"))

one, other = Counted(), Counted()
for each in (one, other):
    reset_after_fork(each)
run_in_child(work)
say("parent")
"""


def test_each_forked_process_makes_them_anew_and_its_parent_does_not() -> None:
    assert run_program(MADE_ANEW) == ["child 1 1", "grandchild 2 2", "parent 0 0"]


FORGOTTEN = """
import weakref
from facade._core.forking import LockHolder

holder = weakref.ref(LockHolder())
print(holder())
"""


def test_what_is_to_be_made_anew_is_not_kept_alive_for_it() -> None:
    assert run_program(FORGOTTEN) == ["None"]


INTERRUPTED = """
from facade._core.forking import LockHolder

holder = LockHolder()
for _ in range(2):
    try:
        with holder.lock:
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        print("released")
"""


def test_a_lock_is_free_after_a_block_that_failed() -> None:
    assert run_program(INTERRUPTED) == ["released", "released"]
