# Generated from facade/bulk/_async/replacing.py by `make generate`: edit that file instead.
"""areplace: replace the relations of a record, with the fewest creates and deletes."""

from __future__ import annotations

import re
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import evolve
from facade.bulk.batches import checked_batch
from facade.bulk.outcomes import require_client
from facade.bulk.plan import checked_ids, plan_for, side_of_record

from facade import errors
from facade._sync.client import AssociationsClient
from facade.bulk._sync.batching import Batches
from facade.bulk._sync.shard import Ensurer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from facade.bulk.plan import Plan, Side
    from facade.models import Association, Relation


def replace(
    client: AssociationsClient,
    record_id: str,
    association: Association,
    other_ids: Iterable[str],
    *,
    side: Side | None = None,
    dry_run: bool = False,
    batch: int | None = None,
) -> Plan:
    """Make a record's relations under an association exactly those to `other_ids`.

    `side` is the record's side: `association.side_of("contact")`, or "first" or "second" for an
    association of an object with itself, where relations on the other side are not changed. If it
    is None, the existing relations determine the side; raises ValueError if there are none. With
    `dry_run`, nothing is changed. It is safe to repeat the call, also after an error, whose notes
    say what was done. `batch` is experimental, as in `aensure_many`: up to `batch` relations are
    created with one request, of an operation that HighLevel does not publish.
    """
    require_client(client, AssociationsClient)
    batch = checked_batch(batch)
    wanted = checked_ids(record_id, other_ids)
    if side not in ("first", "second", None):
        raise ValueError(f"side must be 'first' or 'second', not {side!r}")
    name = f"association {association.key or association.id!r}"
    is_symmetric = association.first_object_key == association.second_object_key
    if side is None and is_symmetric:
        raise ValueError(f"{name} has one object on both sides: pass side='first' or 'second'")
    related = client.relations.iterate(record_id, association_ids=[association.id])
    existing = [relation for relation in related]
    found = None if is_symmetric else side_of_record(existing, record_id, association)
    if side and found and side != found:
        raise ValueError(f"record {record_id!r} is on side {found} in its relations, not {side}")
    plan = plan_for(record_id, association, wanted, side or found, existing)
    if plan.creates and plan.side is None:
        raise ValueError(
            f"record {record_id!r} has no relations under {name} that show its side: pass "
            f"side=association.side_of(...) with its object key, {association.first_object_key} "
            f"or {association.second_object_key}"
        )
    if dry_run:
        return plan
    Execution(client, plan, batch).run()
    return evolve(plan, applied=True)


class Execution:
    """Applies a plan, and counts what is done."""

    def __init__(self, client: AssociationsClient, plan: Plan, batch: int | None) -> None:
        self._relations = client.relations
        self._plan = plan
        ensurer = Ensurer(client, plan.association, details=False)
        self._batches = Batches(ensurer, batch or 1)
        self._created = 0
        self._pending = deque(plan.deletes)

    def run(self) -> None:
        """Create, then delete, so that an interrupted run leaves too many relations, never too few.

        A relation is deleted first only if a limit leaves no room; it is restored if the create
        fails.
        """
        plan = self._plan
        try:
            together = self._batches.create(map(plan.pair, plan.creates))
            self._created = len(together)
            for other in plan.creates:
                if plan.pair(other) not in together:
                    self._create(other)
                    self._created += 1
            while self._pending:
                self._delete_next()
        except errors.AssociationsError as error:
            deleted = len(plan.deletes) - len(self._pending)
            error.add_note(
                f"{self._created} of {len(plan.creates)} were created and {deleted} of "
                f"{len(plan.deletes)} deleted; call replace again to complete it"
            )
            raise

    def _create(self, other: str) -> None:
        """Relate the record to another one; delete relations if a limit leaves no room."""
        deleted: list[Relation] = []
        try:
            while not self._try_create(other):
                deleted.append(self._delete_next())
        except errors.AssociationsError as error:
            for relation in deleted:
                self._restore(relation, error)
            raise

    def _try_create(self, other: str) -> bool:
        """Relate the record to another one; return False if a relation must be deleted first."""
        try:
            self._ensure(other)
        except errors.RelationLimitError as error:
            # If the other record is at its limit, deleting relations of this one does not help.
            is_other = re.search(rf"(?<!\w){re.escape(other)}(?!\w)", " ".join(error.messages))
            if is_other or not self._pending:
                raise
            return False
        return True

    def _ensure(self, other: str) -> None:
        first, second = self._plan.pair(other)
        self._relations.ensure(
            self._plan.association.id, first_record_id=first, second_record_id=second
        )

    def _delete_next(self) -> Relation:
        with suppress(errors.NotFoundError):  # already deleted
            self._relations.delete(self._pending[0].id)
        return self._pending.popleft()

    def _restore(self, relation: Relation, error: errors.AssociationsError) -> None:
        other = relation.other(self._plan.record_id)
        try:
            self._ensure(other)
        except errors.AssociationsError as failure:
            error.add_note(f"the relation to {other} was deleted and not restored: {failure}")
        else:
            self._pending.append(relation)
