"""Renewal: when a token is renewed, and what happens if that fails."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import httpx
import pytest

from facade import ContractError, ServerError
from facade._core.concurrency import Job, Jobs
from facade.oauth import Grant, MemoryTokenStore, TokenStoreError, renewal
from facade.testing import faults
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

    error: Exception | None = None
    attempts = 0

    def save(self, key: str, grant: Grant, /) -> None:
        self.attempts += 1
        if self.error is not None:
            raise self.error
        super().save(key, grant)


@pytest.fixture
def full(app: App, monkeypatch: pytest.MonkeyPatch) -> FullStore:
    """Return the store of the app, which has a grant that must be renewed, and is full."""
    monkeypatch.setattr("facade.oauth.renewal.SAVE_INTERVAL", 0.001)
    app.store = store = FullStore()
    app.installed()
    app.clock.now += DAY
    store.error = TokenStoreError("the disk is\x1b full")
    return store


def ends(jobs: Jobs) -> bool:
    return jobs.end_within(60) == []


@pytest.mark.parametrize("what", ["saved later", "replaced", "forgotten"])
@pytest.mark.parametrize("error", [None, OSError("no space")])
def test_a_grant_that_could_not_be_saved_is_used_and_saved_as_soon_as_possible(
    what: str, error: Exception | None, app: App, full: FullStore, caplog: pytest.LogCaptureFixture
) -> None:
    oauth, full.error = app(), error or full.error
    old, new = full.load(KEY), oauth.token(LOCATION)
    while full.attempts < 4:
        assert oauth.token(LOCATION) == new
    assert full.load(KEY) == old
    (told,) = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert told.startswith(f"{KEY}: the new tokens are not saved, but only in this process")
    assert ("the disk is\\x1b full" if error is None else "no space") in told
    assert "call reconnect(), or a user must install the app again" in told
    with oauth._renewals._locks.hold(KEY):  # against the thread that tries to save
        full.error = None
        if what == "replaced":
            new = app.installed().token(LOCATION)
        saved = full.load(KEY)
    if what == "forgotten":
        assert oauth.forget(location_id=LOCATION)
        assert not oauth.has_fresh_token(LOCATION)
        assert oauth.installations() == []
        return
    assert ends(oauth._renewals._jobs)
    assert (full.load(KEY) == saved) == (what == "replaced")
    assert oauth.token(LOCATION) == app().token(LOCATION) == new
    assert app.refreshes() == 1


def test_what_is_not_saved_yet_is_saved_when_the_process_ends_or_told(
    app: App, full: FullStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("facade.oauth.renewal.SAVE_INTERVAL", 60.0)
    oauth = app()
    new = oauth.token(LOCATION)
    oauth._renewals.finish(time.monotonic())
    lost = f"{KEY}: the process ends before a renewal is saved; call reconnect(), or a user"
    assert lost in caplog.text
    caplog.clear()
    full.error = None
    renewal._finish_all()
    assert lost not in caplog.text
    assert app().token(LOCATION) == new


@pytest.mark.parametrize("is_usable", [True, False])
def test_a_grant_that_expires_unsaved_is_replaced_by_a_usable_answer_only(
    is_usable: bool, app: App, full: FullStore
) -> None:
    oauth = app()
    newest = oauth.token(LOCATION)
    app.clock.now += DAY
    if is_usable:
        newest = oauth.token(LOCATION)
    else:
        with app.sandbox.misbehave(faults.alter(lambda _: {})), pytest.raises(ContractError):
            oauth.token(LOCATION)
    full.error = None
    assert ends(oauth._renewals._jobs)
    (saved,) = app().installations()
    assert (saved.access_token, app.refreshes()) == (newest, 2)


def test_an_installation_that_could_not_be_saved_is_an_error_and_saved_later(
    app: App, full: FullStore
) -> None:
    oauth = app()
    with pytest.raises(TokenStoreError, match="the disk is"):
        oauth.exchange(app.code(), unsolicited=True)
    full.error = None
    assert ends(oauth._renewals._jobs)
    assert app.refreshes() == 0
    assert app().token(LOCATION) == oauth.token(LOCATION)


def test_an_installation_is_not_saved_while_a_renewal_holds_the_lock(app: App) -> None:
    app.store = MemoryTokenStore(wait=0.0)
    with app.store.lock(KEY), pytest.raises(TokenStoreError, match="are being renewed"):
        app.installed()


MANY = 8


def test_threads_that_wait_for_a_renewal_share_its_failure_and_later_ones_try(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, start = threading.Semaphore(0), Jobs.start

    def noted(self: Jobs, *args: Any) -> Job:
        job = start(self, *args)
        arrived.release()
        return job

    def answer(_: httpx.Request) -> httpx.Response:
        assert len(app.requests) > 1 or all(arrived.acquire(timeout=60) for _ in range(MANY))
        return httpx.Response(500)

    monkeypatch.setattr(Jobs, "start", noted)
    app.keep("location:l1", 0)
    oauth = app.answered_by(answer)

    def fail(_: int) -> None:
        with pytest.raises(ServerError):
            oauth.token("l1")

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(fail, range(MANY)))
    assert len(app.requests) == 1
    fail(0)
    assert len(app.requests) == 2


@pytest.mark.parametrize("what", ["renewal", "installation"])
def test_what_a_caller_asked_for_is_saved_though_the_caller_is_interrupted(
    what: str, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    oauth, old, code = app.installed(), app.store.load(KEY), app.code()
    app.clock.now += DAY

    def interrupt(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("facade.oauth.renewal.ends_within", interrupt)
    use: dict[str, Callable[[], object]] = {
        "renewal": lambda: oauth.token(LOCATION),
        "installation": lambda: oauth.exchange(code, unsolicited=True),
    }
    with pytest.raises(KeyboardInterrupt):
        use[what]()
    assert ends(oauth._renewals._jobs)
    new = app.store.load(KEY)
    assert old is not None
    assert new is not None
    assert new.digest not in (old.digest, "")
    assert app.refreshes() == (what == "renewal")
    assert oauth.token(LOCATION) == new.access_token
