# Run: pip install "highlevel-associations[redis]"
#      HIGHLEVEL_TOKEN=pit-... HIGHLEVEL_LOCATION_ID=... python -m examples.asyncio_worker owner_pet
#      redis-cli LPUSH links '{"contact": "CONTACT_ID", "custom_objects.pet": "RECORD_ID"}'
# REDIS_URL is the queue (default: redis://127.0.0.1:6379/0); WORKER is a unique name for each of
# several workers. At SIGTERM or Ctrl-C it takes no more jobs, finishes the current ones and exits
# with 0. Failed jobs are stored in the list links:failed, each with its error.
"""Relate the pairs of a Redis queue, eight at a time, with asyncio."""

import asyncio
import json
import os
import signal
import sys
from typing import Any

from redis.asyncio import Redis

from highlevel_associations import (
    APIConnectionError,
    Association,
    AssociationsError,
    AsyncAssociationsClient,
    AuthenticationError,
    DailyLimitError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
)

QUEUE, FAILED = "links", "links:failed"
TAKEN = f"links:taken:{os.environ.get('WORKER', 'main')}"  # kept if the worker is killed
JOBS = 8


async def work(
    queue: Any, client: AsyncAssociationsClient, association: Association, stop: asyncio.Event
) -> None:
    try:
        while not stop.is_set():
            job = await queue.blmove(QUEUE, TAKEN, timeout=1, src="RIGHT", dest="LEFT")
            if job is not None:
                moved = await do(job, client, association)
                async with queue.pipeline() as transaction:
                    for name, entry in moved.items():
                        transaction.lpush(name, entry)
                    await transaction.lrem(TAKEN, 1, job).execute()
    finally:
        stop.set()  # after an error, the others end, too: redis may not pass on a cancellation


async def do(job: str, client: AsyncAssociationsClient, association: Association) -> dict[str, str]:
    """Do a job, which is safe to repeat; return the list and entry to move it to if it failed."""
    try:
        ensured = await client.relations.link(association, json.loads(job))
        print(f"{'created' if ensured.created else 'existing'}: {job}", flush=True)
    except (AuthenticationError, PermissionDeniedError, DailyLimitError):
        raise  # every other job would fail, too: the worker ends, and its jobs stay queued
    except (APIConnectionError, RateLimitError, ServerError) as error:
        # The client has been patient already.
        print(f"requeued after {error}: {job}", flush=True)
        return {QUEUE: job}
    except (AssociationsError, ValueError, TypeError, AttributeError) as error:
        return {FAILED: json.dumps({"job": job, "error": str(error)})}
    return {}


async def main(key: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    url = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
    queue: Any = Redis.from_url(url, decode_responses=True)
    async with queue, AsyncAssociationsClient.from_env(deadline=300, max_backoff=20) as client:
        association = await client.associations.get_by_key(key)
        while await queue.lmove(TAKEN, QUEUE, src="RIGHT", dest="RIGHT"):
            pass  # requeue the jobs of a killed worker with this name
        async with asyncio.TaskGroup() as tasks:
            for _ in range(JOBS):
                tasks.create_task(work(queue, client, association, stop))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) == 2 else sys.exit("usage: asyncio_worker KEY")))
