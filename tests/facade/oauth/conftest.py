"""Fixtures for the tests of OAuth: a clock, a sandbox with this clock, an app, and its stores."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facade.oauth import OAuth
from facade.testing import Sandbox
from tests.facade.driving import Clock
from tests.facade.oauth.runs import APP, SHARED


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture
def make(sandbox: Sandbox, clock: Clock) -> Callable[..., OAuth]:
    """Return a function that makes an OAuth of the sandbox's app."""

    def make_oauth(client_id: str = APP[0], client_secret: str = APP[1], **options: Any) -> OAuth:
        given = {"transport": sandbox.transport(), "clock": clock, **options}
        return OAuth(client_id, client_secret, **given)

    return make_oauth


@pytest.fixture
def oauth(make: Callable[..., OAuth], sandbox: Sandbox) -> OAuth:
    """Return an OAuth whose app the sandbox's location has installed."""
    oauth = make()
    oauth.exchange(sandbox.oauth.install(location_id=sandbox.location_id), unsolicited=True)
    return oauth


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Return the kind of a store that processes share, and a place for its data."""
    if request.param == "redis":
        return request.param, request.getfixturevalue("redis_server").url
    return request.param, str(tmp_path / "tokens")
