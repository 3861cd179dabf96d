"""Relate the pairs of records in a CSV under an association, each once."""

import argparse
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from types import FrameType
from typing import get_args

from facade import (
    Association,
    AssociationsClient,
    AssociationsError,
    DailyLimitError,
    LocalPace,
)
from facade._core.reasons import visible
from facade.bulk import JournalError, Outcomes, ensure_many
from facade.bulk.outcomes import Status
from facade.link.command_line import Files
from facade.link.console import COULD_NOT_RUN, INTERRUPTED, print_error
from facade.link.progress import Lines, display
from facade.link.table import Row, Table, pair_columns, read, write

_LINKED, _SOME_FAILED = 0, 1


def run(options: argparse.Namespace, make_client: Callable[..., AssociationsClient]) -> int:
    """Link the pairs of a CSV; `make_client` takes a pace. Return the exit status."""
    files = Files.of(options)
    files.check()
    with make_client(pace=LocalPace(share=options.share)) as client:
        association = find_association(client, options.association)
        columns = pair_columns(association)
        link = _Link(read(files.csv, columns), files, options)
        names = " to ".join(columns)
        link.say(f"{association.key} in location {client.location_id}: {names}")
        link.say(link.title)
        return link.dry_run() if options.dry_run else link.run(client, association)


def find_association(client: AssociationsClient, key: str) -> Association:
    """Return an association by its key or id, because a system association may have no key.

    Raises ValueError, with the existing keys, if there is none.
    """
    found = list(client.associations.iterate())
    for one in found:
        if key in (one.key, one.id):
            return one
    keys = ", ".join(one.key or one.id for one in found)
    raise ValueError(f"there is no association {key!r} in {client.location_id}; there are {keys}")


class _Link:
    """A run over the pairs of a CSV; a repeated pair is sent once."""

    def __init__(self, table: Table, files: Files, options: argparse.Namespace) -> None:
        self._table = table
        self._files = files
        self._options = options
        by_pair: dict[tuple[str, str], Row] = {}
        for row in table.rows:
            if not row.problem:
                by_pair.setdefault(row.pair, row)
        self._rows = [*by_pair.values()]
        self._failures = [(row, row.problem) for row in table.rows if row.problem]
        self._counts: Counter[str] = Counter()

    def say(self, text: str) -> None:
        """Print a sentence for a person: on standard error where a program reads the output."""
        print(visible(text), file=sys.stderr if self._options.json else sys.stdout, flush=True)

    @property
    def title(self) -> str:
        """The numbers of pairs, of repeated rows and of invalid rows."""
        pairs, unusable = len(self._rows), len(self._failures)
        repeated = len(self._table.rows) - pairs - unusable
        parts = ["1 pair" if pairs == 1 else f"{pairs:,} pairs"]
        parts += [f"{repeated:,} repeated left out"] * bool(repeated)
        parts += [f"{unusable:,} unusable"] * bool(unusable)
        return ", ".join(parts)

    def dry_run(self) -> int:
        for _, problem in self._failures:
            self.say(f"  {problem}")
        self.say("Nothing was sent.")
        self._report()
        return _SOME_FAILED if self._failures else _LINKED

    def run(self, client: AssociationsClient, association: Association) -> int:
        """Link all pairs, write the failed rows, and print a summary."""
        status = COULD_NOT_RUN
        try:
            self._ensure(client, association)
            status = _SOME_FAILED if self._failures else _LINKED
            if self._left:
                self.say(f"Interrupted. Run the same command again: {self._goes_on}.")
                status = INTERRUPTED
        except JournalError as error:  # the same command would meet it again
            print_error(error)
        except AssociationsError as error:
            print_error(error)
            tomorrow = " tomorrow" if isinstance(error, DailyLimitError) else ""
            self.say(f"Stopped. Run the same command again{tomorrow}: {self._goes_on}.")
        finally:
            self._summarize(is_complete=status in (_LINKED, _SOME_FAILED))
        return status

    def _ensure(self, client: AssociationsClient, association: Association) -> None:
        with display(len(self._rows)) as shown:
            outcomes = ensure_many(
                client,
                [row.pair for row in self._rows],
                association=association,
                concurrency=self._options.concurrency,
                batch=self._options.batch,
                journal=self._files.journal,
                retry_failed=self._options.failed_only,
                on_progress=shown.show,
            )
            with _interruptible(outcomes, shown), closing(outcomes):
                for outcome in outcomes:
                    if outcome.is_fatal:
                        continue  # it counts as not done yet
                    self._counts[outcome.status] += 1
                    if outcome.error is not None:
                        self._failures.append((self._rows[outcome.index], str(outcome.error)))

    def _summarize(self, *, is_complete: bool) -> None:
        counts, failed, path = self._counts, len(self._failures), self._files.failures
        parts = [
            f"{counts[name]:,} {name.replace('_', ' ')}, "
            for name in ("created", "existing", "related", "done_before")
            if counts[name] or name in ("created", "existing")
        ]
        done = f"{''.join(parts)}{failed:,} failed"
        try:
            if failed:  # first of all, because nobody may read what is said
                write(self._table, sorted(self._failures, key=lambda one: one[0].line), path)
        finally:
            self.say(done if is_complete else f"{done}, {self._left:,} not done yet")
        if path and failed:
            self.say(f"The failed rows and their errors: {path}. Correct it and link it.")
        elif path and is_complete and path.is_file() and not path.is_symlink():  # nor /dev/null
            path.unlink()  # an earlier run's failures, which are corrected
        self._report()

    def _report(self) -> None:
        if self._options.json:
            counts = {name: self._counts[name] for name in get_args(Status)}
            counts |= {"failed": len(self._failures), "not_done": self._left}
            print(json.dumps({"pairs": len(self._rows), **counts}), flush=True)

    @property
    def _goes_on(self) -> str:
        return "it resumes here" if self._files.journal else "it does what is left"

    @property
    def _left(self) -> int:
        return len(self._rows) - sum(self._counts[one] for one in get_args(Status))


@contextmanager
def _interruptible(outcomes: Outcomes, shown: Lines) -> Generator[None]:
    """Let Ctrl-C finish the requests in flight, and a second Ctrl-C exit at once."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(INTERRUPTED))
        shown.print("Finishing the requests in flight; Ctrl-C again exits at once, safely, too.")
        outcomes.stop()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
