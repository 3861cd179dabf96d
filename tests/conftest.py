"""Fixtures of all tests: loopback without a proxy, and a redis-server."""

import gc
import os
import signal
import socket
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from scripts.programs import RedisServer
from tests import needs

ROOT = Path(__file__).parents[1]

# The first is the product's plugin; it must be named because no package is installed here.
pytest_plugins = ("facade.testing.plugin", "pytester")

os.environ["TZ"] = "Asia/Kolkata"  # no time of an app is local, as it would seem under UTC
if hasattr(time, "tzset"):
    time.tzset()

# A busy machine must not fail these tests.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any")

# With --fast: the tests for which the Python or a dependency's version is most likely to matter
# (threads, locks, signals and forks are marked `both`; TLS; what hints say at run time; what each
# extra needs), and those of the whole client.
FAST = tuple(
    f"tests/{name}"
    for name in "facade/cli/ facade/redis/test_connection.py facade/redis/test_shared_stores.py "
    "facade/webhooks/ test_public_names.py witnesses/".split()
)

LOOPBACK = "127.0.0.1,localhost,::1"


def pytest_xdist_auto_num_workers() -> int:
    """Run more workers than there are cores, because many tests wait for another process."""
    return (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="run the tests for further Pythons only")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if not config.getoption("fast") or not collection_path.name.startswith("test_"):
        return None
    is_fast = collection_path.relative_to(ROOT).as_posix().startswith(FAST)
    return None if is_fast or "mark.both" in collection_path.read_text("utf-8") else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("fast"):
        kept = (
            item
            for item in items
            if item.nodeid.startswith(FAST) or item.get_closest_marker("both")
        )
        items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Let no search for garbage, by Python or a test, look through all that is imported here."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def past_any_proxy() -> Iterator[None]:
    """Exclude loopback from the proxies of the environment; pip may need them for other hosts."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("no_proxy", "NO_PROXY"):
            environment.setenv(name, ",".join(filter(None, [os.environ.get(name), LOOPBACK])))
        yield


@pytest.fixture(scope="session", autouse=True)
def programs_are_interruptible() -> None:
    """Make started programs interruptible, even if a shell runs the tests with `&`.

    Such a shell ignores SIGINT, and every program started from there inherits that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Return a port at which nothing listens, and that nobody else can take."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])


def start_redis() -> RedisServer:
    needs.program("redis-server", "redis-server")
    return RedisServer()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """Share one server among all tests that do not stop it; each test uses its own keys."""
    with start_redis() as server:
        yield server


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """Start an empty server, which the test may stop and start."""
    with start_redis() as server:
        yield server
