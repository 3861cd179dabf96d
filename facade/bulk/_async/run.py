"""A run of aensure_many: its pairs, the order of their outcomes, and its end."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Sized
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from facade._core.concurrency import async_run_blocking
from facade.bulk._async.one_by_one import AsyncOneByOne, AsyncPairJob, patient
from facade.bulk.checks import checked_batch, checked_concurrency
from facade.bulk.journal import Journal
from facade.bulk.listings import Listings, count_records
from facade.bulk.outcomes import parsed, progress
from facade.bulk.tasks import AsyncLock, AsyncWorkers, async_each, async_result_of

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

    from facade._async.client import AsyncAssociationsClient
    from facade._core.concurrency import AsyncFunction
    from facade.bulk.outcomes import Ids, Outcome, Pair, Progress
    from facade.bulk.tasks import AsyncItems
    from facade.models import Association

# Pairs for each worker that are read before the first of them has its outcome, so that a slow pair,
# which is retried, does not block the others.
_WINDOW_PER_WORKER = 16


@define(eq=False)
class AsyncRun:
    """The arguments of a run, which aensure_many documents, and how the run ends.

    Any thread may set `is_stopping`.
    """

    client: AsyncAssociationsClient
    pairs: AsyncItems[Pair]
    association: Association | str
    concurrency: int = field(converter=checked_concurrency)
    details: bool
    journal: str | os.PathLike[str] | None
    on_progress: Callable[[Progress], None] | None
    batch: int | None = field(converter=checked_batch)
    is_stopping: bool = field(init=False, default=False)
    _error: BaseException | None = field(init=False, default=None)
    _journal: Journal | None = field(init=False, default=None)
    _workers: AsyncWorkers = field(init=False)
    _strategy: AsyncOneByOne = field(init=False)

    def __attrs_post_init__(self) -> None:
        if self.details and self.batch is not None:
            raise ValueError(
                "details needs the relation of each pair, which the response to a batch does not "
                "contain: omit details or batch"
            )

    async def outcomes(self) -> AsyncGenerator[Outcome, None]:
        """Do the work, and yield the outcomes."""
        association = self.association
        if isinstance(association, str):
            association = await self.client.associations.get_by_key(association)
        if self.journal is not None:
            open_journal = partial(Journal, self.journal, association.id, self.client.location_id)
            self._journal = await async_run_blocking(open_journal)
        total = len(self.pairs) if isinstance(self.pairs, Sized) else None
        counts, started = Counter[str](), time.monotonic()
        try:
            async with AsyncWorkers(self.concurrency) as self._workers:
                try:
                    async for outcome in self._in_order(association):
                        counts[outcome.status] += 1
                        counts["resumed"] += outcome.resumed
                        if self.on_progress:
                            seconds = time.monotonic() - started
                            self.on_progress(progress(counts, total, seconds))
                        yield outcome
                finally:  # also when the generator is closed, and on Ctrl-C
                    self.is_stopping = True
        finally:
            if self._journal is not None:
                await async_run_blocking(self._journal.close)
        if self._error is not None:
            raise self._error

    async def _in_order(self, association: Association) -> AsyncIterator[Outcome]:
        """Yield outcomes in the order of the pairs, with at most one window of pairs pending."""
        found: AsyncItems[Ids | ValueError] = self._read(association)
        counts = expected = None
        if isinstance(self.pairs, list | tuple):
            found, done = [parsed(pair, association) for pair in self.pairs], self._journal or ()
            unsent = [ids for ids in found if isinstance(ids, tuple) and ids not in done]
            counts, expected = count_records(unsent), len(unsent)
        listings = Listings(AsyncLock, counts)
        self._strategy = strategy_for(
            self.client,
            association,
            self._finish,
            lambda: self._workers.start(self._work),
            details=self.details,
            batch=self.batch,
            expected=expected,
        )
        pending: deque[AsyncPairJob] = deque()
        index = 0
        async for ids in async_each(found):
            pending.append(self._begin(index, ids, listings))
            index += 1
            window = self.concurrency * max(_WINDOW_PER_WORKER, self._strategy.size)
            while pending and (len(pending) >= window or pending[0].done.done()):
                outcome = await self._outcome_of(pending.popleft())
                if outcome is not None:
                    yield outcome
            if self.is_stopping:
                break
        while pending:
            outcome = await self._outcome_of(pending.popleft())
            if outcome is not None:
                yield outcome

    async def _read(self, association: Association) -> AsyncIterator[Ids | ValueError]:
        """Yield the pairs; an error of the list ends the run, after the outcomes of these pairs."""
        try:
            async for pair in async_each(self.pairs):
                yield parsed(pair, association)
        except Exception as error:
            self._error = self._error or error

    def _begin(
        self, index: int, ids: Ids | ValueError, listings: Listings[AsyncLock]
    ) -> AsyncPairJob:
        """Return a job for a pair; the strategy gets it unless its outcome is known."""
        if self._journal is not None and isinstance(ids, tuple):
            resumed = self._journal.take(index, ids)
            if resumed is not None:
                job = AsyncPairJob(index, ids)
                job.finish(resumed)
                return job
        job = AsyncPairJob.of(index, ids, listings)
        if job.outcome is None:
            self._strategy.add(job)
        else:
            job.finish(job.outcome)
        return job

    async def _outcome_of(self, job: AsyncPairJob) -> Outcome | None:
        """Wait for the outcome of a pair; None if it was not sent."""
        self._strategy.flush(job)
        return await async_result_of(job.done)

    async def _work(self) -> None:
        """Do a piece of work in a worker; a fatal or unexpected error ends the run."""
        try:
            if not self.is_stopping:
                await self._strategy.work()
        except BaseException as error:  # such as of a token source, a full disk or a defect
            self._fail(error)
        if self.is_stopping:
            for job in self._strategy.drain():
                job.finish(None)

    async def _finish(self, jobs: Sequence[AsyncPairJob]) -> bool:
        """Record the outcomes of pairs; return False if no other pair may be sent."""
        outcomes = [job.outcome for job in jobs if job.outcome]
        if self._journal is not None:
            await async_run_blocking(partial(self._journal.add, *outcomes))
        for job, outcome in zip(jobs, outcomes, strict=True):
            if outcome.is_fatal and outcome.error is not None:
                self._fail(outcome.error)
            job.finish(outcome)
        return not self.is_stopping

    def _fail(self, error: BaseException) -> None:
        self._error = self._error or error
        self.is_stopping = True


def strategy_for(
    client: AsyncAssociationsClient,
    association: Association,
    finish: AsyncFunction[[Sequence[AsyncPairJob]], bool],
    start: Callable[[], None] = lambda: None,
    *,
    details: bool,
    batch: int | None,
    expected: int | None,
) -> AsyncOneByOne:
    """Return the strategy for `batch`, the maximum size of a batch; the others are its fields."""
    if batch is None or batch < 2:
        return AsyncOneByOne(patient(client), association, finish, start, details)
    from facade.bulk._async.in_batches import AsyncInBatches  # few runs need the operation

    return AsyncInBatches(
        patient(client), association, finish, start, details, most=batch, expected=expected
    )
