"""Fixtures for the tests of OAuth: a clock, a sandbox with this clock, an app, and its stores."""

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


class Apps:
    """Makes the OAuth of the sandbox's app, by the clock of the test."""

    def __init__(self, sandbox: Sandbox, clock: Clock) -> None:
        self.sandbox = sandbox
        self.clock = clock

    def __call__(
        self, client_id: str = APP[0], client_secret: str = APP[1], **options: Any
    ) -> OAuth:
        given = {"transport": self.sandbox.transport(), "clock": self.clock, **options}
        return OAuth(client_id, client_secret, **given)

    def code(self) -> str:
        """Return the code of an installation for the sandbox's location."""
        return self.sandbox.oauth.install(location_id=self.sandbox.location_id)

    def installed(self, **options: Any) -> OAuth:
        """Make the OAuth of an app that the sandbox's location has installed."""
        oauth = self(**options)
        oauth.exchange(self.code(), unsolicited=True)
        return oauth


@pytest.fixture
def make(sandbox: Sandbox, clock: Clock) -> Apps:
    return Apps(sandbox, clock)


@pytest.fixture
def oauth(make: Apps) -> OAuth:
    return make.installed()


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Return the kind of a store that processes share, and a place for its data."""
    if request.param == "redis":
        return request.param, request.getfixturevalue("redis_server").url
    return request.param, str(tmp_path / "tokens")
