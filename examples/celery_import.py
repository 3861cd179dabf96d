# Run: pip install "highlevel-associations[redis]" "celery[redis]"
#      celery -A examples.celery_import worker --concurrency 4
#      python -m examples.celery_import pairs.csv KEY
# The CSV has the columns location,first,second. HIGHLEVEL_CLIENT_ID and HIGHLEVEL_CLIENT_SECRET are
# the OAuth app. Only this app may use the Redis of REDIS_URL: it has tasks, tokens and rate limits.
"""Import relations from a CSV with Celery: facade.bulk on a task queue."""

import csv
import os
import sys
from collections import Counter, defaultdict
from functools import cache

from celery import Celery, Signature
from celery.exceptions import TimeoutError
from celery.result import AsyncResult

from highlevel_associations import Association, AssociationsClient
from highlevel_associations.bulk import Outcome, ensure_shard
from highlevel_associations.oauth import OAuth
from highlevel_associations.redis import RedisPace, RedisTokenStore

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
BASE_URL = os.environ.get("HIGHLEVEL_BASE_URL", "https://services.leadconnectorhq.com")
SHARD = int(os.environ.get("SHARD", "100"))  # pairs
LOST_AFTER = float(os.environ.get("VISIBILITY_TIMEOUT", "600"))  # seconds, longer than a shard
RESTORE = {"unacked_restore_interval": 1, "unacked_restore_throttle": 1, "unacked_mutex_expire": 10}
app = Celery("import", broker=REDIS_URL, backend=REDIS_URL)
# A shard leaves the queue when it is done, and is safe to repeat. Results are pickled to keep their
# errors. Unpickling can run any code, so only this app may write to Redis, and tasks are JSON.
app.conf.update(task_acks_late=True, task_reject_on_worker_lost=True, worker_prefetch_multiplier=1)
app.conf.update(result_serializer="pickle", result_accept_content=["json", "pickle"])
app.conf.update(accept_content=["json"], broker_connection_retry_on_startup=True)
app.conf.update(broker_transport_options={"visibility_timeout": LOST_AFTER, **RESTORE})


@cache
def shared_client() -> AssociationsClient:
    app_id, secret = os.environ["HIGHLEVEL_CLIENT_ID"], os.environ["HIGHLEVEL_CLIENT_SECRET"]
    oauth = OAuth(app_id, secret, store=RedisTokenStore(REDIS_URL, app=app_id), base_url=BASE_URL)
    pace = RedisPace(REDIS_URL, app=app_id)
    return AssociationsClient(oauth, base_url=BASE_URL, pace=pace)


@cache
def target(location_id: str, key: str) -> tuple[AssociationsClient, Association]:
    client = shared_client().for_location(location_id).with_options(deadline=300, max_backoff=20)
    return client, client.associations.get_by_key(key)


@app.task(name="import_shard")
def import_shard(location_id: str, key: str, pairs: list[tuple[str, str]]) -> list[Outcome]:
    client, association = target(location_id, key)
    return ensure_shard(client, pairs, association=association)


def wait_for(
    task: Signature[list[Outcome]], result: AsyncResult[list[Outcome]]
) -> list[Outcome] | Exception:
    """Return a shard's outcomes, or its error, and queue it again if it was lost.

    Celery repeats the shard of a killed worker after LOST_AFTER, except one that the worker was
    just taking from the queue: that one is in no list of Redis, and nothing would ever end it.
    """
    while True:
        try:
            return result.get(timeout=2 * LOST_AFTER, propagate=False)
        except TimeoutError:
            task.apply_async(task_id=result.id)


def main(path: str, key: str) -> int:
    """Queue shards of all locations in turn, and report; return 1 if a pair failed, otherwise 0."""
    pairs = defaultdict[str, list[tuple[str, str]]](list)
    with open(path, newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            pairs[row["location"]].append((row["first"], row["second"]))
    starts = range(0, max(map(len, pairs.values()), default=0), SHARD)
    shards = [(each, found[at : at + SHARD]) for at in starts for each, found in pairs.items()]
    tasks = [import_shard.s(each, key, shard) for each, shard in shards if shard]
    results = [task.apply_async() for task in tasks]
    counts = Counter[str]()
    for number, (task, result) in enumerate(zip(tasks, results, strict=True), start=1):
        outcomes = wait_for(task, result)
        if isinstance(outcomes, Exception):
            print(f"a shard failed: {outcomes}")
            outcomes, counts["failed"] = [], counts["failed"] + 1
        for outcome in outcomes:
            counts[outcome.status] += 1
            if outcome.error is not None:
                print(f"{outcome.first_record_id} {outcome.second_record_id}: {outcome.error}")
        print(f"{number} of {len(results)} shards: {dict(counts)}", flush=True)
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
