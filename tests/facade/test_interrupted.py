"""After an interrupt at any place, no lock is held, and the next caller gets what it asks for.

Each test interrupts the work at every place where Python would run a signal handler, one by one.
The proofs interrupt guards and journals at random.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from facade import AssociationsClient, LocalPace
from facade.bulk import ensure_many
from facade.oauth import MemoryTokenStore, OAuth, SqliteTokenStore, TokenStore
from facade.observe import Recorder
from facade.redis import RedisPace, RedisTokenStore
from facade.redis.health import CircuitBreaker
from facade.testing import Sandbox
from scripts.programs import RedisServer
from tests.facade.bulk.runs import make_client, related_pairs, seed_owner_pet
from tests.facade.driving import Clock
from tests.facade.interrupting import still_locked, sweep
from tests.facade.oauth.runs import APP, DAY
from tests.facade.responding import received

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

NOW = datetime(2026, 1, 21, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Close the sockets and files of interrupted work here, and not in another test."""
    yield
    gc.collect()


@pytest.mark.parametrize("kind", ["memory", "sqlite", "redis"])
def test_the_next_call_has_a_token(kind: str, redis_server: RedisServer, tmp_path: Path) -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    transport, location = sandbox.transport(), sandbox.location_id
    stores: dict[str, Callable[[], TokenStore]] = {
        "memory": MemoryTokenStore,
        "sqlite": lambda: SqliteTokenStore(tmp_path / "tokens.sqlite", wait=5.0),
        "redis": lambda: RedisTokenStore(redis_server.url, app=str(tmp_path), wait=5.0),
    }
    oauth = OAuth(*APP, store=stores[kind](), transport=transport, clock=clock)
    oauth.exchange(sandbox.oauth.install(location_id=location), unsolicited=True)
    with AssociationsClient(oauth, location, transport=transport, deadline=10.0) as client:

        def make() -> Callable[[], object]:
            clock.now += DAY
            return lambda: client.relations.list("1")

        def check(raised: BaseException) -> None:
            raised.with_traceback(None)  # with it, a suspended generator keeps its lock
            assert client.relations.list("1").total == 0
            assert still_locked(client, oauth) == []

        assert sweep(make, check) >= 100


def test_a_client_makes_the_next_call(sandbox: Sandbox) -> None:
    association = seed_owner_pet(sandbox).id
    pets: list[str] = []
    options: dict[str, Any] = {"pace": LocalPace(calls=10**6), "deadline": 10.0}

    def make() -> Callable[[], object]:
        pets.append(f"p-{len(pets)}")
        relations = client.relations
        return lambda: relations.ensure(association, first_record_id="c", second_record_id=pets[-1])

    def check(raised: BaseException) -> None:
        assert client.relations.list("1").total == 0

    with (
        sandbox.serve() as server,
        make_client(sandbox, transport=None, base_url=server.url, **options) as client,
    ):
        assert sweep(make, check, client) >= 30
    related = related_pairs(sandbox)
    assert len(related) == len({*related})


def test_a_recorder_records_the_next_exchange() -> None:
    recorder = Recorder(1, today=lambda: date(2026, 1, 21))
    event = received({"associations": []}, "/associations/")

    def check(outcome: BaseException) -> None:
        before = sum(line["body"]["n"] for line in recorder.lines())
        recorder(event)
        assert [line["body"]["n"] for line in recorder.lines()] == [before + 1]

    assert sweep(lambda: lambda: recorder(event), check, recorder) >= 20
    assert recorder.failures == 0


@pytest.mark.parametrize("is_away", [False, True])
def test_a_breaker_sends_the_next_command(is_away: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # It holds no lock, and reads hundreds of signal handlers, each of which is a place.
    monkeypatch.setattr("facade.redis.health.interrupt_in", lambda error, before: None)
    breakers: list[CircuitBreaker] = []
    command = Mock(side_effect=RedisConnectionError("refused") if is_away else None)

    def make() -> Callable[[], object]:
        breakers.append(CircuitBreaker("waiting"))
        return lambda: breakers[-1].call(command)

    def check(outcome: BaseException) -> None:
        is_open = breakers[-1].open_seconds() > 0
        assert breakers[-1].call(lambda: "next") == (None if is_open else "next")

    assert sweep(make, check, breakers) >= 2 + 4 * is_away


def test_a_shared_pace_loses_no_turn(redis_server: RedisServer, tmp_path: Path) -> None:
    pace = RedisPace(redis_server.url, app=str(tmp_path), calls=1, seconds=3600)

    def check(outcome: BaseException) -> None:
        turn = pace.take("loc")
        assert (turn.granted, turn.wait) == (True, 0)
        pace.cancel(turn)

    assert sweep(lambda: lambda: pace.take("loc"), check, pace) >= 20


def test_a_run_of_bulk_can_be_repeated_with_its_journal(sandbox: Sandbox, tmp_path: Path) -> None:
    association = seed_owner_pet(sandbox)
    used = 0
    with make_client(sandbox, deadline=10.0) as client:

        def run() -> list[str]:
            pairs = [(f"c-{used}", f"p-{number}") for number in range(2)]
            options: dict[str, Any] = {"concurrency": 2, "journal": tmp_path / f"{used}"}
            ran = ensure_many(client, pairs, association=association, **options)
            return [one.status for one in ran]

        def make() -> Callable[[], object]:
            nonlocal used
            used += 1
            return run

        def check(raised: BaseException) -> None:
            raised.with_traceback(None)
            assert "failed" not in run()

        assert sweep(make, check, client) >= 100
    assert set(Counter(related_pairs(sandbox)).values()) == {1}
