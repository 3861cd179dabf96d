"""RedisPace with several processes: few refusals, at nearly the ideal rate."""

import itertools
import threading
from typing import Any

import pytest

from facade.testing import Fault, Response, Sandbox, WindowKind
from facade.testing.limits import WINDOW_KINDS
from scripts.benchmarks.shared_pace import SharedRun, run_processes
from scripts.programs import RedisServer


def run_with_outage(
    redis: RedisServer, sandbox: Sandbox, calls: int, limit: tuple[int, float], **options: Any
) -> SharedRun:
    """Stop Redis for one and a half windows, so early that no process has made all its calls."""
    answers, reached = itertools.count(1), threading.Event()

    def count(answer: Response) -> Response:
        if next(answers) == calls // 8:
            reached.set()
        return answer

    sandbox.misbehave(Fault(afterwards=count))

    def stop_and_start() -> None:
        assert reached.wait(120)
        redis.stop()
        threading.Event().wait(limit[1] * 1.5)  # an outage takes time
        redis.start()

    given: dict[str, Any] = {"calls": calls, "limit": limit, **options}
    return run_processes(sandbox, redis.url, processes=2, meanwhile=stop_and_start, **given)


def check_log(done: SharedRun, plan: str) -> None:
    """A worker logs once that Redis is not available, and that it is again unless it ended.

    A worker that did not run meanwhile, on a busy machine, logs nothing.
    """
    away = [line for line in done.log if "Redis is not available" in line]
    back = [line for line in done.log if "Redis is available again after" in line]
    assert all(plan in line for line in away)
    assert 1 <= len(back) <= len(away) <= 2


LOCAL = {"on_outage": "local", "share": 0.25}


@pytest.mark.parametrize(
    ("calls", "limit"),
    [(200, (100, 1.0)), pytest.param(400, (100, 10.0), marks=pytest.mark.proof)],
    ids=["fast", "real"],
)
@pytest.mark.parametrize(
    ("options", "plan"),
    [
        ({"on_outage": "wait"}, "waiting"),
        pytest.param(LOCAL, "a share of 0.25", marks=pytest.mark.proof),
    ],
)
def test_a_run_survives_an_outage_of_redis_and_logs_it(
    redis: RedisServer, options: dict[str, Any], plan: str, calls: int, limit: tuple[int, float]
) -> None:
    done = run_with_outage(redis, Sandbox(limit=limit), calls, limit, **options)
    check_log(done, plan)
    assert done.refused <= 12


@pytest.mark.proof
@pytest.mark.parametrize("window", WINDOW_KINDS)
def test_no_kind_of_window_refuses_more_than_three(redis: RedisServer, window: WindowKind) -> None:
    limit = 100, 1.0
    sandbox = Sandbox(limit=limit, window=window)
    assert run_processes(sandbox, redis.url, processes=4, calls=800, limit=limit).refused <= 3


@pytest.mark.proof
def test_eight_hundred_calls_keep_the_real_limit_at_nearly_the_ideal_rate(
    redis: RedisServer,
) -> None:
    limit = 100, 10.0
    done = run_processes(Sandbox(limit=limit), redis.url, processes=4, calls=800, limit=limit)
    assert done.refused <= 3
    assert done.rate >= 0.8  # which leaves room for a busy machine; `make bench` asks for more
