"""Compares found items with requested ones, whose sides HighLevel may have swapped."""

import logging
import re
from collections import Counter
from collections.abc import Iterable
from math import inf

from attrs import evolve

from facade._core.calls import path_segment
from facade._core.paging import Paginator
from facade._core.retry import is_duplicate, may_be_duplicate
from facade.errors import (
    AssociationConflictError,
    AssociationsError,
    ContractError,
    RelationLimitError,
)
from facade.models import Association, Ensured, Page, Relation

logger = logging.getLogger("facade")

PAGE_SIZE = 100  # of the lists that are searched
# A relation may be listed at one of its records only. So the longer list is read on after the other
# one has ended without the relation, for so many pages: half a second of the limit of ten requests
# in a second. Without a bound, each lookup would read all relations of a hub.
MAX_PAGES_ALONE = 5
_LIMIT = r"(?i)limit\s*\[(\d{1,9})\].*?record\s*\[([^\]]*)\]"


# Associations: HighLevel stores their keys in lower case, but for those of system associations, and
# may swap the sides of an association, object keys and labels together.


def keys_of(key: str, *, is_stored: bool = False) -> tuple[str, ...]:
    """Return what to look up for a key: as it is given, and as it is stored.

    The stored one is first for an association that was just created.
    """
    stored = path_segment(key).lower()
    both = (stored, key) if is_stored else (key, stored)
    return both if stored != key else (key,)


def log_changed_key(key: str) -> None:
    """Log that HighLevel stores another key than the one of a new association, if it does.

    Raises TypeError or ValueError if there can be no such key.
    """
    if path_segment(key).lower() != key:
        logger.info("HighLevel stores the association key %s as %s", key, key.lower())


def checked_association(value: object) -> Association:
    """Return an association; raise TypeError for another object, such as an Ensured."""
    if isinstance(value, Association):
        return value
    kind = type(value).__name__
    hint = ": pass its item" if kind == Ensured.__name__ else ""
    raise TypeError(f"association must be an Association, not {kind}{hint}")


def is_requested(found: Association, requested: Association) -> bool:
    return {*_sides(found)} == {*_sides(requested)}


def _sides(one: Association) -> tuple[tuple[str | None, str | None], ...]:
    first = one.first_object_key, one.first_object_label
    return first, (one.second_object_key, one.second_object_label)


def with_objects(association: Association, first: str, second: str) -> Association:
    """Return an association; raise AssociationConflictError if it joins other objects.

    HighLevel may not say which objects a found association has.
    """
    one, two = association.first_object_key, association.second_object_key
    orders = (first, second), (second, first)
    if not any(one in (None, first) and two in (None, second) for first, second in orders):
        raise AssociationConflictError(
            f"the key {association.key} belongs to an association of {one} and {two}, "
            f"not of {first} and {second}"
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


def page_of_associations(page: Page[Relation], ids: tuple[str, ...] | None) -> Page[Relation]:
    """Return a page with the relations under these associations, and its number of entries."""
    items = filter_by_association(page.items, ids)
    if len(items) == len(page.items):
        return page
    entries = len(page.items) if page.entry_count is None else page.entry_count
    return evolve(page, items=items, entry_count=entries)


def id_to_delete(relation: Relation) -> str:
    """Return the id of a listed relation; raise ContractError if HighLevel has omitted it."""
    if not relation.id:
        records = " and ".join(map(str, relation.record_ids))
        raise ContractError(f"the relation of {records} has no id to delete it by")
    return relation.id


def may_have_been_created(error: AssociationsError) -> bool:
    """Return whether an item exists, or may, by the error of its creation or an earlier attempt."""
    says_nothing = may_be_duplicate(error) and getattr(error, "body", None) in ("", {})
    return is_duplicate(error) or says_nothing or error.outcome_unknown or error.repeated


class RelationSearch:
    """A search for the relation of two records, after the `error` of its creation if it had one."""

    def __init__(self, first: str, second: str, error: AssociationsError | None) -> None:
        self.first = first
        self.second = second
        self.error = error
        self._found: Relation | None = None
        self._swapped: Relation | None = None
        self._counted = Counter[str]()  # relations read so far, by record
        self._pages_alone = 0
        is_limit = isinstance(error, RelationLimitError)
        reason = re.search(_LIMIT, str(error)) if is_limit else None
        self._limit: float = int(reason[1]) if reason else inf
        self._limited = reason[2] if reason else ""
        # The record that the error names is listed first.
        both = [second, first] if self._limited == second else [first, second]
        self.lists: dict[str, Paginator[Relation]] = {one: Paginator(PAGE_SIZE) for one in both}

    def next_records(self) -> list[str]:
        """Return the records of which a page is read next; none if the search ends.

        A page of each in turn, because one of the two often has few relations. The search ends with
        both lists, or some pages after the first of them.
        """
        open_records = [one for one, pages in self.lists.items() if pages.has_next]
        if len(open_records) < len(self.lists):
            self._pages_alone += 1
        return open_records if self._pages_alone <= MAX_PAGES_ALONE else []

    def is_in(self, record_id: str, relations: Iterable[Relation]) -> bool:
        """Search the next relations of a record; return whether the relation is among them."""
        side = int(record_id != self.first)  # of which the limit is
        for one in relations:
            is_counted = one.record_ids[side] == record_id or not _joins_one_object(one)
            self._counted[record_id] += is_counted
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
    def is_futile(self) -> bool:
        """Whether the record that the error names has as many other relations as it may have.

        If its limit is above a page, a page is enough when the other list has ended.
        """
        has_ended = not all(pages.has_next for pages in self.lists.values())
        return self._is_full and (self._limit <= PAGE_SIZE or has_ended)

    @property
    def may_lag(self) -> bool:
        """Whether a list without the relation may contain it some seconds later.

        Not if the record has reached its limit without it.
        """
        if isinstance(self.error, RelationLimitError):
            return not self._is_full
        return self.error is not None and may_have_been_created(self.error)

    @property
    def _is_full(self) -> bool:
        """Whether the record that the error names has relations up to its limit, or a page."""
        return min(self._limit, PAGE_SIZE) <= self._counted[self._limited]

    def _may_be_another(self, found: Relation) -> bool:
        return found.first_record_id == self.second != self.first and _joins_one_object(found)


def _joins_one_object(relation: Relation) -> bool:
    """Return whether a relation in the other order is another one."""
    return relation.first_object_key == relation.second_object_key is not None
