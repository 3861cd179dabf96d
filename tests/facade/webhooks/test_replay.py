"""Each event is accepted once, and no old event is accepted."""

import sqlite3
from asyncio import CancelledError
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, Mock, patch

import pytest

from facade.redis import RedisReplayStore
from facade.testing.contracts import REPLAY_STORE_CHECKS, OpenReplayStore
from facade.webhooks import (
    RETRY_STATUS,
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
    made: RelationCreated = parsed(body.replace(', "timestamp": ""', "").encode(), RelationCreated)
    return made


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
    assert RepeatedError.status_code == 200  # HighLevel need not send it again
    assert InProgressError.status_code == ReplayStoreError.status_code == RETRY_STATUS == 429


def test_a_store_that_goes_away_hides_neither_success_nor_an_error_of_the_app(
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver, away = Receiver(), Mock(side_effect=ReplayStoreError("away"))
    with patch.multiple(receiver.store, finish=away, release=away):
        assert receiver.receive(event("w-2")) is None
        assert "the id of a handled event cannot be stored: away" in caplog.text
        with pytest.raises(ZeroDivisionError), receiver.once(event()):
            _ = 1 / 0
    with patch.object(receiver.store, "begin", away):
        assert receiver.receive(event("w-3")) is ReplayStoreError  # it comes again


@pytest.mark.parametrize(("method", "then"), [("begin", None), ("finish", RepeatedError)])
def test_an_interrupt_of_the_store_leaves_no_event_in_progress(
    method: str, then: type[Exception] | None
) -> None:
    receiver, interrupts = Receiver(), [KeyboardInterrupt()]
    work = getattr(receiver.store, method)

    def interrupted(*given: Any) -> Any:
        if method == "begin" or not interrupts:  # the store has changed, and the answer is lost
            answer = work(*given)
        if interrupts:
            raise interrupts.pop()
        return answer

    with patch.object(receiver.store, method, interrupted):
        with pytest.raises(KeyboardInterrupt):
            receiver.receive(event())
        assert receiver.receive(event()) is then


def test_an_event_whose_handling_failed_is_accepted_again() -> None:
    receiver = Receiver()
    for error in (ZeroDivisionError, CancelledError):
        with pytest.raises(error), receiver.once(event()):
            raise error
    assert receiver.receive(event()) is None


class DurableStore(MemoryReplayStore):
    retention = 31.0 * DAY


def test_an_event_that_is_old_or_undated_is_refused() -> None:
    for store, max_age, ahead, why in (
        (MemoryReplayStore, None, -3 * DAY - 1, "259201 s ago, the limit is 259200 s"),
        (MemoryReplayStore, None, 301, "301 s from now, the limit is 300 s"),
        (MemoryReplayStore, None, None, r"no timestamp: .* use Guard\(allow_undated=True\)"),
        (DurableStore, None, -31 * DAY - 1, "s ago"),
        (DurableStore, 60.0, -61, "the limit is 60 s"),
    ):
        receiver = Receiver(store, max_age=max_age)
        with pytest.raises(StaleError, match=why) as caught, receiver.once(event(ahead=ahead)):
            pytest.fail("it is handled")
        # This machine's clock may be wrong: HighLevel must repeat an event of a later time.
        assert caught.value.status_code == (429 if ahead == 301 else 400)
        if ahead is not None:
            assert receiver.receive(event(ahead=ahead - 1 if ahead > 0 else ahead + 1)) is None


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


def test_a_full_store_forgets_the_oldest() -> None:
    store = MemoryReplayStore(max_ids=2)
    assert [store.begin(name, "claim", 300) for name in "abc"] == ["new"] * 3
    store.finish("b", "claim", 300)  # an id that is done is the latest
    assert [store.begin(name, "claim", 300) for name in "cba"] == ["in_progress", "done", "new"]
    assert [store.begin(name, "claim", 300) for name in "bc"] == ["done", "new"]
    clock = Clock(0.0)
    aging = MemoryReplayStore(clock=clock)
    for name in "ab":
        assert aging.begin(name, "claim", 60) == "new"
        clock.now += 60
    assert list(aging._known) == ["b"]


def test_what_a_store_in_memory_knows_is_read_and_changed_with_its_lock() -> None:
    for method, *given in (("begin", 60.0), ("finish", 60.0), ("release",)):
        store = MemoryReplayStore()
        with patch.object(store, "_holder", MagicMock()) as holder:
            getattr(store, method)("w-1", "claim", *given)
        holder.lock.__enter__.assert_called_once_with()


def test_a_lease_that_ended_keeps_no_earlier_worker_from_finishing(path: Path) -> None:
    clock = Clock(0.0)
    for store in (MemoryReplayStore(clock=clock), SqliteReplayStore(path, clock=clock)):
        for claim in "ab":
            assert store.begin("w-1", claim, 60) == "new"
            clock.now += 59.9
            assert claim == "a" or not store.finish("w-1", "a", 60)
            clock.now += 0.1
        assert store.finish("w-1", "a", 60)
    assert MemoryReplayStore(max_ids=1).begin("w-1", "claim", 60) == "new"


def test_a_guard_needs_a_store_and_ages_and_has_the_time_of_this_machine() -> None:
    wrong: Any
    for wrong, kind in (({}, "dict"), (MemoryReplayStore, "a class")):
        with pytest.raises(TypeError, match=f"begin, finish and release, not {kind}"):
            Guard(wrong)
    with (
        patch.object(MemoryReplayStore, "begin", return_value=None),
        pytest.raises(TypeError, match="return a DeliveryState, not None"),
        Receiver().once(event()),
    ):
        pytest.fail("it is handled, as if each delivery was a new one")
    for wrong in ({"max_age": 0}, {"max_age": 11 * 366 * DAY}, {"lease": 0}):
        with pytest.raises(ValueError, match=r"max_age|lease"):
            Guard(**wrong)
    now = (datetime.now(UTC) - NOW).total_seconds()
    assert Receiver(now=None).receive(event(ahead=now)) is None
    assert Receiver(now=None, max_age=0.5, lease=0.5).receive(event()) is StaleError


def test_a_handler_slower_than_its_lease_is_told_that_another_worker_took_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver = Receiver()
    died = receiver.once(event())
    died.__enter__()
    with (  # noqa: PT012 - the error is raised at the end of the block
        pytest.raises(LeaseLostError, match=r"after its lease of 60 s, .* may be handled twice"),
        receiver.once(event("w-0")),
    ):
        receiver.clock.now = 59.9
        assert receiver.receive(event()) is InProgressError
        receiver.clock.now = 60.0
        others = [receiver.once(event(each)) for each in ("w-0", "w-1")]
        for other in others:
            other.__enter__()
    assert "after its lease" in caplog.text
    assert not died.__exit__(OSError, OSError(), None)  # it forgets nothing of the next one
    assert LeaseLostError.status_code == RETRY_STATUS  # the other one may still fail
    assert receiver.receive(event()) is InProgressError
    assert not others[1].__exit__(None, None, None)
    assert receiver.receive(event()) is RepeatedError
    with receiver.once(event("w-2")):  # nobody takes over
        receiver.clock.now = 121.0


def test_an_id_that_was_handled_before_a_restart_is_known_and_forgotten_in_time(path: Path) -> None:
    clock = Clock(0.0)
    before = SqliteReplayStore(path, clock=clock)
    before.begin("w-1", "claim", 60)
    before.finish("w-1", "claim", 86_400)
    assert b"w-1" not in path.read_bytes()
    clock.now = 86_399
    assert SqliteReplayStore(path, clock=clock).begin("w-1", "another", 60) == "done"
    clock.now = 86_400
    assert before.begin("w-2", "claim", 60) == "new"
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM deliveries").fetchone() == (1,)
        plan = database.execute("EXPLAIN QUERY PLAN DELETE FROM deliveries WHERE ends <= 1")
        assert "INDEX deliveries_by_end" in str(plan.fetchall())
    assert SqliteReplayStore.retention == RedisReplayStore.retention == 31 * DAY


def test_a_file_that_cannot_be_used_is_an_error_of_the_store(path: Path) -> None:
    with pytest.raises(ReplayStoreError, match=str(path)):
        SqliteReplayStore(path / "missing")
    assert signature(SqliteReplayStore).parameters["wait"].default <= 5.0  # HighLevel waits, too
    store = SqliteReplayStore(path, wait=0.05)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReplayStoreError, match="locked") as caught:
            store.begin("w-1", "claim", 60)
    assert caught.value.status_code == 429
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(ReplayStoreError, match="not a database"):
        store.begin("w-1", "claim", 60)
