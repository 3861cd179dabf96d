"""Processes that share a rate limit make concurrent calls, which are counted together."""

from collections import Counter

import pytest

from facade.testing import Sandbox, faults
from scripts.benchmarks import shared_pace
from scripts.benchmarks.figures import Effort
from scripts.benchmarks.redis_server import RedisServer
from scripts.benchmarks.shared_pace import SharedRun, run_processes


def test_the_ideal_is_a_full_window_at_once_and_then_a_steady_flow() -> None:
    run = SharedRun(calls=800, limit=(100, 10.0), seconds=87.5, refused=0)
    assert run.ideal == 70.0
    assert run.rate == 0.8


def test_the_processes_share_the_calls_and_each_is_one_request(redis: RedisServer) -> None:
    sandbox = Sandbox()
    called: list[str] = []
    done = run_processes(
        sandbox,
        redis.url,
        processes=2,
        calls=12,
        limit=(100, 1.0),
        meanwhile=lambda: called.append("meanwhile"),
    )
    assert Counter(each.operation for each in sandbox.requests) == {"get_association": 12}
    assert (done.calls, done.refused, done.log, called) == (12, 0, [], ["meanwhile"])


def test_the_refusals_of_all_processes_are_counted(redis: RedisServer) -> None:
    sandbox = Sandbox()
    sandbox.misbehave(faults.rate_limit(retry_after=0), times=3)
    done = run_processes(sandbox, redis.url, processes=2, calls=12, limit=(100, 1.0))
    assert (len(sandbox.requests), done.refused) == (15, 3)


def test_without_redis_the_figure_names_the_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    (figure,) = shared_pace.measure(Effort(quick=True))
    assert figure.name == "RedisPace, 4 processes, 800 calls: rate / ideal rate"
    assert figure.measured == "redis-server is not installed (apt-get install redis-server)"
    assert figure.reached is False
