"""Jobs that may block for long: one thread for each, and one job at a time for each key."""

from __future__ import annotations

import threading
from copy import copy
from typing import TYPE_CHECKING

from facade._core.forking import reset_after_fork
from facade.errors import AssociationsError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from concurrent.futures import Future


class Jobs:
    """The jobs of a client; callers with the same key wait for the same job."""

    def __init__(self) -> None:
        self.after_fork()
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Discard the jobs, whose threads are not in this process."""
        self._lock = threading.Lock()
        self._running: dict[Hashable, tuple[threading.Thread, list[Future[None]]]] = {}

    def start(self, key: Hashable, work: Callable[[], object]) -> Future[None]:
        """Start a job, or join the running job of the same key; its result is discarded."""
        from concurrent.futures import Future  # here, because a static token needs no job

        done: Future[None] = Future()
        with self._lock:
            running = self._running.get(key)
            waiting = running[1] if running else []
            waiting.append(done)
            # An interrupt may have come before the thread started.
            if running is None or not running[0].is_alive():
                thread = threading.Thread(target=self._run, args=(key, work), daemon=True)
                thread.name = "facade-job"
                self._running[key] = thread, waiting
                thread.start()
        return done

    def _run(self, key: Hashable, work: Callable[[], object]) -> None:
        failure: BaseException | None = None
        try:
            work()
        except BaseException as error:  # every waiting caller must get it
            failure = error
        with self._lock:
            running = self._running.pop(key, None)
        for done in running[1] if running else ():
            if not done.set_running_or_notify_cancel():
                continue  # its caller was cancelled
            if failure is None:
                done.set_result(None)
            else:  # a copy for each caller, because raising an error extends its traceback
                is_copyable = isinstance(failure, AssociationsError)
                done.set_exception(copy(failure) if is_copyable else failure)
