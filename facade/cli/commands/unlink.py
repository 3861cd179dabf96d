"""Delete the relations of the pairs in a CSV under an association: undo link."""

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import islice
from typing import TypeVar

from facade import AssociationsError, NotFoundError, Relation
from facade._core.matching import id_to_delete
from facade.bulk.journal import Journal
from facade.bulk.outcomes import is_fatal
from facade.cli import pairs_run
from facade.cli.progress import ProgressLine

EPILOG = f"""{pairs_run.THE_CSV}
Records and the association stay. Run the command again to resume it: a pair
that is not related any more does no harm. The journal of link for this CSV is
ended, so that link relates all pairs again.

With --json the output is one JSON object at the end: pairs, deleted,
not_related, failed (including rows without a pair) and not_done.
{pairs_run.ENDINGS}
examples:
  {{command}} pets.csv --association owner_pet --dry-run
  {{command}} pets.csv --association owner_pet
"""
add_arguments = pairs_run.add_arguments
Item = TypeVar("Item")
Result = TypeVar("Result")


class _Unlinking(pairs_run.PairsRun):
    STATUSES = ("deleted", "not_related")

    def outcomes(self, shown: ProgressLine) -> Iterable[pairs_run.Outcome]:
        path, ids = self.journal, (self.association.id, self.client.location_id)
        if path and path.exists():
            with closing(Journal(path, *ids)) as journal:
                journal.complete()
        work = _outcomes_of(self._delete, self._found(), self.options.concurrency)
        with closing(work) as outcomes:
            for (index, _), outcome in outcomes:
                if isinstance(outcome, Exception):
                    yield index, "failed", outcome
                else:
                    yield index, outcome, None

    def _found(self) -> Generator[tuple[int, Relation | Exception | None]]:
        """Yield the index of each pair, and its relation: None if there is none.

        A relation may be listed at one of its records only: what the lists of the first records
        lack is looked up in those of the second ones.
        """
        left = {row.wanted: index for index, row in enumerate(self.rows)}
        for side in (0, 1):
            by_record: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
            for pair in left:
                by_record[pair[side]].append(pair)
            work = _outcomes_of(self._listed, by_record, self.options.concurrency)
            with closing(work) as outcomes:
                for record, found in outcomes:
                    for pair in by_record[record]:
                        if isinstance(found, Exception):
                            yield left.pop(pair), found
                        elif pair in found:
                            yield left.pop(pair), found[pair]
        yield from ((index, None) for index in left.values())

    def _listed(self, record: str) -> dict[tuple[str | None, ...], Relation]:
        """Return the relations of a record by pair: in either order, as HighLevel may swap it.

        Two records of one object may also be related in the other order, which is another pair.
        """
        is_symmetric = self.association.first_object_key == self.association.second_object_key
        found = dict[tuple[str | None, ...], Relation]()
        for one in self.client.relations.iterate(record, association_ids=[self.association.id]):
            found[one.record_ids] = one
            if not is_symmetric:
                found[one.record_ids[::-1]] = one
            elif one.first_record_id is None:
                raise ValueError(f"relation {one.id} has no sides: use another --api-version")
        return found

    def _delete(self, pair: tuple[int, Relation | Exception | None]) -> str:
        _, found = pair
        if isinstance(found, Exception):
            raise found
        with suppress(NotFoundError):  # another process deleted it
            if found is not None:
                self.client.relations.delete(id_to_delete(found))
                return "deleted"
        return "not_related"


def _outcomes_of(
    work: Callable[[Item], Result], items: Iterable[Item], concurrency: int
) -> Generator[tuple[Item, Result | Exception]]:
    """Work on so many items at once, read on demand; yield the outcome of each, in order.

    An error that every other item would get, too, is raised after the outcomes under way.
    """

    def attempt(item: Item) -> tuple[Item, Result | Exception]:
        try:
            return item, work(item)
        except (AssociationsError, ValueError) as error:
            return item, error

    left = iter(items)
    with ThreadPoolExecutor(concurrency, "command") as pool:
        while together := [*islice(left, concurrency)]:
            fatal: Exception | None = None
            for item, outcome in pool.map(attempt, together):
                if isinstance(outcome, Exception) and is_fatal(outcome):
                    fatal = fatal or outcome
                else:
                    yield item, outcome
            if fatal is not None:
                raise fatal


run = _Unlinking.of
