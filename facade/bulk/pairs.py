"""A pair of records on its way through a run, and the lists of records that many pairs share."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from math import ceil
from typing import Any, Generic, cast

from attrs import define, field

from facade._core.calls import path_segment
from facade._core.concurrency import Pending
from facade._core.paging import Paginator
from facade.bulk.outcomes import Ids, Outcome, Result, Status, forget_frames
from facade.models import Association, Relation

# Listing saves requests if the pairs exist, and wastes them if they are new. It may cost a quarter
# of a request for each pair, so one page needs four pairs: a new pair costs 1.25 requests at most.
_PAIRS_PER_PAGE = 4
_PAGE_SIZE = 100
_MAX_RELATIONS = 100_000  # in all listings, about 30 MB; an empty one counts as a page
_MAX_RECORDS = 10_000  # whose pairs are counted, if the list is not known in advance


def parsed(pair: object, association: Association) -> Ids | ValueError:
    """Return the record ids of a pair; a ValueError if it is not a pair. Accepts its own result."""
    if isinstance(pair, ValueError):
        return pair
    try:
        if isinstance(pair, Mapping):
            pair = association.orient(cast("Mapping[str, str]", pair))
        # Callers without a type checker pass lists, rows of three columns, or text.
        ids = tuple(cast("Iterable[object]", pair)) if isinstance(pair, (tuple, list)) else ()
        if len(ids) != 2 or not all(isinstance(one, str) and one.strip() for one in ids):
            raise ValueError(f"a pair must be two record ids, not {pair!r:.100}")
        for one in ids:
            path_segment(one)
    except ValueError as error:
        return error
    return cast("Ids", ids)


@define(eq=False)
class Listing:
    """The relations of a record under an association that were read so far; `pairs` share it.

    Hold `lock` to read a page, or the relations.
    """

    record_id: str
    lock: Any
    pairs: int
    pages: Paginator[Relation] = field(factory=lambda: Paginator(_PAGE_SIZE))
    relation_ids: dict[tuple[str | None, str | None], str] = field(factory=dict)
    _pages_read: int = 0

    @property
    def is_worth_reading(self) -> bool:
        """Whether the remaining pages cost less than the requests that they may save."""
        if not self.pages.has_next or len(self.relation_ids) >= _MAX_RELATIONS:
            return False
        left = self._pages_read  # without a total, assume that half of the pages were read
        if self.pages.total is not None:
            left = ceil((self.pages.total - self.pages.skip) / _PAGE_SIZE)
        return (self._pages_read + max(1, left)) * _PAIRS_PER_PAGE <= self.pairs

    def add(self, relations: Iterable[Relation]) -> None:
        """Add the relations of a page that was read."""
        self._pages_read += 1
        for one in relations:
            self.relation_ids[one.first_record_id, one.second_record_id] = one.id


class Listings:
    """The listings of the records that enough pairs share, the most recently used one last.

    `pairs` are those of a list that is known in advance; otherwise they are counted as they come.
    """

    def __init__(
        self, new_lock: Callable[[], Any], pairs: Iterable[Ids | ValueError] | None = None
    ) -> None:
        self._new_lock = new_lock
        self._is_known = pairs is not None
        counts = Counter(one for ids in pairs or () if isinstance(ids, tuple) for one in ids)
        self._counts = OrderedDict(one for one in counts.items() if one[1] >= _PAIRS_PER_PAGE)
        self._listings: OrderedDict[str, Listing] = OrderedDict()

    def for_pair(self, ids: Ids) -> Listing | None:
        """Return the listing of that record of a pair that more pairs share; None if too few do."""
        if not self._is_known:
            for record_id in set(ids):
                self._counts[record_id] = self._counts.pop(record_id, 0) + 1
            while len(self._counts) > _MAX_RECORDS:
                self._counts.popitem(last=False)
        record_id = max(ids, key=lambda one: self._counts.get(one, 0))
        pairs = self._counts.get(record_id, 0)
        if pairs < _PAIRS_PER_PAGE:
            return None
        listing = self._listings.pop(record_id, None) or Listing(record_id, self._new_lock(), pairs)
        self._listings[record_id] = listing
        listing.pairs = pairs
        kept = sum(_PAGE_SIZE + len(one.relation_ids) for one in self._listings.values())
        while kept > _MAX_RELATIONS and len(self._listings) > 1:
            _, oldest = self._listings.popitem(last=False)
            kept -= _PAGE_SIZE + len(oldest.relation_ids)
        return listing


@define(eq=False)
class RunJob(Generic[Result]):
    """An item of a list on its way through a run, up to its outcome.

    `done` has the outcome in the end; None if the item was not sent.
    """

    index: int
    outcome: Result | None = field(default=None, init=False)
    done: Pending[Result | None] = field(factory=Pending, init=False)

    def finish(self, outcome: Result | None) -> None:
        """End the wait for the outcome, unless it has ended."""
        if not self.done.has_ended:
            self.done.set_result(outcome)


@define(eq=False)
class PairJob(RunJob[Outcome]):
    """A pair on its way through a run, up to its outcome.

    `is_doubtful` if the answer to a batch leaves open whether it created the relation.
    """

    ids: Ids
    listing: Listing | None = None
    is_doubtful: bool = False

    @classmethod
    def of(cls, index: int, ids: Ids | ValueError) -> "PairJob":
        """Return a job for the record ids of a pair, which has failed if they are an error."""
        if isinstance(ids, tuple):
            return cls(index, ids)
        job = cls(index, ("", ""))
        job.settle("failed", error=ids)
        return job

    def settle(
        self, status: Status, relation_id: str | None = None, error: Exception | None = None
    ) -> Outcome:
        """Set and return the outcome; a doubtful pair that exists is `related`."""
        if self.is_doubtful and status == "existing":
            status = "related"
        forget_frames(error)
        first, second = self.ids
        self.outcome = Outcome(
            index=self.index,
            first_record_id=first,
            second_record_id=second,
            status=status,
            relation_id=relation_id,
            error=error,
        )
        return self.outcome


def all_created(jobs: Iterable[PairJob]) -> bool:
    return all(job.outcome and job.outcome.status == "created" for job in jobs)
