"""Write the relations of records as a CSV; link can read it with --association."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TextIO

from facade import Relation
from facade._core.files import atomic_writer
from facade.cli.commands.list import begin
from facade.cli.commands.list_relations import relation_writer, wanted_association
from facade.cli.console import number_of, print_note
from facade.cli.csv_files import read_records
from facade.cli.pairs_run import add_encoding, outcomes_of
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

        def read(record: tuple[str, str]) -> list[Relation]:
            if not record[0]:
                raise ValueError("there is no id")
            ids = [wanted.id] if wanted else None
            return list(client.relations.iterate(record[0], association_ids=ids))

        outcomes = outcomes_of(read, records, options.concurrency)
        path: Path = options.output
        with (
            nullcontext(sys.stdout) if path == Path("-") else atomic_writer(path) as file,
            closing(outcomes),
        ):
            begun = begin(outcomes)
            return _write(begun, relation_writer(file, wanted, keys, as_json=options.json), file)


def _write(
    outcomes: Iterable[tuple[tuple[str, str], list[Relation] | Exception]],
    write: Callable[[Relation, str], None],
    file: TextIO,
) -> int:
    """Write each relation once, and print a summary; return the exit status."""
    records, written, unread, end = set[str](), 0, 0, time.monotonic() + _INTERVAL
    for (record_id, place), outcome in outcomes:
        problems = [outcome] if isinstance(outcome, Exception) else []
        for relation in () if isinstance(outcome, Exception) else outcome:
            if records.isdisjoint(relation.record_ids):  # it was not written for another record
                try:
                    write(relation, record_id)
                    written += 1
                except ValueError as error:
                    problems.append(error)
        file.flush()  # for a reader that waits, such as head
        for problem in problems:
            print_note(f"{place}: {problem}")
        unread += len(problems)
        records |= set() if isinstance(outcome, Exception) else {record_id}
        if time.monotonic() >= end:
            end = time.monotonic() + _INTERVAL
            print_note(f"records: {len(records):,}, relations: {written:,}")
    left = f", not read: {unread:,}" if unread else ""
    print_note(f"records: {len(records):,}, relations: {written:,}{left}")
    return 1 if unread else 0
