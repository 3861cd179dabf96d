"""A process dies in the middle of a renewal, as by kill -9: the next works without a person."""

from pathlib import Path

import pytest

from facade import AssociationsClient
from facade.oauth import OAuth, ReauthorizationError, SqliteTokenStore
from facade.redis import RedisTokenStore
from facade.testing import Sandbox
from tests.facade.token_stores import Worker, install, new_location

# Where it dies, and how many refreshes HighLevel has answered when the next process is done.
POINTS = {
    "before the lock": 1,
    "with the lock": 1,
    "before reading": 1,
    "after reading": 1,
    "before asking": 1,
    "asked, nothing read": 2,
    "answered": 2,
    "before saving": 2,
    "after saving": 1,
    "before letting go": 1,
    "after letting go": 1,
}
# Steps of SQLite's machine within the saving; the last are after the row is written.
STEPS = {f"saving, step {step}": 2 for step in (1, 4, 8, 12, 16)}
TABLE = [
    *(("sqlite", point, refreshes) for point, refreshes in (POINTS | STEPS).items()),
    *(("redis", point, refreshes) for point, refreshes in POINTS.items()),
]


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
        store: RedisTokenStore | SqliteTokenStore = RedisTokenStore(where)
    else:
        where = str(tmp_path / "tokens.sqlite")
        store = SqliteTokenStore(where)
    location_id = new_location()
    install(sandbox, store, location_id)
    with sandbox.serve() as server:
        with Worker(server.url, where, 1, point) as doomed:
            assert doomed.hear() == "ready"
            doomed.say(location_id)
            assert doomed.hear() == ""
            assert doomed.process.returncode == -9
        # This process is the next: it shares nothing with the dead one but the store.
        oauth = OAuth("sandbox-app", "sandbox-secret", store=store, base_url=server.url)
        with AssociationsClient(oauth, location_id, base_url=server.url) as client:
            assert client.associations.list().total == 2
    saved = store.load(f"sandbox-app:location:{location_id}")
    assert saved is not None
    assert saved.access_token == oauth.token(location_id)
    assert list(sandbox.oauth.refreshes) == [location_id] * refreshes


def test_only_when_nobody_follows_for_half_a_minute_a_person_is_needed(tmp_path: Path) -> None:
    # Between HighLevel's answer and the saving of it: what was answered is nowhere else.
    now = [1_000_000.0]
    sandbox = Sandbox(clock=lambda: now[0])
    store = SqliteTokenStore(tmp_path / "tokens.sqlite")
    install(sandbox, store, "l1")
    with (
        sandbox.serve() as server,
        Worker(server.url, tmp_path / "tokens.sqlite", 1, "answered") as w,
    ):
        assert w.hear() == "ready"
        w.say("l1")
        assert w.hear() == ""
    oauth = OAuth("sandbox-app", "sandbox-secret", store=store, transport=sandbox.transport())
    now[0] += 31
    with pytest.raises(ReauthorizationError, match="a person must install the app again"):
        oauth.token("l1")
