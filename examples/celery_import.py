"""Import relations from a CSV with Celery: facade.bulk on a task queue.

Workers, on any number of machines:  celery -A examples.celery_import worker --concurrency 4
A CSV of location,first,second:      python -m examples.celery_import pairs.csv --association KEY

The environment names the app that the locations installed: HIGHLEVEL_CLIENT_ID and
HIGHLEVEL_CLIENT_SECRET. All workers share the pace and the tokens in REDIS_URL. Optional are
HIGHLEVEL_BASE_URL, HIGHLEVEL_LIMIT (100/10: calls in seconds) and VISIBILITY_TIMEOUT (600 seconds,
after which the shard of a machine that died goes to another one: longer than a shard takes).
"""

import argparse
import csv
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from celery import Celery
from celery.result import AsyncResult
from kombu.exceptions import OperationalError

from facade import Association, AssociationsClient
from facade.bulk import Outcome, ensure_shard
from facade.oauth import OAuth
from facade.redis import RedisPace, RedisTokenStore

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
BASE_URL = "https://services.leadconnectorhq.com"
VISIBILITY_TIMEOUT = float(os.environ.get("VISIBILITY_TIMEOUT", "600"))
SHARD = 100  # pairs; a shard is repeated from its start if its worker dies

app = Celery("import", broker=REDIS_URL, backend=REDIS_URL)
app.conf.update(
    # Pickle returns outcomes and errors whole. A pickle can run any code when it is read, so this
    # Redis must be the app's own; workers accept only JSON all the same.
    result_serializer="pickle",
    result_accept_content=["json", "pickle"],
    accept_content=["json"],
    # A shard leaves the queue when it is done; repeating one does no harm.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_transport_options={
        "visibility_timeout": VISIBILITY_TIMEOUT,
        # Look for lost shards every second instead of every hundred.
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "unacked_mutex_expire": 10,
    },
    broker_connection_retry_on_startup=True,
)


@dataclass(frozen=True)
class ShardResult:
    """How many relations of a shard were created or existed, and the outcomes that failed."""

    created: int = 0
    existing: int = 0
    failed: list[Outcome] = field(default_factory=list)


@app.task(name="import_shard")
def import_shard(
    location_id: str, key: str, pairs: list[tuple[str, str]], start: int
) -> ShardResult:
    """Ensure the relations of one shard; raise an error that every other pair would meet, too."""
    client, association = _client(location_id), _association(location_id, key)
    outcomes = ensure_shard(client, pairs, association=association, start=start)
    if outcomes and outcomes[-1].is_fatal and outcomes[-1].error is not None:
        raise outcomes[-1].error
    statuses = [outcome.status for outcome in outcomes]
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    return ShardResult(statuses.count("created"), statuses.count("existing"), failed)


# Each worker process makes its own connections and shares the pace and the tokens with all others.


@cache
def _shared_client() -> AssociationsClient:
    env = os.environ
    app_id, base_url = env["HIGHLEVEL_CLIENT_ID"], env.get("HIGHLEVEL_BASE_URL", BASE_URL)
    calls, seconds = env.get("HIGHLEVEL_LIMIT", "100/10").split("/")
    oauth = OAuth(
        app_id,
        env["HIGHLEVEL_CLIENT_SECRET"],
        store=RedisTokenStore(REDIS_URL),
        base_url=base_url,
    )
    pace = RedisPace(REDIS_URL, app=app_id, calls=int(calls), seconds=float(seconds))
    return AssociationsClient(oauth, "each-shard-names-its-own", base_url=base_url, pace=pace)


@cache
def _client(location_id: str) -> AssociationsClient:
    return _shared_client().for_location(location_id)


@cache
def _association(location_id: str, key: str) -> Association:
    return _client(location_id).associations.get_by_key(key)


def main(arguments: Sequence[str] | None = None) -> int:
    """Queue the shards, print their progress, and report; 0 all is done, 1 some failed."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.celery_import",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--association", metavar="KEY", required=True)
    parser.add_argument("--shard", type=int, default=SHARD, help="pairs (default: %(default)s)")
    options = parser.parse_args(arguments)
    rows = _read(options.file)
    _check_redis()
    shards = [
        (location_id, options.association, pairs, start)
        for location_id, start, pairs in _shards(rows, options.shard)
    ]
    running = {import_shard.delay(*shard): shard for shard in shards}
    _wait_for(running)
    return _report([one.get(propagate=False) for one in running], len(rows))


def _wait_for(running: Mapping["AsyncResult[ShardResult]", tuple[Any, ...]]) -> None:
    """Print the progress until all shards are done; queue lost ones again."""
    started = changed = time.monotonic()
    done = -1
    while done < len(running):
        before, done, now = done, sum(one.ready() for one in running), time.monotonic()
        if done > before:
            changed = now
            print(f"{done} of {len(running)} shards in {now - started:.0f} s", flush=True)
        elif now - changed > 2 * VISIBILITY_TIMEOUT:
            # A worker that dies between taking a shard and recording it loses it.
            changed = now
            for one, arguments in running.items():
                if not one.ready():
                    import_shard.apply_async(arguments, task_id=one.id)
        time.sleep(0.2)


def _check_redis() -> None:
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1)
    except OperationalError as error:
        sys.exit(f"error: cannot reach Redis at REDIS_URL: {error}")


def _read(path: Path) -> list[tuple[str, str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            return [(row["location"], row["first"], row["second"]) for row in reader]
    except KeyError as error:
        sys.exit(f"error: {path} has no column {error}")
    except OSError as error:
        sys.exit(f"error: {error}")


def _shards(
    rows: Sequence[tuple[str, str, str]], size: int
) -> Iterator[tuple[str, int, list[tuple[str, str]]]]:
    """Cut each location's pairs into shards, and take one of each location in turn.

    Each location has its own limit, so working on all of them at once is fastest.
    """
    pairs: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for location_id, first, second in rows:
        pairs[location_id].append((first, second))
    by_location = (
        [(location_id, start, found[start : start + size]) for start in range(0, len(found), size)]
        for location_id, found in pairs.items()
    )
    return (shard for shard in chain(*zip_longest(*by_location)) if shard is not None)


def _report(results: Sequence[Any], pairs: int) -> int:
    done = [one for one in results if isinstance(one, ShardResult)]
    errors = [one for one in results if not isinstance(one, ShardResult)]
    created, existing = sum(one.created for one in done), sum(one.existing for one in done)
    failed = [outcome for one in done for outcome in one.failed]
    print(f"{pairs} pairs: {created} created, {existing} existing, {len(failed)} failed")
    for outcome in failed:
        print(f"{outcome.first_record_id} {outcome.second_record_id}: {outcome.error}")
    for error in errors:
        print(f"a shard failed: {error}")
    return 1 if failed or errors else 0


if __name__ == "__main__":
    # Under the name that workers import: a ShardResult is pickled by the name of its module.
    from examples.celery_import import main as run

    sys.exit(run())
