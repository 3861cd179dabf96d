"""areplace: replace the relations of a record, with the fewest creates and deletes."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress

from attrs import evolve

from facade import errors
from facade._async.client import AsyncAssociationsClient
from facade._core.concurrency import async_sleep
from facade._core.matching import PAGE_SIZE, checked_association
from facade._core.paging import Paginator
from facade.bulk._async.many import strategy_of
from facade.bulk._async.one_by_one import AsyncPatientRelations, AsyncWork
from facade.bulk.outcomes import checked_batch
from facade.bulk.pairs import PairJob
from facade.bulk.plan import Plan, Side, checked_ids, checked_side, plan_for
from facade.models import Association, Relation

# Seconds before each look at the result. The first may be too early, as HighLevel lists changes
# with a delay; the last one decides; after those between, what is left is changed, too.
_WAITS = (0.0, 1.0, 2.0, 3.0)
_MAX_READINGS = 4


async def areplace(
    client: AsyncAssociationsClient,
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
    `dry_run`, nothing is changed. The relations are read again at the end, and what others changed
    meanwhile is changed again, twice at most: then `applied` of the plan is False, and the plan is
    what is left. It is safe to repeat the call, also after an error, whose notes say what was done.
    `batch` is experimental, as in `aensure_many`: up to `batch` relations are
    created with one request, of an operation that HighLevel does not publish.
    """
    relations, batch = AsyncPatientRelations.of(client), checked_batch(batch)
    wanted = checked_ids(record_id, other_ids)
    existing, _ = await _read(relations, record_id, checked_association(association))
    side = checked_side(side, record_id, association, existing)
    plan = plan_for(record_id, association, wanted, side, existing)
    if dry_run:
        return plan
    await AsyncExecution(relations, plan, batch).run()
    left = plan
    for wait in _WAITS:
        await async_sleep(wait)
        existing, is_stable = await _read(relations, record_id, association)
        left = plan_for(record_id, association, wanted, side, existing)
        if left.is_empty and is_stable:
            return evolve(plan, applied=True)
        if 0 < wait < _WAITS[-1]:
            await AsyncExecution(relations, left, batch).run()
            creates, deletes = plan.creates + left.creates, plan.deletes + left.deletes
            plan = evolve(plan, creates=creates, deletes=deletes)
    return left


async def _read(
    source: AsyncPatientRelations, record_id: str, association: Association
) -> tuple[list[Relation], bool]:
    """Read the relations of a record, and again while others change them.

    Between two pages, a deletion moves a relation to a page that was read already. The result is
    stable if each page has the same total, and all of it is there, or if two readings agree.
    """
    before: set[Relation] | None = None
    relations: list[Relation] = []
    for _ in range(_MAX_READINGS):
        relations, totals = [], set[int | None]()
        pages: Paginator[Relation] = Paginator(PAGE_SIZE)
        while pages.has_next:
            relations += await source.read(record_id, association.id, pages)
            totals.add(pages.total)
        if totals == {pages.skip} or before == set(relations):
            return relations, True
        before = set(relations)
    return relations, False


class AsyncExecution:
    """Applies a plan, and counts what is done."""

    def __init__(self, relations: AsyncPatientRelations, plan: Plan, batch: int | None) -> None:
        self._relations = relations
        self._plan = plan
        self._work = deque[AsyncWork]()
        # After a refusal, only a relation that is found exists.
        self._strategy = strategy_of(batch, len(plan.creates))(
            relations, plan.association, self._finish, details=True, start=self._work.append
        )
        self._created = 0
        self._pending = deque(plan.deletes)

    async def run(self) -> None:
        """Create, then delete, so that an interrupted run leaves too many relations, never too few.

        A relation is deleted first only if a limit leaves no room; it is restored if the create
        fails.
        """
        plan = self._plan
        try:
            for index, other in enumerate(plan.creates):
                self._strategy.add(PairJob(index, plan.pair(other)))
            self._strategy.flush()
            while self._work:
                await self._work.popleft()()
            while self._pending:
                await self._delete_next()
        except errors.AssociationsError as error:
            deleted = len(plan.deletes) - len(self._pending)
            error.add_note(
                f"{self._created} of {len(plan.creates)} were created and {deleted} of "
                f"{len(plan.deletes)} deleted; call replace again to complete it"
            )
            raise

    async def _finish(self, jobs: Sequence[PairJob]) -> None:
        """Count the created relations; for one without room, delete others and try again."""
        for job in (job for job in jobs if job.outcome):
            deleted: list[Relation] = []
            try:
                while job.outcome is not None and (error := job.outcome.error) is not None:
                    if not self._may_help(error, self._plan.creates[job.index]):
                        raise error
                    deleted.append(await self._delete_next())
                    await self._strategy.ensure(job)
            except errors.AssociationsError as failure:
                for relation in deleted:
                    await self._restore(relation, failure)
                raise
            self._created += 1

    def _may_help(self, error: Exception, other: str) -> bool:
        """Return whether a create may succeed after a delete: not if the other record is full."""
        if not isinstance(error, errors.RelationLimitError) or not self._pending:
            return False
        said = " ".join(error.messages)
        return re.search(rf"(?<!\w){re.escape(other)}(?!\w)", said) is None

    async def _delete_next(self) -> Relation:
        with suppress(errors.NotFoundError):  # already deleted
            await self._relations.delete(self._pending[0].id)
        return self._pending.popleft()

    async def _restore(self, relation: Relation, error: Exception) -> None:
        other = relation.other(self._plan.record_id)
        outcome = await self._strategy.ensure(PairJob(-1, self._plan.pair(other)))
        if outcome.error is None:
            self._pending.append(relation)
        else:
            error.add_note(f"the relation to {other} was deleted and not restored: {outcome.error}")
