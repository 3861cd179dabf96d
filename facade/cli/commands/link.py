"""Relate the pairs of records in a CSV under an association, each once."""

import argparse
from collections.abc import Iterable
from contextlib import closing

from facade.bulk import ensure_many
from facade.cli import pairs_run
from facade.cli.console import interruptible, number_of
from facade.cli.progress import ProgressLine

EPILOG = f"""{pairs_run.THE_CSV}
Run the command again to resume an interrupted run: the journal lists the done
pairs. After a complete run it sends all pairs, because a relation may have been
deleted; with --failed-only, those that failed or are new. A CSV from standard
input has no journal unless --journal is given: all pairs are sent again, which
does no harm.

With --json the output is one JSON object at the end: pairs, created,
existing, related (created or existing, which is unknown), done_before (by an
earlier run, as its journal says), failed (including rows without a pair) and
not_done. Messages are on standard error.
{pairs_run.ENDINGS}
examples:
  {{command}} pets.csv --association owner_pet --dry-run
  {{command}} pets.csv --association owner_pet \\
    --encoding cp1252 --column contact=Kunde --column custom_objects.pet=Tier
  cut -d, -f2,3 pets.csv | {{command}} - --association owner_pet
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pairs_run.add_arguments(parser)
    experimental = (
        "experimental: send up to N new pairs with one request, by an operation that HighLevel "
        "does not publish; a pair of which it leaves a doubt is sent again"
    )
    parser.add_argument("--batch", type=number_of("pairs"), metavar="N", help=experimental)
    again = "send only the pairs that failed in the complete run of the journal, or are new"
    parser.add_argument("--failed-only", action="store_true", help=again)


class _Linking(pairs_run.PairsRun):
    STATUSES = ("created", "existing", "related", "done_before")

    def outcomes(self, shown: ProgressLine) -> Iterable[pairs_run.Outcome]:
        outcomes = ensure_many(
            self.client,
            [(row.wanted[0], row.wanted[1]) for row in self.rows],
            association=self.association,
            concurrency=self.options.concurrency,
            batch=self.options.batch,
            journal=self.journal,
            retry_failed=self.options.failed_only,
        )
        with interruptible(outcomes.stop, shown.print), closing(outcomes):
            for outcome in outcomes:
                if not outcome.is_fatal:  # it counts as not done yet
                    yield outcome.index, outcome.status, outcome.error


run = _Linking.of
