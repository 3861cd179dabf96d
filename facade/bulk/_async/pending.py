"""The jobs of a run whose outcomes are not yielded yet, in the order of the pairs."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from facade.bulk._async.jobs import AsyncPairJob
from facade.bulk.outcomes import Outcome
from facade.bulk.tasks import async_finished, async_result_of, async_unfinished

if TYPE_CHECKING:
    from facade.bulk._async.jobs import AsyncPairJobs
    from facade.bulk.listings import Listing
    from facade.bulk.outcomes import Pair
    from facade.bulk.tasks import AsyncJob, AsyncLock


class AsyncPending:
    """A queue of jobs; the last pairs in it may wait for others to be sent together with."""

    def __init__(self, jobs: AsyncPairJobs) -> None:
        self._jobs = jobs
        self._queue: deque[AsyncJob[Outcome | None]] = deque()
        self._together: list[AsyncPairJob] = []

    def add(
        self,
        index: int,
        pair: Pair,
        ids: tuple[str, str] | None,
        shared: Listing[AsyncLock] | None,
    ) -> None:
        """Start a job for a pair, or have it wait for others; `ids` is None where it is none."""
        if ids is None or self._jobs.most_together < 2:
            self._queue.append(self._jobs.start(index, pair, shared))
            return
        self._together.append(AsyncPairJob(index, ids, shared, async_unfinished(Outcome)))
        self._queue.append(self._together[-1].job)
        if len(self._together) >= self._jobs.most_together:
            self.flush()

    def add_finished(self, outcome: Outcome) -> None:
        """Add an outcome that is known."""
        self._queue.append(async_finished(outcome))

    def flush(self) -> None:
        """Have no pair wait for others any more."""
        if self._together:
            self._jobs.start_batch(self._together)
            self._together = []

    def is_ready(self, window: int) -> bool:
        """Return whether the first job is done, or so many are pending that it is waited for."""
        return bool(self._queue) and (len(self._queue) >= window or self._queue[0].done())

    def __len__(self) -> int:
        return len(self._queue)

    async def take(self) -> Outcome | None:
        """Wait for the first job; None if its pair was not started."""
        job = self._queue.popleft()
        if self._together and job is self._together[0].job:
            self.flush()
        return await async_result_of(job)
