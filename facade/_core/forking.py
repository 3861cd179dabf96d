"""Resets what a forked process must not inherit: connections, and locks that threads held."""

import os
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

_forkables: WeakSet[Any] = WeakSet()
reset_after_fork = _forkables.add  # an object with a method `after_fork`


def _reset() -> None:
    for one in list(_forkables):
        one.after_fork()


def call_after_fork(function: Callable[[], object]) -> None:
    if hasattr(os, "register_at_fork"):  # Windows cannot fork
        os.register_at_fork(after_in_child=function)


call_after_fork(_reset)


class LockHolder:
    """Holds a lock, which is free in a forked process even if a thread of the parent held it.

    It is used as in `with holder.lock:`, whose `__enter__` is written in C. Within one in Python,
    an error of a signal handler would leave the lock locked.
    """

    def __init__(self) -> None:
        self.after_fork()
        reset_after_fork(self)

    def after_fork(self) -> None:
        self.lock = threading.Lock()
