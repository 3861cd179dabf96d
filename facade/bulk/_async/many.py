"""The functions for lists: concurrent requests, outcomes in order, resumable; or one by one."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Self

from facade._async.client import AsyncAssociationsClient
from facade._core import numbers
from facade._core.matching import checked_association
from facade.bulk._async.one_by_one import AsyncOneByOne, AsyncPatientRelations
from facade.bulk._async.run import AsyncRun
from facade.bulk.journal import Journal
from facade.bulk.listings import Listings, count_records
from facade.bulk.outcomes import Outcome, Pair, Progress, checked_batch
from facade.bulk.pairs import PairJob, parsed
from facade.bulk.tasks import AsyncItems, AsyncLock
from facade.models import Association


def aensure_many(
    client: AsyncAssociationsClient,
    pairs: AsyncItems[Pair],
    *,
    association: Association | str,
    concurrency: int = 8,
    details: bool = False,
    journal: str | os.PathLike[str] | None = None,
    retry_failed: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    batch: int | None = None,
) -> AsyncOutcomes:
    """Ensure a relation for each pair, and yield the outcomes in the order of the list.

    A pair is (first_record_id, second_record_id), or the two ids by object key. `association` may
    be a key. The list may be endless: it is read while the work proceeds, and nothing is sent
    before the first outcome is requested. A failed pair is an outcome with its `error`. A fatal
    error (the token, the location, the daily limit, no connection) ends the run: requests in flight
    finish, their outcomes are yielded, no other pair is started, and the error is raised. An error
    of the list is raised after the outcomes of the pairs before it.

    A pair costs one request, whether it is new or exists. If four pairs or more share a record, its
    relations are listed if that costs less than a request for each: in a list or tuple all pairs
    count, otherwise those read so far. `details` looks up the relation of each existing pair that
    no listing contains, with up to two more requests; otherwise `relation_id` of the outcome is
    None.

    `journal` is the path of a file. With the file of an interrupted run, pairs that succeeded are
    not sent again but yielded as `done_before`, and failed pairs are retried. When each pair has an
    outcome, the journal is complete: the next run sends all pairs again, because a relation may
    have been deleted, or with `retry_failed` only those that failed or are new. Raises JournalError
    if another run uses the file, or if it belongs to another association or location.
    `on_progress` is called before each outcome, in the thread or task that requests it; the logger
    `facade` gets the progress at INFO every ten seconds.

    `batch` is experimental, and off by default: up to `batch` pairs, 1 to 1,000, are sent with one
    request, by an operation that HighLevel does not publish and may change or remove at any time. A
    hundred new pairs then cost one request; a pair waits until enough pairs are read. The first
    batches are small, and grow as they are accepted. A pair that a batch created has no
    `relation_id`. If the answers do not show whether a batch created a relation or found it, the
    pair is `related`. Raises ValueError together with `details`.
    """
    relations = AsyncPatientRelations.of(client)
    if not isinstance(association, str):
        checked_association(association)
    if retry_failed and journal is None:
        raise ValueError("retry_failed needs the journal of the earlier run: pass journal")
    if details and batch is not None:
        raise ValueError(
            "details needs the relation of each pair, which the response to a batch does not "
            "contain: omit details or batch"
        )
    open_journal = None
    if journal is not None:
        open_journal = partial(
            Journal, journal, location_id=client.location_id, retry_failed=retry_failed
        )
    run = AsyncRun(
        client,
        relations,
        pairs,
        association,
        numbers.count("concurrency", concurrency, 1),
        details,
        open_journal,
        on_progress,
        checked_batch(batch),
    )
    return AsyncOutcomes(run)


async def aensure_shard(
    client: AsyncAssociationsClient,
    pairs: Iterable[Pair],
    *,
    association: Association,
    start: int = 0,
    details: bool = False,
) -> list[Outcome]:
    """Ensure a relation for each pair, one after the other, and return their outcomes.

    A pair is (first_record_id, second_record_id), or the two ids by object key. `start` is the
    index of the first pair. A fatal outcome is the last one: the pairs after it were not started.
    `details` looks up the relation of each pair that exists already. It is safe to repeat a shard.
    """
    relations = AsyncPatientRelations.of(client)
    found = [parsed(pair, association) for pair in pairs]
    listings = Listings(AsyncLock, count_records(found))
    outcomes: list[Outcome] = []

    async def finish(jobs: Sequence[PairJob]) -> None:
        outcomes.extend(job.outcome for job in jobs if job.outcome)

    strategy = AsyncOneByOne(relations, association, finish, details=details)
    for index, ids in enumerate(found, start):
        job = PairJob.of(index, ids)
        if job.outcome is None:
            job.listing = listings.for_pair(job.ids)
            await strategy.ensure(job)
        await finish([job])
        if outcomes[-1].is_fatal:
            break
    return outcomes


class AsyncOutcomes:
    """An iterator over the outcomes of a run, in the order of the list.

    The work is done while they are read. To end it early, call `stop` and read the rest, or call
    `aclose`: requests in flight finish.
    """

    def __init__(self, run: AsyncRun) -> None:
        self._run = run
        self._outcomes = run.outcomes()
        self._is_used = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Outcome:
        self._is_used = True
        return await self._outcomes.__anext__()

    def stop(self) -> None:
        """Start no other pair; requests in flight still yield their outcomes.

        Returns at once, and may be called from another thread or a signal handler.
        """
        self._run.is_stopping = True

    async def aclose(self) -> None:
        """Start no other pair, and wait for the requests in flight."""
        self._is_used = True
        await self._outcomes.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __del__(self) -> None:
        if not self._is_used:
            warnings.warn(
                f"nothing was sent: iterate over the {type(self).__name__} of this run",
                RuntimeWarning,
                stacklevel=2,
            )
