"""One budget for several processes: RedisPace against a sandbox that counts."""

import shutil
from collections.abc import Iterator

from facade.testing import Sandbox
from scripts.benchmarks.sides import Effort, Figure, Target
from scripts.redis_server import RedisServer
from scripts.shared_pace import measure as run_together

NEARLY_IDEAL, A_HANDFUL = Target(">=", 0.93), Target("<=", 3)
LIMIT = 100, 10.0
PROCESSES, CALLS = 4, 800


def measure(effort: Effort) -> Iterator[Figure]:
    """Have four processes make 800 calls where 100 in 10 s are allowed: rate and refusals."""
    rate = "RedisPace, 4 processes, 800 calls: rate / ideal rate"
    refusals = "RedisPace, 4 processes, 800 calls: refusals"
    if shutil.which("redis-server") is None:
        yield Figure(rate, (), "redis-server is not installed", NEARLY_IDEAL)
        return
    # However quick: more than one window, or there is no rate to speak of.
    calls, limit = (200, (100, 1.0)) if effort.quick else (CALLS, LIMIT)
    with RedisServer() as redis:
        done = run_together(
            Sandbox(limit=limit), redis.url, processes=PROCESSES, calls=calls, limit=limit
        )
    took = f"{done.seconds:.1f} s against {done.ideal:.1f} s"
    yield Figure(rate, (done.rate,), took, NEARLY_IDEAL)
    yield Figure(refusals, (float(done.refused),), f"{done.refused} of {calls}", A_HANDFUL)
