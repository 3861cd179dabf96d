"""Jobs that may block for long: one thread for each, and one job at a time for each key."""

from __future__ import annotations

import threading
from copy import copy
from typing import TYPE_CHECKING

from facade._core.forking import reset_after_fork
from facade.errors import AssociationsError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


class Job:
    """A job in its thread.

    Not a Future of concurrent.futures, whose lock is acquired in Python: an interrupt of a caller
    may leave it locked, and then the thread that sets the result waits for ever.
    """

    def __init__(self) -> None:
        self.has_ended = False
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[], object]] = []

    def call_when_ended(self, callback: Callable[[], object]) -> None:
        """Call a function when the job ends, or now; perhaps twice."""
        self._callbacks.append(callback)
        if self.has_ended:
            callback()

    def run(self, work: Callable[[], object], ended: Callable[[], object]) -> None:
        """Do the work, call `ended`, and wake the callers."""
        try:
            work()
        except BaseException as error:  # every waiting caller must get it
            self._error = error
        ended()
        self.has_ended = True
        for callback in list(self._callbacks):
            callback()

    def raise_for_failure(self) -> None:
        """Raise the error of a job that failed."""
        error = self._error
        if error is not None:  # a copy for each caller, because raising it extends its traceback
            raise copy(error) if isinstance(error, AssociationsError) else error


class Jobs:
    """The jobs of a client; callers with the same key wait for the same job."""

    def __init__(self) -> None:
        self.after_fork()
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Discard the jobs, whose threads are not in this process."""
        self._lock = threading.Lock()
        self._running: dict[Hashable, tuple[threading.Thread, Job]] = {}

    def start(self, key: Hashable, work: Callable[[], object]) -> Job:
        """Start a job, or join the running job of the same key."""
        with self._lock:
            thread, job = self._running.get(key, (None, Job()))
            if thread is None or not thread.is_alive():  # an interrupt may come before it starts
                ended = self._forget_later(key, job)
                thread = threading.Thread(target=job.run, args=(work, ended), daemon=True)
                thread.name = "facade-job"
                self._running[key] = thread, job
                thread.start()
        return job

    def _forget_later(self, key: Hashable, job: Job) -> Callable[[], object]:
        def forget() -> None:
            with self._lock:
                if self._running.get(key, (None, None))[1] is job:
                    del self._running[key]

        return forget
