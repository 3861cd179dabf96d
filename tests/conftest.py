"""Fixtures of all tests: loopback is reached past any proxy, and a redis-server is started."""

import os
import signal
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from scripts.benchmarks.redis_server import RedisServer
from tests import needs

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


@pytest.fixture(scope="session", autouse=True)
def programs_are_interruptible() -> None:
    """Let programs that a test starts be interrupted, also where a shell runs the tests with `&`.

    Such a shell has SIGINT ignored, and every program that is started from there inherits that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Return a port at which nothing listens, and that nobody else can take."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end which tests were skipped, and what to install for them."""
    for line in needs.skipped_lines(terminalreporter.stats.get("skipped", ())):
        terminalreporter.write_line(line)


def start_redis() -> RedisServer:
    """Start a server of its own for a test, if the machine has it."""
    needs.program("redis-server", "redis-server")
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
