"""A run of aensure_many: its pairs, the order of their outcomes, and its end."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence, Sized
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from attrs import define, field

from facade._async.client import AsyncAssociationsClient
from facade._core.concurrency import async_ends_within, async_run_blocking
from facade.bulk._async.one_by_one import AsyncOneByOne, AsyncPairJob
from facade.bulk.journal import Journal
from facade.bulk.listings import Listings, count_records
from facade.bulk.outcomes import (
    Ids,
    Outcome,
    Pair,
    Progress,
    checked_batch,
    checked_concurrency,
    log_progress,
    parsed,
    progress,
)
from facade.bulk.tasks import AsyncItems, AsyncLock, AsyncWorkers, async_each, async_finish
from facade.models import Association

if TYPE_CHECKING:
    from facade.bulk._async.in_batches import AsyncInBatches

    AsyncStrategy = AsyncOneByOne | AsyncInBatches

# Pairs for each worker that are read before the first of them has its outcome, so that a slow pair,
# which is retried, does not block the others.
_WINDOW_PER_WORKER = 16
_LOG_INTERVAL = 10.0  # seconds


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
    retry_failed: bool
    is_stopping: bool = field(init=False, default=False)
    _error: BaseException | None = field(init=False, default=None)
    _journal: Journal | None = field(init=False, default=None)
    _workers: AsyncWorkers = field(init=False)
    _strategy: AsyncStrategy = field(init=False)

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
            location_id, retry_failed = self.client.location_id, self.retry_failed
            open_journal = partial(
                Journal, self.journal, association.id, location_id, retry_failed=retry_failed
            )
            self._journal = await async_run_blocking(open_journal, Journal.close)
        total = len(self.pairs) if isinstance(self.pairs, Sized) else None
        counts, started = Counter[str](), time.monotonic()
        next_log = _LOG_INTERVAL
        try:
            async with AsyncWorkers(self.concurrency) as self._workers:
                try:
                    async for outcome in self._in_order(association):
                        counts[outcome.status] += 1
                        seconds = time.monotonic() - started
                        if seconds >= next_log:
                            next_log = seconds + _LOG_INTERVAL
                            log_progress(association, counts, total, seconds)
                        if self.on_progress:
                            self.on_progress(progress(counts, total, seconds))
                        yield outcome
                    if self._journal is not None and not self.is_stopping and not self._error:
                        await async_finish(self._journal.complete)
                finally:  # also when the generator is closed, and on Ctrl-C
                    self.is_stopping = True
        finally:
            if self._journal is not None:
                await async_finish(self._journal.close)
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
        alone = AsyncOneByOne(
            self.client,
            association,
            self._finish,
            lambda: self._workers.start(self._work),
            lambda: self.is_stopping,
            self.details,
        )
        self._strategy = strategy_of(alone, self.batch, expected)
        pending: deque[AsyncPairJob] = deque()
        index = 0
        async for ids in async_each(found):
            pending.append(self._begin(index, ids, listings))
            index += 1
            window = self.concurrency * max(_WINDOW_PER_WORKER, self._strategy.size)
            while pending and (len(pending) >= window or pending[0].done.has_ended):
                if outcome := await self._outcome_of(pending.popleft()):
                    yield outcome
            if self.is_stopping:
                break
        while pending:
            if outcome := await self._outcome_of(pending.popleft()):
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
        job = AsyncPairJob.of(index, ids)
        if job.outcome is None and self._journal is not None:
            job.outcome = self._journal.take(index, job.ids)
        if job.outcome is None:
            job.listing = listings.for_pair(job.ids)
            self._strategy.add(job)
        else:
            job.finish(job.outcome)
        return job

    async def _outcome_of(self, job: AsyncPairJob) -> Outcome | None:
        """Wait for the outcome of a pair; None if it was not sent."""
        self._strategy.flush(job)
        if not job.done.has_ended:
            await async_ends_within(job.done, inf)
        return job.done.result

    async def _work(self) -> None:
        """Do a piece of work in a worker; a fatal or unexpected error ends the run."""
        try:
            await self._strategy.work()
        except BaseException as error:  # such as of a token source, a full disk or a defect
            self._fail(error)

    async def _finish(self, jobs: Sequence[AsyncPairJob]) -> None:
        """Record the outcomes of pairs."""
        outcomes = [job.outcome for job in jobs if job.outcome]
        if self._journal is not None:
            await async_finish(partial(self._journal.add, *outcomes))
        for job, outcome in zip(jobs, outcomes, strict=True):
            if outcome.is_fatal and outcome.error is not None:
                self._fail(outcome.error)
            job.finish(outcome)

    def _fail(self, error: BaseException) -> None:
        self._error = self._error or error
        self.is_stopping = True


def strategy_of(alone: AsyncOneByOne, batch: int | None, expected: int | None) -> AsyncStrategy:
    """Return the strategy for batches of up to `batch` pairs: `alone` if there are none."""
    if batch is None or batch < 2:
        return alone
    from facade.bulk._async.in_batches import AsyncInBatches  # few runs need the operation

    return AsyncInBatches(alone, batch, expected)
