"""The pending jobs of a run, in the order of the pairs."""

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
    """A queue of jobs; its last pairs may wait for more pairs to fill a batch."""

    def __init__(self, jobs: AsyncPairJobs) -> None:
        self._jobs = jobs
        self._queue: deque[AsyncJob[Outcome | None]] = deque()
        self._batch: list[AsyncPairJob] = []

    def add(
        self,
        index: int,
        pair: Pair,
        ids: tuple[str, str] | None,
        shared: Listing[AsyncLock] | None,
    ) -> None:
        """Start a job for a pair, or add it to a batch; `ids` is None if the pair is invalid."""
        if ids is None or self._jobs.batch_size < 2:
            self._queue.append(self._jobs.start(index, pair, shared))
            return
        self._batch.append(AsyncPairJob(index, ids, shared, async_unfinished(Outcome)))
        self._queue.append(self._batch[-1].job)
        if len(self._batch) >= self._jobs.batch_size:
            self.flush()

    def add_finished(self, outcome: Outcome) -> None:
        """Add a known outcome."""
        self._queue.append(async_finished(outcome))

    def flush(self) -> None:
        """Start a job for an incomplete batch."""
        if self._batch:
            self._jobs.start_batch(self._batch)
            self._batch = []

    def is_ready(self, window: int) -> bool:
        """Return whether to take the first job: it is done, or `window` jobs are pending."""
        return bool(self._queue) and (len(self._queue) >= window or self._queue[0].done())

    def __len__(self) -> int:
        return len(self._queue)

    async def take(self) -> Outcome | None:
        """Wait for the first job; None if its pair was not started."""
        job = self._queue.popleft()
        if self._batch and job is self._batch[0].job:
            self.flush()
        return await async_result_of(job)
