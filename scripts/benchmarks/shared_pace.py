"""One rate limit for several processes: RedisPace against a sandbox that counts."""

import logging
import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from typing import Any

from facade import AssociationsClient
from facade.redis import RedisPace
from facade.testing import Sandbox
from scripts.benchmarks.figures import Effort, Figure, Goal
from scripts.programs import RedisServer

RATE, REFUSALS = Goal(">=", 0.93), Goal("<=", 3)
LIMIT = 100, 10.0
PROCESSES, THREADS, CALLS = 4, 8, 800


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure rate and refusals of 800 calls of four processes with a limit of 100 in 10 s."""
    rate = "RedisPace, 4 processes, 800 calls: rate / ideal rate"
    refusals = "RedisPace, 4 processes, 800 calls: refusals"
    if shutil.which("redis-server") is None:
        yield Figure(rate, (), "redis-server is not installed (apt-get install redis-server)", RATE)
        return
    # A quick run needs more than one window as well, else it has no rate.
    calls, limit = (200, (100, 1.0)) if effort.quick else (CALLS, LIMIT)
    with RedisServer() as redis:
        run = run_processes(
            Sandbox(limit=limit), redis.url, processes=PROCESSES, calls=calls, limit=limit
        )
    took = f"{run.seconds:.1f} s against {run.ideal:.1f} s"
    yield Figure(rate, (run.rate,), took, RATE)
    yield Figure(refusals, (float(run.refused),), f"{run.refused} of {calls}", REFUSALS)


@dataclass(frozen=True)
class SharedRun:
    """One run of several processes; `log` has the warnings of all of them."""

    calls: int
    limit: tuple[int, float]
    seconds: float
    refused: int
    log: list[str] = field(default_factory=list)

    @property
    def ideal(self) -> float:
        """The shortest possible time in seconds: a full window at once, then a steady flow."""
        return (self.calls / self.limit[0] - 1) * self.limit[1]

    @property
    def rate(self) -> float:
        """The share of the ideal rate."""
        return self.ideal / self.seconds


def run_processes(
    sandbox: Sandbox,
    redis_url: str,
    *,
    processes: int,
    calls: int,
    limit: tuple[int, float],
    meanwhile: Callable[[], None] = lambda: None,
    **options: Any,
) -> SharedRun:
    """Distribute `calls` over processes; `options` are RedisPace's.

    `meanwhile` is called while they work.
    """
    association = sandbox.seed_association(key="owner_pet")["id"]
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes)
    pace = {"app": "measured", "calls": limit[0], "seconds": limit[1], **options}
    with (
        sandbox.serve() as server,
        ProcessPoolExecutor(processes, context, _keep_barrier, (barrier,)) as pool,
    ):
        job = _Job(server.url, sandbox.token, sandbox.location_id, association, redis_url, pace)
        workers = [pool.submit(_work, job, calls // processes) for _ in range(processes)]
        meanwhile()
        results = [worker.result() for worker in workers]
    return SharedRun(
        calls,
        limit,
        seconds=max(one.ended for one in results) - min(one.started for one in results),
        refused=sum(one.status == 429 for one in sandbox.requests),
        log=[line for one in results for line in one.log],
    )


@dataclass(frozen=True)
class _Job:
    """The input of a worker process."""

    url: str
    token: str
    location_id: str
    association: str
    redis_url: str
    pace: dict[str, Any]


@dataclass(frozen=True)
class _WorkerResult:
    """The output of a worker process; its times are on a clock that all processes share."""

    started: float
    ended: float
    log: list[str]


_barriers: list[Barrier] = []  # of this worker process, for its start only


def _keep_barrier(barrier: Barrier) -> None:
    _barriers.append(barrier)


def _work(job: _Job, calls: int) -> _WorkerResult:
    log: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: log.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("facade").addHandler(handler)
    pace = RedisPace(job.redis_url, **job.pace)
    with (
        AssociationsClient(job.token, job.location_id, base_url=job.url, pace=pace) as client,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        _barriers[0].wait(60)
        started = time.monotonic()
        list(threads.map(lambda _: client.associations.get(job.association), range(calls)))
        return _WorkerResult(started, time.monotonic(), log)
