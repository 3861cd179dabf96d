"""The command line: its arguments, the files that they name, and the epilog of the help."""

import argparse
from pathlib import Path

from attrs import frozen

from facade.bulk.outcomes import checked_batch
from facade.link.console import argument_type, number_of, require_writable

_BATCH = (
    "experimental: send up to N new pairs with one request, by an operation that HighLevel does "
    "not publish; a pair of which it leaves a doubt is sent again"
)
_CONCURRENCY = "pairs at once (default: %(default)s)"
_JOURNAL = "file of the done pairs (default: CSV.journal, none for -)"
_FAILED_ONLY = "send only the pairs that failed in the complete run of the journal, or are new"
_FAILURES = "file of the failed rows (default: CSV.failures.csv, standard error for -)"
_SHARE = "share of HighLevel's rate limit for this program (default: %(default)s)"
EPILOG = """
The CSV is UTF-8 with a header. The columns of the record ids are named after
the association's two object keys, or first and second if both are the same:

  contact,custom_objects.pet
  ID-OF-A-CONTACT,ID-OF-A-PET

Their order and other columns do not matter.

Run the command again to resume an interrupted run: the journal lists the done
pairs. After a complete run it sends all pairs, because a relation may have been
deleted; with --failed-only, those that failed or are new. A CSV from standard
input has no journal unless --journal is given: all pairs are sent again, which
does no harm.

With --json the output is one JSON object at the end: pairs, created,
existing, related (created or existing, which is unknown), done_before (by an
earlier run, as its journal says), failed (including rows without a pair) and
not_done. Messages are on standard error.

exit status: 0 all are linked, 1 some failed, 2 the run did not complete,
130 interrupted, 141 the reader of the output has ended
"""


@frozen
class Files:
    """Where a run reads and writes; a stream has no journal and no file of failures unless named.

    It may have other rows the next time: a journal of the same name would say that they are done.
    """

    csv: str
    journal: Path | None
    failures: Path | None

    @classmethod
    def of(cls, options: argparse.Namespace) -> "Files":
        """Return the files of the options, by default next to the CSV."""
        is_file = options.csv != "-" and Path(options.csv).is_file()

        def named(given: Path | None, ending: str) -> Path | None:
            if given is None:
                return Path(options.csv + ending) if is_file else None
            return None if given == Path("-") else given

        return cls(
            csv=options.csv,
            journal=named(options.journal, ".journal"),
            failures=named(options.failures, ".failures.csv"),
        )

    def check(self) -> None:
        """Raise ValueError if two files are the same, OSError if one is missing or not writable."""
        csv = None if self.csv == "-" else Path(self.csv)
        if csv:
            csv.stat()
        given = [one.resolve() for one in (csv, self.journal, self.failures) if one]
        if len({*given}) < len(given):
            raise ValueError("the CSV, the journal and the failures must be three files")
        for path in (self.journal, self.failures):
            if path:
                require_writable(path)


def _batch(text: str) -> int | None:
    return checked_batch(number_of("pairs")(text))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("csv", metavar="CSV", help="the pairs of record ids; - is standard input")
    add("--association", required=True, metavar="KEY", help="the association: its key or id")
    add("--concurrency", type=number_of("pairs"), default=8, metavar="N", help=_CONCURRENCY)
    add("--batch", type=argument_type(_batch), metavar="N", help=_BATCH)
    add("--journal", type=Path, metavar="PATH", help=_JOURNAL)
    add("--failed-only", action="store_true", help=_FAILED_ONLY)
    add("--failures", type=Path, metavar="PATH", help=_FAILURES)
    add("--share", type=float, default=1.0, metavar="X", help=_SHARE)
    add("--dry-run", action="store_true", help="check the CSV and send nothing")
    add("--json", action="store_true", help="print the numbers at the end as a JSON object")
