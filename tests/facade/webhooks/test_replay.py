"""Each event is accepted once, and no old event is accepted."""

from asyncio import CancelledError
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from facade.testing.contracts import REPLAY_STORE_CHECKS, OpenReplayStore
from facade.webhooks import (
    RETRY_STATUS,
    DeliveryState,
    Guard,
    InProgressError,
    MemoryReplayStore,
    RelationCreated,
    RepeatedError,
    ReplayStoreError,
    StaleError,
)
from tests.facade.webhooks.parsing import parsed

NOW = datetime(2026, 1, 21, 10, 30, tzinfo=UTC)


def event(webhook_id: str = "w-1", at: str | None = "2026-01-21T10:30:00Z") -> RelationCreated:
    stamp = f', "timestamp": "{at}"' if at else ""
    body = f'{{"id": "6a44", "webhookId": "{webhook_id}"{stamp}}}'
    return parsed(body.encode(), RelationCreated)


def guard(store: MemoryReplayStore | None = None, *, allow_undated: bool = False) -> Guard:
    return Guard(store, allow_undated=allow_undated, now=lambda: NOW)


def test_an_event_is_accepted_once() -> None:
    once = guard().once
    with once(event("w-1")):
        pass
    with once(event("w-2")):
        pass
    with pytest.raises(RepeatedError) as caught, once(event("w-1")):
        pytest.fail("accepted twice")
    assert caught.value.status_code == 200  # HighLevel need not send it again


def test_an_event_that_is_being_handled_is_to_come_again() -> None:
    once = guard().once
    with once(event()), pytest.raises(InProgressError) as caught, once(event()):
        pytest.fail("accepted twice")
    assert caught.value.status_code == RETRY_STATUS == 429
    with pytest.raises(RepeatedError), once(event()):
        pytest.fail("accepted twice")


def test_an_event_whose_worker_died_is_accepted_after_a_minute() -> None:
    clock = [0.0]
    guard = Guard(MemoryReplayStore(clock=lambda: clock[0]), now=lambda: NOW)
    died = guard.once(event())
    died.__enter__()
    clock[0] = 59.9
    with pytest.raises(InProgressError), guard.once(event()):
        pytest.fail("accepted twice")
    clock[0] = 60.0
    with guard.once(event()), pytest.raises(InProgressError), guard.once(event()):
        pytest.fail("accepted twice")


def test_a_worker_whose_lease_ended_forgets_nothing_of_the_next_one() -> None:
    clock = [0.0]
    guard = Guard(MemoryReplayStore(clock=lambda: clock[0]), lease=60, now=lambda: NOW)
    slow = guard.once(event())
    slow.__enter__()
    clock[0] = 61
    with guard.once(event()):
        pass
    assert not slow.__exit__(OSError, OSError(), None)
    with pytest.raises(RepeatedError), guard.once(event()):
        pytest.fail("accepted twice")


class FailingStore(MemoryReplayStore):
    """A store that goes away while an event is handled."""

    def finish(self, delivery_id: str, seconds: float) -> None:
        raise ReplayStoreError("away")

    def release(self, delivery_id: str, claim: str) -> None:
        raise ReplayStoreError("away")


def test_a_store_that_is_away_lets_the_delivery_come_again() -> None:
    class Away(MemoryReplayStore):
        def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
            raise ReplayStoreError("away")

    with pytest.raises(ReplayStoreError) as caught, guard(Away()).once(event()):
        pytest.fail("accepted")
    assert caught.value.status_code == RETRY_STATUS


def test_an_event_that_cannot_be_remembered_was_handled_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with guard(FailingStore()).once(event()):
        pass
    assert "the id of a handled event cannot be stored: away" in caplog.text


def test_a_store_that_is_away_hides_no_error_of_the_app() -> None:
    with pytest.raises(ZeroDivisionError), guard(FailingStore()).once(event()):
        _ = 1 / 0


@pytest.mark.parametrize(("method", "then"), [("begin", None), ("finish", RepeatedError)])
def test_an_interrupt_of_the_store_leaves_no_event_in_progress(
    method: str, then: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, interrupts = MemoryReplayStore(), [KeyboardInterrupt()]
    work = getattr(store, method)

    def interrupted(*given: Any) -> Any:
        if interrupts:
            if method == "begin":  # the store has changed, and the answer is lost
                work(*given)
            raise interrupts.pop()
        return work(*given)

    monkeypatch.setattr(store, method, interrupted)
    with pytest.raises(KeyboardInterrupt), guard(store).once(event()):
        pass
    with pytest.raises(then) if then else nullcontext(), guard(store).once(event()):
        pass


@pytest.mark.parametrize("error", [ZeroDivisionError, CancelledError, KeyboardInterrupt])
def test_an_event_whose_handling_failed_is_accepted_again(error: type[BaseException]) -> None:
    once = guard().once
    with pytest.raises(error), once(event()):
        raise error
    with once(event()):
        pass


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("2026-01-18T10:29:59Z", "259201 s ago, the limit is 259200 s"),
        ("2026-01-21T10:35:01Z", "301 s from now, the limit is 300 s"),
        ("1970-01-01T00:00:00Z", "s ago"),
        (None, r"no timestamp: to accept it, use Guard\(allow_undated=True\)"),
    ],
)
def test_an_event_that_is_old_or_undated_is_refused(at: str | None, message: str) -> None:
    with pytest.raises(StaleError, match=message), guard().once(event(at=at)):
        pytest.fail("accepted")


@pytest.mark.parametrize(("max_age", "is_accepted"), [(None, True), (60.0, False)])
def test_a_store_that_remembers_for_long_accepts_old_events_by_default(
    max_age: float | None, is_accepted: bool
) -> None:
    class Durable(MemoryReplayStore):
        retention = 31 * 86_400.0

    once = Guard(Durable(), max_age=max_age, now=lambda: NOW).once
    thirty_days_ago = event(at="2025-12-22T10:30:00Z")
    with nullcontext() if is_accepted else pytest.raises(StaleError), once(thirty_days_ago):
        pass
    with pytest.raises(StaleError), once(event(at="2025-12-21T10:29:59Z")):
        pytest.fail("accepted")


@pytest.mark.parametrize("at", ["2026-01-18T10:30:00Z", "2026-01-21T10:35:00Z"])
def test_three_days_ago_and_five_minutes_ahead_are_accepted(at: str) -> None:
    with guard().once(event(at=at)):
        pass


def test_an_undated_event_is_accepted_once_if_the_guard_allows_it() -> None:
    once = guard(allow_undated=True).once
    with once(event(at=None)):
        pass
    with pytest.raises(RepeatedError), once(event(at=None)):
        pytest.fail("accepted twice")


@pytest.mark.parametrize("ahead", [-300, 0, 300])
def test_an_event_is_remembered_until_it_is_too_old(ahead: int) -> None:
    clock, now = [0.0], [NOW]
    guard = Guard(MemoryReplayStore(clock=lambda: clock[0]), max_age=300, now=lambda: now[0])
    at = (NOW + timedelta(seconds=ahead)).isoformat()
    with guard.once(event(at=at)):
        pass
    for _ in range(62):
        clock[0] += 10
        now[0] += timedelta(seconds=10)
        with pytest.raises((RepeatedError, StaleError)), guard.once(event(at=at)):
            pytest.fail("accepted twice")


@pytest.mark.parametrize("check", REPLAY_STORE_CHECKS)
def test_the_store_in_memory_keeps_the_contract(check: Callable[[OpenReplayStore], None]) -> None:
    store = MemoryReplayStore()
    check(lambda: store)


def test_a_full_memory_store_forgets_the_oldest_id() -> None:
    store = MemoryReplayStore(max_ids=2)
    assert [store.begin(name, "claim", 300) for name in "abc"] == ["new"] * 3
    store.finish("b", 300)
    assert [store.begin(name, "claim", 300) for name in "cba"] == ["in_progress", "done", "new"]


def test_an_id_is_the_latest_of_a_full_memory_store_when_it_is_done() -> None:
    store = MemoryReplayStore(max_ids=2)
    assert [store.begin(name, "claim", 300) for name in "ab"] == ["new"] * 2
    store.finish("a", 300)
    assert [store.begin(name, "claim", 300) for name in "cab"] == ["new", "done", "new"]


@pytest.mark.parametrize("wrong", [0, -1])
def test_a_guard_needs_positive_seconds_and_a_store_room_for_an_id(wrong: float) -> None:
    with pytest.raises(ValueError, match="max_age"):
        Guard(max_age=wrong)
    with pytest.raises(ValueError, match="lease"):
        Guard(lease=wrong)
    with pytest.raises(ValueError, match="max_ids"):
        MemoryReplayStore(max_ids=0)


def test_by_default_the_time_is_that_of_this_machine() -> None:
    with Guard().once(event(at=datetime.now(UTC).isoformat())):
        pass
    with pytest.raises(StaleError), Guard(max_age=0.5, lease=0.5).once(event()):
        pytest.fail("accepted")


def test_what_is_no_store_is_refused_before_the_first_delivery() -> None:
    with pytest.raises(TypeError, match="begin, finish and release, not dict"):
        Guard({})  # type: ignore[arg-type]
