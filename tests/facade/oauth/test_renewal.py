"""Renewal: when a token is renewed, and what happens if that fails."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from attrs import evolve

from facade import ServerError
from facade._core.concurrency import Job, Jobs, ends_within
from facade.oauth import Grant, MemoryTokenStore, NotInstalledError, TokenStoreError, renewal
from facade.oauth.endpoint import MAX_ELAPSED
from facade.testing import faults
from tests.facade.oauth.conftest import App
from tests.facade.oauth.runs import DAY, GRANT, KEY, LOCATION


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
    assert oauth.has_fresh_token(LOCATION)


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
    assert f"{KEY}: renewed" in caplog.text


class FullStore(MemoryTokenStore):
    """A store that cannot save, or be locked, for a while; it notes saves without the locks."""

    error: Exception | None = None
    attempts = refused_locks = unlocked_saves = 0

    def __init__(self) -> None:
        super().__init__()
        self.must_be_held = [self._locks]

    def lock(self, key: str, /) -> AbstractContextManager[None]:
        if self.refused_locks:
            self.refused_locks -= 1
            raise TokenStoreError("away")
        return super().lock(key)

    def save(self, key: str, grant: Grant, /) -> None:
        self.attempts += 1
        self.unlocked_saves += not all(each._locks[key].locked() for each in self.must_be_held)
        if self.error is not None:
            raise self.error
        super().save(key, grant)


@pytest.fixture
def full(app: App, monkeypatch: pytest.MonkeyPatch) -> FullStore:
    """Return the store of the app, which has a grant that must be renewed, and is full."""
    assert renewal.SAVE_INTERVAL <= 1.0  # second
    monkeypatch.setattr("facade.oauth.renewal.SAVE_INTERVAL", 0.001)
    app.store = store = FullStore()
    app.installed()
    app.clock.now += DAY
    store.error = TokenStoreError("the disk is\x1b full")
    return store


def ends(jobs: Jobs) -> bool:
    return jobs.end_within(60) == []


@pytest.mark.parametrize("what", ["saved later", "lost", "replaced", "restored", "forgotten"])
@pytest.mark.parametrize("error", [None, OSError("no space")])
def test_a_grant_that_could_not_be_saved_is_used_and_saved_as_soon_as_possible(
    what: str, error: Exception | None, app: App, full: FullStore, caplog: pytest.LogCaptureFixture
) -> None:
    oauth, full.error = app(), error or full.error
    full.must_be_held.append(oauth._renewals._locks)
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
        full.refused_locks = 3 if what == "saved later" else 0
        if what == "replaced":
            new = app.installed().token(LOCATION)
        if what == "lost":
            full.delete(KEY)
        if what == "restored":  # from a backup
            MemoryTokenStore.save(full, KEY, evolve(GRANT, issued_at=app.clock.now - 1))
        saved = full.load(KEY)
        if what == "forgotten":  # a late event of the installation before keeps what is not saved
            full.error = TokenStoreError("full again")
    if what == "forgotten":
        uninstalled_at = datetime.fromtimestamp(app.clock.now - 1, UTC)
        assert not oauth.forget(location_id=LOCATION, before=uninstalled_at)
        assert oauth.token(LOCATION) == new
        uninstalled_at = datetime.fromtimestamp(app.clock.now, UTC)
        assert oauth.forget(location_id=LOCATION, before=uninstalled_at)
        assert not oauth.forget(location_id=LOCATION)
        assert not oauth.has_fresh_token(LOCATION)
        assert oauth.installations() == []
        return
    assert ends(oauth._renewals._jobs)
    assert full.unlocked_saves == 0
    assert (full.load(KEY) == saved) == (what == "replaced")
    assert (f"{KEY}: the new tokens are saved now" in caplog.text) == (what != "replaced")
    assert oauth.token(LOCATION) == app().token(LOCATION) == new
    assert app.refreshes() == 1


def test_what_is_not_saved_yet_is_saved_when_the_process_ends_or_told(
    app: App, full: FullStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("facade.oauth.renewal.SAVE_INTERVAL", 60.0)
    assert renewal.EXIT_TIMEOUT == MAX_ELAPSED == 12.0
    monkeypatch.setattr("facade.oauth.renewal.EXIT_TIMEOUT", 5.0)
    oauth, waits = app(), list[float]()
    new = oauth.token(LOCATION)
    oauth._renewals.finish(time.monotonic())
    lost = f"{KEY}: the process ends before a renewal is saved; call reconnect(), or a user"
    assert lost in caplog.text
    caplog.clear()

    def make_room(seconds: float) -> None:
        waits.append(seconds)
        full.error = None

    monkeypatch.setattr("time.sleep", make_room)
    renewal._finish_all()
    assert lost not in caplog.text
    assert set(waits) == {0.2}
    assert not ends_within(oauth._renewals._ending, 0.0)  # threads of the app may go on
    assert (app().token(LOCATION), app.refreshes()) == (new, 1)


@pytest.mark.parametrize("ends", [False, True])
def test_a_grant_is_saved_by_the_next_load_or_at_the_end_if_there_are_no_more_threads(
    ends: bool, app: App, full: FullStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Jobs.start

    def start_renewals(self: Jobs, key: Any, work: Any) -> Job:
        if key[1] is None:
            raise RuntimeError("can't start new thread")
        return start(self, key, work)

    oauth = app()
    with monkeypatch.context() as patched:
        patched.setattr(Jobs, "start", start_renewals)
        new = oauth.token(LOCATION)
        full.error = None
        oauth._renewals._cache.clear()
        if not ends:
            assert oauth.token(LOCATION) == new
    if ends:
        oauth._renewals.finish(time.monotonic() + 60)
    assert (app().token(LOCATION), app.refreshes()) == (new, 1)
    # What another process gets later is not replaced, though its clock was set back.
    app.clock.now -= 40
    assert app().renew(LOCATION, new)
    assert oauth.renew(LOCATION, new)
    assert (oauth.token(LOCATION), app.refreshes()) == (app().token(LOCATION), 2)


def test_the_grant_after_an_unsaved_one_is_kept_though_the_clock_was_set_back(
    app: App, full: FullStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facade.oauth.renewal.SAVE_INTERVAL", 60.0)
    oauth, save, fails = app(), full.save, [True, True]

    def save_later(key: str, grant: Grant) -> None:
        full.error = TokenStoreError("full") if fails and fails.pop() else None
        save(key, grant)

    monkeypatch.setattr(full, "save", save_later)
    stored = full.load(KEY)
    assert stored is not None
    MemoryTokenStore.save(full, KEY, evolve(stored, issued_at=app.clock.now + 1))
    unsaved = oauth.token(LOCATION)
    app.clock.now -= 40
    assert oauth.renew(LOCATION, unsaved)
    newest = oauth.token(LOCATION)
    oauth._renewals.finish(time.monotonic() + 60)
    assert (app().token(LOCATION), app.refreshes()) == (newest, 2)


def test_one_thread_of_a_process_asks_for_the_grant_of_a_location(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    oauth, held = app(), list[bool]()

    def noting(use: Callable[..., Any]) -> Callable[..., Any]:
        def note(*given: Any) -> Any:
            locks = oauth._renewals._locks, app.store._locks
            held.append(all(one._locks[KEY].locked() for one in locks))
            return use(*given)

        return note

    for name in ("load", "save"):
        monkeypatch.setattr(app.store, name, noting(getattr(app.store, name)))
    oauth.exchange(app.code(), unsolicited=True)
    assert oauth.has_fresh_token(LOCATION)
    app.clock.now += DAY
    oauth.token(LOCATION)
    assert oauth.forget(location_id=LOCATION)
    assert held == [True] * 4
    with pytest.raises(NotInstalledError):
        oauth.token(LOCATION)


def test_an_installation_that_could_not_be_saved_is_an_error_and_saved_later(
    app: App, full: FullStore
) -> None:
    oauth = app()
    with pytest.raises(TokenStoreError, match="the disk is"):
        oauth.exchange(app.code(), unsolicited=True)
    full.error = None
    assert ends(oauth._renewals._jobs)
    assert app().token(LOCATION) == oauth.token(LOCATION)
    assert app.refreshes() == 0


MANY = 8


def test_threads_that_wait_for_a_renewal_share_its_failure_and_later_ones_try(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, start, keys = threading.Semaphore(0), Jobs.start, list[Any]()

    def noted(self: Jobs, *args: Any) -> Job:
        keys.append(args[0])
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
    with pytest.raises(ServerError):
        oauth.renew("l1", "refused")
    assert len({*keys[:-1]}) == 1 < len({*keys})  # its result may be the refused one


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
