# Generated from facade/bulk/_async/many.py by `make generate`: edit that file instead.
"""A run over a list: concurrent requests, outcomes in order, resumable."""

from __future__ import annotations

import itertools
import logging
import os
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence, Sized
from functools import partial
from math import inf
from typing import Self

from attrs import define, field
from facade._core.concurrency import ends_within, run_blocking
from facade._core.matching import checked_association
from facade.bulk.journal import Journal
from facade.bulk.outcomes import Ids, Outcome, Pair, Progress, checked_batch, progress
from facade.bulk.pairs import Listings, PairJob, parsed
from facade.bulk.threads import Items, Lock, Workers, each, finish
from facade.models import Association

from facade._core import numbers
from facade._sync.client import AssociationsClient
from facade.bulk._sync.one_by_one import OneByOne, PatientRelations, Work

logger = logging.getLogger("facade")

# Pairs for each worker that are read before the first of them has its outcome, so that a slow pair,
# which is retried, does not block the others.
_WINDOW_PER_WORKER = 16
_LOG_INTERVAL = 10.0  # seconds


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
) -> Outcomes:
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
    created a relation or found it, the
    pair is `related`. Raises ValueError together with `details`.
    """
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
    run = Run(
        client,
        PatientRelations.of(client),
        pairs,
        association,
        numbers.count("concurrency", concurrency, 1),
        details,
        open_journal,
        on_progress,
        checked_batch(batch),
    )
    return Outcomes(run)


class Outcomes:
    """An iterator over the outcomes of a run, in the order of the list.

    The work is done while they are read. To end it early, call `stop` and read the rest, or call
    `aclose`: requests in flight finish.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._outcomes = run.outcomes()
        self._is_used = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Outcome:
        self._is_used = True
        return self._outcomes.__next__()

    def stop(self) -> None:
        """Start no other pair; requests in flight still yield their outcomes.

        Returns at once, and may be called from another thread or a signal handler.
        """
        self._run.is_stopping = True

    def close(self) -> None:
        """Start no other pair, and wait for the requests in flight."""
        self._is_used = True
        self._outcomes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._is_used:
            warnings.warn(
                f"nothing was sent: iterate over the {type(self).__name__} of this run",
                RuntimeWarning,
                stacklevel=2,
            )


@define(eq=False)
class Run:
    """The arguments of a run, and how it ends; any thread may set `is_stopping`."""

    client: AssociationsClient
    relations: PatientRelations
    pairs: Items[Pair]
    association: Association | str
    concurrency: int
    details: bool
    open_journal: Callable[[str], Journal] | None  # of an association
    on_progress: Callable[[Progress], None] | None
    batch: int | None
    is_stopping: bool = False
    _error: BaseException | None = None
    _journal: Journal | None = None
    _workers: Workers = field(init=False)

    def outcomes(self) -> Generator[Outcome, None]:
        """Do the work, and yield the outcomes."""
        association = self.association
        if isinstance(association, str):
            association = self.client.associations.get_by_key(association)
        if self.open_journal is not None:
            opened = partial(self.open_journal, association.id)
            self._journal = run_blocking(opened, Journal.close)
        total = len(self.pairs) if isinstance(self.pairs, Sized) else None
        counts, started, next_log = Counter[str](), time.monotonic(), _LOG_INTERVAL
        try:
            with Workers(self.concurrency) as self._workers:
                try:
                    for outcome in self._in_order(association):
                        counts[outcome.status] += 1
                        so_far = progress(counts, total, time.monotonic() - started)
                        if so_far.seconds >= next_log:
                            next_log = so_far.seconds + _LOG_INTERVAL
                            logger.info("%s: %s", association.key or association.id, so_far)
                        if self.on_progress:
                            self.on_progress(so_far)
                        yield outcome
                    if self._journal is not None and not self.is_stopping and not self._error:
                        finish(self._journal.complete)
                finally:  # also when the generator is closed, and on Ctrl-C
                    self.is_stopping = True
        finally:
            if self._journal is not None:
                finish(self._journal.close)
        if self._error is not None:
            raise self._error

    def _in_order(self, association: Association) -> Iterator[Outcome]:
        """Yield outcomes in the order of the pairs, with at most one window of pairs pending."""
        journal, unsent = self._journal, None
        found: Items[Ids | ValueError] = self._read(association)
        if isinstance(self.pairs, list | tuple):
            found = every = [parsed(pair, association) for pair in self.pairs]
            unsent = [one for one in every if isinstance(one, tuple) and one not in (journal or ())]
        listings, pending = Listings(Lock, unsent), deque[PairJob]()
        strategy = strategy_of(self.batch, None if unsent is None else len(unsent))(
            self.relations,
            association,
            self._finish,
            self._start,
            lambda: self.is_stopping,
            self.details,
        )
        indexes = itertools.count()
        for ids in each(found):
            job = PairJob.of(next(indexes), ids)
            pending.append(job)
            if job.outcome is None and journal is not None and job.ids in journal:
                job.settle("done_before", journal.relation_id(job.ids))
            if job.outcome is None:
                job.listing = listings.for_pair(job.ids)
                strategy.add(job)
            else:
                job.finish(job.outcome)
            window = self.concurrency * max(_WINDOW_PER_WORKER, strategy.size)
            while pending and (len(pending) >= window or pending[0].done.has_ended):
                if outcome := self._outcome_of(pending.popleft(), strategy):
                    yield outcome
            if self.is_stopping:
                break
        while pending:
            if outcome := self._outcome_of(pending.popleft(), strategy):
                yield outcome

    def _read(self, association: Association) -> Iterator[Ids | ValueError]:
        """Yield the pairs; an error of the list ends the run, after the outcomes of these pairs."""
        try:
            for pair in each(self.pairs):
                yield parsed(pair, association)
        except Exception as error:
            self._error = self._error or error

    def _outcome_of(self, job: PairJob, strategy: OneByOne) -> Outcome | None:
        """Wait for the outcome of a pair; None if it was not sent."""
        strategy.flush(job)
        if not job.done.has_ended:
            ends_within(job.done, inf)
        return job.done.result

    def _start(self, work: Work) -> None:
        self._workers.start(partial(self._guarded, work))

    def _guarded(self, work: Work) -> None:
        """Do work in a worker; a fatal or unexpected error ends the run."""
        try:
            work()
        except BaseException as error:  # such as of a token source, a full disk or a defect
            self._fail(error)

    def _finish(self, jobs: Sequence[PairJob]) -> None:
        """Record the outcomes of pairs."""
        outcomes = {job: job.outcome for job in jobs if job.outcome}
        if outcomes and self._journal is not None:
            finish(partial(self._journal.add, *outcomes.values()))
        for job, outcome in outcomes.items():
            if outcome.is_fatal and outcome.error is not None:
                self._fail(outcome.error)
            job.finish(outcome)

    def _fail(self, error: BaseException) -> None:
        self._error = self._error or error
        self.is_stopping = True


def strategy_of(batch: int | None, expected: int | None) -> Callable[..., OneByOne]:
    """Return the strategy for batches of up to `batch` pairs, or for none."""
    if batch is None or batch < 2:
        return OneByOne
    # Here, because few runs need the operation.
    from facade.bulk.answers import BatchSizes

    from facade.bulk._sync.in_batches import InBatches

    return partial(InBatches, sizes=BatchSizes(batch, expected))
