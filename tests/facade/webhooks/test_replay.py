"""Each event is accepted once, and no old event is accepted."""

import sqlite3
import stat
import time
from asyncio import CancelledError
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from facade.redis import RedisReplayStore
from facade.testing.contracts import REPLAY_STORE_CHECKS, OpenReplayStore
from facade.webhooks import (
    RETRY_STATUS,
    DeliveryState,
    Guard,
    InProgressError,
    LeaseLostError,
    MemoryReplayStore,
    RelationCreated,
    RepeatedError,
    ReplayStoreError,
    SqliteReplayStore,
    StaleError,
    WebhookError,
)
from tests.facade.driving import Clock
from tests.facade.webhooks.parsing import parsed

NOW = datetime(2026, 1, 21, 10, 30, tzinfo=UTC)
DAY = 86_400


def event(webhook_id: str = "w-1", ahead: float | None = 0) -> RelationCreated:
    """Return an event that occurred some seconds from now, or undated."""
    at = "" if ahead is None else (NOW + timedelta(seconds=ahead)).isoformat()
    body = f'{{"id": "6a44", "webhookId": "{webhook_id}", "timestamp": "{at}"}}'
    return parsed(body.replace(', "timestamp": ""', "").encode(), RelationCreated)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deliveries.sqlite"


class Receiver(Guard):
    """A guard and its store, by a clock of the test."""

    def __init__(self, store: type[MemoryReplayStore] = MemoryReplayStore, **options: Any) -> None:
        self.clock = Clock(0.0)
        self.store = store(clock=self.clock)
        now = {"now": lambda: NOW + timedelta(seconds=self.clock.now)}
        super().__init__(self.store, **(now | options))

    def receive(self, event: RelationCreated) -> type[WebhookError] | None:
        """Handle an event; return the class of its rejection, None if it is accepted."""
        try:
            with self.once(event):
                return None
        except WebhookError as error:
            return type(error)


def test_an_event_is_accepted_once() -> None:
    receiver = Receiver()
    with receiver.once(event()):
        assert receiver.receive(event()) is InProgressError
        assert receiver.receive(event("w-2")) is None
    assert receiver.receive(event()) is RepeatedError


def test_a_rejection_has_the_status_of_the_response() -> None:
    assert RepeatedError.status_code == 200  # HighLevel need not send it again
    assert InProgressError.status_code == ReplayStoreError.status_code == RETRY_STATUS == 429
    assert StaleError.status_code == 400


def test_an_event_whose_worker_died_is_accepted_after_a_minute() -> None:
    receiver = Receiver()
    died = receiver.once(event())
    died.__enter__()
    receiver.clock.now = 59.9
    assert receiver.receive(event()) is InProgressError
    receiver.clock.now = 60.0
    with receiver.once(event()):
        assert receiver.receive(event()) is InProgressError
    # If it is only slow, it forgets nothing of the next one.
    assert not died.__exit__(OSError, OSError(), None)
    assert receiver.receive(event()) is RepeatedError


class LeavingStore(MemoryReplayStore):
    """A store that goes away while an event is handled, or before."""

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        if delivery_id == "away":
            raise ReplayStoreError("away")
        return super().begin(delivery_id, claim, lease)

    def finish(self, delivery_id: str, claim: str, seconds: float) -> bool:
        raise ReplayStoreError("away")

    def release(self, delivery_id: str, claim: str) -> None:
        raise ReplayStoreError("away")


def test_a_store_that_goes_away_hides_neither_success_nor_an_error_of_the_app(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert Receiver(LeavingStore).receive(event("away")) is ReplayStoreError  # it comes again
    assert Receiver(LeavingStore).receive(event()) is None
    assert "the id of a handled event cannot be stored: away" in caplog.text
    with pytest.raises(ZeroDivisionError), Receiver(LeavingStore).once(event()):
        _ = 1 / 0


@pytest.mark.parametrize(("method", "then"), [("begin", None), ("finish", RepeatedError)])
def test_an_interrupt_of_the_store_leaves_no_event_in_progress(
    method: str, then: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, interrupts = Receiver(), [KeyboardInterrupt()]
    work = getattr(receiver.store, method)

    def interrupted(*given: Any) -> Any:
        if interrupts:
            if method == "begin":  # the store has changed, and the answer is lost
                work(*given)
            raise interrupts.pop()
        return work(*given)

    monkeypatch.setattr(receiver.store, method, interrupted)
    with pytest.raises(KeyboardInterrupt):
        receiver.receive(event())
    assert receiver.receive(event()) is then


@pytest.mark.parametrize("error", [ZeroDivisionError, CancelledError, KeyboardInterrupt])
def test_an_event_whose_handling_failed_is_accepted_again(error: type[BaseException]) -> None:
    receiver = Receiver()
    with pytest.raises(error), receiver.once(event()):
        raise error
    assert receiver.receive(event()) is None


class DurableStore(MemoryReplayStore):
    retention = 31.0 * DAY


@pytest.mark.parametrize(
    ("store", "max_age", "ahead", "why"),
    [
        (MemoryReplayStore, None, -3 * DAY, ""),
        (MemoryReplayStore, None, -3 * DAY - 1, "259201 s ago, the limit is 259200 s"),
        (MemoryReplayStore, None, 300, ""),
        (MemoryReplayStore, None, 301, "301 s from now, the limit is 300 s"),
        (MemoryReplayStore, None, None, r"no timestamp: .* use Guard\(allow_undated=True\)"),
        (DurableStore, None, -31 * DAY, ""),
        (DurableStore, None, -31 * DAY - 1, "s ago"),
        (DurableStore, 60.0, -60, ""),
        (DurableStore, 60.0, -61, "the limit is 60 s"),
        (DurableStore, 0.1, -1, "1 s ago"),
    ],
)
def test_an_event_that_is_old_or_undated_is_refused(
    store: type[MemoryReplayStore], max_age: float | None, ahead: float | None, why: str
) -> None:
    receiver = Receiver(store, max_age=max_age)
    refused = pytest.raises(StaleError, match=why) if why else nullcontext()
    with refused, receiver.once(event(ahead=ahead)):
        assert not why


@pytest.mark.parametrize("ahead", [-300, 0, 300, None])
def test_an_event_is_remembered_until_it_is_too_old(ahead: int | None) -> None:
    receiver = Receiver(max_age=300, allow_undated=True)
    assert receiver.receive(event(ahead=ahead)) is None
    for _ in range(29 if ahead is None else 62):
        receiver.clock.now += 10
        assert receiver.receive(event(ahead=ahead)) in (RepeatedError, StaleError)


@pytest.mark.parametrize("check", REPLAY_STORE_CHECKS)
def test_each_store_keeps_the_contract(
    check: Callable[[OpenReplayStore], None], path: Path
) -> None:
    store = MemoryReplayStore()
    check(lambda: store)
    check(partial(SqliteReplayStore, path))


@pytest.mark.parametrize(
    ("begun", "done", "again", "states"),
    [
        ("abc", "b", "cba", ["in_progress", "done", "new"]),
        ("ab", "a", "cab", ["new", "done", "new"]),  # an id that is done is the latest
    ],
)
def test_a_full_store_forgets_the_oldest(
    begun: str, done: str, again: str, states: list[str]
) -> None:
    store = MemoryReplayStore(max_ids=2)
    assert [store.begin(name, "claim", 300) for name in begun] == ["new"] * len(begun)
    store.finish(done, "claim", 300)
    assert [store.begin(name, "claim", 300) for name in again] == states


@pytest.mark.parametrize(
    "make",
    [
        lambda: Guard(max_age=0),
        lambda: Guard(max_age=11 * 366 * DAY),
        lambda: Guard(lease=-1),
        lambda: MemoryReplayStore(max_ids=0),
    ],
)
def test_a_guard_needs_positive_seconds_and_a_store_room_for_an_id(make: Any) -> None:
    with pytest.raises(ValueError, match=r"max_age|lease|max_ids"):
        make()
    assert MemoryReplayStore(max_ids=1).begin("w-1", "claim", 60) == "new"


def test_what_is_no_store_is_refused_before_the_first_delivery() -> None:
    with pytest.raises(TypeError, match="begin, finish and release, not dict"):
        Guard({})  # type: ignore[arg-type]


def test_by_default_the_time_is_that_of_this_machine() -> None:
    now = (datetime.now(UTC) - NOW).total_seconds()
    assert Receiver(now=None).receive(event(ahead=now)) is None
    assert Receiver(now=None, max_age=0.5, lease=0.5).receive(event()) is StaleError


def test_a_handler_slower_than_its_lease_is_told_that_another_worker_took_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver = Receiver(lease=60.0)
    with (  # noqa: PT012 - the error is raised at the end of the block
        pytest.raises(LeaseLostError, match=r"after its lease of 60 s, .* may be handled twice"),
        receiver.once(event()),
    ):
        receiver.clock.now = 60.0
        other = receiver.once(event())
        other.__enter__()
    assert "after its lease" in caplog.text
    assert LeaseLostError.status_code == RETRY_STATUS  # the other one may still fail
    assert receiver.receive(event()) is InProgressError
    assert not other.__exit__(None, None, None)
    assert receiver.receive(event()) is RepeatedError


def test_a_handler_slower_than_its_lease_is_not_told_if_nobody_took_over() -> None:
    receiver = Receiver(lease=60.0)
    with receiver.once(event()):
        receiver.clock.now = 61.0
    assert receiver.receive(event()) is RepeatedError


# SqliteReplayStore


def receive(path: Path, claim: str) -> str:
    store = SqliteReplayStore(path, wait=60.0)
    state = store.begin("w-1", claim, 60.0)
    if state == "new":
        time.sleep(0.02)  # so that others find it in progress
        store.finish("w-1", claim, 60.0)
    return state


def test_two_processes_begin_an_event_of_100_deliveries_once(path: Path) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        states = Counter(pool.map(partial(receive, path), map(str, range(100))))
    assert states["new"] == 1
    assert states["done"] > 0
    assert states["in_progress"] + states["done"] == 99


def test_an_id_that_was_handled_before_a_restart_is_known_and_forgotten_in_time(path: Path) -> None:
    clock = Clock(0.0)
    before = SqliteReplayStore(path, clock=clock)
    before.begin("w-1", "claim", 60)
    before.finish("w-1", "claim", 86_400)
    clock.now = 86_399
    assert SqliteReplayStore(path, clock=clock).begin("w-1", "another", 60) == "done"
    clock.now = 86_400
    assert before.begin("w-2", "claim", 60) == "new"
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM deliveries").fetchone() == (1,)
        plan = database.execute("EXPLAIN QUERY PLAN DELETE FROM deliveries WHERE ends <= 1")
        assert "INDEX deliveries_by_end" in str(plan.fetchall())


def test_it_remembers_as_long_as_the_store_in_redis() -> None:
    assert SqliteReplayStore.retention == RedisReplayStore.retention == 31 * 86_400


def test_only_the_owner_can_read_the_file_which_does_not_show_an_id(path: Path) -> None:
    SqliteReplayStore(path).begin("the webhook", "claim", 60)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"the webhook" not in path.read_bytes()


def test_a_file_that_cannot_be_used_is_an_error_of_the_store(path: Path) -> None:
    with pytest.raises(ReplayStoreError, match=str(path)):
        SqliteReplayStore(path / "missing")
    store = SqliteReplayStore(path, wait=0.05)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReplayStoreError, match="locked") as caught:
            store.begin("w-1", "claim", 60)
    assert caught.value.status_code == 429
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(ReplayStoreError, match="not a database"):
        store.begin("w-1", "claim", 60)
