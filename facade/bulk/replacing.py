"""replace: give a record exactly these relations, with the fewest creates and deletes."""

import re
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Literal

from attrs import evolve, frozen

from facade import AssociationsClient, errors
from facade.models import Association, Relation

Side = Literal["first", "second"]


@frozen(kw_only=True)
class Plan:
    """What `replace` changes, or would change unless it is `applied`; print it to read it.

    `creates` are ids of records to relate to. `deletes` and `kept` are relations that existed.
    `side` is the record's side; None if nothing shows it and nothing is to be created.
    """

    record_id: str
    association: Association
    side: Side | None
    creates: tuple[str, ...]
    deletes: tuple[Relation, ...]
    kept: tuple[Relation, ...]
    applied: bool = False

    def __str__(self) -> str:
        name = self.association.key or self.association.id
        side = f" as {self.side}" if self.side else ""
        to = "" if self.applied else "to be "
        counts = f"{len(self.creates)} {to}created, {len(self.deletes)} {to}deleted"
        lines = [f"{name} of {self.record_id}{side}: {counts}, {len(self.kept)} kept"]
        lines += [f"  + {other}" for other in self.creates]
        for relation in self.deletes:
            lines.append(f"  - {relation.other(self.record_id)} (relation {relation.id})")
        return "\n".join(lines)

    def pair(self, other_id: str) -> tuple[str, str]:
        """Return the record and another one as the association's first and second."""
        if self.side == "first":
            return self.record_id, other_id
        return other_id, self.record_id


def replace(
    client: AssociationsClient,
    record_id: str,
    association: Association,
    other_ids: Iterable[str],
    *,
    side: Side | None = None,
    dry_run: bool = False,
) -> Plan:
    """Make a record's relations under an association exactly those to `other_ids`.

    `side` is the record's side: `association.side_of("contact")`, or "first" or "second" for an
    association of an object with itself, where relations on the other side are left alone. Without
    it, the existing relations show the side; ValueError if there are none. With `dry_run` nothing
    is changed. Repeating it does no harm, also after an error, whose notes say what was done.
    """
    wanted = _checked_ids(record_id, other_ids)
    if side not in ("first", "second", None):
        raise ValueError(f"side must be 'first' or 'second', not {side!r}")
    name = f"association {association.key or association.id!r}"
    is_symmetric = association.first_object_key == association.second_object_key
    if side is None and is_symmetric:
        raise ValueError(f"{name} has one object on both sides: pass side='first' or 'second'")
    existing = list(client.relations.iterate(record_id, association_ids=[association.id]))
    found = None if is_symmetric else _side_in(existing, record_id)
    if side and found and side != found:
        raise ValueError(f"record {record_id!r} is {found} in its relations, not {side}")
    plan = _plan(record_id, association, wanted, side or found, existing)
    if plan.creates and plan.side is None:
        raise ValueError(
            f"record {record_id!r} has no relations under {name} that show its side: pass "
            f"side=association.side_of(...) with its object key, {association.first_object_key} "
            f"or {association.second_object_key}"
        )
    if dry_run:
        return plan
    _Execution(client, plan).run()
    return evolve(plan, applied=True)


def _checked_ids(record_id: str, other_ids: Iterable[str]) -> tuple[str, ...]:
    if isinstance(other_ids, str):
        raise TypeError("other_ids must be an iterable of ids: put a single id in a list")
    wanted = tuple(dict.fromkeys(other_ids))
    given: list[object] = [record_id, *wanted]
    for one in given:
        if not isinstance(one, str) or not one.strip():
            raise ValueError(f"a record id must be text, not {one!r}")
    return wanted


def _record_on(relation: Relation, side: Side) -> str | None:
    return relation.first_record_id if side == "first" else relation.second_record_id


def _side_in(relations: list[Relation], record_id: str) -> Side | None:
    """Return the side that a record has in its relations; None if it has none, or both."""
    sides: tuple[Side, Side] = ("first", "second")
    found: list[Side] = [
        side for side in sides if any(_record_on(one, side) == record_id for one in relations)
    ]
    return found[0] if len(found) == 1 else None


def _plan(
    record_id: str,
    association: Association,
    wanted: tuple[str, ...],
    side: Side | None,
    existing: list[Relation],
) -> Plan:
    missing = dict.fromkeys(wanted)
    kept: list[Relation] = []
    deletes: list[Relation] = []
    for relation in existing:
        if side is None or _record_on(relation, side) != record_id:
            continue
        other = relation.other(record_id)
        if other in missing:
            del missing[other]
            kept.append(relation)
        elif relation.id:
            deletes.append(relation)
        else:
            raise errors.ContractError(f"the relation to {other} has no id to delete it by")
    return Plan(
        record_id=record_id,
        association=association,
        side=side,
        creates=tuple(missing),
        deletes=tuple(deletes),
        kept=tuple(kept),
    )


class _Execution:
    """Applies a plan, and keeps account of what is left of it."""

    def __init__(self, client: AssociationsClient, plan: Plan) -> None:
        self._relations = client.relations
        self._plan = plan
        self._created = 0
        self._pending = deque(plan.deletes)

    def run(self) -> None:
        """Create, then delete: an interrupted run leaves too many relations, never too few.

        A delete comes first only if a limit leaves no room, and is undone if the create fails.
        """
        plan = self._plan
        try:
            for other in plan.creates:
                self._create(other)
                self._created += 1
            while self._pending:
                self._delete_next()
        except errors.AssociationsError as error:
            deleted = len(plan.deletes) - len(self._pending)
            error.add_note(
                f"{self._created} of {len(plan.creates)} were created and {deleted} of "
                f"{len(plan.deletes)} deleted; calling replace again does the rest"
            )
            raise

    def _create(self, other: str) -> None:
        """Relate the record to another one; delete as many relations as it needs room for."""
        deleted: list[Relation] = []
        try:
            while not self._has_created(other):
                deleted.append(self._delete_next())
        except errors.AssociationsError as error:
            for relation in deleted:
                self._restore(relation, error)
            raise

    def _has_created(self, other: str) -> bool:
        """Relate the record to another one; False if it is full and has a relation to delete."""
        try:
            self._ensure(other)
        except errors.RelationLimitError as error:
            # If the other record is the full one, deleting relations of this one is of no use.
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
        with suppress(errors.NotFoundError):  # someone else deleted it
            self._relations.delete(self._pending[0].id)
        return self._pending.popleft()

    def _restore(self, relation: Relation, error: errors.AssociationsError) -> None:
        other = relation.other(self._plan.record_id)
        try:
            self._ensure(other)
        except errors.AssociationsError as failure:
            error.add_note(f"{other} was deleted for it and could not be restored: {failure}")
        else:
            self._pending.append(relation)
