"""Whether what was found is what was meant, whichever side HighLevel stores or lists it on."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from facade.errors import (
    APIStatusError,
    AssociationConflictError,
    AssociationsError,
    BadRequestError,
    DuplicateAssociationError,
    DuplicateRelationError,
    RelationLimitError,
)
from facade.models import Association, Ensured, Relation

PAGE_SIZE = 100  # of the lists that are looked through
_LIMIT = r"(?i)limit\s*\[(\d{1,9})\].*?record\s*\[([^\]]*)\]"


def may_exist(error: AssociationsError) -> bool:
    """Return whether a refusal may mean that what was to be created exists already."""
    return isinstance(error, BadRequestError) or (
        isinstance(error, APIStatusError) and error.status_code == 409
    )


def is_said_to_exist(error: AssociationsError) -> bool:
    """Return whether a refusal says that what was to be created exists already."""
    return isinstance(error, DuplicateAssociationError | DuplicateRelationError)


# Associations: HighLevel may store one with its sides swapped, keys and labels together.


def checked_association(value: object) -> Association:
    """Return an association; TypeError for another object, such as the Ensured around one."""
    if isinstance(value, Association):
        return value
    kind = type(value).__name__
    hint = ": give its item" if kind == Ensured.__name__ else ""
    raise TypeError(f"association must be an Association, not {kind}{hint}")


def is_requested(found: Association, body: Mapping[str, Any]) -> bool:
    """Return whether an association is the one that a body asks for."""
    sides = [
        (found.first_object_key, found.first_object_label),
        (found.second_object_key, found.second_object_label),
    ]
    first = (body["firstObjectKey"], body["firstObjectLabel"])
    second = (body["secondObjectKey"], body["secondObjectLabel"])
    return sides in ([first, second], [second, first])


def with_objects(association: Association, first: str, second: str) -> Association:
    """Return an association that joins these objects; AssociationConflictError for any other."""
    joined = (association.first_object_key, association.second_object_key)
    if joined not in ((first, second), (second, first)):
        raise AssociationConflictError(
            f"the key {association.key} belongs to an association of {joined[0]} and {joined[1]}, "
            f"not of {first} and {second}: choose another key"
        )
    return association


# Relations: HighLevel may list one with its records in the other order.


def filter_by_association(
    relations: tuple[Relation, ...], ids: tuple[str, ...] | None
) -> tuple[Relation, ...]:
    """Keep the relations under these associations: that the server filters is not proven."""
    if ids is None:
        return relations
    return tuple(one for one in relations if one.association_id in (*ids, None))


class RelationSearch:
    """A look for the relation of two records, which may exist, as `error` says."""

    def __init__(self, first: str, second: str, error: AssociationsError) -> None:
        self.first = first
        self.second = second
        self.error = error
        self._found: Relation | None = None
        self._swapped: Relation | None = None
        self._counted = Counter[str]()  # by record: its relations so far
        is_limit = isinstance(error, RelationLimitError)
        reason = re.search(_LIMIT, str(error)) if is_limit else None
        self._limit, self._limited = (int(reason[1]), reason[2]) if reason else (0, "")

    @property
    def records(self) -> list[str]:
        """The records whose relations are listed: first the one whose list says most."""
        both = [self.first, self.second]
        return both[::-1] if self._limited == self.second else both

    def is_in(self, record_id: str, relations: Iterable[Relation]) -> bool:
        """Look at the next relations of a record; return whether the one in question is there."""
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
        """The relation; in the other order only where that cannot be another one, or must be it."""
        return self._found or (self._swapped if is_said_to_exist(self.error) else None)

    @property
    def may_lag(self) -> bool:
        """Whether a list that does not show the relation may do so some seconds later.

        Not where the limit is reached without it.
        """
        if isinstance(self.error, RelationLimitError):
            most = min(self._limit, PAGE_SIZE)  # a page shows enough of a higher limit
            return not most or self._counted[self._limited] < most
        return is_said_to_exist(self.error) or self.error.outcome_unknown

    def _may_be_another(self, found: Relation) -> bool:
        """Return whether records of one object stand in the other order: each order has its own."""
        is_swapped = found.first_record_id == self.second != self.first
        return is_swapped and found.first_object_key == found.second_object_key is not None
