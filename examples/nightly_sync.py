# Run: pip install highlevel-associations
#      HIGHLEVEL_TOKEN=pit-... HIGHLEVEL_LOCATION_ID=... python -m examples.nightly_sync FILE KEY
# or every night, in a crontab that sets the two variables:
#      0 3 * * *  cd /srv/app && .venv/bin/python nightly_sync.py FILE KEY >> sync.log 2>&1
# KEY is the key of the association; FILE is a CSV with the columns first and second, the record ids
# on its sides. Exit code: 0 all pairs are related, 1 some pairs failed, 2 the run did not complete.
"""Relate the pairs of a CSV: existing relations are kept, and an interrupted run is resumed."""

import csv
import logging
import sys
from collections import Counter
from pathlib import Path

from highlevel_associations import AssociationsClient, AssociationsError
from highlevel_associations.bulk import ensure_many

log = logging.getLogger("nightly_sync")


def main(path: Path, key: str) -> int:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [(row["first"], row["second"]) for row in csv.DictReader(file)]
        with AssociationsClient.from_env() as client:
            return sync(client, rows, key, path.with_suffix(".journal"))
    except KeyError as error:
        log.error("%s has no column %s", path, error)
    except (OSError, ValueError) as error:  # such as a missing file or token
        log.error("%s", error)
    except AssociationsError as error:  # every other row would fail, too
        log.error("stopped, the next run resumes here: %s", error)
    return 2


def sync(client: AssociationsClient, rows: list[tuple[str, str]], key: str, journal: Path) -> int:
    """Relate each pair; the journal, which one run at a time can open, lists the done ones.

    After a complete run, the next one sends all pairs, because a relation may have been deleted.
    """
    counts: Counter[str] = Counter()
    for outcome in ensure_many(client, rows, association=key, journal=journal):
        counts[outcome.status] += 1
        if outcome.error is not None:
            log.warning("line %d failed: %s", outcome.index + 2, outcome.error)
    statuses = ("created", "existing", "related", "done_before", "failed")
    numbers = [f"{counts[one]} {one.replace('_', ' ')}" for one in statuses]
    log.info("%d pairs: %s", len(rows), ", ".join(numbers))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(f"usage: {sys.argv[0]} CSV KEY", file=sys.stderr)
        sys.exit(2)
    # At INFO, the logger `facade` also logs why a call waits.
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
