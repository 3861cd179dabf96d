"""Compares found items with requested ones, whose sides HighLevel may have swapped."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from facade._core.retry import is_duplicate
from facade.errors import AssociationConflictError, AssociationsError, RelationLimitError
from facade.models import Association, Ensured, Relation

PAGE_SIZE = 100  # of the lists that are searched
_LIMIT = r"(?i)limit\s*\[(\d{1,9})\].*?record\s*\[([^\]]*)\]"


# Associations: HighLevel may swap the sides of an association, keys and labels together.


def checked_association(value: object) -> Association:
    """Return an association; raise TypeError for another object, such as an Ensured."""
    if isinstance(value, Association):
        return value
    kind = type(value).__name__
    hint = ": pass its item" if kind == Ensured.__name__ else ""
    raise TypeError(f"association must be an Association, not {kind}{hint}")


def is_requested(found: Association, body: Mapping[str, Any]) -> bool:
    """Return whether an association is the one that the body of a request describes."""
    sides = [
        (found.first_object_key, found.first_object_label),
        (found.second_object_key, found.second_object_label),
    ]
    first = (body["firstObjectKey"], body["firstObjectLabel"])
    second = (body["secondObjectKey"], body["secondObjectLabel"])
    return sides in ([first, second], [second, first])


def with_objects(association: Association, first: str, second: str) -> Association:
    """Return an association if it joins these objects; otherwise raise AssociationConflictError."""
    joined = (association.first_object_key, association.second_object_key)
    if joined not in ((first, second), (second, first)):
        raise AssociationConflictError(
            f"the key {association.key} belongs to an association of {joined[0]} and {joined[1]}, "
            f"not of {first} and {second}: choose another key"
        )
    return association


# Relations: HighLevel may list a relation with its records in the other order.


def filter_by_association(
    relations: tuple[Relation, ...], ids: tuple[str, ...] | None
) -> tuple[Relation, ...]:
    """Keep the relations under these associations, because the server may ignore the filter."""
    if ids is None:
        return relations
    return tuple(one for one in relations if one.association_id in (*ids, None))


class RelationSearch:
    """A search for the relation of two records, after the `error` of its creation."""

    def __init__(self, first: str, second: str, error: AssociationsError) -> None:
        self.first = first
        self.second = second
        self.error = error
        self._found: Relation | None = None
        self._swapped: Relation | None = None
        self._counted = Counter[str]()  # relations read so far, by record
        is_limit = isinstance(error, RelationLimitError)
        reason = re.search(_LIMIT, str(error)) if is_limit else None
        self._limit, self._limited = (int(reason[1]), reason[2]) if reason else (0, "")

    @property
    def records(self) -> list[str]:
        """The records whose relations are listed; the one that the error names is first."""
        both = [self.first, self.second]
        return both[::-1] if self._limited == self.second else both

    def is_in(self, record_id: str, relations: Iterable[Relation]) -> bool:
        """Search the next relations of a record; return whether the relation is among them."""
        for one in relations:
            self._counted[record_id] += 1
            if {*one.record_ids} == {self.first, self.second}:
                if not self._may_be_another(one):
                    self._found = one
                    return True
                self._swapped = one
        return False

    @property
    def found(self) -> Relation | None:
        """The relation; one with swapped records only if no other relation can match."""
        return self._found or (self._swapped if is_duplicate(self.error) else None)

    @property
    def may_lag(self) -> bool:
        """Whether a list without the relation may contain it some seconds later.

        Not if the record has reached its limit without it.
        """
        if isinstance(self.error, RelationLimitError):
            most = min(self._limit, PAGE_SIZE)  # the first page is enough for a higher limit
            return not most or self._counted[self._limited] < most
        return is_duplicate(self.error) or self.error.outcome_unknown

    def _may_be_another(self, found: Relation) -> bool:
        """Return whether it is another relation, whose records are of one object and swapped."""
        is_swapped = found.first_record_id == self.second != self.first
        return is_swapped and found.first_object_key == found.second_object_key is not None
