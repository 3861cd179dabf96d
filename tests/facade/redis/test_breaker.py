"""CircuitBreaker: while Redis is not available, few callers try to reach it."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from facade.redis import breaker as module
from facade.redis.breaker import CircuitBreaker


class FakeRedis:
    """Answers, or is away; it counts the commands that reach it."""

    def __init__(self) -> None:
        self.is_away = False
        self.commands = 0

    def __call__(self) -> str:
        self.commands += 1
        if self.is_away:
            raise RedisConnectionError("refused")
        return "answer"


@pytest.fixture
def redis() -> FakeRedis:
    return FakeRedis()


@pytest.fixture
def breaker() -> CircuitBreaker:
    return CircuitBreaker("waiting")


@pytest.fixture
def probe_every(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    return partial(monkeypatch.setattr, module, "PROBE_INTERVAL")


def test_while_redis_is_away_no_command_is_sent_before_the_next_probe(
    breaker: CircuitBreaker, redis: FakeRedis, probe_every: Callable[[float], None]
) -> None:
    probe_every(0.0)
    redis.is_away = True
    assert breaker.call(redis) is None
    probe_every(600.0)
    assert [breaker.call(redis, may_probe=True) for _ in range(5)] == [None] * 5
    assert redis.commands == 2
    assert breaker.open_seconds() > 0
    assert 0 < breaker.probe_delay() <= 600
    other = CircuitBreaker("waiting")
    assert [other.call(redis, may_probe=True) for _ in range(5)] == [None] * 5
    assert redis.commands == 3


def test_only_a_caller_that_may_probe_finds_redis_back(
    breaker: CircuitBreaker, redis: FakeRedis, probe_every: Callable[[float], None]
) -> None:
    probe_every(0.0)
    redis.is_away = True
    breaker.call(redis)
    redis.is_away = False
    assert breaker.call(redis) is None
    assert breaker.call(redis, may_probe=True) == "answer"
    assert breaker.call(redis) == "answer"
    assert (breaker.open_seconds(), breaker.transitions) == (0.0, 2)


def test_a_command_that_began_before_an_outage_ended_reports_no_new_one(
    breaker: CircuitBreaker, redis: FakeRedis, probe_every: Callable[[float], None]
) -> None:
    probe_every(0.0)

    def fail_late() -> None:
        redis.is_away = True
        assert breaker.call(redis) is None
        redis.is_away = False
        assert breaker.call(redis, may_probe=True) == "answer"
        raise RedisConnectionError("of the connection that was lost with the others")

    assert breaker.call(fail_late) is None
    assert breaker.open_seconds() == 0


def test_commands_that_fail_together_are_one_outage_and_one_line_of_the_log(
    breaker: CircuitBreaker, redis: FakeRedis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    redis.is_away = True
    together = threading.Barrier(4)

    def command() -> str:
        together.wait()
        return redis()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: breaker.call(command), range(4))) == [None] * 4
    assert breaker.transitions == 1
    assert caplog.messages == ["Redis is not available, waiting: refused"]
