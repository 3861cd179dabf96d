"""Fixtures and helpers of the tests of facade.redis: paces of several workers."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from facade import Pace, Turn
from facade.redis import RedisPace
from scripts.benchmarks.redis_server import RedisServer

Make = Callable[..., RedisPace]


@pytest.fixture
def make(redis: RedisServer) -> Make:
    """Make a worker's pace; each is a worker of its own."""

    def new(**options: Any) -> RedisPace:
        return RedisPace(redis.url, **{"app": "app", **options})

    return new


def take_all(pace: Pace, location_id: str = "loc") -> int:
    """Take the turns that may start now, and count them."""
    count = 0
    while (turn := pace.take(location_id)).granted and turn.wait == 0:
        count += 1
    return count


def answer(pace: Pace, turn: Turn, status: int = 200, **headers: int) -> None:
    names = {
        "left": "x-ratelimit-remaining",
        "limit": "x-ratelimit-max",
        "interval": "x-ratelimit-interval-milliseconds",
        "day_left": "x-ratelimit-daily-remaining",
        "day_limit": "x-ratelimit-limit-daily",
    }
    pace.answered(turn, status, {names[name]: str(value) for name, value in headers.items()})


def eventually(holds: Callable[[], bool]) -> bool:
    """Ask every 20 ms whether it holds, for at most 30 s."""
    pause = threading.Event()
    return any(holds() or pause.wait(0.02) for _ in range(1500))
