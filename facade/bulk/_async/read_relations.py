"""arelations_of: read the relations of many records."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sized
from functools import partial

from attrs import define, evolve, field

from facade._async.client import AsyncAssociationsClient
from facade._core.concurrency import async_run_blocking
from facade._core.matching import checked_association
from facade.bulk._async.running import AsyncOutcomes, AsyncRun
from facade.bulk.outcomes import ReadProgress, RecordRelations, forget_frames
from facade.bulk.pairs import RunJob
from facade.bulk.plan import checked_id
from facade.bulk.tasks import AsyncItems
from facade.errors import AssociationsError
from facade.models import Association, Relation


def arelations_of(
    client: AsyncAssociationsClient,
    record_ids: AsyncItems[str],
    *,
    association: Association | str | None = None,
    concurrency: int = 8,
    journal: str | os.PathLike[str] | None = None,
    retry_failed: bool = False,
    on_progress: Callable[[ReadProgress], None] | None = None,
) -> AsyncOutcomes[RecordRelations]:
    """Read the relations of records, and yield them by record, in the order of the list.

    Without an `association`, which may be a key, those under all associations are read. Each
    relation comes once: one between two records of the list comes with the first of them, and an id
    that comes again is left out. A request reads up to a hundred relations of a record. A record
    that cannot be read is an outcome with its `error`; fatal errors, errors of the list and the
    progress are as in `aensure_many`.

    The list may be endless. If it has a length, it is read ahead of the requests; otherwise, such
    as if it is a pipe, only `concurrency` records are pending.

    `journal` is the path of a file, which gets the relations that were read: with the file of an
    interrupted run they come from it, as `done_before`, without a request. When each record has an
    outcome, the journal is complete: the next run reads all of them again, or with `retry_failed`
    only those that failed or are new. Raises JournalError as `aensure_many` does.
    """
    if isinstance(record_ids, str | bytes):
        raise TypeError("record_ids must be an iterable of ids: pass a single id as [id]")
    if hasattr(record_ids, "columns"):  # iterating over a DataFrame yields their names
        raise TypeError("record_ids must be ids: pass one column, such as frame['Contact Id']")
    if isinstance(record_ids, Collection):
        record_ids = [*dict.fromkeys(record_ids)]
    if not isinstance(association, str | None):
        checked_association(association)
    run = AsyncReading(
        client, record_ids, association, concurrency, journal, retry_failed, on_progress
    )
    return AsyncOutcomes(run)


@define(eq=False)
class AsyncReading(AsyncRun[RecordRelations]):
    READS = True
    _known: set[object] = field(factory=set)
    _relations_read: int = 0

    @property
    def _window(self) -> int:
        # Reading the next item of a pipe may wait, while outcomes could be yielded.
        return super()._window if isinstance(self.items, Sized) else self.concurrency

    def _progress(self, counts: Counter[str], seconds: float) -> ReadProgress:
        return ReadProgress(
            done=counts.total(),
            done_before=counts["done_before"],
            failed=counts["failed"],
            relations=self._relations_read,
            total=self._total,
            seconds=seconds,
        )

    def _begin(self, item: str) -> RunJob[RecordRelations] | None:
        if item in self._known:
            return None
        self._known.add(item)
        job: RunJob[RecordRelations] = RunJob(next(self._indexes))
        self._start(partial(self._work_on, job, item))
        return job

    async def _work_on(self, job: RunJob[RecordRelations], record_id: str) -> None:
        try:
            if not self.is_stopping:
                job.outcome = await self._outcome(job.index, record_id)
                if job.outcome.status == "done_before":
                    job.finish(job.outcome)
                else:
                    await self._finish([job])
        finally:
            job.finish(None)

    async def _outcome(self, index: int, record_id: str) -> RecordRelations:
        outcome = RecordRelations(index=index, record_id=record_id, status="read")
        ids = [self.association.id] if isinstance(self.association, Association) else None
        try:
            checked_id(record_id)
            if self._journal is not None and (record_id,) in self._journal:
                found = await async_run_blocking(partial(self._journal.relations, record_id))
                return evolve(outcome, status="done_before", relations=found)
            listed = self.relations.iterate(record_id, association_ids=ids)
            return evolve(outcome, relations=tuple([one async for one in listed]))
        except (AssociationsError, ValueError) as error:
            forget_frames(error)
            return evolve(outcome, status="failed", error=error)

    async def _in_order(self) -> AsyncIterator[RecordRelations]:
        """Yield outcomes in the order of the list, each relation once."""
        known = set[str | Relation]()
        async for outcome in super()._in_order():
            named = {one.id or one: one for one in outcome.relations}  # the id may be missing
            new = [named[name] for name in named if name not in known]
            self._relations_read += len(new)
            known.update(named)
            yield evolve(outcome, relations=tuple(new))
