# Generated from facade/bulk/_async/shard.py by `make generate`: edit that file instead.
"""A shard: pairs that are ensured one after the other, such as in a worker on another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen
from facade.bulk.listings import Listings, count_records
from facade.bulk.outcomes import Outcome, record_ids, usable_ids
from facade.bulk.threads import Lock
from facade.errors import AssociationsError, DuplicateRelationError, RelationLimitError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from facade.bulk.listings import Listing
    from facade.bulk.outcomes import Pair
    from facade.models import Association

    from facade import AssociationsClient

BULK_DEADLINE = 300.0  # seconds for a call; longer, because a long run must survive an outage


def patient(client: AssociationsClient) -> AssociationsClient:
    return client.with_options(deadline=BULK_DEADLINE, max_backoff=20.0)


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
    pairs = list(pairs)
    ensurer = Ensurer(client, association, details)
    found = [usable_ids(pair, association) for pair in pairs]
    listings = Listings(Lock, count_records(ids for ids in found if ids))
    outcomes: list[Outcome] = []
    for index, (pair, ids) in enumerate(zip(pairs, found, strict=True), start):
        outcomes.append(ensurer.ensure(index, pair, ids and listings.for_pair(ids)))
        if outcomes[-1].is_fatal:
            break
    return outcomes


@frozen
class Ensurer:
    """Ensures relations under one association, each with as few requests as possible."""

    client: AssociationsClient
    association: Association
    details: bool

    def ensure(self, index: int, pair: Pair, shared: Listing[Lock] | None = None) -> Outcome:
        """Ensure the relation of a pair; `shared` is the listing of a record that it shares."""
        outcome = Outcome(index=index, first_record_id="", second_record_id="", status="failed")
        try:
            ids = first, second = record_ids(pair, self.association)
        except ValueError as error:
            return evolve(outcome, error=error)
        outcome = evolve(outcome, first_record_id=first, second_record_id=second)
        try:
            return self.listed(index, ids, shared) or self._send(outcome)
        except AssociationsError as error:
            return evolve(outcome, error=error)

    def listed(
        self, index: int, ids: tuple[str, str], shared: Listing[Lock] | None
    ) -> Outcome | None:
        """Return the outcome of a pair that a listing contains; None for any other."""
        known = None if shared is None else self._listed_relation_id(ids, shared)
        if known is None:
            return None
        first, second = ids
        return Outcome(
            index=index,
            first_record_id=first,
            second_record_id=second,
            status="existing",
            relation_id=known or None,
        )

    def _send(self, outcome: Outcome) -> Outcome:
        relations, association_id = patient(self.client).relations, self.association.id
        first, second = outcome.first_record_id, outcome.second_record_id
        if not self.details:
            try:
                relation = relations.create(
                    association_id, first_record_id=first, second_record_id=second
                )
                return evolve(outcome, status="created", relation_id=relation.id)
            except DuplicateRelationError:
                return evolve(outcome, status="existing")
            except RelationLimitError:
                pass  # also raised if the relation exists: `ensure` looks it up
        relation, created = relations.ensure(
            association_id, first_record_id=first, second_record_id=second
        )
        made = evolve(outcome, status="created", relation_id=relation.id)
        return made if created else evolve(made, status="existing")

    def _listed_relation_id(self, ids: tuple[str, str], shared: Listing[Lock]) -> str | None:
        """Return the id of a pair's relation, empty text if it is listed without an id.

        Returns None if the relation is not listed, or if listing costs too much.
        """
        with shared.lock:
            while ids not in shared.relation_ids and shared.is_worth_reading:
                try:
                    page = self.client.relations.list(
                        shared.record_id,
                        association_ids=[self.association.id],
                        skip=shared.pages.skip,
                        limit=shared.pages.limit,
                    )
                except AssociationsError:  # the request for the pair itself will show the cause
                    shared.abandon()
                else:
                    shared.add(page)
            return shared.relation_ids.get(ids)
