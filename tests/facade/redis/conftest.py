"""Fixtures for the tests of facade.redis: paces of several workers, lost replies."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from facade import Pace, Turn
from facade.redis import RedisPace, health
from scripts.programs import RedisServer

Make = Callable[..., RedisPace]


@pytest.fixture
def make(redis: RedisServer) -> Make:
    """Make a worker's pace; each is a worker of its own."""

    def new(**options: Any) -> RedisPace:
        return RedisPace(redis.url, **{"app": "app", **options})

    return new


@pytest.fixture
def probe_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.PROBE_INTERVAL <= 2  # seconds
    monkeypatch.setattr(health, "PROBE_INTERVAL", 0.0)


class LossyRedis(Redis):
    """A client that loses the next answers to a command, which Redis executes all the same."""

    def __init__(self, server: RedisServer, *, retries: int = 0) -> None:
        super().__init__(port=server.port, retry=Retry(NoBackoff(), retries))
        self.losses: dict[str, int] = {}

    def parse_response(self, connection: Any, command_name: str, **options: Any) -> Any:
        answer = super().parse_response(connection, command_name, **options)  # type: ignore[no-untyped-call]
        if self.losses.get(command_name):
            self.losses[command_name] -= 1
            raise RedisConnectionError("the answer is lost")
        return answer


Later = Callable[[float], None]


@pytest.fixture
def later(redis: RedisServer) -> Later:
    """Make all that paces noted in Redis so many seconds older; below 0, its clock is set back."""

    def pass_time(seconds: float) -> None:
        passed = int(seconds * 1000)
        with Redis.from_url(redis.url, decode_responses=True) as client:
            for key in client.scan_iter("*:state"):
                for field in ("day_ends", "day_asks", "others_at", "next_at"):
                    if client.hexists(key, field):
                        client.hincrby(key, field, -passed)
                for part in ("log", "out", "workers"):
                    name = f"{key.removesuffix('state')}{part}"
                    for member in client.zrange(name, 0, -1):
                        client.zincrby(name, -passed, member)

    return pass_time


def take_all(pace: Pace, location_id: str = "loc") -> int:
    """Take the turns that may start now, and count them."""
    count = 0
    while (turn := pace.take(location_id)).granted and turn.wait == 0:
        count += 1
    return count


def can_start(pace: Pace) -> bool:
    """Say whether a turn could start now, and return it."""
    turn = pace.take("loc")
    if turn.granted:
        pace.cancel(turn)
    return turn.granted and turn.wait == 0


@contextmanager
def away(redis: RedisServer) -> Generator[None]:
    """Let Redis accept no data, as in a failover; it keeps what it has."""
    with Redis.from_url(redis.url) as owner:
        owner.replicaof("127.0.0.1", "1")
        yield
        owner.replicaof("NO", "ONE")


def answer(pace: Pace, turn: Turn, status: int = 200, **headers: int) -> None:
    names = {
        "left": "x-ratelimit-remaining",
        "limit": "x-ratelimit-max",
        "interval": "x-ratelimit-interval-milliseconds",
        "day_left": "x-ratelimit-daily-remaining",
        "day_limit": "x-ratelimit-limit-daily",
    }
    pace.finish(turn, status, {names[name]: str(value) for name, value in headers.items()})


def eventually(holds: Callable[[], bool]) -> bool:
    """Ask every 20 ms whether it holds, for at most 30 s."""
    pause = threading.Event()
    return any(holds() or pause.wait(0.02) for _ in range(1500))
