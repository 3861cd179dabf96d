"""Fixtures of all tests: loopback is reached past any proxy, and a redis-server is started."""

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from scripts.benchmarks.redis_server import RedisServer

# The first is that of the product: here nothing is installed that would name it to pytest.
pytest_plugins = ("facade.testing.plugin", "pytester")

# A busy machine is no failure of what is tested.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any")

LOOPBACK = "127.0.0.1,localhost,::1"


@pytest.fixture(scope="session", autouse=True)
def past_any_proxy() -> Iterator[None]:
    """Except loopback from a proxy that the environment names; pip may need it for the rest."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("no_proxy", "NO_PROXY"):
            environment.setenv(name, ",".join(filter(None, [os.environ.get(name), LOOPBACK])))
        yield


def start_redis() -> RedisServer:
    """Skip a test on a machine without redis-server; on CI that is a failure."""
    if shutil.which("redis-server") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is missing: .ci/run installs it")
        pytest.skip("redis-server is not installed (apt-get install redis-server)")
    return RedisServer()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """Share one among all tests that leave it running; each test uses keys of its own."""
    with start_redis() as server:
        yield server


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """Start an empty one, which the test may stop and start."""
    with start_redis() as server:
        yield server
