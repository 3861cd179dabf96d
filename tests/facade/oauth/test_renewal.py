"""Renewal: when a token is renewed, and what happens if that fails."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import httpx
import pytest

from facade import ServerError
from facade.oauth import Grant, MemoryTokenStore, TokenStoreError
from facade.testing import faults
from tests.facade.driving import Clock
from tests.facade.oauth.conftest import App
from tests.facade.oauth.runs import DAY, KEY, LOCATION


@pytest.mark.parametrize(
    ("lifetime", "seconds", "refreshes"),
    [
        (None, 0, 0),
        (None, DAY - 601, 0),
        (None, DAY - 599, 1),
        (None, DAY, 1),
        (60, 53, 0),
        (60, 55, 1),
    ],
)
def test_a_token_is_renewed_ten_minutes_before_it_expires_or_in_its_last_tenth(
    lifetime: int | None, seconds: float, refreshes: int, app: App
) -> None:
    app.sandbox.oauth.lifetime = lifetime or app.sandbox.oauth.lifetime
    oauth = app.installed()
    before = oauth.token(LOCATION)
    app.clock.now += seconds
    assert ({oauth.token(LOCATION) for _ in range(9)} != {before}) == bool(refreshes)
    assert list(app.sandbox.oauth.refreshes) == [LOCATION] * refreshes


def test_a_token_that_another_process_renewed_is_loaded(app: App) -> None:
    first, second = app.installed(), app()
    old = second.token(LOCATION)
    app.clock.now += DAY
    new = first.token(LOCATION)
    assert second.renew(LOCATION, old)
    assert second.token(LOCATION) == new
    assert app.refreshes() == 1


@pytest.mark.parametrize(("left", "retried_after"), [(300, 30), (20, 20), (0, 0)])
def test_while_the_old_token_is_valid_a_failed_renewal_is_logged_and_retried_later(
    left: int, retried_after: int, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    oauth = app.installed()
    before = oauth.token(LOCATION)
    app.clock.now += DAY - left
    with app.sandbox.misbehave(faults.fail(500)):
        for _ in range(9 if left else 1):
            with nullcontext() if left else pytest.raises(ServerError):
                assert oauth.token(LOCATION) == before
    if left:
        assert f"{KEY}: not renewed, still valid for {left} s: " in caplog.text
        app.clock.now += retried_after - 1
        assert oauth.token(LOCATION) == before
        app.clock.now += 1
    assert oauth.token(LOCATION) != before


class FullStore(MemoryTokenStore):
    """A store that cannot save for a while."""

    full = True

    def save(self, key: str, grant: Grant, /) -> None:
        if self.full:
            raise TokenStoreError("the disk is full")
        super().save(key, grant)


@pytest.mark.parametrize("what", ["saved later", "replaced", "forgotten"])
def test_a_grant_that_could_not_be_saved_is_used_until_it_is(what: str, app: App) -> None:
    app.store = store = FullStore()
    store.full = False
    oauth = app.installed()
    app.clock.now += DAY
    store.full = True
    new = oauth.token(LOCATION)
    app.clock.now += 31
    assert oauth.token(LOCATION) == new
    store.full = False
    if what == "forgotten":
        assert oauth.forget(location_id=LOCATION)
        assert not oauth.has_fresh_token(LOCATION)
        assert oauth.installations() == []
        return
    if what == "replaced":
        new = app.installed().token(LOCATION)
    app.clock.now += 31
    saved = store.load(KEY)
    assert oauth.token(LOCATION) == new
    assert (store.load(KEY) == saved) == (what == "replaced")
    app.clock.now += 31
    assert app().token(LOCATION) == new
    assert app.refreshes() == 1


def test_an_installation_is_not_saved_while_a_renewal_holds_the_lock(app: App) -> None:
    app.store = MemoryTokenStore(wait=0.0)
    with app.store.lock(KEY), pytest.raises(TokenStoreError, match="are being renewed"):
        app.installed()


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


def test_threads_that_wait_for_a_renewal_share_its_failure_and_later_ones_try(app: App) -> None:
    app.clock = clock = ArrivalClock()

    def answer(_: httpx.Request) -> httpx.Response:
        assert clock.all_arrived.wait(60)
        return httpx.Response(500)

    app.keep("location:l1", 60)
    oauth = app.answered_by(answer)
    assert oauth.token("l1") == "access-secret"
    clock.now += 61
    clock.threads.clear()

    def fail(_: int) -> None:
        with pytest.raises(ServerError):
            oauth.token("l1")

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(fail, range(MANY)))
    assert len(app.requests) == 1
    fail(0)
    assert len(app.requests) == 2
