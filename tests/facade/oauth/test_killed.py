"""If a process is killed during a renewal, the next one recovers without a user."""

from pathlib import Path

import pytest

from facade import AssociationsClient
from facade.oauth import OAuth, ReauthorizationError, SqliteTokenStore
from facade.redis import RedisTokenStore
from facade.testing import Sandbox
from tests.facade.oauth.runs import APP, Worker, install, new_location

# Where it is killed, and how many refreshes HighLevel has answered when the next one is done.
POINTS = {
    "before the lock": 1,
    "with the lock": 1,
    "before loading": 1,
    "after loading": 1,
    "before the request": 1,
    "requested, answer unread": 2,
    "answered": 2,
    "before saving": 2,
    "after saving": 1,
    "before releasing": 1,
    "after releasing": 1,
}
# Steps of SQLite's virtual machine during the save; the last are after the row is written.
STEPS = {f"saving, step {step}": 2 for step in (1, 4, 8, 12, 16)}
TABLE = [
    *(("sqlite", point, refreshes) for point, refreshes in (POINTS | STEPS).items()),
    *(("redis", point, refreshes) for point, refreshes in POINTS.items()),
]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()  # by the real clock, as the processes


@pytest.mark.parametrize(("kind", "point", "refreshes"), TABLE)
def test_the_next_process_works_without_a_person(
    kind: str,
    point: str,
    refreshes: int,
    sandbox: Sandbox,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    if kind == "redis":
        where = request.getfixturevalue("redis_server").url
        store: RedisTokenStore | SqliteTokenStore = RedisTokenStore(where, app="app")
    else:
        where = str(tmp_path / "tokens.sqlite")
        store = SqliteTokenStore(where)
    location_id = new_location()
    install(sandbox, store, location_id)
    with sandbox.serve() as server:
        with Worker(server.url, where, 1, point) as killed:
            assert killed.receive() == "ready"
            killed.send(location_id)
            assert killed.receive() == ""
            assert killed.process.returncode == -9
        # This process is the next one: it shares only the store with the killed one.
        oauth = OAuth(*APP, store=store, base_url=server.url)
        with AssociationsClient(oauth, location_id, base_url=server.url) as client:
            assert client.associations.list().total == 2
    saved = store.load(f"sandbox-app:location:{location_id}")
    assert saved is not None
    assert saved.access_token == oauth.token(location_id)
    assert list(sandbox.oauth.refreshes) == [location_id] * refreshes


def test_a_person_is_needed_only_if_no_process_follows_within_30_seconds(tmp_path: Path) -> None:
    # Killed between HighLevel's answer and the save: no other place has the new tokens.
    now = [1_000_000.0]
    sandbox = Sandbox(clock=lambda: now[0])
    store = SqliteTokenStore(tmp_path / "tokens.sqlite")
    install(sandbox, store, "l1")
    with (
        sandbox.serve() as server,
        Worker(server.url, tmp_path / "tokens.sqlite", 1, "answered") as killed,
    ):
        assert killed.receive() == "ready"
        killed.send("l1")
        assert killed.receive() == ""
    oauth = OAuth(*APP, store=store, transport=sandbox.transport())
    now[0] += 31
    with pytest.raises(ReauthorizationError, match="a user must install the app again"):
        oauth.token("l1")
