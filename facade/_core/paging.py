"""Pagination with `skip` and `limit`."""

from array import array
from typing import Generic, TypeVar

from facade._core import numbers
from facade.models import Page

Item = TypeVar("Item")


class Paginator(Generic[Item]):
    """The start of the next page, and whether there is one.

    Pages before the last one may be short, and a total may be missing or wrong. So received items
    are counted, and the list ends at an empty page, at a repeated page (the server ignores `skip`),
    or at a page that reaches the total and is not full.
    """

    def __init__(self, page_size: int, most: int = numbers.MAX_COUNT) -> None:
        self.limit: int = min(numbers.count("page_size", page_size, 1), most)
        self.skip = 0
        self.has_next = True
        self.total: int | None = None  # of the last page
        self._hashes = array("q")  # eight bytes for each page, so that memory use stays low
        self._previous: tuple[Item, ...] = ()

    def add(self, page: Page[Item]) -> tuple[Item, ...]:
        """Move past a page; return its items, or none if it repeats an earlier one."""
        self.total = page.total
        digest = hash(page.items)
        if not page.items or digest in self._hashes:
            self.has_next = False
            return ()
        self._hashes.append(digest)
        items = tuple(one for one in page.items if one not in self._previous)
        entries = page.entry_count
        self.skip += len(page.items) if entries is None else entries
        # It is unknown whether `skip` counts entries or items: an item may be read twice.
        self._previous = () if entries is None else page.items
        is_at_total = self.total is not None and self.skip >= self.total
        self.has_next = not (is_at_total and len(page.items) < self.limit)
        return items
