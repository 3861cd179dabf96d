"""Interrupts a piece of work at each place where Python would run a signal handler.

These are the start of a function and the end of each call of a function written in C (and loops,
which call something). Elsewhere, such as between `__enter__` and the block of a `with`, Python runs
none: an error that a trace function raises there would never be seen.
"""

import gc
import inspect
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Self

import facade

FACADE = str(Path(facade.__file__).parent)
_RESUMED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_SEAMS = ("contextlib.py", "threading.py", "concurrent/futures/thread.py", "queue.py")
_LOCK = type(threading.Lock())


def _is_ours(frame: FrameType) -> bool:
    """Return whether a frame is of the facade, but not of its sandbox, or of Python for it."""
    of: FrameType | None = frame
    while of is not None and of.f_code.co_filename.endswith(_SEAMS):
        of = of.f_back
    code = "" if of is None else of.f_code.co_filename
    return code.startswith(FACADE) and "/testing/" not in code


def _interrupt(work: Callable[[], object], at: int) -> tuple[object, str]:
    """Interrupt work at the `at`-th place in the facade, or in Python's threads for it.

    Return its result, or the error that it raised, and the place; an empty one if it ended before.
    """
    left, place = at, ""

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left, place
        if event not in ("call", "c_return") or not _is_ours(frame):
            return
        if event == "call" and frame.f_code.co_flags & _RESUMED:
            return  # perhaps resumed within a `try`, which a profile function would bypass
        if frame.f_code.co_name == "__del__":
            return  # Python ignores its errors
        left -= 1
        if left == 0:
            name = getattr(argument, "__qualname__", "start")
            place = f"{frame.f_code.co_filename}:{frame.f_lineno} {name}"
            raise KeyboardInterrupt

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        return work(), place
    except BaseException as error:
        return error, place
    finally:
        sys.setprofile(before)


def sweep(
    make: Callable[[], Callable[[], object]],
    check: Callable[[KeyboardInterrupt], object],
    *owners: object,
) -> int:
    """Interrupt what `make` makes at each place, and check; return how many places there were.

    No owner may hold a lock then. `check` gets the error that the work raised. It still has its
    traceback, and so keeps alive what the interrupted functions refer to, as in an `except` block.
    """
    places = 0
    while True:
        outcome, place = _interrupt(make(), places + 1)
        if not place:
            if isinstance(outcome, BaseException):
                raise outcome
            return places
        places += 1
        try:
            assert isinstance(outcome, KeyboardInterrupt)
            assert still_locked(*owners) == []
            check(outcome)
        except BaseException as failure:
            failure.add_note(f"interrupted at {place}")
            raise


def still_locked(*owners: object) -> list[str]:
    """Return where a lock stays held; a thread that renews a token holds locks while it works."""
    end = time.monotonic() + 20
    while (held := locked(*owners)) and time.monotonic() < end:
        time.sleep(0.001)
    return held


def locked(*owners: object) -> list[str]:
    """Return of what a lock is held among all that the owners refer to, within the facade."""
    found: list[str] = []
    seen: set[int] = set()
    left: list[tuple[str, object]] = [(type(owner).__name__, owner) for owner in owners]
    while left:
        name, one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, _LOCK):
            found += [name] if one.locked() else []
        elif type(one).__module__.startswith("facade"):
            left += [(type(one).__name__, each) for each in gc.get_referents(one)]
        elif isinstance(one, dict | list | tuple | set | frozenset):
            left += [(name, each) for each in gc.get_referents(one)]
    gc.collect(0)
    return found


class Alarm:
    """A handler of SIGALRM that raises an error of the app, once; a call sends the signal."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.is_over = threading.Event()

    def handler(self, number: int, frame: FrameType | None) -> None:
        if not self.is_over.is_set():
            self.is_over.set()
            raise self.error

    def __call__(self, *_: object) -> Any:
        signal.raise_signal(signal.SIGALRM)

    def send(self) -> None:
        """Send the signal to the main thread until it raises the error, from another thread.

        A signal between the last instruction of Python and a system call does not interrupt it.
        """
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)
        while not self.is_over.wait(0.05):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGALRM, self.handler)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)
