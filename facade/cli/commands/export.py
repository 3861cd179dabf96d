"""Write the relations of records as a CSV; link can read it with --association."""

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path

from facade import Relation
from facade._core.files import atomic_writer
from facade.cli.commands.list_relations import relation_writer, wanted_association
from facade.cli.console import number_of, print_note
from facade.cli.csv_files import Record, read_records
from facade.cli.output import begin
from facade.cli.pairs import add_encoding
from facade.cli.pooled import outcomes_of
from facade.cli.settings import SettingsError, add_settings, read_settings

EPILOG = """
output:
  A CSV in UTF-8, to standard output or with --output to a file, which appears
  when it is complete. With --association it has the columns that link reads,
  the association's two object keys or else first and second, and relation_id.
  Without, it has association_key, association_id, first_object_key,
  first_record_id, second_object_key, second_record_id and id. With --json it
  is JSON lines with the keys of the command relations.
  A relation between two of the records is written once. Errors are printed on
  standard error.

exit status: 0 all relations are written, 1 some could not be read, 2 the run
did not complete, 130 interrupted

examples:
  {command} Kd7RmQ2xVbT9wLpN4sHf > relations.csv
  {command} --records contacts.csv --column "Contact Id" \\
    --association owner_pet --output pets.csv
  cut -f1 ids.tsv | {command} --records - --json
"""
_INTERVAL = 10.0  # seconds between two lines about the progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("record", nargs="*", metavar="RECORD", help="the id of a contact or another record")
    add("--records", metavar="PATH", help="read ids, one a line, from a file; - is standard input")
    add("--column", metavar="NAME", help="read the ids from this column of --records, a CSV")
    add_encoding(parser, "--records")
    add("--association", metavar="KEY", help="only relations under this one: its key or id")
    to_file = "write to this file; - is standard output"
    add("--output", type=Path, default="-", metavar="PATH", help=to_file)
    add("--json", action="store_true", help="write JSON lines")
    at_once = "records at once (default: %(default)s)"
    add("--concurrency", type=number_of("records"), default=8, metavar="N", help=at_once)
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    if options.records == options.token_file == "-":
        raise SettingsError("standard input can have the records or the token, not both")
    if options.column is not None and options.records is None:
        raise SettingsError("--column needs a CSV: pass --records, too")
    if not options.record and options.records is None:
        raise SettingsError("there is no record: pass ids, or --records PATH")
    records = read_records(options.record, options.records, options.column, options.encoding)
    with read_settings(options).client() as client:
        wanted, keys = wanted_association(client, options.association)

        def read(record: Record) -> list[Relation]:
            if not record.id:
                raise ValueError("there is no id")
            ids = [wanted.id] if wanted else None
            return list(client.relations.iterate(record.id, association_ids=ids))

        outcomes = outcomes_of(read, records, options.concurrency)
        path: Path = options.output
        with (
            nullcontext(sys.stdout) if path == Path("-") else atomic_writer(path) as file,
            closing(outcomes),
        ):
            begun = begin(outcomes)
            export = _Export(relation_writer(file, wanted, keys, as_json=options.json))
            for record, outcome in begun:
                export.add(record, outcome)
                file.flush()  # for a reader that waits, such as head
            return export.end()


class _Export:
    """Writes each relation once, and counts."""

    def __init__(self, write: Callable[[Relation, str], None]) -> None:
        self._write = write
        self._read: set[str] = set()
        self._relations = self._problems = 0
        self._next = time.monotonic() + _INTERVAL

    def add(self, record: Record, outcome: list[Relation] | Exception) -> None:
        """Write the relations of a record, except those that were written for another record."""
        if isinstance(outcome, Exception):
            self._report(record, outcome)
            return
        for relation in outcome:
            if self._read.isdisjoint(relation.record_ids):
                try:
                    self._write(relation, record.id)
                    self._relations += 1
                except ValueError as error:
                    self._report(record, error)
        self._read.add(record.id)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _INTERVAL
            print_note(self._summary)

    def end(self) -> int:
        """Print a summary; return the exit status."""
        problems = f", {self._problems:,} could not be read" if self._problems else ""
        print_note(self._summary + problems)
        return 1 if self._problems else 0

    def _report(self, record: Record, error: Exception) -> None:
        self._problems += 1
        print_note(f"{record.place}: {error}")

    @property
    def _summary(self) -> str:
        records = _counted(len(self._read), "record")
        return f"{records}, {_counted(self._relations, 'relation')}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
