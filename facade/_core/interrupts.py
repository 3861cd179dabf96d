"""Exceptions that a signal handler of the app raised, such as the TimeoutError of its alarm.

Python raises them wherever the main thread happens to be. Code that handles the failures of its own
work must let them pass: they are no failure of that work.
"""

from __future__ import annotations

import signal
import threading
from functools import partial
from types import CodeType


def interrupt_in(error: BaseException, before: BaseException | None) -> BaseException | None:
    """Return what a signal handler raised, the error or one that led to it; None if none did.

    `before` is the exception that was being handled when the failed work began: it is in the chain
    of the error, too, but it interrupted other work.
    """
    if threading.current_thread() is not threading.main_thread():
        return None  # Python runs signal handlers in the main thread
    handlers = _handlers()
    found: BaseException | None = error
    while found is not None and found is not before:
        below = found.__traceback__
        while below is not None:
            if below.tb_frame.f_code in handlers:
                return found
            below = below.tb_next
        found = found.__context__ or found.__cause__
    return None


def _handlers() -> set[CodeType]:
    codes: set[CodeType] = set()
    for number in signal.valid_signals():
        handler: object = signal.getsignal(number)
        while isinstance(handler, partial):
            handler = handler.func
        for function in (handler, getattr(type(handler), "__call__", None)):  # noqa: B004
            code = getattr(getattr(function, "__func__", function), "__code__", None)
            if isinstance(code, CodeType):
                codes.add(code)
    return codes
