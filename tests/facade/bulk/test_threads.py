"""Work in threads: as much at once as allowed, and all of it ends."""

import threading
from typing import Any
from unittest.mock import MagicMock

import pytest

from facade._core.concurrency import Pending, ends_within
from facade.bulk import threads
from facade.bulk.threads import Workers


def test_as_much_work_is_done_at_once_as_allowed_and_leaving_waits_for_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together, is_left, done = threading.Barrier(3), threading.Event(), list[bool]()

    def leave(*given: Any) -> bool:
        is_left.set()
        return ends_within(*given)

    def work() -> None:
        together.wait(60)
        done.append(is_left.wait(30))

    monkeypatch.setattr(threads, "ends_within", leave)
    with Workers(3) as workers:
        for _ in range(6):
            workers.start(work)
        assert len(workers._running) == 3
    assert done == [True] * 6


def test_work_is_queued_and_taken_under_the_lock() -> None:
    workers, lock, work = Workers(0), MagicMock(), list[str]().clear
    workers._lock = lock
    workers.start(work)
    assert lock.__enter__.call_count == 1
    assert workers._next(Pending()) is work
    assert lock.__enter__.call_count == 2


def test_a_thread_that_an_interrupt_prevented_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "start_thread", MagicMock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt), Workers(1) as workers:
        workers.start(list[str]().clear)


def test_work_that_comes_while_the_last_worker_ends_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    take = Workers._next

    def take_and_add(workers: Workers, thread: Any) -> Any:
        found = take(workers, thread)
        if found is None and done == ["first"]:
            workers.start(lambda: done.append("second"))
        return found

    monkeypatch.setattr(Workers, "_next", take_and_add)
    with Workers(1) as workers:
        workers.start(lambda: done.append("first"))
    assert done == ["first", "second"]
