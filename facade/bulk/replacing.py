"""replace: give a record exactly these relations, by the smallest set of creates and deletes."""

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
    """What `replace` changes, or would change where it is not `applied`; print it to read it.

    `creates` are the records to relate to. `deletes` and `kept` are relations that were there.
    `side` is where the record stands; None where nothing told it and nothing is to be created.
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
        place = f" as {self.side}" if self.side else ""
        to = "" if self.applied else "to be "
        counts = f"{len(self.creates)} {to}created, {len(self.deletes)} {to}deleted"
        lines = [f"{name} of {self.record_id}{place}: {counts}, {len(self.kept)} kept"]
        lines += [f"  + {other}" for other in self.creates]
        for relation in self.deletes:
            lines.append(f"  - {relation.other(self.record_id)} (relation {relation.id})")
        return "\n".join(lines)

    def pair(self, other_id: str) -> tuple[str, str]:
        """Order the record and another one as the association's first and second."""
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

    `side` is where the record stands: `association.side_of("contact")`, or "first" or "second"
    for an association of an object with itself, where the other side's relations are left alone.
    Without it the relations that are there tell; ValueError where there are none. With `dry_run`
    nothing is changed. Doing it twice is fine, and so is doing it again after an error, whose
    notes say how far it came.
    """
    wanted = _wanted(record_id, other_ids)
    if side not in ("first", "second", None):
        raise ValueError(f"side is 'first' or 'second', not {side!r}")
    same = association.first_object_key == association.second_object_key
    if side is None and same:
        raise ValueError(
            f"{_named(association)} has one object twice: say side='first' or 'second'"
        )
    found = list(client.relations.iterate(record_id, association_ids=[association.id]))
    seen = None if same else _side(record_id, found)
    if side and seen and side != seen:
        raise ValueError(f"record {record_id!r} is the {seen} one of its relations, not the {side}")
    plan = _plan(record_id, association, wanted, side or seen, found)
    if plan.creates and plan.side is None:
        raise ValueError(
            f"record {record_id!r} has no relations under {_named(association)} that tell its "
            f"side: say side=association.side_of(...) with its object key, "
            f"{association.first_object_key} or {association.second_object_key}"
        )
    return plan if dry_run else _apply(client, plan)


def _wanted(record_id: str, other_ids: Iterable[str]) -> tuple[str, ...]:
    if isinstance(other_ids, str):
        raise TypeError("other_ids are several ids, not one text: put it in a list")
    wanted = tuple(dict.fromkeys(other_ids))
    given: list[object] = [record_id, *wanted]
    for one in given:
        if not isinstance(one, str) or not one.strip():
            raise ValueError(f"a record id is text, not {one!r}")
    return wanted


def _named(association: Association) -> str:
    return f"association {association.key or association.id!r}"


def _on(relation: Relation, side: Side) -> str | None:
    return relation.first_record_id if side == "first" else relation.second_record_id


def _side(record_id: str, found: list[Relation]) -> Side | None:
    sides: tuple[Side, Side] = ("first", "second")
    seen: list[Side] = [side for side in sides if any(_on(one, side) == record_id for one in found)]
    return seen[0] if len(seen) == 1 else None


def _plan(
    record_id: str,
    association: Association,
    wanted: tuple[str, ...],
    side: Side | None,
    found: list[Relation],
) -> Plan:
    missing = dict.fromkeys(wanted)
    kept: list[Relation] = []
    deletes: list[Relation] = []
    for relation in found:
        if side is None or _on(relation, side) != record_id:
            continue
        other = relation.other(record_id)
        if other in missing:
            del missing[other]
            kept.append(relation)
        elif relation.id:
            deletes.append(relation)
        else:
            raise errors.ContractError(f"the relation to {other} came without the id to delete it")
    return Plan(
        record_id=record_id,
        association=association,
        side=side,
        creates=tuple(missing),
        deletes=tuple(deletes),
        kept=tuple(kept),
    )


def _apply(client: AssociationsClient, plan: Plan) -> Plan:
    """Create, then delete: who is interrupted has too many relations, never too few.

    Only where a limit leaves no room does a delete go first, and is put back if it was in vain.
    """
    left = deque(plan.deletes)
    created = 0
    try:
        for other in plan.creates:
            _create(client, plan, other, left)
            created += 1
        while left:
            _delete(client, left[0])
            left.popleft()
    except errors.AssociationsError as error:
        deleted = len(plan.deletes) - len(left)
        error.add_note(
            f"{created} of {len(plan.creates)} were created and {deleted} of "
            f"{len(plan.deletes)} deleted; calling replace again does the rest"
        )
        raise
    return evolve(plan, applied=True)


def _create(client: AssociationsClient, plan: Plan, other: str, left: deque[Relation]) -> None:
    """Relate the record to another one, deleting as many of those left as it needs room for."""
    gone: list[Relation] = []
    try:
        while not _fits(client, plan, other, bool(left)):
            _delete(client, left[0])
            gone.append(left.popleft())
    except errors.AssociationsError as error:
        for relation in gone:
            former = relation.other(plan.record_id)
            try:
                _ensure(client, plan, former)
                left.append(relation)
            except errors.AssociationsError as why:
                error.add_note(f"{former} made room for it and could not be put back: {why}")
        raise


def _fits(client: AssociationsClient, plan: Plan, other: str, more: bool) -> bool:
    """Ensure a relation; False where the record is full and there is more to delete."""
    try:
        _ensure(client, plan, other)
    except errors.RelationLimitError as error:
        # Where the other record is the full one, nothing of ours gives it room.
        theirs = re.search(rf"(?<!\w){re.escape(other)}(?!\w)", " ".join(error.messages))
        if theirs or not more:
            raise
        return False
    return True


def _ensure(client: AssociationsClient, plan: Plan, other: str) -> None:
    first, second = plan.pair(other)
    client.relations.ensure(plan.association.id, first_record_id=first, second_record_id=second)


def _delete(client: AssociationsClient, relation: Relation) -> None:
    # Somebody else may have been quicker.
    with suppress(errors.NotFoundError):
        client.relations.delete(relation.id)
