# Generated from facade/bulk/_async/one_by_one.py by `make generate`: edit that file instead.
"""Pairs one by one: the strategy of a run without batches, and shards for task queues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Self

from attrs import define
from facade._core.calls import Lookup, path_segment
from facade._core.client_options import require_location
from facade._core.concurrency import Function
from facade._core.matching import checked_association
from facade._core.paging import Paginator
from facade._core.retry import may_be_duplicate
from facade.bulk.outcomes import Ids, Outcome, Pair, Status, status_after
from facade.bulk.pairs import Listings, PairJob, parsed
from facade.bulk.threads import Lock
from facade.models import Association, Relation

from facade import errors
from facade._core import mapping
from facade._sync.client import AssociationsClient
from facade._sync.relations import Relations

if TYPE_CHECKING:
    from facade._core.call_options import CallSettings

Work = Function[[], None]
Error = errors.AssociationsError

_FAILED = mapping.in_body(mapping.failed_entries)
# For each call, because a long run must survive an outage.
_DEADLINE, _MAX_BACKOFF = 300.0, 20.0  # seconds


class PatientRelations(Relations):
    """The relations of a client, with the limits of a run."""

    @classmethod
    def of(cls, client: object) -> Self:
        """Return the relations of a client; raise TypeError if it is of the other kind."""
        kind = AssociationsClient
        if not isinstance(client, kind):
            raise TypeError(
                f"client must be an {kind.__name__}, not {type(client).__name__}: aensure_many, "
                "areplace and arelations_of take an AsyncAssociationsClient; those without the "
                "a take an AssociationsClient"
            )
        require_location(client.location_id)
        relations = client.relations
        settings = relations._client_settings._replace(
            default_deadline=_DEADLINE, max_backoff=_MAX_BACKOFF, logs_turns=False
        )
        return cls(relations._pipeline, relations._location_id, settings)

    def read(
        self, record_id: str, association_id: str, pages: Paginator[Relation]
    ) -> tuple[Relation, ...]:
        """Read the next page of a record's relations under an association."""
        wanted = (path_segment(association_id),)
        return self._next(record_id, wanted, pages, self._client_settings)

    def relate(self, association_id: str, ids: Ids, *, details: bool) -> tuple[Status, str | None]:
        """Relate two records; return the status, and the id of the relation if it is known.

        With `details`, a relation that exists is looked up. It is `related` if an answer was lost.
        """
        call, found_after = self._creation(association_id, *ids, {}), list[Error]()
        lookup = call.lookup
        assert lookup is not None  # noqa: S101 - a creation has one

        def find(settings: CallSettings, error: Error) -> tuple[Relation | None, bool]:
            found, may_lag = lookup.find(settings, error)
            found_after.extend([error] * (found is not None))
            return found, may_lag

        call = call._replace(lookup=Lookup(find, lookup.requested))
        try:
            relation = self._pipeline.send(call)
        except errors.APIStatusError as error:
            if isinstance(error, errors.DuplicateRelationError) and not details:
                return status_after([error]), None
            # The limit of relations is told for a relation that exists, too.
            is_limit = isinstance(error, errors.RelationLimitError)
            if not (is_limit or (details and may_be_duplicate(error))):
                raise
            found = self._pipeline.look_up(call, error)
            if found is None:
                raise
            relation = found
        return status_after(found_after), relation.id

    def create_together(self, association_id: str, pairs: Iterable[Ids]) -> list[object]:
        """Relate all pairs with one request, of an operation that HighLevel does not publish.

        Returns an entry for each pair that failed. An entry has an `error`; it may not name its
        pair. Raises ContractError if a successful response has no list of entries.
        """
        # Here, because few runs need it.
        from generated_client.api.relations import create_relations as operation
        from generated_client.models import (
            CreateRelationsBody,
            CreateRelationsBodyAddItem,
        )

        add = [
            CreateRelationsBodyAddItem(
                association_id=association_id, first_record_id=first, second_record_id=second
            )
            for first, second in pairs
        ]
        request = operation.get_kwargs(
            body=CreateRelationsBody(location_id=self._location_id, add=add)
        )
        return self._send("create_relations", request, _FAILED, self._client_settings)


@define(eq=False)
class OneByOne:
    """Ensures each pair with as few requests as possible; usable by several workers at once.

    `start` takes a piece of work for a worker, and `finish` pairs, of which it records those that
    have outcomes. Once `is_stopping` says so, nothing more is sent.
    """

    relations: PatientRelations
    association: Association
    finish: Function[[Sequence[PairJob]], None]
    details: bool
    start: Callable[[Work], object] = lambda work: None
    is_stopping: Callable[[], bool] = lambda: False

    def add(self, *jobs: PairJob) -> None:
        for job in jobs:
            self.start(partial(self._work_on, job))

    def flush(self, job: object = None) -> None:
        """Start the pairs that wait for others: all, or those from `job` on if it is the first."""

    def _work_on(self, job: PairJob) -> None:
        try:
            if not self.is_stopping():
                self.ensure(job)
                self.finish([job])
        finally:
            job.finish(None)

    def ensure(self, job: PairJob) -> Outcome:
        """Set and return the outcome of a pair, from a listing or by a request."""
        try:
            return self.listed(job) or job.settle(
                *self.relations.relate(self.association.id, job.ids, details=self.details)
            )
        except errors.AssociationsError as error:
            return job.settle("failed", error=error)

    def listed(self, job: PairJob) -> Outcome | None:
        """Set and return the outcome of a pair that the listing of its record contains."""
        listing = job.listing
        if listing is None:
            return None
        with listing.lock:
            while job.ids not in listing.relation_ids and listing.is_worth_reading:
                try:
                    found = self.relations.read(
                        listing.record_id, self.association.id, listing.pages
                    )
                except errors.AssociationsError:  # the request for the pair will show the cause
                    listing.pages.has_next = False
                else:
                    listing.add(found)
            relation_id = listing.relation_ids.get(job.ids)
        return None if relation_id is None else job.settle("existing", relation_id or None)


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
    checked_association(association)
    found, outcomes = [parsed(pair, association) for pair in pairs], list[Outcome]()
    listings = Listings(Lock, found)

    def finish(jobs: Sequence[PairJob]) -> None:
        pass

    relations = PatientRelations.of(client)
    strategy = OneByOne(relations, association, finish, details)
    for index, ids in enumerate(found, start):
        job = PairJob.of(index, ids)
        job.listing = None if job.outcome else listings.for_pair(job.ids)
        outcomes.append(job.outcome or strategy.ensure(job))
        if outcomes[-1].is_fatal:
            break
    return outcomes
