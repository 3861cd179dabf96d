"""Has it been here before: each event once, none that is old, whoever asks and how often."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from facade.webhooks import (
    Guard,
    MemorySeen,
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


def guard(seen: MemorySeen | None = None, *, allow_undated: bool = False) -> Guard:
    return Guard(seen, allow_undated=allow_undated, now=lambda: NOW)


def test_an_event_gets_through_once() -> None:
    once = guard().once
    with once(event("w-1")):
        pass
    with once(event("w-2")):
        pass
    with pytest.raises(RepeatedError) as caught, once(event("w-1")):
        pytest.fail("it came twice")
    assert caught.value.status_code == 200  # HighLevel need not send it again


def test_an_event_that_is_being_worked_on_counts_as_here() -> None:
    once = guard().once
    with once(event()), pytest.raises(RepeatedError), once(event()):
        pytest.fail("it came twice")


def test_an_event_whose_work_failed_may_come_again() -> None:
    once = guard().once
    with pytest.raises(ZeroDivisionError), once(event()):
        _ = 1 / 0
    with once(event()):
        pass


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2026-01-21T10:24:59Z", "301 s ago, and 300 s are allowed"),
        ("2026-01-21T10:35:01Z", "301 s from now"),
        ("1970-01-01T00:00:00Z", "s ago"),
        (None, r"no timestamp: Guard\(allow_undated=True\)"),
    ],
)
def test_an_event_that_is_old_or_does_not_say_is_refused(at: str | None, says: str) -> None:
    with pytest.raises(StaleError, match=says), guard().once(event(at=at)):
        pytest.fail("it got through")


@pytest.mark.parametrize("at", ["2026-01-21T10:25:00Z", "2026-01-21T10:35:00Z"])
def test_five_minutes_are_allowed_either_way(at: str) -> None:
    with guard().once(event(at=at)):
        pass


def test_an_undated_event_gets_through_once_where_that_is_allowed() -> None:
    once = guard(allow_undated=True).once
    with once(event(at=None)):
        pass
    with pytest.raises(RepeatedError), once(event(at=None)):
        pytest.fail("it came twice")


@pytest.mark.parametrize("ahead", [-300, 0, 300])
def test_an_event_is_remembered_until_it_is_too_old_anyway(ahead: int) -> None:
    clock, now = [0.0], [NOW]
    guard = Guard(MemorySeen(clock=lambda: clock[0]), now=lambda: now[0])
    at = (NOW + timedelta(seconds=ahead)).isoformat()
    with guard.once(event(at=at)):
        pass
    for _ in range(62):
        clock[0] += 10
        now[0] += timedelta(seconds=10)
        with pytest.raises((RepeatedError, StaleError)), guard.once(event(at=at)):
            pytest.fail("it came twice")


def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    seen = MemorySeen(most=2)
    assert [seen.add(name, 300) for name in "abc"] == [True, True, True]
    assert not seen.add("c", 300)
    assert not seen.add("b", 300)
    assert seen.add("a", 300)


def test_memory_lets_go_of_what_ran_out() -> None:
    now = [0.0]
    seen = MemorySeen(clock=lambda: now[0])
    assert seen.add("a", 10)
    now[0] = 9.9
    assert not seen.add("a", 10)
    now[0] = 10.0
    assert seen.add("a", 10)


def test_of_many_threads_one_gets_through() -> None:
    once, barrier, through = guard().once, threading.Barrier(16), []

    def work(number: int) -> None:
        barrier.wait()
        try:
            with once(event()):
                through.append(number)
        except RepeatedError:
            pass

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    assert len(through) == 1


@pytest.mark.parametrize("wrong", [0, -1])
def test_a_guard_needs_an_age_and_memory_some_room(wrong: float) -> None:
    with pytest.raises(ValueError, match="max_age"):
        Guard(max_age=wrong)
    with pytest.raises(ValueError, match="most"):
        MemorySeen(most=0)
