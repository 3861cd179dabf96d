"""If a process is killed during a renewal, the next one recovers without a user.

Here a process ends by an error that nothing handles: its locks are free, as those of a killed one
are by the contract of stores.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from facade.oauth import Grant, MemoryTokenStore
from tests.facade.driving import Mode
from tests.facade.oauth.conftest import App
from tests.facade.oauth.exits import ENDS, Renewing, check_exits
from tests.facade.oauth.runs import DAY, KEY, LOCATION

# Where it is killed, and how many refreshes HighLevel has answered when the next one is done.
POINTS = {
    "before the lock": 1,
    "with the lock": 1,
    "after loading": 1,
    "before the request": 1,
    "answered": 2,
    "before saving": 2,
    "after saving": 1,
    "before releasing": 1,
    "after releasing": 1,
}


class Killed(BaseException):
    """The end of a process."""


class DyingStore(MemoryTokenStore):
    """A store that ends the process at a point."""

    point = ""

    def load(self, key: str, /) -> Grant | None:
        found = super().load(key)
        self.reach("after loading")
        return found

    def save(self, key: str, grant: Grant, /) -> None:
        self.reach("before saving")
        super().save(key, grant)
        self.reach("after saving")

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        self.reach("before the lock")
        with super().lock(key):
            self.reach("with the lock")
            yield
            self.reach("before releasing")
        self.reach("after releasing")

    def reach(self, point: str) -> None:
        if point == self.point:
            raise Killed


def kill_at(point: str, app: App) -> None:
    """Kill a process at a point of a renewal."""
    app.store = store = DyingStore()
    transport = app.sandbox.transport()

    def send(request: httpx.Request) -> httpx.Response:
        store.reach("before the request")
        response = transport.handle_request(request)
        store.reach("answered")
        return response

    oauth = app.installed(transport=httpx.MockTransport(send))
    app.clock.now += DAY
    store.point = point
    with pytest.raises(Killed):
        oauth.token(LOCATION)
    store.point = ""


@pytest.mark.parametrize(("point", "refreshes"), POINTS.items())
def test_the_next_process_works_without_a_person(point: str, refreshes: int, app: App) -> None:
    kill_at(point, app)
    following = app()
    tokens = following.token(LOCATION), following.token(LOCATION)
    found = app.store.load(KEY)
    assert found is not None
    assert tokens == (found.access_token, found.access_token)
    assert list(app.sandbox.oauth.refreshes) == [LOCATION] * refreshes


def test_after_30_seconds_without_a_process_an_app_may_reconnect_by_itself(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    kill_at("answered", app)
    app.clock.now += 31
    token = app(reconnects=True).token(LOCATION)
    assert "no longer renews the tokens of location sandbox-location" in caplog.text
    assert app().token(LOCATION) == token


# As a proof, this is done twenty times, with both clients and with a store in Redis, too.
@pytest.mark.parametrize(
    ("kind", "end"), [*(("blocking", end) for end in ENDS), ("async", "cancelled")]
)
def test_a_process_that_ends_by_itself_or_sigterm_saves_first(
    kind: Mode, end: str, tmp_path: Path
) -> None:
    check_exits(Renewing("sqlite", str(tmp_path / "tokens")), kind, end, 1)
