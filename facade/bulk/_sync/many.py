# Generated from facade/bulk/_async/many.py by `make generate`: edit that file instead.
"""aensure_many: a list of any length, several pairs at once, outcomes in order, resumable."""

from __future__ import annotations

import time
import warnings
from collections import Counter, deque
from collections.abc import Sized
from functools import partial
from typing import TYPE_CHECKING, Self

from attrs import define
from facade._core.concurrency import run_blocking
from facade.bulk.journal import Journal
from facade.bulk.listings import Listings, count_records
from facade.bulk.outcomes import progress, require_client, usable_ids
from facade.bulk.threads import (
    Lock,
    Workers,
    each,
    finished,
    result_of,
)

from facade._sync.client import AssociationsClient
from facade.bulk._sync.shard import Ensurer

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Generator, Iterator, Sequence
    from types import TracebackType

    from facade.bulk.listings import Listing
    from facade.bulk.outcomes import Outcome, Pair, Progress
    from facade.bulk.threads import Items, Job
    from facade.models import Association

# Pairs for each job that are read before the first of them has its outcome: a slow pair, which
# is being retried, does not block the others.
_WINDOW_PER_JOB = 16


def ensure_many(
    client: AssociationsClient,
    pairs: Items[Pair],
    *,
    association: Association | str,
    concurrency: int = 8,
    details: bool = False,
    journal: str | os.PathLike[str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Outcomes:
    """Ensure a relation for each pair, and yield the outcomes in the order of the list.

    A pair is (first_record_id, second_record_id), or the two by object key. `association` may be
    given by its key. The list may be endless: it is read as the work proceeds, and nothing is sent
    before the first outcome is requested. A pair that fails is an outcome with its `error`. A fatal
    error (the token, the location, the daily limit, no connection) ends the run: requests in flight
    finish and are yielded, no other pair is started, and the error is raised.

    A new pair costs one request, and so does one that exists. Where four pairs or more share
    a record, its relations are listed if that costs less than asking for each: in a list or tuple
    all pairs count, otherwise those that were read so far. `details` looks for the relation of
    each existing pair that no listing named, which takes up to two more requests; otherwise the
    outcome's `relation_id` is None.

    `journal` is a file: a run with the file of an earlier one does not send again what that run
    did, yields it as `resumed`, and retries what failed. JournalError if another process uses it,
    or it belongs to another association or location. `on_progress` is called before each outcome,
    by the caller that asks for it.
    """
    require_client(client, AssociationsClient)
    if concurrency < 1:
        raise ValueError(f"concurrency must be 1 or more, not {concurrency}")
    run = _Run(client, pairs, association, concurrency, details, journal, on_progress)
    return Outcomes(run.outcomes())


class Outcomes:
    """The outcomes of a run, in the order of the list: iterate over them.

    The work is done while they are read. Close it to stop earlier: requests in flight finish.
    """

    def __init__(self, outcomes: Generator[Outcome, None]) -> None:
        self._outcomes = outcomes
        self._is_used = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Outcome:
        self._is_used = True
        return self._outcomes.__next__()

    def close(self) -> None:
        """Start no other pair, and wait for the requests in flight."""
        self._is_used = True
        self._outcomes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._is_used:
            warnings.warn(
                f"nothing was sent: the {type(self).__name__} were not read",
                RuntimeWarning,
                stacklevel=2,
            )


@define(eq=False)
class _Run:
    """One run: what it was given, the work of its jobs, and the error that stopped it."""

    client: AssociationsClient
    pairs: Items[Pair]
    association: Association | str
    concurrency: int
    details: bool
    path: str | os.PathLike[str] | None
    on_progress: Callable[[Progress], None] | None
    journal: Journal | None = None
    is_stopping: bool = False
    error: BaseException | None = None

    def outcomes(self) -> Generator[Outcome, None]:
        """Do the work, and yield the outcomes."""
        association = self.association
        if isinstance(association, str):
            association = self.client.associations.get_by_key(association)
        if self.path is not None:
            open_journal = partial(Journal, self.path, association.id, self.client.location_id)
            self.journal = run_blocking(open_journal)
        total = len(self.pairs) if isinstance(self.pairs, Sized) else None
        counts, started = Counter[str](), time.monotonic()
        try:
            with Workers(self.concurrency) as workers:
                try:
                    for outcome in self._in_order(workers, association):
                        counts[outcome.status] += 1
                        counts["resumed"] += outcome.resumed
                        if self.on_progress:
                            self.on_progress(progress(counts, total, time.monotonic() - started))
                        yield outcome
                finally:  # also when the generator is closed, and on Ctrl-C
                    self.is_stopping = True
        finally:
            if self.journal is not None:
                run_blocking(self.journal.close)
        if self.error is not None:
            raise self.error

    def _in_order(self, workers: Workers, association: Association) -> Iterator[Outcome]:
        """Yield outcomes in the order of the pairs, of which a window at most is pending."""
        window = self.concurrency * _WINDOW_PER_JOB
        ensurer = Ensurer(self.client, association, self.details)
        listings = Listings(Lock, self._counts(association))
        pending: deque[Job[Outcome | None]] = deque()
        index = 0
        for pair in each(self.pairs):
            ids = usable_ids(pair, association)
            resumed = ids and self.journal and self.journal.take(index, ids)
            if resumed:
                pending.append(finished(resumed))
            else:
                shared = ids and listings.of_pair(ids)
                pending.append(workers.start(self._ensure, ensurer, index, pair, shared))
            index += 1
            while pending and (len(pending) >= window or pending[0].done()):
                outcome = result_of(pending.popleft())
                if outcome is not None:
                    yield outcome
            if self.is_stopping:
                break
        while pending:
            outcome = result_of(pending.popleft())
            if outcome is not None:
                yield outcome

    def _counts(self, association: Association) -> Counter[str] | None:
        """Count the pairs of each record that are to be sent; None where the list is not known."""
        if not isinstance(self.pairs, list | tuple):
            return None
        pairs: Sequence[Pair] = self.pairs
        found = (usable_ids(pair, association) for pair in pairs)
        done = self.journal or ()
        return count_records(ids for ids in found if ids and ids not in done)

    def _ensure(
        self,
        ensurer: Ensurer,
        index: int,
        pair: Pair,
        shared: Listing[Lock] | None,
    ) -> Outcome | None:
        """Ensure one pair in a job; None if it was not started, or something else failed."""
        if self.is_stopping:
            return None
        try:
            outcome = ensurer.ensure(index, pair, shared)
            if self.journal is not None and outcome.first_record_id:
                run_blocking(partial(self.journal.add, outcome))
            if outcome.is_fatal and outcome.error is not None:
                self._stop(outcome.error)
        except BaseException as error:  # of a token source, a full disk, a defect
            self._stop(error)
            return None
        return outcome

    def _stop(self, error: BaseException) -> None:
        self.error = self.error or error
        self.is_stopping = True
