# Generated from facade/bulk/_async/many.py by `make generate`: edit that file instead.
"""A run that ensures the pairs of a list."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, cast, get_args

from attrs import define, field
from facade._core.matching import checked_association
from facade.bulk.answers import BatchSizes
from facade.bulk.outcomes import Ids, Outcome, Pair, Progress, Status, checked_batch
from facade.bulk.pairs import Listings, PairJob, RunJob, parsed
from facade.bulk.threads import Items, Lock
from facade.models import Association

from facade._sync.client import AssociationsClient
from facade.bulk._sync.in_batches import InBatches
from facade.bulk._sync.one_by_one import OneByOne
from facade.bulk._sync.running import WINDOW_PER_WORKER, Outcomes, Run


def ensure_many(
    client: AssociationsClient,
    pairs: Items[Pair],
    *,
    association: Association | str,
    concurrency: int = 8,
    details: bool = False,
    journal: str | os.PathLike[str] | None = None,
    retry_failed: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    batch: int | None = None,
) -> Outcomes[Outcome]:
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
    batches are small; they grow as they are accepted, and halve with each refusal for their size. A
    pair that a batch created has no `relation_id`. If the answers do not show whether a batch
    created a relation or found it, the pair is `related`. Raises ValueError if `details` is given,
    too.
    """
    if not isinstance(association, str):
        checked_association(association)
    if details and batch is not None:
        raise ValueError(
            "details needs the relation of each pair, which the response to a batch does not "
            "contain: omit details or batch"
        )
    run = Ensuring(
        client,
        pairs,
        association,
        concurrency,
        journal,
        retry_failed,
        on_progress,
        details,
        checked_batch(batch),
    )
    return Outcomes(run)


@define(eq=False)
class Ensuring(Run[Outcome]):
    details: bool
    batch: int | None
    _listings: Listings = field(init=False)
    _strategy: OneByOne = field(init=False)

    @property
    def _window(self) -> int:
        return self.concurrency * max(WINDOW_PER_WORKER, self.batch or 0)

    def _progress(self, counts: Counter[str], seconds: float) -> Progress:
        by_status = {status: counts[status] for status in get_args(Status)}
        return Progress(done=counts.total(), total=self._total, seconds=seconds, **by_status)

    def _prepare(self) -> None:
        association = cast("Association", self.association)
        unsent: list[Ids] | None = None
        if isinstance(self.items, list | tuple):
            self.items = [parsed(pair, association) for pair in self.items]
            done = self._journal or ()
            unsent = [one for one in self.items if isinstance(one, tuple) and one not in done]
        self._listings = Listings(Lock, unsent)
        self._strategy = strategy_of(self.batch, None if unsent is None else len(unsent))(
            self.relations,
            association,
            self._finish,
            self.details,
            self._start,
            lambda: self.is_stopping,
        )

    def _begin(self, item: Any) -> RunJob[Outcome]:
        ids = parsed(item, cast("Association", self.association))
        job, journal = PairJob.of(next(self._indexes), ids), self._journal
        if job.outcome is None and journal is not None and job.ids in journal:
            job.settle("done_before", journal.relation_id(job.ids))
        if job.outcome is None:
            job.listing = self._listings.for_pair(job.ids)
            self._strategy.add(job)
        else:
            job.finish(job.outcome)
        return job

    def _outcome_of(self, job: RunJob[Outcome]) -> Outcome | None:
        self._strategy.flush(job)
        return super()._outcome_of(job)


def strategy_of(batch: int | None, expected: int | None) -> Callable[..., OneByOne]:
    """Return the strategy for batches of up to `batch` pairs, or for none."""
    if batch is None:
        return OneByOne
    return partial(InBatches, sizes=BatchSizes(batch, expected))
