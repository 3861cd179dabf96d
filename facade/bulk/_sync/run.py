# Generated from facade/bulk/_async/run.py by `make generate`: edit that file instead.
"""A run of aensure_many: its jobs, the order of their outcomes, and its end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sized
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field
from facade._core.concurrency import run_blocking
from facade.bulk.ending import Ending
from facade.bulk.journal import Journal
from facade.bulk.listings import Listings, count_records
from facade.bulk.outcomes import progress, usable_ids
from facade.bulk.threads import Lock, Workers, each

from facade.bulk._sync.batching import Batches
from facade.bulk._sync.jobs import PairJobs
from facade.bulk._sync.pending import Pending
from facade.bulk._sync.shard import Ensurer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from facade.bulk.options import RunOptions
    from facade.bulk.outcomes import Outcome, Pair
    from facade.bulk.threads import Items
    from facade.models import Association

    from facade._sync.client import AssociationsClient

# Pairs for each job that are read before the first of them has its outcome, so that a slow pair,
# which is retried, does not block the others.
_WINDOW_PER_JOB = 16


@define(eq=False)
class Run:
    """The arguments of a run, its journal, and how it ends."""

    client: AssociationsClient
    pairs: Items[Pair]
    association: Association | str
    options: RunOptions
    journal: Journal | None = field(init=False, default=None)
    ending: Ending = field(factory=Ending)

    def outcomes(self) -> Generator[Outcome, None]:
        """Do the work, and yield the outcomes."""
        association = self.association
        if isinstance(association, str):
            association = self.client.associations.get_by_key(association)
        path, report = self.options.journal, self.options.on_progress
        if path is not None:
            open_journal = partial(Journal, path, association.id, self.client.location_id)
            self.journal = run_blocking(open_journal)
        total = len(self.pairs) if isinstance(self.pairs, Sized) else None
        counts, started = Counter[str](), time.monotonic()
        ensurer = Ensurer(self.client, association, self.options.details)
        batches = Batches(ensurer, self.options.batch) if self.options.batch else None
        try:
            with Workers(self.options.concurrency) as workers:
                jobs = PairJobs(workers, ensurer, self.journal, batches, self.ending)
                try:
                    for outcome in self._in_order(jobs, association):
                        counts[outcome.status] += 1
                        counts["resumed"] += outcome.resumed
                        if report:
                            report(progress(counts, total, time.monotonic() - started))
                        yield outcome
                finally:  # also when the generator is closed, and on Ctrl-C
                    self.ending.is_stopping = True
        finally:
            if self.journal is not None:
                run_blocking(self.journal.close)
        if self.ending.error is not None:
            raise self.ending.error

    def _in_order(self, jobs: PairJobs, association: Association) -> Iterator[Outcome]:
        """Yield outcomes in the order of the pairs, with at most one window of pairs pending."""
        listings = Listings(Lock, self._counts(association))
        pending = Pending(jobs)
        index = 0
        for pair in self._read():
            ids = usable_ids(pair, association)
            resumed = ids and self.journal and self.journal.take(index, ids)
            if resumed:
                pending.add_finished(resumed)
            else:
                pending.add(index, pair, ids, ids and listings.for_pair(ids))
            index += 1
            window = self.options.concurrency * max(_WINDOW_PER_JOB, jobs.batch_size)
            while pending.is_ready(window):
                outcome = pending.take()
                if outcome is not None:
                    yield outcome
            if self.ending.is_stopping:
                break
        pending.flush()
        while pending:
            outcome = pending.take()
            if outcome is not None:
                yield outcome

    def _read(self) -> Iterator[Pair]:
        """Yield the pairs; an error of the list ends the run, after the outcomes of these pairs."""
        try:
            for pair in each(self.pairs):
                yield pair
        except Exception as error:
            self.ending.raise_later(error)

    def _counts(self, association: Association) -> Counter[str] | None:
        """Count the unsent pairs of each record; None if the list is not known in advance."""
        if not isinstance(self.pairs, list | tuple):
            return None
        pairs: Sequence[Pair] = self.pairs
        found = (usable_ids(pair, association) for pair in pairs)
        done = self.journal or ()
        return count_records(ids for ids in found if ids and ids not in done)
