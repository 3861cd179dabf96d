"""The shared pace with several processes: hardly a refusal, at nearly the ideal rate."""

import threading
from collections.abc import Callable

import pytest

from facade.testing import Fault, Response, Sandbox, WindowKind
from facade.testing.limits import WINDOW_KINDS
from scripts.shared_pace import Measured, measure
from tests.redis_server import RedisServer


def after(sandbox: Sandbox, calls: int) -> Callable[[], None]:
    """Make what waits until the sandbox has answered so many calls."""
    reached, count = threading.Event(), [0]

    def note(answer: Response) -> Response:
        count[0] += 1
        if count[0] == calls:
            reached.set()
        return answer

    def wait() -> None:
        assert reached.wait(120)

    sandbox.misbehave(Fault(afterwards=note))
    return wait


def interrupted(
    redis: RedisServer, sandbox: Sandbox, calls: int, limit: tuple[int, float], **options: object
) -> Measured:
    """Stop Redis when a third of the calls was made, and start it when some more were due."""
    wait = after(sandbox, calls // 3)

    def stop_and_start() -> None:
        wait()
        redis.stop()
        threading.Event().wait(limit[1] * 1.5)  # an outage takes time
        redis.start()

    return measure(
        sandbox,
        redis.url,
        processes=4,
        calls=calls,
        limit=limit,
        meanwhile=stop_and_start,
        **options,
    )


def test_four_processes_are_hardly_refused(redis: RedisServer) -> None:
    limit = 100, 1.0
    done = measure(Sandbox(limit=limit), redis.url, processes=4, calls=400, limit=limit)
    assert done.refused <= 3
    assert done.said == []


def check_said(done: Measured, plan: str) -> None:
    """Each worker says once that Redis is away, and that it is back, unless it has ended before."""
    away = [line for line in done.said if "Redis is away" in line]
    back = [line for line in done.said if "Redis is back after" in line]
    assert len(away) == 4
    assert all(plan in line for line in away)
    assert 1 <= len(back) <= 4


WAIT: dict[str, object] = {"when_away": "wait"}
LOCAL: dict[str, object] = {"when_away": "local", "share": 0.25}


@pytest.mark.parametrize(("options", "plan"), [(WAIT, "waiting"), (LOCAL, "a share of 0.25")])
def test_redis_stopped_and_started_in_the_middle_ends_the_run_and_is_told(
    redis: RedisServer, options: dict[str, object], plan: str
) -> None:
    limit = 100, 1.0
    done = interrupted(redis, Sandbox(limit=limit), 400, limit, **options)
    check_said(done, plan)
    assert done.refused <= 12


@pytest.mark.proof
@pytest.mark.parametrize("window", WINDOW_KINDS)
def test_no_kind_of_window_refuses_more_than_three(redis: RedisServer, window: WindowKind) -> None:
    limit = 100, 1.0
    sandbox = Sandbox(limit=limit, window=window)
    assert measure(sandbox, redis.url, processes=4, calls=800, limit=limit).refused <= 3


@pytest.mark.proof
def test_eight_hundred_calls_keep_the_real_limit_at_nearly_the_ideal_rate(
    redis: RedisServer,
) -> None:
    limit = 100, 10.0
    done = measure(Sandbox(limit=limit), redis.url, processes=4, calls=800, limit=limit)
    assert done.refused <= 3
    assert done.rate >= 0.93


@pytest.mark.proof
@pytest.mark.parametrize(("options", "plan"), [(WAIT, "waiting"), (LOCAL, "a share of 0.25")])
def test_redis_away_for_a_while_costs_hardly_a_refusal_at_the_real_limit(
    redis: RedisServer, options: dict[str, object], plan: str
) -> None:
    limit = 100, 10.0
    done = interrupted(redis, Sandbox(limit=limit), 400, limit, **options)
    assert done.refused <= 12
    check_said(done, plan)
