"""Hundreds of interrupts by a timer, at any instruction, leave guards and journals usable."""

import random
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from facade.bulk import Outcome
from facade.bulk.journal import Journal
from facade.redis import RedisReplayStore
from facade.webhooks import (
    Guard,
    MemoryReplayStore,
    RelationCreated,
    RepeatedError,
    ReplayStore,
    SqliteReplayStore,
)
from tests.facade.interrupting import still_locked
from tests.facade.webhooks.parsing import parsed

# The garbage collector closes the sockets and files of interrupted work.
pytestmark = [
    pytest.mark.proof,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

Repeat = Callable[[Callable[[], Callable[[], object]], Callable[[], None]], None]
INTERRUPTS = 300
NOW = datetime(2026, 1, 21, 10, 30, tzinfo=UTC)


@pytest.fixture
def repeat() -> Iterator[Repeat]:
    """Return a function that makes and interrupts work, until enough interrupts have hit it.

    It checks after each. An interrupt comes after up to twice what uninterrupted work took last.
    """
    is_running = False
    chance = random.Random(7)  # noqa: S311
    longest = 0.0  # seconds

    def handle(number: int, frame: object) -> None:
        if is_running:  # otherwise it would end the test
            raise KeyboardInterrupt

    def is_interrupted(work: Callable[[], object]) -> bool:
        nonlocal is_running, longest
        started = perf_counter()
        try:
            is_running = longest > 0
            signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.000_01, longest))
            work()
            is_running = False
            longest = 2 * (perf_counter() - started)
        except KeyboardInterrupt:
            return True
        except RuntimeError as error:  # of Python's own Condition, which was interrupted
            if not isinstance(error.__context__, KeyboardInterrupt):
                raise
            return True
        finally:
            is_running = False
            signal.setitimer(signal.ITIMER_REAL, 0)
        return False

    def run(make: Callable[[], Callable[[], object]], check: Callable[[], None]) -> None:
        hits = 0
        for _ in range(100 * INTERRUPTS):
            if is_interrupted(make()):
                hits += 1
                check()
            if hits == INTERRUPTS:
                return
        pytest.fail(f"only {hits} interrupts hit the work")

    before = signal.signal(signal.SIGALRM, handle)
    yield run
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("kind", ["memory", "sqlite", "redis"])
def test_a_guard(kind: str, repeat: Repeat, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    store: ReplayStore = MemoryReplayStore()
    if kind == "sqlite":
        store = SqliteReplayStore(tmp_path / "deliveries.sqlite")
    if kind == "redis":
        store = RedisReplayStore(request.getfixturevalue("redis_server").url, app="proof")
    guard = Guard(store, now=lambda: NOW)
    events: list[RelationCreated] = []

    def work() -> None:
        with guard.once(events[-1]):
            pass

    def make() -> Callable[[], None]:
        body = f'{{"id": "r", "webhookId": "{len(events)}", "timestamp": "2026-01-21T10:30:00Z"}}'
        events.append(parsed(body.encode(), RelationCreated))
        return work

    def check() -> None:
        assert still_locked(guard) == []
        with suppress(RepeatedError):
            work()

    repeat(make, check)


def test_a_journal(repeat: Repeat, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "a", "l")
    added: list[str] = []

    def add(name: str) -> None:
        ids: dict[str, Any] = {"first_record_id": name, "second_record_id": "p", "relation_id": "r"}
        journal.add(Outcome(index=0, status="created", **ids))

    def check() -> None:
        assert still_locked(journal) == []
        added.append(f"c-{len(added)}")
        add(added[-1])

    repeat(lambda: lambda: add("interrupted"), check)
    journal.close()
    again = Journal(tmp_path / "journal", "a", "l")
    assert [name for name in added if (name, "p") not in again] == []
    again.close()
