"""What holds for every test: servers of this machine are reached past any proxy of it."""

import os
from collections.abc import Iterator

import pytest

LOOPBACK = "127.0.0.1,localhost,::1"


@pytest.fixture(scope="session", autouse=True)
def past_any_proxy() -> Iterator[None]:
    """Except loopback from a proxy that the environment names; pip may need it for the rest."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("no_proxy", "NO_PROXY"):
            environment.setenv(name, ",".join(filter(None, [os.environ.get(name), LOOPBACK])))
        yield
