# Generated from facade/bulk/_async/one_by_one.py by `make generate`: edit that file instead.
"""Ensures pairs one by one: the strategy of a run without batches, and of a shard."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import define, field
from facade.bulk.listings import Listings, count_records
from facade.bulk.outcomes import Outcome, Pair, parsed
from facade.bulk.threads import Lock, promise
from facade.errors import AssociationsError, DuplicateRelationError, RelationLimitError
from facade.models import Association

from facade._sync.client import AssociationsClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from facade._core.concurrency import Function
    from facade.bulk.listings import Listing
    from facade.bulk.outcomes import Ids, Status
    from facade.bulk.threads import Promise

    from facade._sync.relations import Relations

# For each call, because a long run must survive an outage.
_DEADLINE, _MAX_BACKOFF = 300.0, 20.0  # seconds


def patient(client: AssociationsClient) -> Relations:
    """Return the relations of a client, for the calls of a run."""
    return client.relations.with_limits(_DEADLINE, _MAX_BACKOFF)


@define(eq=False)
class PairJob:
    """A pair on its way through a run, up to its outcome.

    `done` is the promise of the outcome; None if the pair was not sent. `is_doubtful` if the answer
    to a batch leaves open whether it created the relation.
    """

    index: int
    ids: Ids
    listing: Listing[Lock] | None = None
    is_doubtful: bool = False
    outcome: Outcome | None = None
    done: Promise[Outcome | None] = field(factory=lambda: promise(Outcome))

    @classmethod
    def of(cls, index: int, ids: Ids | ValueError, listings: Listings[Lock]) -> PairJob:
        """Return a job for the record ids of a pair, which has failed if they are an error."""
        if not isinstance(ids, ValueError):
            return cls(index, ids, listings.for_pair(ids))
        job = cls(index, ("", ""))
        job.settle("failed", error=ids)
        return job

    def settle(
        self, status: Status, relation_id: str | None = None, error: Exception | None = None
    ) -> Outcome:
        """Set and return the outcome; a doubtful pair that exists is `related`."""
        first, second = self.ids
        self.outcome = Outcome(
            index=self.index,
            first_record_id=first,
            second_record_id=second,
            status="related" if self.is_doubtful and status == "existing" else status,
            relation_id=relation_id,
            error=error,
        )
        return self.outcome

    def finish(self, outcome: Outcome | None) -> None:
        """Keep the promise, unless it was kept or its reader was cancelled."""
        if not self.done.done():
            self.done.set_result(outcome)


@define(eq=False)
class OneByOne:
    """Ensures each pair with as few requests as possible; usable by several workers at once.

    `start` is called for each piece of work that is added, and a worker calls `work` for each.
    `finish` takes pairs that have outcomes; it returns False if no other pair may be sent.
    """

    relations: Relations
    association: Association
    finish: Function[[Sequence[PairJob]], bool]
    start: Callable[[], None] = lambda: None
    details: bool = False
    _queue: deque[PairJob] = field(init=False, factory=deque)

    @property
    def size(self) -> int:
        """The number of pairs in the next request."""
        return 1

    def add(self, job: PairJob) -> None:
        """Add a pair."""
        self._queue.append(job)
        self.start()

    def flush(self, job: PairJob | None = None) -> None:
        """Start the pairs that wait for others: all, or those from `job` on if it is the first."""

    def drain(self) -> Iterator[PairJob]:
        """Remove and yield the pairs that no worker has begun."""
        return removed(self._queue)

    def work(self) -> bool:
        """Ensure the next pair; return False if there is none."""
        for job in removed(self._queue):
            try:
                self.ensure(job)
                self.finish([job])
            except BaseException:
                job.finish(None)
                raise
            return True
        return False

    def ensure(self, job: PairJob) -> Outcome:
        """Set and return the outcome of a pair, from a listing or by a request."""
        try:
            return self.listed(job) or self._send(job)
        except AssociationsError as error:
            return job.settle("failed", error=error)

    def listed(self, job: PairJob) -> Outcome | None:
        """Set and return the outcome of a pair that the listing of its record contains."""
        listing = job.listing
        if listing is None:
            return None
        with listing.lock:
            while job.ids not in listing.relation_ids and listing.is_worth_reading:
                try:
                    page = self.relations.list(
                        listing.record_id,
                        association_ids=[self.association.id],
                        skip=listing.pages.skip,
                        limit=listing.pages.limit,
                    )
                except AssociationsError:  # the request for the pair itself will show the cause
                    listing.abandon()
                else:
                    listing.add(page)
            relation_id = listing.relation_ids.get(job.ids)
        return None if relation_id is None else job.settle("existing", relation_id or None)

    def _send(self, job: PairJob) -> Outcome:
        relations, association_id = self.relations, self.association.id
        first, second = job.ids
        if not self.details:
            try:
                relation = relations.create(
                    association_id, first_record_id=first, second_record_id=second
                )
                return job.settle("created", relation.id)
            except DuplicateRelationError:
                return job.settle("existing")
            except RelationLimitError:
                pass  # also raised if the relation exists: `ensure` looks it up
        relation, is_new = relations.ensure(
            association_id, first_record_id=first, second_record_id=second
        )
        return job.settle("created" if is_new else "existing", relation.id)


def removed(queue: deque[PairJob]) -> Iterator[PairJob]:
    """Remove and yield the first of a queue until it is empty; several threads may do so."""
    with suppress(IndexError):
        while True:
            yield queue.popleft()


def ensure_shard(
    client: AssociationsClient,
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
    found = [parsed(pair, association) for pair in pairs]
    listings = Listings(Lock, count_records(ids for ids in found if isinstance(ids, tuple)))
    outcomes: list[Outcome] = []

    def finish(jobs: Sequence[PairJob]) -> bool:
        outcomes.extend(job.outcome for job in jobs if job.outcome)
        return not outcomes[-1].is_fatal

    strategy = OneByOne(patient(client), association, finish, details=details)
    for index, ids in enumerate(found, start):
        job = PairJob.of(index, ids, listings)
        if job.outcome is None:
            strategy.ensure(job)
        if not finish([job]):
            break
    return outcomes
