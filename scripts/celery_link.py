"""Link the pairs of a CSV with Celery: an example of bulk work on an engine that exists.

Workers, on any number of machines:  celery -A scripts.celery_link worker --concurrency 4
The CSV, of location,first,second:   python -m scripts.celery_link pairs.csv --association KEY

They share the pace and the tokens in REDIS_URL, and the rest of the environment: of an app that was
installed HIGHLEVEL_CLIENT_ID and HIGHLEVEL_CLIENT_SECRET, and if set HIGHLEVEL_BASE_URL,
HIGHLEVEL_LIMIT (100/10: calls in seconds) and LINK_LOST_AFTER (seconds after which the shard of a
machine that died is given to another: longer than a shard takes).
"""

import argparse
import csv
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from facade import Association, AssociationsClient
from facade.bulk import Outcome, ensure_shard
from facade.oauth import OAuth
from facade.redis import RedisPace, RedisTokenStore
from scripts.console import FINDING, NOTHING, run
from scripts.contract.errors import CannotRunError

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
BASE_URL = "https://services.leadconnectorhq.com"
SHARD = 100  # pairs: a shard is done again from its start where its worker dies

app = Celery("link", broker=REDIS_URL, backend=REDIS_URL)
app.conf.update(
    # Outcomes and errors come back as they are. What is read from a pickle can do anything, so
    # Redis is the app's own; workers take nothing but JSON all the same.
    result_serializer="pickle",
    result_accept_content=["json", "pickle"],
    accept_content=["json"],
    # A shard is taken off the queue when it is done, and doing it twice is fine.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_transport_options={
        "visibility_timeout": float(os.environ.get("LINK_LOST_AFTER", "600"))
    },
    broker_connection_retry_on_startup=True,
)


@dataclass(frozen=True)
class Tally:
    """What became of a shard's pairs."""

    created: int = 0
    existing: int = 0
    failed: list[Outcome] = field(default_factory=list)


@app.task(name="link")
def link(location_id: str, key: str, pairs: list[tuple[str, str]], start: int) -> Tally:
    """Ensure the relations of one shard; an error that would befall all others is raised."""
    client, association = _client(location_id), _association(location_id, key)
    outcomes = ensure_shard(client, pairs, association=association, start=start)
    if outcomes and outcomes[-1].stops and outcomes[-1].error is not None:
        raise outcomes[-1].error
    statuses = [outcome.status for outcome in outcomes]
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    return Tally(statuses.count("created"), statuses.count("existing"), failed)


# Each worker process has its own connections and shares pace and tokens with all others.


@cache
def _shared() -> AssociationsClient:
    named = os.environ
    app_id, base_url = named["HIGHLEVEL_CLIENT_ID"], named.get("HIGHLEVEL_BASE_URL", BASE_URL)
    calls, seconds = named.get("HIGHLEVEL_LIMIT", "100/10").split("/")
    oauth = OAuth(
        app_id,
        named["HIGHLEVEL_CLIENT_SECRET"],
        store=RedisTokenStore(REDIS_URL),
        base_url=base_url,
    )
    pace = RedisPace(REDIS_URL, app=app_id, calls=int(calls), seconds=float(seconds))
    return AssociationsClient(oauth, "each-shard-names-its-own", base_url=base_url, pace=pace)


@cache
def _client(location_id: str) -> AssociationsClient:
    return _shared().for_location(location_id)


@cache
def _association(location_id: str, key: str) -> Association:
    return _client(location_id).associations.get_by_key(key)


def main(arguments: Sequence[str] | None = None) -> int:
    """Hand the shards out, say how far they are, and tell what failed."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.celery_link",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--association", metavar="KEY", required=True)
    parser.add_argument("--shard", type=int, default=SHARD, help="pairs (default: %(default)s)")
    options = parser.parse_args(arguments)
    rows = _read(options.file)
    shards = list(_shards(rows, options.shard))
    started = time.monotonic()
    _reach_redis()
    running = [link.delay(place, options.association, pairs, at) for place, at, pairs in shards]
    done = -1
    while done < len(running):
        before, done = done, sum(one.ready() for one in running)
        if done > before:
            seconds = time.monotonic() - started
            print(f"{done} of {len(running)} shards in {seconds:.0f} s", flush=True)
        time.sleep(0.2)
    return _tell([one.get(propagate=False) for one in running], len(rows))


def _reach_redis() -> None:
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1)
    except OperationalError as error:
        raise CannotRunError(f"REDIS_URL leads to no Redis: {error}") from error


def _read(path: Path) -> list[tuple[str, str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        try:
            return [(row["location"], row["first"], row["second"]) for row in reader]
        except KeyError as error:
            raise CannotRunError(f"{path} has no column {error}") from error


def _shards(
    rows: Sequence[tuple[str, str, str]], size: int
) -> Iterator[tuple[str, int, list[tuple[str, str]]]]:
    """Cut each location's pairs into shards, and deal the locations out in turn.

    A location has a limit of its own: working on all of them at once is quickest.
    """
    pairs: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for location_id, first, second in rows:
        pairs[location_id].append((first, second))
    by_location = (
        [(place, at, found[at : at + size]) for at in range(0, len(found), size)]
        for place, found in pairs.items()
    )
    return (shard for shard in chain(*zip_longest(*by_location)) if shard is not None)


def _tell(results: Sequence[Any], pairs: int) -> int:
    tallies = [one for one in results if isinstance(one, Tally)]
    errors = [one for one in results if not isinstance(one, Tally)]
    created, existing = sum(one.created for one in tallies), sum(one.existing for one in tallies)
    failed = [outcome for one in tallies for outcome in one.failed]
    print(f"{pairs} pairs: {created} created, {existing} existing, {len(failed)} failed")
    for outcome in failed:
        print(f"{outcome.first_record_id} {outcome.second_record_id}: {outcome.error}")
    for error in errors:
        print(f"a shard failed: {error}")
    return FINDING if failed or errors else NOTHING


if __name__ == "__main__":
    # Through the module that workers know: a Tally is pickled by the name of its own.
    from scripts.celery_link import main as command

    run(command)
