"""If a process is killed during a renewal, the next one recovers without a user."""

import pytest

from facade import AssociationsClient
from facade.oauth import OAuth, ReauthorizationError, TokenStore
from facade.testing import Sandbox
from tests.facade.oauth.runs import APP, SHARED, Worker, install, new_location

# Where it is killed, and how many refreshes HighLevel has answered when the next one is done.
POINTS = {
    "before the lock": 1,
    "with the lock": 1,
    "after loading": 1,
    "before the request": 1,
    "requested, answer unread": 2,
    "answered": 2,
    "after saving": 1,
    "after releasing": 1,
}
# Steps of SQLite's virtual machine during the save; the last are after the row is written.
STEPS = {f"saving, step {step}": 2 for step in (1, 8, 16)}


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()  # by the real clock, as the processes


def kill_at(
    point: str, sandbox: Sandbox, shared: tuple[str, str], url: str
) -> tuple[str, TokenStore]:
    """Kill a process at a point of a renewal; return its location, and the store."""
    store, location_id = SHARED[shared[0]](shared[1]), new_location()
    install(sandbox, store, location_id)
    with Worker(url, *shared, 1, point) as killed:
        assert killed.receive() == "ready"
        killed.send(location_id)
        assert killed.receive() == ""
        assert killed.process.returncode == -9
    return location_id, store


def check_recovery(point: str, refreshes: int, sandbox: Sandbox, shared: tuple[str, str]) -> None:
    with sandbox.serve() as server:
        location_id, store = kill_at(point, sandbox, shared, server.url)
        # This process is the next one: it shares only the store with the killed one.
        oauth = OAuth(*APP, store=store, base_url=server.url)
        with AssociationsClient(oauth, location_id, base_url=server.url) as client:
            assert client.associations.list().total == 2
    saved = store.load(f"sandbox-app:location:{location_id}")
    assert saved is not None
    assert saved.access_token == oauth.token(location_id)
    assert list(sandbox.oauth.refreshes) == [location_id] * refreshes


@pytest.mark.parametrize(("point", "refreshes"), POINTS.items())
def test_the_next_process_works_without_a_person(
    point: str, refreshes: int, sandbox: Sandbox, shared: tuple[str, str]
) -> None:
    check_recovery(point, refreshes, sandbox, shared)


@pytest.mark.parametrize("shared", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("point", "refreshes"), STEPS.items())
def test_a_save_that_is_cut_short_leaves_the_old_grant(
    point: str, refreshes: int, sandbox: Sandbox, shared: tuple[str, str]
) -> None:
    check_recovery(point, refreshes, sandbox, shared)


@pytest.mark.parametrize("shared", ["sqlite"], indirect=True)
def test_a_person_is_needed_only_if_no_process_follows_within_30_seconds(
    shared: tuple[str, str],
) -> None:
    # Killed between HighLevel's answer and the save: no other place has the new tokens.
    now = [1_000_000.0]
    sandbox = Sandbox(clock=lambda: now[0])
    with sandbox.serve() as server:
        location_id, store = kill_at("answered", sandbox, shared, server.url)
    oauth = OAuth(*APP, store=store, transport=sandbox.transport())
    now[0] += 31
    with pytest.raises(ReauthorizationError, match="a user must install the app again"):
        oauth.token(location_id)
