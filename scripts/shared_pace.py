"""Measure RedisPace: processes that share one budget against a sandbox that counts."""

import logging
import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from typing import Any

from facade import AssociationsClient
from facade.redis import RedisPace
from facade.testing import Sandbox

THREADS = 8


@dataclass(frozen=True)
class Measured:
    """One run: what was asked for, how long it took, what was refused, what workers logged."""

    processes: int
    calls: int
    limit: tuple[int, float]
    seconds: float
    refused: int
    said: list[str] = field(default_factory=list)

    @property
    def ideal(self) -> float:
        """Give the seconds that it takes at best: a full window at once, then an even flow."""
        return (self.calls / self.limit[0] - 1) * self.limit[1]

    @property
    def rate(self) -> float:
        """Give the share of the ideal rate."""
        return self.ideal / self.seconds


def measure(
    sandbox: Sandbox,
    redis_url: str,
    *,
    processes: int,
    calls: int,
    limit: tuple[int, float],
    meanwhile: Callable[[], None] = lambda: None,
    **options: Any,
) -> Measured:
    """Have so many processes make so many calls together; `options` are RedisPace's.

    `meanwhile` is called while they work.
    """
    association = sandbox.seed_association(key="owner_pet")["id"]
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes)
    pace = {"app": "measured", "calls": limit[0], "seconds": limit[1], **options}
    with (
        sandbox.serve() as server,
        ProcessPoolExecutor(processes, context, _meet_at, (barrier,)) as pool,
    ):
        job = Job(server.url, sandbox.token, sandbox.location_id, association, redis_url, pace)
        workers = [pool.submit(_work, job, calls // processes) for _ in range(processes)]
        meanwhile()
        done = [worker.result() for worker in workers]
    return Measured(
        processes,
        calls,
        limit,
        seconds=max(one.ended for one in done) - min(one.started for one in done),
        refused=sum(one.status == 429 for one in sandbox.requests),
        said=[line for one in done for line in one.said],
    )


def table(rows: Sequence[Measured]) -> str:
    """Lay measured runs out, a line each."""
    lines = [f"{'processes':>9} {'calls':>6} {'limit':>10} {'seconds':>8} {'rate':>6} {'429':>4}"]
    for row in rows:
        limit = f"{row.limit[0]} in {row.limit[1]:g} s"
        lines.append(
            f"{row.processes:>9} {row.calls:>6} {limit:>10} {row.seconds:>8.2f} "
            f"{row.rate:>6.1%} {row.refused:>4}"
        )
    return "\n".join(lines)


@dataclass(frozen=True)
class Job:
    """What a worker is told."""

    url: str
    token: str
    location_id: str
    association: str
    redis_url: str
    pace: dict[str, Any]


@dataclass(frozen=True)
class Done:
    """What a worker tells: moments on the clock that all processes share, and what it logged."""

    started: float
    ended: float
    said: list[str]


_barriers: list[Barrier] = []  # of this worker: one reaches a process only when it is started


def _meet_at(barrier: Barrier) -> None:
    _barriers.append(barrier)


def _work(job: Job, calls: int) -> Done:
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("facade").addHandler(handler)
    pace = RedisPace(job.redis_url, **job.pace)
    with (
        AssociationsClient(job.token, job.location_id, base_url=job.url, pace=pace) as client,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        _barriers[0].wait(60)
        started = time.monotonic()
        list(threads.map(lambda _: client.associations.get(job.association), range(calls)))
        return Done(started, time.monotonic(), said)
