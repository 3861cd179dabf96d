"""Renewal: when a token is renewed, and what happens if that fails."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from attrs import evolve

from facade import ServerError
from facade.oauth import Grant, MemoryTokenStore, OAuth, TokenStoreError
from facade.testing import Sandbox, faults
from tests.facade.driving import Clock
from tests.facade.oauth.conftest import Apps
from tests.facade.oauth.runs import APP, DAY, GRANT, KEY


@pytest.mark.parametrize(
    ("seconds", "refreshes"), [(0, 0), (DAY - 601, 0), (DAY - 599, 1), (DAY, 1)]
)
def test_a_token_is_renewed_ten_minutes_before_it_expires(
    seconds: float, refreshes: int, oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    before = oauth.token(sandbox.location_id)
    clock.now += seconds
    assert (oauth.token(sandbox.location_id) != before) == bool(refreshes)
    assert list(sandbox.oauth.refreshes) == [sandbox.location_id] * refreshes


def test_a_short_lived_token_is_renewed_in_its_last_tenth(
    make: Apps, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.oauth.lifetime = 60
    oauth = make.installed()
    clock.now += 53
    assert {oauth.token(sandbox.location_id) for _ in range(9)} == {
        "access-00000002-of-the-sandbox"
    }
    clock.now += 2
    oauth.token(sandbox.location_id)
    assert len(sandbox.oauth.refreshes) == 1


def test_a_token_that_another_process_renewed_is_loaded(
    make: Apps, sandbox: Sandbox, clock: Clock
) -> None:
    store = MemoryTokenStore()
    first, second = make(store=store), make(store=store)
    first.exchange(make.code(), unsolicited=True)
    old = second.token(sandbox.location_id)
    clock.now += DAY
    new = first.token(sandbox.location_id)
    assert second.renew(sandbox.location_id, old)
    assert second.token(sandbox.location_id) == new
    assert len(sandbox.oauth.refreshes) == 1


def test_while_the_old_token_is_valid_a_failed_renewal_is_logged_and_retried_later(
    oauth: OAuth,
    sandbox: Sandbox,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = oauth.token(sandbox.location_id)
    clock.now += DAY - 300
    with sandbox.misbehave(faults.fail(500)) as outage:
        assert {oauth.token(sandbox.location_id) for _ in range(20)} == {before}
    assert outage.hits == 1
    assert (
        "sandbox-app:location:sandbox-location: not renewed, still valid for 300 s" in caplog.text
    )
    clock.now += 30
    assert oauth.token(sandbox.location_id) != before


def test_when_the_old_token_has_expired_a_failed_renewal_is_an_error(
    oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    clock.now += DAY
    with sandbox.misbehave(faults.fail(500)), pytest.raises(ServerError):
        oauth.token(sandbox.location_id)
    assert oauth.token(sandbox.location_id)


class FullStore(MemoryTokenStore):
    """A store that cannot save for a while."""

    full = False

    def save(self, key: str, grant: Grant, /) -> None:
        if self.full:
            raise TokenStoreError("the disk is full")
        super().save(key, grant)


def test_a_grant_that_could_not_be_saved_is_used_and_saved_later(
    make: Apps, sandbox: Sandbox, clock: Clock
) -> None:
    store = FullStore()
    oauth = make.installed(store=store)
    clock.now += DAY
    store.full = True
    new = oauth.token(sandbox.location_id)
    clock.now += 31
    assert oauth.token(sandbox.location_id) == new
    store.full = False
    clock.now += 31
    assert oauth.token(sandbox.location_id) == new
    saved = store.load(KEY)
    assert saved is not None
    assert saved.access_token == new
    assert len(sandbox.oauth.refreshes) == 1


def test_a_grant_that_could_not_be_saved_replaces_no_later_one(
    make: Apps, sandbox: Sandbox, clock: Clock
) -> None:
    store = FullStore()
    oauth = make.installed(store=store)
    clock.now += DAY
    store.full = True
    oauth.token(sandbox.location_id)
    store.full = False
    code = make.code()
    later = make(store=store).exchange(code, unsolicited=True)
    clock.now += 31
    assert oauth.token(sandbox.location_id) == later.access_token
    assert store.load(KEY) == later


def test_an_installation_is_not_saved_while_a_renewal_holds_the_lock(
    make: Apps, sandbox: Sandbox
) -> None:
    store = MemoryTokenStore(wait=0.0)
    code = make.code()
    with store.lock(KEY), pytest.raises(TokenStoreError, match="are being renewed"):
        make(store=store).exchange(code, unsolicited=True)


MANY = 8


class ArrivalClock(Clock):
    """A clock that knows when `MANY` threads have asked for the time, as each does on arrival."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()
        self.all_arrived = threading.Event()

    def __call__(self) -> float:
        self.threads.add(threading.get_ident())
        if len(self.threads) == MANY:
            self.all_arrived.set()
        return super().__call__()


def test_threads_that_wait_for_a_renewal_share_its_failure_and_later_ones_try_again() -> None:
    clock, requests = ArrivalClock(), list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.path)
        assert clock.all_arrived.wait(60)
        return httpx.Response(500)

    store = MemoryTokenStore()
    end = clock.now + 60
    store.save(
        "sandbox-app:location:l1",
        evolve(GRANT, renew_at=end, expires_at=end),
    )
    oauth = OAuth(*APP, store=store, transport=httpx.MockTransport(answer), clock=clock)
    assert oauth.token("l1") == "access-secret"
    clock.now += 61
    clock.threads.clear()

    def fail(_: int) -> None:
        with pytest.raises(ServerError):
            oauth.token("l1")

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(fail, range(MANY)))
    assert requests == ["/oauth/token"]
    fail(0)
    assert requests == ["/oauth/token"] * 2
