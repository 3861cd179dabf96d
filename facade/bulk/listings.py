"""Decides whether to list the relations of a record that many pairs share."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from math import ceil
from typing import Any

from facade._core.paging import Paginator
from facade.bulk.outcomes import Ids
from facade.models import Page, Relation

# Listing saves requests if the pairs exist, and wastes them if they are new. It may cost a quarter
# of a request for each pair, so one page needs four pairs: a new pair costs 1.25 requests at most.
_PAIRS_PER_PAGE = 4
_PAGE_SIZE = 100
_MAX_RELATIONS = 100_000  # in all listings, about 30 MB
_MAX_LISTINGS = 1_000
_MAX_RECORDS = 10_000  # whose pairs are counted, if the list is not known in advance


class Listing:
    """The relations of a record under an association that were read so far.

    `pairs` is the known number of pairs that share the record. Hold `lock` to read a page, or to
    read the attributes.
    """

    def __init__(self, record_id: str, lock: Any) -> None:
        self.record_id = record_id
        self.lock = lock
        self.pairs = 0
        self.pages: Paginator[Relation] = Paginator(_PAGE_SIZE)
        self.relation_ids: dict[tuple[str | None, str | None], str] = {}
        self._pages_read = 0
        self._total: int | None = None

    @property
    def is_worth_reading(self) -> bool:
        """Whether the remaining pages cost less than the requests that they may save."""
        if not self.pages.has_next or len(self.relation_ids) >= _MAX_RELATIONS:
            return False
        if self._total is None:  # assume that half of the pages were read
            left = max(1, self._pages_read)
        else:
            left = max(1, ceil((self._total - self.pages.skip) / _PAGE_SIZE))
        return (self._pages_read + left) * _PAIRS_PER_PAGE <= self.pairs

    def add(self, page: Page[Relation]) -> None:
        """Add the page that was read at `pages.skip`."""
        self._pages_read += 1
        self._total = page.total
        for one in self.pages.add(page):
            self.relation_ids[one.first_record_id, one.second_record_id] = one.id


class Listings:
    """The listings of the records that enough pairs share, the most recently used one last.

    `counts` are the numbers of pairs by record, if the list is known in advance; otherwise pairs
    are counted as they are read.
    """

    def __init__(self, new_lock: Callable[[], Any], counts: Counter[str] | None = None) -> None:
        self._new_lock = new_lock
        self._is_known = counts is not None
        self._counts: OrderedDict[str, int] = OrderedDict(counts or {})
        self._listings: OrderedDict[str, Listing] = OrderedDict()

    def for_pair(self, ids: Ids) -> Listing | None:
        """Return the listing of that record of a pair that more pairs share; None if too few do."""
        if not self._is_known:
            self._count(ids)
        record_id = max(ids, key=lambda one: self._counts.get(one, 0))
        pairs = self._counts.get(record_id, 0)
        if pairs < _PAIRS_PER_PAGE:
            return None
        listing = self._listings.pop(record_id, None) or Listing(record_id, self._new_lock())
        self._listings[record_id] = listing
        listing.pairs = pairs
        self._evict()
        return listing

    def _count(self, pair: Ids) -> None:
        for record_id in set(pair):
            self._counts[record_id] = self._counts.pop(record_id, 0) + 1
        while len(self._counts) > _MAX_RECORDS:
            self._counts.popitem(last=False)

    def _evict(self) -> None:
        kept = sum(len(one.relation_ids) for one in self._listings.values())
        while len(self._listings) > max(1, _MAX_LISTINGS * (kept <= _MAX_RELATIONS)):
            _, oldest = self._listings.popitem(last=False)
            kept -= len(oldest.relation_ids)


def count_records(pairs: Iterable[Ids | ValueError]) -> Counter[str]:
    """Return the number of pairs by record, for records that enough pairs share."""
    counts = Counter(one for ids in pairs if not isinstance(ids, ValueError) for one in ids)
    return Counter({key: count for key, count in counts.items() if count >= _PAIRS_PER_PAGE})
