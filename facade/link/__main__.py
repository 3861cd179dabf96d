"""Relate the pairs of records in a CSV under an association, each just once."""

import argparse
import os
import signal
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from attrs import frozen

from facade import (
    Association,
    AssociationsClient,
    AssociationsError,
    DailyLimitError,
    LocalPace,
)
from facade.bulk import ensure_many
from facade.link.display import Display, display
from facade.link.rows import Row, Table, TableError, columns, read, write

_LINKED, _SOME_FAILED, _COULD_NOT_RUN, _INTERRUPTED = 0, 1, 2, 130
_EPILOG = """
The token and the location come from the environment: HIGHLEVEL_TOKEN and
HIGHLEVEL_LOCATION_ID; HIGHLEVEL_BASE_URL is for another address.

The CSV is UTF-8 with a header. The columns that hold the record ids are named
after the association's two object keys, such as contact and custom_objects.pet,
or first and second where both are the same. The command goes on where it ended
when it is run again.

exit status: 0 all are linked, 1 some failed, 2 it did not run to its end,
130 interrupted
"""


@frozen
class _Work:
    """What a CSV asks for: rows whose pairs are sent, and rows that cannot be sent."""

    table: Table
    rows: tuple[Row, ...]
    wrong: tuple[Row, ...]

    @property
    def title(self) -> str:
        repeated = len(self.table.rows) - len(self.rows) - len(self.wrong)
        left_out = f", {repeated:,} repeated left out" if repeated else ""
        wrong = f", {len(self.wrong):,} unusable" if self.wrong else ""
        pairs = "1 pair" if len(self.rows) == 1 else f"{len(self.rows):,} pairs"
        return f"{pairs}{left_out}{wrong}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit status."""
    options = _parser().parse_args(arguments)
    options.journal = options.journal or Path(f"{options.csv}.journal")
    options.failures = options.failures or Path(f"{options.csv}.failures.csv")
    try:
        if len({path.resolve() for path in (options.csv, options.journal, options.failures)}) < 3:
            raise ValueError("the CSV, the journal and the failures are three files")
        client = AssociationsClient.from_env(pace=LocalPace(share=options.share))
    except ValueError as error:
        return _refuse(error)
    with client:
        try:
            return _run(client, options)
        except OSError as error:
            return _refuse(f"{error.filename}: {error.strerror}" if error.filename else error)
        except (AssociationsError, TableError) as error:
            return _refuse(error)
        except KeyboardInterrupt:
            return _INTERRUPTED


def _run(client: AssociationsClient, options: argparse.Namespace) -> int:
    association = _association(client, options.association)
    first, second = columns(association)
    work = _work(read(options.csv, (first, second)))
    print(f"{association.key} in location {client.location_id}: {first} to {second}")
    print(work.title, flush=True)
    if options.dry_run:
        for row in work.wrong:
            print(f"  {row.wrong}")
        print("Nothing was sent.")
        return _SOME_FAILED if work.wrong else _LINKED
    return _Link(work, options).run(client, association)


def _association(client: AssociationsClient, key: str) -> Association:
    """Find an association by its key; that of a system's may be its id only."""
    found = list(client.associations.iterate())
    for one in found:
        if key in (one.key, one.id):
            return one
    keys = ", ".join(one.key or one.id for one in found)
    raise TableError(f"there is no association {key!r} in {client.location_id}; there are {keys}")


def _work(table: Table) -> _Work:
    once: dict[tuple[str, str], Row] = {}
    for row in table.rows:
        if not row.wrong:
            once.setdefault(row.pair, row)
    return _Work(table, tuple(once.values()), tuple(row for row in table.rows if row.wrong))


class _Link:
    """One run through the pairs of a CSV."""

    def __init__(self, work: _Work, options: argparse.Namespace) -> None:
        self._work = work
        self._options = options
        self._failures = [(row, row.wrong) for row in work.wrong]
        self._counts: Counter[str] = Counter()

    def run(self, client: AssociationsClient, association: Association) -> int:
        """Link them all, write down which failed, and sum up."""
        ended = False
        shown = display(len(self._work.rows))
        try:
            with shown, _interruptible(shown):
                self._link(client, association, shown)
            ended = True
        except AssociationsError as error:
            _refuse(error)
            tomorrow = " tomorrow" if isinstance(error, DailyLimitError) else ""
            print(f"Stopped. Run the same command again{tomorrow}: it goes on from here.")
        except KeyboardInterrupt:
            print("Interrupted. Run the same command again: it goes on from here.")
            return _INTERRUPTED
        finally:
            self._sum_up(ended)
        if not ended:
            return _COULD_NOT_RUN
        return _SOME_FAILED if self._failures else _LINKED

    def _link(self, client: AssociationsClient, association: Association, shown: Display) -> None:
        rows = self._work.rows
        outcomes = ensure_many(
            client,
            [row.pair for row in rows],
            association=association,
            concurrency=self._options.concurrency,
            journal=self._options.journal,
            on_progress=shown.show,
        )
        with closing(outcomes):
            for outcome in outcomes:
                if outcome.stops:
                    continue  # like the rest: not done yet
                self._counts[outcome.status] += 1
                self._counts["resumed"] += outcome.resumed
                if outcome.error is not None:
                    self._failures.append((rows[outcome.index], str(outcome.error)))

    def _sum_up(self, ended: bool) -> None:
        counts, failed, path = self._counts, len(self._failures), self._options.failures
        done = f"{counts['created']:,} created, {counts['existing']:,} existing, {failed:,} failed"
        left = len(self._work.rows) - counts["created"] - counts["existing"] - counts["failed"]
        print(done if ended else f"{done}, {left:,} not done yet")
        if counts["resumed"]:
            print(f"{counts['resumed']:,} of them known from {self._options.journal}")
        if failed:
            write(self._work.table, sorted(self._failures, key=lambda one: one[0].line), path)
            print(f"What failed, and why: {path}. Repair and link it.")
        elif ended:
            path.unlink(missing_ok=True)  # of an earlier run, whose failures are mended


@contextmanager
def _interruptible(shown: Display) -> Generator[None]:
    """Let Ctrl-C end what is in flight, and a second one not even that."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(_INTERRUPTED))
        shown.say("Ending what is in flight; Ctrl-C again leaves at once, which is safe, too.")
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _refuse(error: object) -> int:
    print(f"error: {error}", file=sys.stderr)
    return _COULD_NOT_RUN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m facade.link",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("csv", type=Path, metavar="CSV", help="the pairs of record ids")
    add("--association", required=True, metavar="KEY", help="the association's key")
    add("--concurrency", type=_count, default=8, metavar="N", help="pairs at once (%(default)s)")
    add("--journal", type=Path, metavar="PATH", help="what is done (CSV.journal)")
    add("--failures", type=Path, metavar="PATH", help="what failed (CSV.failures.csv)")
    add("--share", type=float, default=1.0, metavar="X", help="part of the limit to use (1.0)")
    add("--dry-run", action="store_true", help="check everything and send nothing")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of pairs: 1 or more")
    return int(text)


if __name__ == "__main__":
    raise SystemExit(main())
