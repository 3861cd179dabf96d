"""Relate the pairs of records in a CSV under an association, each once."""

import argparse
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from facade import (
    Association,
    AssociationsClient,
    AssociationsError,
    DailyLimitError,
    LocalPace,
)
from facade.bulk import ensure_many
from facade.link.progress import Bar, Lines, display
from facade.link.table import Row, Table, pair_columns, read, write

_LINKED, _SOME_FAILED, _COULD_NOT_RUN, _INTERRUPTED = 0, 1, 2, 130
EPILOG = """
The CSV is UTF-8 with a header. The columns of the record ids are named after
the association's two object keys, such as contact and custom_objects.pet, or
first and second if both keys are the same. A command that is run again
resumes where it ended.

exit status: 0 all are linked, 1 some failed, 2 it did not run to its end,
130 interrupted
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to a parser."""
    add = parser.add_argument
    add("csv", type=Path, metavar="CSV", help="the pairs of record ids")
    add("--association", required=True, metavar="KEY", help="the association's key")
    add("--concurrency", type=_count, default=8, metavar="N", help="pairs at once (%(default)s)")
    add("--journal", type=Path, metavar="PATH", help="record of what is done (CSV.journal)")
    add("--failures", type=Path, metavar="PATH", help="the failed rows (CSV.failures.csv)")
    add("--share", type=float, default=1.0, metavar="X", help="share of the limit to use (1.0)")
    add("--dry-run", action="store_true", help="check everything and send nothing")


def run(options: argparse.Namespace, make_client: Callable[..., AssociationsClient]) -> int:
    """Link with the arguments and a client that is given a pace; return the exit status."""
    options.journal = options.journal or Path(f"{options.csv}.journal")
    options.failures = options.failures or Path(f"{options.csv}.failures.csv")
    try:
        if len({path.resolve() for path in (options.csv, options.journal, options.failures)}) < 3:
            raise ValueError("the CSV, the journal and the failures must be three files")
        client = make_client(pace=LocalPace(share=options.share))
    except ValueError as error:
        return _print_error(error)
    with client:
        try:
            association = find_association(client, options.association)
            columns = pair_columns(association)
            link = _Link(read(options.csv, columns), options)
            names = " to ".join(columns)
            print(f"{association.key} in location {client.location_id}: {names}")
            print(link.title, flush=True)
            return link.dry_run() if options.dry_run else link.run(client, association)
        except OSError as error:
            return _print_error(f"{error.filename}: {error.strerror}" if error.filename else error)
        except (AssociationsError, ValueError) as error:
            return _print_error(error)
        except KeyboardInterrupt:
            return _INTERRUPTED


def find_association(client: AssociationsClient, key: str) -> Association:
    """Find an association by its key, or by its id: one of the system's may have no key.

    ValueError, with the keys that there are, if there is none.
    """
    found = list(client.associations.iterate())
    for one in found:
        if key in (one.key, one.id):
            return one
    keys = ", ".join(one.key or one.id for one in found)
    raise ValueError(f"there is no association {key!r} in {client.location_id}; there are {keys}")


class _Link:
    """One run through the pairs of a CSV; each pair is sent once, however often it is listed."""

    def __init__(self, table: Table, options: argparse.Namespace) -> None:
        self._table = table
        self._options = options
        by_pair: dict[tuple[str, str], Row] = {}
        for row in table.rows:
            if not row.problem:
                by_pair.setdefault(row.pair, row)
        self._rows = [*by_pair.values()]
        self._failures = [(row, row.problem) for row in table.rows if row.problem]
        self._counts: Counter[str] = Counter()

    @property
    def title(self) -> str:
        """The numbers of pairs, of repeated and of unusable rows."""
        pairs, unusable = len(self._rows), len(self._failures)
        repeated = len(self._table.rows) - pairs - unusable
        parts = ["1 pair" if pairs == 1 else f"{pairs:,} pairs"]
        parts += [f"{repeated:,} repeated left out"] * bool(repeated)
        parts += [f"{unusable:,} unusable"] * bool(unusable)
        return ", ".join(parts)

    def dry_run(self) -> int:
        """Print the problems of the rows and send nothing."""
        for _, problem in self._failures:
            print(f"  {problem}")
        print("Nothing was sent.")
        return _SOME_FAILED if self._failures else _LINKED

    def run(self, client: AssociationsClient, association: Association) -> int:
        """Link all pairs, write the failed rows, and print a summary."""
        is_complete = False
        shown = display(len(self._rows))
        try:
            with shown, _interruptible(shown):
                self._ensure(client, association, shown)
            is_complete = True
        except AssociationsError as error:
            _print_error(error)
            tomorrow = " tomorrow" if isinstance(error, DailyLimitError) else ""
            print(f"Stopped. Run the same command again{tomorrow}: it resumes here.")
        except KeyboardInterrupt:
            print("Interrupted. Run the same command again: it resumes here.")
            return _INTERRUPTED
        finally:
            self._summarize(is_complete)
        if not is_complete:
            return _COULD_NOT_RUN
        return _SOME_FAILED if self._failures else _LINKED

    def _ensure(
        self, client: AssociationsClient, association: Association, shown: Lines | Bar
    ) -> None:
        outcomes = ensure_many(
            client,
            [row.pair for row in self._rows],
            association=association,
            concurrency=self._options.concurrency,
            journal=self._options.journal,
            on_progress=shown.show,
        )
        with closing(outcomes):
            for outcome in outcomes:
                if outcome.is_fatal:
                    continue  # it counts as not done yet
                self._counts[outcome.status] += 1
                self._counts["resumed"] += outcome.resumed
                if outcome.error is not None:
                    self._failures.append((self._rows[outcome.index], str(outcome.error)))

    def _summarize(self, is_complete: bool) -> None:
        counts, failed, path = self._counts, len(self._failures), self._options.failures
        done = f"{counts['created']:,} created, {counts['existing']:,} existing, {failed:,} failed"
        left = len(self._rows) - counts["created"] - counts["existing"] - counts["failed"]
        print(done if is_complete else f"{done}, {left:,} not done yet")
        if counts["resumed"]:
            print(f"{counts['resumed']:,} of them known from {self._options.journal}")
        if failed:
            write(self._table, sorted(self._failures, key=lambda one: one[0].line), path)
            print(f"The failed rows and their errors: {path}. Correct it and link it.")
        elif is_complete:
            path.unlink(missing_ok=True)  # an earlier run's failures, which are corrected


@contextmanager
def _interruptible(shown: Lines | Bar) -> Generator[None]:
    """Let Ctrl-C finish the requests in flight, and a second Ctrl-C exit at once."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(_INTERRUPTED))
        shown.print("Finishing the requests in flight; Ctrl-C again exits at once, safely, too.")
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _print_error(error: object) -> int:
    print(f"error: {error}", file=sys.stderr)
    return _COULD_NOT_RUN


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of pairs: 1 or more")
    return int(text)
