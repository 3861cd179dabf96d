"""An app of the sandbox for the tests of OAuth, by a clock of the test, and its stores."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve

from facade.oauth import MemoryTokenStore, OAuth
from facade.testing import Sandbox
from tests.facade.driving import Clock
from tests.facade.oauth.runs import APP, GRANT, LOCATION, SHARED


class App:
    """An app whose processes share a store; `requests` are those that `answered_by` got."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.sandbox = Sandbox(clock=self.clock)
        self.store = MemoryTokenStore()
        self.requests: list[httpx.Request] = []

    def __call__(
        self, client_id: str = APP[0], client_secret: str = APP[1], **options: Any
    ) -> OAuth:
        """Return the OAuth of another process."""
        given = {"store": self.store, "transport": self.sandbox.transport(), "clock": self.clock}
        return OAuth(client_id, client_secret, **{**given, **options})

    def answered_by(
        self, answer: Callable[[httpx.Request], httpx.Response], *app: str, **options: Any
    ) -> OAuth:
        """Return an OAuth whose requests a function answers."""

        def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            assert len(self.requests) < 50, "asked without end"
            return answer(request)

        return self(*app, transport=httpx.MockTransport(handle), **options)

    def always(self, status: int, body: Any, *app: str, **options: Any) -> OAuth:
        """Return an OAuth whose requests get the same answer."""
        return self.answered_by(lambda _: httpx.Response(status, json=body), *app, **options)

    def code(self) -> str:
        """Return the code of an installation for the sandbox's location."""
        return self.sandbox.oauth.install(location_id=LOCATION)

    def installed(self, **options: Any) -> OAuth:
        """Return an OAuth with the tokens of the sandbox's location."""
        oauth = self(**options)
        oauth.exchange(self.code(), state="s", expected_state="s")
        return oauth

    def keep(self, owner: str, seconds: float = 1000.0, **fields: Any) -> None:
        """Store a grant of an owner, such as company:c1, which is fresh for some seconds."""
        ends = self.clock.now + seconds
        grant = evolve(GRANT, **{"renew_at": ends, "expires_at": ends, **fields})
        self.store.save(f"{APP[0]}:{owner}", grant)

    def asked(self) -> int:
        """Return how many requests for tokens the sandbox got."""
        return sum(one.path.startswith("/oauth/") for one in self.sandbox.requests)

    def refreshes(self) -> int:
        """Return how many refresh tokens the sandbox has exchanged."""
        return len(self.sandbox.oauth.refreshes)


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Return the kind of a store that processes share, and a place for its data."""
    if request.param == "redis":
        return request.param, request.getfixturevalue("redis_server").url
    return request.param, str(tmp_path / "tokens")
