"""The plan of `replace`: which relations of a record are created, deleted and kept."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Literal

from attrs import frozen

from facade._core.calls import path_segment
from facade._core.matching import id_to_delete
from facade.models import Association, Relation

Side = Literal["first", "second"]


@frozen(kw_only=True)
class Plan:
    """The changes of `replace`; str() gives a readable summary.

    They are done if `applied`, and then the record has the wanted relations. After a `replace` that
    others contradicted it is False, and the changes are those that are left.

    `creates` are ids of records to relate to. `deletes` and `kept` are existing relations. `side`
    is the record's side; None if it is unknown and nothing has to be created.
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
        lines += [f"  - {one.other(self.record_id)} (relation {one.id})" for one in self.deletes]
        return "\n".join(lines)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to change."""
        return not self.creates and not self.deletes

    def pair(self, other_id: str) -> tuple[str, str]:
        """Return the record and another one as (first, second)."""
        first = self.side == "first"
        return (self.record_id, other_id) if first else (other_id, self.record_id)


def checked_ids(record_id: str, other_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the other ids, each once.

    Raises TypeError for text instead of an iterable of ids, ValueError for an invalid id.
    """
    if isinstance(other_ids, str):
        raise TypeError("other_ids must be an iterable of ids: pass a single id as [id]")
    wanted = tuple(dict.fromkeys(other_ids))
    for one in (record_id, *wanted):
        checked_id(one)
    return wanted


def checked_id(one: object) -> None:
    """Raise ValueError if it is no id of a record."""
    if not isinstance(one, str) or not one.strip():
        raise ValueError(f"a record id must be text, not {one!r}")
    path_segment(one)


def side_of_record(
    relations: list[Relation], record_id: str, association: Association
) -> Side | None:
    """Return the side of a record in its relations; None if there are none, or both sides.

    The record's object key in the relation determines it: HighLevel may list it on either side.
    """
    found: set[Side] = set()
    for one in relations:
        if record_id in (one.first_record_id, one.second_record_id):
            is_first = one.first_record_id == record_id
            object_key = one.first_object_key if is_first else one.second_object_key
            side: Side = "first" if is_first else "second"
            with suppress(ValueError):  # the object is on neither side
                side = side if object_key is None else association.side_of(object_key)
            found.add(side)
    return found.pop() if len(found) == 1 else None


def checked_side(
    side: Side | None, record_id: str, association: Association, existing: list[Relation]
) -> Side | None:
    """Return a side, or that which the relations show.

    Raises ValueError if it is none, if they show another, or where they cannot show it.
    """
    if side not in ("first", "second", None):
        raise ValueError(f"side must be 'first' or 'second', not {side!r}")
    if _is_symmetric(association):
        if side is None:
            name = _name_of(association)
            raise ValueError(f"{name} has one object on both sides: pass side='first' or 'second'")
        return side
    found = side_of_record(existing, record_id, association)
    if side and found and side != found:
        raise ValueError(f"record {record_id!r} is on side {found} in its relations, not {side}")
    return side or found


def _is_symmetric(association: Association) -> bool:
    return association.first_object_key == association.second_object_key


def _name_of(association: Association) -> str:
    return f"association {association.key or association.id!r}"


def plan_for(
    record_id: str,
    association: Association,
    wanted: tuple[str, ...],
    side: Side | None,
    existing: list[Relation],
) -> Plan:
    """Compare the existing relations with the wanted ones.

    Raises ValueError if one must be created and the side of the record is unknown.
    """
    missing = dict.fromkeys(wanted)
    is_symmetric = _is_symmetric(association)
    kept, deletes = list[Relation](), list[Relation]()
    # One may move to the next page, and change, while they are read.
    for relation in {one.id or one: one for one in existing}.values():
        is_on_side = side is None or getattr(relation, f"{side}_record_id") == record_id
        if record_id not in relation.record_ids or (is_symmetric and not is_on_side):
            continue
        other = relation.other(record_id)
        if other in missing:
            del missing[other]
            kept.append(relation)
        else:
            id_to_delete(relation)  # an error now, before anything is changed
            deletes.append(relation)
    if missing and side is None:
        raise ValueError(
            f"record {record_id!r} has no relations under {_name_of(association)} that show its "
            f"side: pass side=association.side_of(...) with its object key, "
            f"{association.first_object_key} or {association.second_object_key}"
        )
    return Plan(
        record_id=record_id,
        association=association,
        side=side,
        creates=tuple(missing),
        deletes=tuple(deletes),
        kept=tuple(kept),
    )
