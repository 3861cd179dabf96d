"""Ensures pairs in batches, by an operation that HighLevel does not publish, as far as it helps."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from attrs import Factory, define, evolve, field

from facade._async.batch import AsyncRelationBatch
from facade.bulk._async.one_by_one import AsyncOneByOne, removed
from facade.bulk.answers import Doubt, read_entries, read_error
from facade.bulk.sizes import BatchSizes
from facade.bulk.tasks import AsyncLock
from facade.errors import AssociationsError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from facade.bulk._async.one_by_one import AsyncPairJob
    from facade.bulk.answers import Answer
    from facade.bulk.outcomes import Ids

logger = logging.getLogger("facade")

_FEW = 10  # refused pairs that are sent on their own: their own answers tell why


@define(eq=False)
class AsyncInBatches(AsyncOneByOne):
    """Ensures pairs in batches of up to `most`; those that an answer leaves open in other ways.

    A pair is `created` or `existing` only if that is certain. If an answer does not name the pairs
    that exist, the batch is sent again: it is done if every pair is a duplicate then. `expected` is
    the number of pairs, if it is known.
    """

    most: int = field(kw_only=True)
    expected: int | None = field(kw_only=True, default=None)
    _sizes: BatchSizes = field(
        init=False, default=Factory(lambda self: BatchSizes(self.most, self.expected), True)
    )
    _filling: list[AsyncPairJob] = field(init=False, factory=list)  # of the list's reader alone
    _ready: deque[AsyncPairJob] = field(init=False, factory=deque)
    _probe_lock: AsyncLock = field(init=False, factory=AsyncLock)
    _refuses_duplicates: bool = field(init=False, default=False)  # as an answer has shown
    _is_stopped: bool = field(init=False, default=False)

    @property
    def size(self) -> int:
        """The number of pairs in the next request."""
        return self._sizes.size

    def add(self, job: AsyncPairJob) -> None:
        """Add a pair, which may wait until enough pairs fill a batch."""
        self._sizes.add_pair()
        self._filling.append(job)
        if len(self._filling) >= self.size:
            self.flush()

    def flush(self, job: AsyncPairJob | None = None) -> None:
        """Start the pairs that wait for others: all, or those from `job` on if it is the first."""
        if self._filling and job in (None, self._filling[0]):
            self._ready.extend(self._filling)
            self._filling = []
            self.start()

    def drain(self) -> Iterator[AsyncPairJob]:
        """Remove and yield the pairs that no worker has begun."""
        yield from removed(self._queue)
        yield from removed(self._ready)

    async def work(self) -> bool:
        """Ensure the next pair that must be sent alone, or else the next batch."""
        if await super().work():
            return True
        if self._sizes.is_proven(len(self._ready)):
            return await self._work_on_batch()
        async with self._probe_lock:  # one worker at a time tries a larger size
            return await self._work_on_batch()

    async def _work_on_batch(self) -> bool:
        jobs, twins = self._take()
        try:
            for job in jobs:
                await self.listed(job)
            await self._finish_settled(jobs)
            left = [job for job in jobs if job.outcome is None]
            await self._settle(*await self._send_batch(left), holds_duplicate=True)
        except BaseException:
            for job in jobs + twins:
                job.finish(None)
            raise
        self._send_alone(twins)
        return bool(jobs)

    def _take(self) -> tuple[list[AsyncPairJob], list[AsyncPairJob]]:
        """Remove and return the pairs of the next batch, and those equal to one of them."""
        jobs: dict[Ids, AsyncPairJob] = {}
        twins: list[AsyncPairJob] = []
        for job in removed(self._ready):
            if jobs.setdefault(job.ids, job) is not job:
                twins.append(job)
            if len(jobs) >= self.size:
                break
        if self._ready:
            self.start()
        return [*jobs.values()], twins

    def _send_alone(self, jobs: Sequence[AsyncPairJob]) -> None:
        for job in jobs:
            super().add(job)

    async def _finish_settled(self, jobs: Sequence[AsyncPairJob]) -> None:
        settled = [job for job in jobs if job.outcome is not None]
        if settled and not await self.finish(settled):
            self._is_stopped = True

    async def _send_batch(
        self, jobs: Sequence[AsyncPairJob]
    ) -> tuple[Sequence[AsyncPairJob], Doubt]:
        """Send one batch, finish the pairs that its answer settles, and return the open ones."""
        ids = [job.ids for job in jobs]
        if self._is_stopped or not self._sizes.take(len(ids)):
            return jobs, Doubt.NOT_SENT
        batch = AsyncRelationBatch.for_relations(self.relations)
        try:
            entries = await batch.create(self.association.id, ids)
        except AssociationsError as error:
            answer = read_error(ids, error)
            logger.info("a batch of %d pairs was %s: %s", len(ids), answer.doubt.why, error)
            if answer.doubt is Doubt.TOO_LARGE:
                self._sizes.refuse(len(ids))
            elif answer.doubt is Doubt.NOT_OFFERED:
                self._sizes.stop()
        else:
            answer = await self._checked(jobs, read_entries(ids, entries))
        self._refuses_duplicates |= answer.shows_duplicates
        self._sizes.save(len(answer.created) + len(answer.existing))
        for job in jobs:
            if job.ids in answer.created:
                job.settle("created")
            elif job.ids in answer.existing:
                job.settle("existing")
            elif job.ids in answer.open:
                job.is_doubtful |= answer.doubt.may_be_related
        await self._finish_settled(jobs)
        self._send_alone([job for job in jobs if job.ids in answer.alone])
        return [job for job in jobs if job.ids in answer.open], answer.doubt

    async def _checked(self, jobs: Sequence[AsyncPairJob], answer: Answer) -> Answer:
        """Return an answer; without its created pairs if a larger batch than before was truncated.

        HighLevel may truncate a large batch silently, as it reduces the limit of a list. So the
        last pair that seems to be created is sent again, alone.
        """
        size, created = len(jobs), [job for job in jobs if job.ids in answer.created]
        if created and size > self._sizes.proven:
            self._sizes.check()
            last = created[-1]
            outcome, last.outcome = await self.ensure(last), None
            if outcome.status == "created":
                self._sizes.refuse(size)
                return answer.without_created(last.ids)
            if outcome.status == "failed":
                return answer.without_created(None)
        if created or len(answer.existing) == size:
            self._sizes.accept(size)
        return answer

    async def _settle(
        self,
        jobs: Sequence[AsyncPairJob],
        doubt: Doubt,
        *,
        holds_duplicate: bool = False,
        may_repeat: bool = True,
    ) -> None:
        """Ensure the pairs that a batch left open.

        `holds_duplicate` if one of them existed before this run, in the case that `doubt` is
        ONE_EXISTS.
        """
        then = doubt.then
        if doubt is Doubt.LOST and not (may_repeat and self._refuses_duplicates):
            then = "alone"  # each refuses a duplicate, as a batch may not
        elif then == "again" and not may_repeat:
            then = "halves"
        if then == "alone":
            self._send_alone(jobs)
        elif then == "again":
            again = await self._send_batch(jobs)
            await self._settle(*again, may_repeat=doubt is Doubt.ONE_NAMED)
        elif len(jobs) > _FEW:
            await self._send_halves(jobs, doubt, holds_duplicate)
        else:
            await self._send_few(jobs, doubt, holds_duplicate)

    async def _send_halves(
        self, jobs: Sequence[AsyncPairJob], doubt: Doubt, holds_duplicate: bool
    ) -> None:
        first, second = jobs[: len(jobs) // 2], jobs[len(jobs) // 2 :]
        first_left, first_doubt = await self._send_batch(first)
        second_left, second_doubt = second, doubt
        if doubt is not Doubt.ONE_EXISTS or not _all_created(first):
            second_left, second_doubt = await self._send_batch(second)
        # Otherwise the pair that exists is in the second half, which would be refused as well.
        if doubt is Doubt.REFUSED and (first_doubt is doubt) is (second_doubt is doubt):
            self._sizes.refuse(len(jobs))  # a pair would be in one of the halves
        in_first = holds_duplicate and _all_created(second)
        await self._settle(first_left, first_doubt, holds_duplicate=in_first)
        in_second = holds_duplicate and _all_created(first)
        await self._settle(second_left, second_doubt, holds_duplicate=in_second)

    async def _send_few(
        self, jobs: Sequence[AsyncPairJob], doubt: Doubt, holds_duplicate: bool
    ) -> None:
        """Ensure refused pairs one after the other, and judge from all why they were refused."""
        found: list[AsyncPairJob] = []
        for number, job in enumerate(jobs):
            if self._is_stopped:
                self._send_alone(jobs[number:])
                break
            if (await self.ensure(job)).status in ("existing", "related"):
                found.append(job)
            else:
                await self._finish_settled([job])
        if doubt in (Doubt.ONE_EXISTS, Doubt.REFUSED) and _all_created(jobs):
            self._sizes.refuse(len(jobs))
        if holds_duplicate and len(found) == 1 and _all_created(set(jobs).difference(found)):
            outcome = found[0].outcome  # it is the pair that existed
            found[0].outcome = outcome and evolve(outcome, status="existing")
        await self._finish_settled(found)


def _all_created(jobs: Collection[AsyncPairJob]) -> bool:
    return all(job.outcome is not None and job.outcome.status == "created" for job in jobs)
