"""Resets what a forked process must not inherit: connections, and locks that threads held."""

import os
import threading
from typing import Protocol
from weakref import WeakSet


class Forkable(Protocol):
    """An object that is reset in a forked process."""

    def after_fork(self) -> None:
        """Reset the object in the child process, which has only the thread that forked."""
        ...


_forkables: WeakSet[Forkable] = WeakSet()


def reset_after_fork(forkable: Forkable) -> None:
    """Call `after_fork` in each process that is forked from this one."""
    _forkables.add(forkable)


class LockHolder:
    """Holds a lock, which is free in a forked process even if a thread of the parent held it.

    The lock itself is used, as in `with holder.lock:`. Its `__enter__` is written in C, and Python
    runs no signal handler between it and the block. Within an `__enter__` in Python it would, and
    an error of the handler would leave the lock locked.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Replace the lock with a free one."""
        self.lock = threading.Lock()


def _reset() -> None:
    for one in list(_forkables):
        one.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_reset)
