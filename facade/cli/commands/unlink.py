"""Delete the relations of the pairs in a CSV under an association: undo link."""

from collections import defaultdict
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice

from facade import AssociationsError, NotFoundError, Relation
from facade._core.matching import id_to_delete
from facade.bulk import relations_of
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
Found = tuple[int, Relation | Exception | None]
"""The index of a pair, and its relation, if there is one, or why that cannot be told."""


class _Unlinking(pairs_run.PairsRun):
    STATUSES = ("deleted", "not_related")

    def outcomes(self, shown: ProgressLine) -> Iterable[pairs_run.Outcome]:
        path, ids = self.journal, (self.association.id, self.client.location_id)
        if path and path.exists():
            with closing(Journal(path, *ids)) as journal:
                journal.complete()
        at_once = self.options.concurrency
        with ThreadPoolExecutor(at_once, "command") as pool, closing(self._found()) as found:
            while together := [*islice(found, at_once)]:
                fatal: Exception | None = None
                for index, outcome in pool.map(self._delete, together):
                    if isinstance(outcome, str):
                        yield index, outcome, None
                    elif is_fatal(outcome):
                        fatal = fatal or outcome
                    else:
                        yield index, "failed", outcome
                if fatal is not None:
                    raise fatal

    def _found(self) -> Generator[Found]:
        """Look for the relation of each pair.

        A relation may be listed at one of its records only: what the lists of the first records
        lack is looked up in those of the second ones. HighLevel may swap the two records; but two
        records of one object may also be related in the other order, which is another pair.
        """
        is_symmetric = self.association.first_object_key == self.association.second_object_key
        left = {row.wanted: index for index, row in enumerate(self.rows)}
        known = dict[tuple[str | None, ...], Relation]()  # each is listed once in a run
        for side in (0, 1):
            by_record: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
            for pair in left:
                by_record[pair[side]].append(pair)
            with relations_of(
                self.client,
                [*by_record],
                association=self.association,
                concurrency=self.options.concurrency,
            ) as outcomes:
                for outcome in (one for one in outcomes if not one.is_fatal):  # raised at the end
                    error = outcome.error
                    for one in outcome.relations:
                        known[one.record_ids] = one
                        if not is_symmetric:
                            known[one.record_ids[::-1]] = one
                        elif one.first_record_id is None:
                            why = f"relation {one.id} has no sides: use another --api-version"
                            error = ValueError(why)
                    for pair in by_record[outcome.record_id]:
                        if error is not None:
                            yield left.pop(pair), error
                        elif pair in known:
                            yield left.pop(pair), known[pair]
        yield from ((index, None) for index in left.values())

    def _delete(self, found: Found) -> tuple[int, str | Exception]:
        """Delete the relation of a pair; return the index of the pair, and what became of it."""
        index, relation = found
        if isinstance(relation, Exception):
            return index, relation
        try:
            if relation is not None:
                self.client.relations.delete(id_to_delete(relation))
                return index, "deleted"
        except NotFoundError:  # another process deleted it
            pass
        except AssociationsError as error:
            return index, error
        return index, "not_related"


run = _Unlinking.of
