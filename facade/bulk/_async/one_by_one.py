"""Ensures pairs one by one: the strategy of a run without batches, and of a shard."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Self

from attrs import define, field

from facade import errors
from facade._async.relations import AsyncRelations
from facade._core import mapping
from facade._core.calls import Lookup
from facade._core.concurrency import Pending
from facade._core.retry import may_be_duplicate
from facade.bulk.outcomes import Ids, Outcome, Status, forget_frames
from facade.models import Association, Relation

if TYPE_CHECKING:
    from facade._async.client import AsyncAssociationsClient
    from facade._core.call_options import CallSettings
    from facade._core.concurrency import AsyncFunction
    from facade.bulk.listings import Listing
    from facade.bulk.tasks import AsyncLock

_FAILED = mapping.in_body(mapping.failed_entries)
# For each call, because a long run must survive an outage.
_DEADLINE, _MAX_BACKOFF = 300.0, 20.0  # seconds


class AsyncPatientRelations(AsyncRelations):
    """The relations of a client, with the limits of a run."""

    @classmethod
    def of(cls, relations: AsyncRelations) -> Self:
        """Return an instance with the connections and the location of `relations`."""
        settings = relations._client_settings._replace(
            default_deadline=_DEADLINE, max_backoff=_MAX_BACKOFF, logs_turns=False
        )
        return cls(relations._pipeline, relations._location_id, settings)

    async def relate(
        self, association_id: str, ids: Ids, *, details: bool
    ) -> tuple[Status, str | None]:
        """Relate two records; return the status, and the id of the relation if it is known.

        With `details`, a relation that exists is looked up. It is `related` if an answer was lost.
        """
        found_after: errors.AssociationsError | None = None
        creation = self._creation(association_id, *ids, {})
        lookup = creation.lookup
        assert lookup is not None  # noqa: S101 - a creation has one

        async def find(
            settings: CallSettings, error: errors.AssociationsError
        ) -> tuple[Relation | None, bool]:
            nonlocal found_after
            found, may_lag = await lookup.find(settings, error)
            found_after = None if found is None else error
            return found, may_lag

        call = creation._replace(lookup=Lookup(find, lookup.requested))
        try:
            relation = await self._pipeline.send(call)
        except errors.APIStatusError as error:
            if isinstance(error, errors.DuplicateRelationError) and not details:
                return _status_after(error), None
            # The limit of relations is told for a relation that exists, too.
            is_limit = isinstance(error, errors.RelationLimitError)
            if not (is_limit or (details and may_be_duplicate(error))):
                raise
            relation = await self._pipeline.find_or_raise(call, error)
        return _status_after(found_after), relation.id

    async def create_together(self, association_id: str, pairs: Iterable[Ids]) -> list[object]:
        """Relate all pairs with one request, of an operation that HighLevel does not publish.

        Returns an entry for each pair that failed. An entry has an `error`; it may not name its
        pair. Raises ContractError if a successful response has no list of entries.
        """
        # Here, because few runs need it.
        from generated_client.api.relations import create_relations as operation
        from generated_client.models import CreateRelationsBody, CreateRelationsBodyAddItem

        add = [
            CreateRelationsBodyAddItem(
                association_id=association_id, first_record_id=first, second_record_id=second
            )
            for first, second in pairs
        ]
        request = operation.get_kwargs(
            body=CreateRelationsBody(location_id=self._location_id, add=add)
        )
        call = self._call("create_relations", request, _FAILED, self._client_settings)
        return await self._pipeline.send(call)


def _status_after(error: errors.AssociationsError | None) -> Status:
    """Return the status of a relation that exists after an error of its creation."""
    if error is None or isinstance(error, errors.ContractError):  # a success
        return "created"
    return "related" if error.outcome_unknown or error.repeated else "existing"


@define(eq=False)
class AsyncPairJob:
    """A pair on its way through a run, up to its outcome.

    `done` has the outcome in the end; None if the pair was not sent. `is_doubtful` if the answer to
    a batch leaves open whether it created the relation.
    """

    index: int
    ids: Ids
    listing: Listing[AsyncLock] | None = None
    is_doubtful: bool = False
    outcome: Outcome | None = None
    done: Pending[Outcome | None] = field(factory=Pending)

    @classmethod
    def of(cls, index: int, ids: Ids | ValueError) -> AsyncPairJob:
        """Return a job for the record ids of a pair, which has failed if they are an error."""
        if not isinstance(ids, ValueError):
            return cls(index, ids)
        job = cls(index, ("", ""))
        job.settle("failed", error=ids)
        return job

    def settle(
        self, status: Status, relation_id: str | None = None, error: Exception | None = None
    ) -> Outcome:
        """Set and return the outcome; a doubtful pair that exists is `related`."""
        first, second = self.ids
        if error is not None:
            forget_frames(error)
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
        """End the wait for the outcome, unless it has ended."""
        if not self.done.has_ended:
            self.done.set_result(outcome)


def patient(client: AsyncAssociationsClient) -> AsyncPatientRelations:
    """Return the relations of a client, for the calls of a run."""
    return AsyncPatientRelations.of(client.relations)


@define(eq=False)
class AsyncOneByOne:
    """Ensures each pair with as few requests as possible; usable by several workers at once.

    `start` is called for each piece of work that is added, and a worker calls `work` for each.
    `finish` takes pairs that have outcomes. Once `is_stopping` says so, nothing more is sent.
    """

    relations: AsyncPatientRelations = field(converter=patient)
    association: Association
    finish: AsyncFunction[[Sequence[AsyncPairJob]], None]
    start: Callable[[], None] = lambda: None
    is_stopping: Callable[[], bool] = lambda: False
    details: bool = False
    _queue: deque[AsyncPairJob] = field(init=False, factory=deque)
    size: ClassVar[int] = 1  # the number of pairs in the next request

    def add(self, *jobs: AsyncPairJob) -> None:
        """Add pairs."""
        for job in jobs:
            self._queue.append(job)
            self.start()

    def flush(self, job: AsyncPairJob | None = None) -> None:
        """Start the pairs that wait for others: all, or those from `job` on if it is the first."""

    async def work(self) -> bool:
        """Ensure the next pair; return False if there is none."""
        for job in removed(self._queue):
            try:
                if not self.is_stopping():
                    await self.ensure(job)
                    await self.finish([job])
            finally:
                job.finish(None)
            return True
        return False

    async def ensure(self, job: AsyncPairJob) -> Outcome:
        """Set and return the outcome of a pair, from a listing or by a request."""
        try:
            return await self.listed(job) or job.settle(
                *await self.relations.relate(self.association.id, job.ids, details=self.details)
            )
        except errors.AssociationsError as error:
            return job.settle("failed", error=error)

    async def listed(self, job: AsyncPairJob) -> Outcome | None:
        """Set and return the outcome of a pair that the listing of its record contains."""
        listing = job.listing
        if listing is None:
            return None
        async with listing.lock:
            while job.ids not in listing.relation_ids and listing.is_worth_reading:
                try:
                    page = await self.relations.list(
                        listing.record_id,
                        association_ids=[self.association.id],
                        skip=listing.pages.skip,
                        limit=listing.pages.limit,
                    )
                except errors.AssociationsError:  # the request for the pair will show the cause
                    listing.pages.has_next = False
                else:
                    listing.add(page)
            relation_id = listing.relation_ids.get(job.ids)
        return None if relation_id is None else job.settle("existing", relation_id or None)


def removed(queue: deque[AsyncPairJob]) -> Iterator[AsyncPairJob]:
    """Remove and yield the first of a queue until it is empty; several threads may do so."""
    with suppress(IndexError):
        while True:
            yield queue.popleft()
