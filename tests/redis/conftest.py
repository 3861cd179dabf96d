"""Fixtures of what needs Redis: a real one, started for the test."""

from collections.abc import Iterator

import pytest

from tests.redis_server import RedisServer, require_redis


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    require_redis()
    with RedisServer() as server:
        yield server
