"""Write the relations of records as a CSV; link can read it with --association."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from threading import Event
from typing import TextIO

from facade import Relation
from facade._core.files import atomic_writer
from facade.bulk import RecordRelations, relations_of
from facade.cli.commands.list_relations import relation_writer, wanted_association
from facade.cli.console import interruptible, number_of, print_note
from facade.cli.csv_files import add_encoding, read_records
from facade.cli.settings import add_settings, read_settings

EPILOG = """
output:
  A CSV in UTF-8, to standard output or with --output to a file, which appears
  at the end. With --association it has the columns that link reads,
  the association's two object keys or else first and second, and relation_id.
  Without, it has association_key, association_id, first_object_key,
  first_record_id, second_object_key, second_record_id and id. With --json it
  is JSON lines with the keys of the command relations.
  A relation between two of the records is written once. Errors are printed on
  standard error.
  With --output or --journal, the same command resumes a run that was
  interrupted or could not read all: the journal has what was read, and is
  deleted when all is written.

exit status: 0 all relations are written, 1 some could not be read, 2 the run
did not complete, 130 interrupted

examples:
  {command} Kd7RmQ2xVbT9wLpN4sHf > relations.csv
  {command} --records contacts.csv --column "Contact Id" \\
    --association owner_pet --output pets.csv
  cut -f1 ids.tsv | {command} --records - --json
"""
_AGAIN = " Run the same command again: it reads only what is left."
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
    in_it = "file of what was read, to resume (default: OUTPUT.journal, none for -)"
    add("--journal", type=Path, metavar="PATH", help=in_it)
    add("--json", action="store_true", help="write JSON lines")
    at_once = "records at once (default: %(default)s)"
    add("--concurrency", type=number_of("records"), default=8, metavar="N", help=at_once)
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    if options.records == options.token_file == "-":
        raise ValueError("standard input can have the records or the token, not both")
    if options.column is not None and options.records is None:
        raise ValueError("--column needs a CSV: pass --records, too")
    if not options.record and options.records is None:
        raise ValueError("there is no record: pass ids, or --records PATH")
    path: Path = options.output
    is_file = path != Path("-") and (path.is_file() or not path.exists())  # and no pipe
    default = path.with_name(f"{path.name}.journal") if is_file else None
    journal: Path | None = options.journal or default
    named = (None if options.records in (None, "-") else Path(options.records), journal, path)
    files = [each.resolve() for each in named if each not in (None, Path("-"))]
    if len({*files}) < len(files):
        raise ValueError("the records, the journal and the output must be three files")
    places, counts = dict[str, str](), Counter[str]()
    ids = _ids(options, places, counts)
    with read_settings(options).client() as client:
        wanted, keys = wanted_association(client, options.association)
        is_pipe = options.records == "-"
        with relations_of(
            client,
            ids if is_pipe else [*ids],  # a list is read ahead of the requests
            association=wanted,
            concurrency=options.concurrency,
            journal=journal,
            retry_failed=journal is not None,  # it is complete only if some could not be read
        ) as outcomes:
            with nullcontext(sys.stdout) if path == Path("-") else atomic_writer(path) as file:
                finishing = interruptible(outcomes.stop, print_note)
                # A read of a pipe may wait for ever, and so Ctrl-C ends it at once.
                with nullcontext(Event()) if is_pipe else finishing as ended:
                    write = relation_writer(file, wanted, keys, as_json=options.json)
                    _write(outcomes, write, file, places, counts)
                    if ended.is_set() and places:  # no file appears
                        print_note(f"Interrupted.{_AGAIN if journal else ''}")
                        raise KeyboardInterrupt
            if counts["unread"] and journal is not None:
                print_note(f"{journal} has what was read.{_AGAIN}")
            elif journal is not None:
                journal.unlink(missing_ok=True)  # before another run may use it
    return 1 if counts["unread"] else 0


def _ids(
    options: argparse.Namespace, places: dict[str, str], counts: Counter[str]
) -> Iterator[str]:
    """Yield the ids of the records, and tell their places; count those without an id."""
    found = read_records(options.record, options.records, options.column, options.encoding)
    for record_id, place in found:
        if record_id:
            places.setdefault(record_id, place)
            yield record_id
        else:
            counts["unread"] += 1
            print_note(f"{place}: there is no id")


def _write(
    outcomes: Iterable[RecordRelations],
    write: Callable[[Relation, str], None],
    file: TextIO,
    places: dict[str, str],
    counts: Counter[str],
) -> None:
    """Write relations, count what could be read and what could not, and print a summary."""
    end = time.monotonic() + _INTERVAL
    for outcome in (one for one in outcomes if not one.is_fatal):  # it is raised at the end
        problems: list[Exception] = [] if outcome.error is None else [outcome.error]
        for relation in outcome.relations:
            try:
                write(relation, outcome.record_id)
                counts["written"] += 1
            except ValueError as error:
                problems.append(error)
        file.flush()  # for a reader that waits, such as head
        place = places.pop(outcome.record_id)
        for problem in problems:
            print_note(f"{place}: {problem}")
        counts["unread"] += len(problems)
        counts["records"] += outcome.error is None
        counts[outcome.status] += 1
        if time.monotonic() >= end:
            end = time.monotonic() + _INTERVAL
            print_note(f"records: {counts['records']:,}, relations: {counts['written']:,}")
    before, unread = counts["done_before"], counts["unread"]
    earlier = f", from an earlier run: {before:,}" if before else ""
    left = f", not read: {unread:,}" if unread else ""
    print_note(f"records: {counts['records']:,}{earlier}, relations: {counts['written']:,}{left}")
