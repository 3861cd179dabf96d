"""One rate limit for several processes: RedisPace against a sandbox that counts."""

import logging
import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from threading import Barrier
from typing import Any, NamedTuple

from facade import AssociationsClient
from facade.redis import RedisPace
from facade.testing import Sandbox
from scripts.benchmarks.figures import Effort, Figure, Goal
from scripts.programs import RedisServer

RATE, REFUSALS = Goal(">=", 0.93), Goal("<=", 3)
PROCESSES, THREADS = 4, 8


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure rate and refusals of 800 calls of four processes with a limit of 100 in 10 s."""
    name = "RedisPace, 4 processes, 800 calls"
    if shutil.which("redis-server") is None:
        reason = "redis-server is not installed (apt-get install redis-server)"
        yield Figure(f"{name}: rate / ideal rate", (), reason, RATE)
        return
    # A quick run needs more than one window as well, else it has no rate.
    calls, limit = (200, (100, 1.0)) if effort.quick else (800, (100, 10.0))
    with RedisServer() as redis:
        sandbox = Sandbox(limit=limit)
        run = run_processes(sandbox, redis.url, processes=PROCESSES, calls=calls, limit=limit)
    took = f"{run.seconds:.1f} s against {run.ideal:.1f} s"
    yield Figure(f"{name}: rate / ideal rate", (run.rate,), took, RATE)
    refused = f"{run.refused} of {calls}"
    yield Figure(f"{name}: refusals", (float(run.refused),), refused, REFUSALS)


class SharedRun(NamedTuple):
    """One run of several processes; `log` has the warnings of all of them."""

    seconds: float
    ideal: float  # the shortest possible seconds: a full window at once, then a steady flow
    refused: int
    log: list[str]

    @property
    def rate(self) -> float:
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
    pace = {"app": "measured", "calls": limit[0], "seconds": limit[1], **options}
    with (
        sandbox.serve() as server,
        context.Manager() as manager,
        ProcessPoolExecutor(processes, context) as pool,
    ):
        barrier, each = manager.Barrier(processes), calls // processes
        account = sandbox.token, sandbox.location_id, server.url
        job = barrier, account, association, redis_url, pace, each
        workers = [pool.submit(_work, *job) for _ in range(processes)]
        meanwhile()
        starts, ends, logs = zip(*(worker.result() for worker in workers), strict=True)
    return SharedRun(
        seconds=max(ends) - min(starts),
        ideal=(calls / limit[0] - 1) * limit[1],
        refused=sum(one.status == 429 for one in sandbox.requests),
        log=[line for log in logs for line in log],
    )


def _work(
    start: Barrier,
    account: tuple[str, str, str],
    association: str,
    redis_url: str,
    pace: dict[str, Any],
    calls: int,
) -> tuple[float, float, list[str]]:
    """Return start and end, on a clock that all processes share, and the log."""
    log: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: log.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("facade").addHandler(handler)
    token, location_id, url = account
    own = RedisPace(redis_url, **pace)
    with (
        AssociationsClient(token, location_id, base_url=url, pace=own) as client,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        start.wait(60)
        started = time.monotonic()
        list(threads.map(lambda _: client.associations.get(association), range(calls)))
        return started, time.monotonic(), log
