"""A run of aensure_many: its pairs, the order of their outcomes, and its end."""

from __future__ import annotations

import itertools
import logging
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence, Sized
from functools import partial
from math import inf

from attrs import define, field

from facade._async.client import AsyncAssociationsClient
from facade._core.concurrency import async_ends_within, async_run_blocking
from facade.bulk._async.one_by_one import AsyncOneByOne, AsyncPatientRelations, AsyncWork
from facade.bulk.journal import Journal
from facade.bulk.listings import Listings, count_records
from facade.bulk.outcomes import Ids, Outcome, Pair, Progress, progress
from facade.bulk.pairs import PairJob, parsed
from facade.bulk.tasks import AsyncItems, AsyncLock, AsyncWorkers, async_each, async_finish
from facade.models import Association

logger = logging.getLogger("facade")

# Pairs for each worker that are read before the first of them has its outcome, so that a slow pair,
# which is retried, does not block the others.
_WINDOW_PER_WORKER = 16
_LOG_INTERVAL = 10.0  # seconds


@define(eq=False)
class AsyncRun:
    """The arguments of a run, which aensure_many documents and checks, and how the run ends.

    Any thread may set `is_stopping`.
    """

    client: AsyncAssociationsClient
    relations: AsyncPatientRelations
    pairs: AsyncItems[Pair]
    association: Association | str
    concurrency: int
    details: bool
    open_journal: Callable[[str], Journal] | None  # of an association
    on_progress: Callable[[Progress], None] | None
    batch: int | None
    is_stopping: bool = field(init=False, default=False)
    _error: BaseException | None = field(init=False, default=None)
    _journal: Journal | None = field(init=False, default=None)
    _workers: AsyncWorkers = field(init=False)

    async def outcomes(self) -> AsyncGenerator[Outcome, None]:
        """Do the work, and yield the outcomes."""
        association = self.association
        if isinstance(association, str):
            association = await self.client.associations.get_by_key(association)
        if self.open_journal is not None:
            opened = partial(self.open_journal, association.id)
            self._journal = await async_run_blocking(opened, Journal.close)
        total = len(self.pairs) if isinstance(self.pairs, Sized) else None
        counts, started, next_log = Counter[str](), time.monotonic(), _LOG_INTERVAL
        try:
            async with AsyncWorkers(self.concurrency) as self._workers:
                try:
                    async for outcome in self._in_order(association):
                        counts[outcome.status] += 1
                        so_far = progress(counts, total, time.monotonic() - started)
                        if so_far.seconds >= next_log:
                            next_log = so_far.seconds + _LOG_INTERVAL
                            logger.info("%s: %s", association.key or association.id, so_far)
                        if self.on_progress:
                            self.on_progress(so_far)
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
        done = self._journal or ()
        counts = expected = None
        if isinstance(self.pairs, list | tuple):
            found = [parsed(pair, association) for pair in self.pairs]
            unsent = [ids for ids in found if isinstance(ids, tuple) and ids not in done]
            counts, expected = count_records(unsent), len(unsent)
        listings, pending = Listings(AsyncLock, counts), deque[PairJob]()
        strategy = strategy_of(self.batch, expected)(
            self.relations,
            association,
            self._finish,
            self._start,
            lambda: self.is_stopping,
            self.details,
        )
        numbers = itertools.count()
        async for ids in async_each(found):
            job = PairJob.of(next(numbers), ids)
            pending.append(job)
            if job.outcome is None and self._journal is not None and job.ids in self._journal:
                job.settle("done_before", self._journal.relation_id(job.ids))
            if job.outcome is None:
                job.listing = listings.for_pair(job.ids)
                strategy.add(job)
            else:
                job.finish(job.outcome)
            window = self.concurrency * max(_WINDOW_PER_WORKER, strategy.size)
            while pending and (len(pending) >= window or pending[0].done.has_ended):
                if outcome := await self._outcome_of(pending.popleft(), strategy):
                    yield outcome
            if self.is_stopping:
                break
        while pending:
            if outcome := await self._outcome_of(pending.popleft(), strategy):
                yield outcome

    async def _read(self, association: Association) -> AsyncIterator[Ids | ValueError]:
        """Yield the pairs; an error of the list ends the run, after the outcomes of these pairs."""
        try:
            async for pair in async_each(self.pairs):
                yield parsed(pair, association)
        except Exception as error:
            self._error = self._error or error

    async def _outcome_of(self, job: PairJob, strategy: AsyncOneByOne) -> Outcome | None:
        """Wait for the outcome of a pair; None if it was not sent."""
        strategy.flush(job)
        if not job.done.has_ended:
            await async_ends_within(job.done, inf)
        return job.done.result

    def _start(self, work: AsyncWork) -> None:
        self._workers.start(partial(self._guarded, work))

    async def _guarded(self, work: AsyncWork) -> None:
        """Do work in a worker; a fatal or unexpected error ends the run."""
        try:
            await work()
        except BaseException as error:  # such as of a token source, a full disk or a defect
            self._fail(error)

    async def _finish(self, jobs: Sequence[PairJob]) -> None:
        """Record the outcomes of pairs."""
        outcomes = {job: job.outcome for job in jobs if job.outcome}
        if outcomes and self._journal is not None:
            await async_finish(partial(self._journal.add, *outcomes.values()))
        for job, outcome in outcomes.items():
            if outcome.is_fatal and outcome.error is not None:
                self._fail(outcome.error)
            job.finish(outcome)

    def _fail(self, error: BaseException) -> None:
        self._error = self._error or error
        self.is_stopping = True


def strategy_of(batch: int | None, expected: int | None) -> Callable[..., AsyncOneByOne]:
    """Return the strategy for batches of up to `batch` pairs, or for none."""
    if batch is None or batch < 2:
        return AsyncOneByOne
    from facade.bulk._async.in_batches import AsyncInBatches  # few runs need the operation

    return partial(AsyncInBatches, most=batch, expected=expected)
