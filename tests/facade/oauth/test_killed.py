"""If a process is killed during a renewal, the next one recovers without a user.

Here a process ends by an error that nothing handles: its locks are free, as those of a killed one
are by the contract of stores.
"""

from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from facade.oauth import Grant, MemoryTokenStore, OAuth, ReauthorizationError
from facade.testing import Sandbox
from tests.facade.driving import Clock
from tests.facade.oauth.runs import APP, DAY

# Where it is killed, and how many refreshes HighLevel has answered when the next one is done.
POINTS = {
    "before the lock": 1,
    "with the lock": 1,
    "after loading": 1,
    "before the request": 1,
    "requested, answer unread": 2,
    "answered": 2,
    "before saving": 2,
    "after saving": 1,
    "before releasing": 1,
    "after releasing": 1,
}


class Killed(BaseException):
    """The end of a process."""


class DyingStore(MemoryTokenStore):
    """A store, and a transport, that end the process at a point."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.point = ""
        self._transport = sandbox.transport()

    def load(self, key: str, /) -> Grant | None:
        found = super().load(key)
        self._reach("after loading")
        return found

    def save(self, key: str, grant: Grant, /) -> None:
        self._reach("before saving")
        super().save(key, grant)
        self._reach("after saving")

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        self._reach("before the lock")
        with super().lock(key):
            self._reach("with the lock")
            yield
            self._reach("before releasing")
        self._reach("after releasing")

    def send(self, request: httpx.Request) -> httpx.Response:
        self._reach("before the request")
        response = self._transport.handle_request(request)
        self._reach("requested, answer unread")
        response.read()
        self._reach("answered")
        return response

    def _reach(self, point: str) -> None:
        if point == self.point:
            raise Killed


def killed_at(point: str, sandbox: Sandbox, clock: Clock) -> DyingStore:
    """Return the store of a process that was killed at a point of a renewal."""
    store = DyingStore(sandbox)
    oauth = OAuth(*APP, store=store, transport=httpx.MockTransport(store.send), clock=clock)
    oauth.exchange(sandbox.oauth.install(location_id=sandbox.location_id), unsolicited=True)
    clock.now += DAY
    store.point = point
    with pytest.raises(Killed):
        oauth.token(sandbox.location_id)
    store.point = ""
    return store


@pytest.mark.parametrize(("point", "refreshes"), POINTS.items())
def test_the_next_process_works_without_a_person(
    point: str, refreshes: int, sandbox: Sandbox, clock: Clock
) -> None:
    store = killed_at(point, sandbox, clock)
    following = OAuth(*APP, store=store, transport=sandbox.transport(), clock=clock)
    saved = following.token(sandbox.location_id), following.token(sandbox.location_id)
    found = store.load("sandbox-app:location:sandbox-location")
    assert found is not None
    assert saved == (found.access_token, found.access_token)
    assert list(sandbox.oauth.refreshes) == [sandbox.location_id] * refreshes


def test_a_person_is_needed_only_if_no_process_follows_within_30_seconds(
    sandbox: Sandbox, clock: Clock
) -> None:
    # Killed between HighLevel's answer and the save: no other place has the new tokens.
    store = killed_at("answered", sandbox, clock)
    clock.now += 31
    with pytest.raises(ReauthorizationError, match="a user must install the app again"):
        OAuth(*APP, store=store, transport=sandbox.transport(), clock=clock).token(
            "sandbox-location"
        )
