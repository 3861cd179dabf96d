"""Each event is accepted once, and no old one, however often and by whomever it is sent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from facade.webhooks import (
    Guard,
    MemoryReplayStore,
    RelationCreated,
    RepeatedError,
    StaleError,
    parse,
)

NOW = datetime(2026, 1, 21, 10, 30, tzinfo=UTC)


def event(webhook_id: str = "w-1", at: str | None = "2026-01-21T10:30:00Z") -> RelationCreated:
    stamp = f', "timestamp": "{at}"' if at else ""
    body = f'{{"id": "6a44", "webhookId": "{webhook_id}"{stamp}}}'
    return parse(body.encode(), RelationCreated)


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


def test_an_event_that_is_being_handled_is_repeated() -> None:
    once = guard().once
    with once(event()), pytest.raises(RepeatedError), once(event()):
        pytest.fail("accepted twice")


def test_an_event_whose_handling_failed_is_accepted_again() -> None:
    once = guard().once
    with pytest.raises(ZeroDivisionError), once(event()):
        _ = 1 / 0
    with once(event()):
        pass


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("2026-01-21T10:24:59Z", "301 s ago, and 300 s are allowed"),
        ("2026-01-21T10:35:01Z", "301 s from now"),
        ("1970-01-01T00:00:00Z", "s ago"),
        (None, r"no timestamp: to accept it, use Guard\(allow_undated=True\)"),
    ],
)
def test_an_event_that_is_old_or_undated_is_refused(at: str | None, message: str) -> None:
    with pytest.raises(StaleError, match=message), guard().once(event(at=at)):
        pytest.fail("accepted")


@pytest.mark.parametrize("at", ["2026-01-21T10:25:00Z", "2026-01-21T10:35:00Z"])
def test_an_age_of_five_minutes_is_accepted_either_way(at: str) -> None:
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
    guard = Guard(MemoryReplayStore(clock=lambda: clock[0]), now=lambda: now[0])
    at = (NOW + timedelta(seconds=ahead)).isoformat()
    with guard.once(event(at=at)):
        pass
    for _ in range(62):
        clock[0] += 10
        now[0] += timedelta(seconds=10)
        with pytest.raises((RepeatedError, StaleError)), guard.once(event(at=at)):
            pytest.fail("accepted twice")


def test_a_full_memory_store_forgets_the_oldest_id() -> None:
    store = MemoryReplayStore(max_ids=2)
    assert [store.add(name, 300) for name in "abc"] == [True, True, True]
    assert not store.add("c", 300)
    assert not store.add("b", 300)
    assert store.add("a", 300)


def test_the_memory_store_forgets_an_id_after_its_seconds() -> None:
    now = [0.0]
    store = MemoryReplayStore(clock=lambda: now[0])
    assert store.add("a", 10)
    now[0] = 9.9
    assert not store.add("a", 10)
    now[0] = 10.0
    assert store.add("a", 10)


def test_one_of_many_threads_handles_an_event() -> None:
    once, barrier, accepted = guard().once, threading.Barrier(16), []

    def work(number: int) -> None:
        barrier.wait()
        try:
            with once(event()):
                accepted.append(number)
        except RepeatedError:
            pass

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    assert len(accepted) == 1


@pytest.mark.parametrize("wrong", [0, -1])
def test_a_guard_needs_a_positive_age_and_a_store_room_for_an_id(wrong: float) -> None:
    with pytest.raises(ValueError, match="max_age"):
        Guard(max_age=wrong)
    with pytest.raises(ValueError, match="max_ids"):
        MemoryReplayStore(max_ids=0)
