"""A run over the pairs of records in a CSV: its options, its files, its counts and its summary."""

import argparse
import json
import sys
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar

from facade import Association, AssociationsClient, AssociationsError
from facade._core.matching import keys_of
from facade._core.reasons import visible
from facade.bulk import JournalError
from facade.cli.console import (
    COULD_NOT_RUN,
    INTERRUPTED,
    assignment,
    number_of,
    print_error,
    require_writable,
)
from facade.cli.csv_files import Row, add_encoding, read_csv, write_failures
from facade.cli.progress import ProgressLine
from facade.cli.settings import add_settings, read_settings

THE_CSV = """
The CSV has a header; it is in UTF-8, or in the --encoding. The columns of the
record ids are named after the association's two object keys, or first and
second if both are the same; --column tells another name:

  contact,custom_objects.pet
  ID-OF-A-CONTACT,ID-OF-A-PET

The delimiter, the order of the columns and other columns do not matter.
"""
ENDINGS = """
exit status: 0 all are done, 1 some failed, 2 the run did not complete,
130 interrupted, 141 the reader of the output has ended
"""
_DONE, _SOME_FAILED = 0, 1
Outcome = tuple[int, str, Exception | None]
"""The index of a pair, its status, and its error if that is `failed`."""


def find_association(client: AssociationsClient, key: str) -> Association:
    """Return an association by its key or id, because a system association may have no key.

    A key is also looked up in lower case, in which HighLevel stores it.
    Raises ValueError, with the existing keys, if there is none.
    """
    found = list(client.associations.iterate())
    for name in keys_of(key):
        for one in found:
            if name in (one.key, one.id):
                return one
    keys = [one.key or one.id for one in found]
    meant = [f"did you mean {one}? " for one in get_close_matches(key, keys, n=1)]
    raise ValueError(
        f"there is no association {key!r} in {client.location_id}: {''.join(meant)}"
        f"ensure-association creates one; there are {', '.join(keys)}"
    )


def pair_names(association: Association) -> tuple[str, str]:
    """Return the names of the two records: object keys, or sides if the keys are the same."""
    first, second = association.first_object_key, association.second_object_key
    if first is None or second is None or first == second:
        return "first", "second"
    return first, second


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of all runs over a CSV."""
    add = parser.add_argument
    add("csv", metavar="CSV", help="the pairs of record ids; - is standard input")
    add("--association", required=True, metavar="KEY", help="the association: its key or id")
    add(
        "--column",
        type=assignment("NAME=COLUMN, such as contact=Customer"),
        action="append",
        default=[],
        metavar="NAME=COLUMN",
        help="the column of an object key, or of first or second",
    )
    add_encoding(parser, "the CSV")
    add("--concurrency", type=number_of("pairs"), default=8, metavar="N", help="pairs at once")
    journal = "file of the done pairs (default: CSV.journal, none for -)"
    add("--journal", type=Path, metavar="PATH", help=journal)
    failures = "file of the failed rows (default: CSV.failures.csv, standard error for -)"
    add("--failures", type=Path, metavar="PATH", help=failures)
    add("--dry-run", action="store_true", help="check the CSV and send nothing")
    add("--json", action="store_true", help="print the numbers at the end as a JSON object")
    add_settings(parser)


def files_of(options: argparse.Namespace) -> tuple[Path | None, Path | None]:
    """Return the paths of the journal and of the failures, by default next to the CSV.

    A stream has none unless they are named: it may have other rows the next time, of which a
    journal would say that they are done. Raises ValueError if two are the same, OSError if one is
    not writable.
    """
    if options.csv == options.token_file == "-":
        raise ValueError("standard input can have the CSV or the token, not both")
    csv = None if options.csv == "-" else Path(options.csv)
    is_file = csv is not None and csv.is_file()
    named = (options.journal, f"{csv}.journal"), (options.failures, f"{csv}.failures.csv")
    paths = [given or (Path(default) if is_file else None) for given, default in named]
    journal, failures = (None if path == Path("-") else path for path in paths)
    given = [path.resolve() for path in (csv, journal, failures) if path]
    if len({*given}) < len(given):
        raise ValueError("the CSV, the journal and the failures must be three files")
    for path in filter(None, (journal, failures)):
        require_writable(path)
    return journal, failures


class PairsRun:
    """A run over the pairs of a CSV; a repeated pair is sent once.

    `STATUSES` are the outcomes of a pair that has not failed, of which the first two are always
    shown.
    """

    STATUSES: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        client: AssociationsClient,
        options: argparse.Namespace,
        journal: Path | None,
        failures: Path | None,
    ) -> None:
        self.client = client
        self.journal = journal
        self._path = failures
        self.options = options
        self.association = find_association(client, options.association)
        names, columns = pair_names(self.association), dict(options.column)
        for name in columns.keys() - {*names}:
            raise ValueError(f"--column {name}=: a pair has {names[0]} and {names[1]}")
        wanted = [columns.get(name, name) for name in names]
        self._table = read_csv(options.csv, wanted, options.encoding)
        by_pair, self._failures, rows = dict[tuple[str, ...], Row](), list[tuple[Row, str]](), 0
        for rows, row in enumerate(self._table.rows, 1):  # noqa: B007
            if row.problem:
                self._failures.append((row, row.problem))
            else:
                by_pair.setdefault(row.wanted, row)
        self.rows = [*by_pair.values()]
        self._counts: Counter[str] = Counter()
        self._say(f"{self.association.key} in location {client.location_id}: {' to '.join(names)}")
        pairs, unusable = len(self.rows), len(self._failures)
        parts = ["1 pair" if pairs == 1 else f"{pairs:,} pairs"]
        for count, what in ((rows - pairs - unusable, "repeated left out"), (unusable, "unusable")):
            parts += [f"{count:,} {what}"] * bool(count)
        self._say(", ".join(parts))

    @classmethod
    def of(cls, options: argparse.Namespace) -> int:
        """Run with these options; return the exit status."""
        journal, failures = files_of(options)
        with read_settings(options).client() as client:
            return cls(client, options, journal, failures).run()

    @abstractmethod
    def outcomes(self, shown: ProgressLine) -> Iterable[Outcome]:
        """Do the work; yield the outcomes of pairs."""

    def run(self) -> int:
        """Do all pairs, write the failed rows, and print a summary; return the exit status."""
        if self.options.dry_run:
            for _, problem in self._failures:
                self._say(f"  {problem}")
            self._say("Nothing was sent.")
            self._report()
            return _SOME_FAILED if self._failures else _DONE
        status = COULD_NOT_RUN
        try:
            with closing(ProgressLine(len(self.rows))) as shown:
                for index, outcome, error in self.outcomes(shown):
                    self._counts[outcome] += 1
                    if error is not None:
                        self._failures.append((self.rows[index], str(error)))
                    shown.show(self._counts)
            status = _SOME_FAILED if self._failures else _DONE
            if self._left:
                self._say(f"Interrupted. Run the same command again: {self._goes_on}.")
                status = INTERRUPTED
        except JournalError as error:  # the same command would meet it again
            print_error(error)
        except AssociationsError as error:
            print_error(error)
            self._say(f"Stopped. Run the same command again: {self._goes_on}.")
        finally:
            self._summarize(is_complete=status in (_DONE, _SOME_FAILED))
        return status

    def _say(self, text: str) -> None:
        """Print a sentence for a person: on standard error where a program reads the output."""
        print(visible(text), file=sys.stderr if self.options.json else sys.stdout, flush=True)

    def _summarize(self, *, is_complete: bool) -> None:
        counts, failed, path = self._counts, len(self._failures), self._path
        parts = [
            f"{counts[name]:,} {name.replace('_', ' ')}, "
            for name in self.STATUSES
            if counts[name] or name in self.STATUSES[:2]
        ]
        done = f"{''.join(parts)}{failed:,} failed"
        try:
            if failed:  # first of all, because nobody may read what is said
                failures = sorted(self._failures, key=lambda one: one[0].line)
                write_failures(self._table, failures, path)
        finally:
            self._say(done if is_complete else f"{done}, {self._left:,} not done yet")
        if path and failed:
            said = f"The failed rows and their errors: {path}"
            self._say(f"{said}. Correct it and pass it as the CSV.")
        elif path and is_complete and path.is_file() and not path.is_symlink():  # nor /dev/null
            path.unlink()  # an earlier run's failures, which are corrected
        self._report()

    def _report(self) -> None:
        if self.options.json:
            counts = {name: self._counts[name] for name in self.STATUSES}
            counts |= {"failed": len(self._failures), "not_done": self._left}
            print(json.dumps({"pairs": len(self.rows), **counts}))

    @property
    def _goes_on(self) -> str:
        return "it resumes here" if self.journal else "it does what is left"

    @property
    def _left(self) -> int:
        return len(self.rows) - self._counts.total()
