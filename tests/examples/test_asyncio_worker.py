"""The asyncio worker: no job is lost, however the worker ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from facade.testing import Fault, Sandbox, Server, faults
from scripts.programs import RedisServer
from tests.facade.bulk.runs import Gate

ROOT = Path(__file__).parents[2]
Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def queue(redis: RedisServer) -> Iterator[Any]:
    with Redis.from_url(redis.url, decode_responses=True) as queue:
        yield queue


@pytest.fixture
def start(redis: RedisServer, highlevel_env: Server, highlevel_sandbox: Sandbox) -> Iterator[Start]:
    """Return a function that starts a worker of a location that has the association."""
    highlevel_sandbox.seed_association(key="owner_pet", second_object_key="custom_objects.pet")
    workers: list[subprocess.Popen[str]] = []

    def started() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "examples.asyncio_worker", "owner_pet"]
        env, pipe = os.environ | {"REDIS_URL": redis.url}, subprocess.PIPE
        workers.append(
            subprocess.Popen(command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True)
        )
        return workers[-1]

    yield started
    for worker in workers:
        worker.kill()
        worker.communicate()


def job(contact: str, pet: str = "rex") -> str:
    return json.dumps({"contact": contact, "custom_objects.pet": pet})


def until(holds: Callable[[], bool]) -> None:
    """Look until something holds, for five minutes at most: other processes bring it about."""
    end = time.monotonic() + 300
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def waits_no_more(queue: Any) -> bool:
    """Return whether no worker waits in Redis for a job, for two seconds; it does so anew each."""
    for _ in range(200):
        if any("b" in each["flags"] for each in queue.client_list()):
            return False
        time.sleep(0.01)
    return True


def ended(worker: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, errors = worker.communicate(timeout=300)
    return worker.returncode, out, errors


def test_at_sigterm_it_finishes_what_it_has_and_takes_nothing_else(
    start: Start, queue: Any, highlevel_sandbox: Sandbox
) -> None:
    gate = Gate()
    highlevel_sandbox.misbehave(Fault(afterwards=gate.hold), on="create_relation")
    queue.lpush("links", job("ann"))
    worker = start()
    assert gate.reached.wait(300)
    worker.send_signal(signal.SIGTERM)
    until(lambda: waits_no_more(queue))
    queue.lpush("links", job("bob"))
    gate.opened.set()
    code, out, errors = ended(worker)
    assert (code, out, errors) == (0, f"created: {job('ann')}\n", "")
    assert queue.lrange("links", 0, -1) == [job("bob")]
    assert queue.exists("links:taken:main") == 0


def test_jobs_are_done_those_that_cannot_be_are_kept_and_a_killed_worker_loses_none(
    start: Start, queue: Any, highlevel_sandbox: Sandbox
) -> None:
    highlevel_sandbox.declare_record("tom", "contact")
    with highlevel_sandbox.misbehave(faults.delay(600), on="create_relation") as slow:
        queue.lpush("links", job("ann"), job("bob"))
        killed = start()
        until(lambda: slow.hits == 2)
        killed.kill()
        assert ended(killed)[0] == -signal.SIGKILL
    assert queue.llen("links:taken:main") == 2
    bad = ["no JSON", "[1]", "null", job(""), job("ann", "tom"), '{"contact": "ann"}']
    queue.lpush("links", job("ann"), *bad)
    worker = start()
    until(lambda: queue.llen("links:failed") == len(bad))
    until(lambda: queue.llen("links") == queue.llen("links:taken:main") == 0)
    worker.send_signal(signal.SIGINT)
    code, out, errors = ended(worker)
    assert (code, errors, len(out.splitlines())) == (0, "", 3)
    assert f"existing: {job('ann')}" in out.splitlines()
    failed = [json.loads(each) for each in queue.lrange("links:failed", 0, -1)]
    assert sorted(each["job"] for each in failed) == sorted(bad)
    assert all(each["error"] for each in failed)
    assert len(highlevel_sandbox.relations()) == 2  # nothing is lost, and nothing done twice


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (faults.fail(401), "AuthenticationError"),
        (faults.fail(403), "PermissionDeniedError"),
        pytest.param(
            Fault(), "DailyLimitError", marks=pytest.mark.highlevel_sandbox(daily_limit=1)
        ),
    ],
)
def test_what_every_other_job_would_get_too_ends_it_and_the_jobs_stay(
    start: Start, queue: Any, highlevel_sandbox: Sandbox, fault: Fault, name: str
) -> None:
    highlevel_sandbox.misbehave(fault, on="create_relation")
    queue.lpush("links", job("ann"))
    code, _, errors = ended(start())
    assert code == 1
    assert name in errors
    assert queue.lrange("links:taken:main", 0, -1) == [job("ann")]  # for the next worker
