"""After an interrupt at any place, no lock is held, and the next caller gets what it asks for.

Each test interrupts the work at every place where Python would run a signal handler, one by one.
"""

import contextlib
import gc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from facade import AssociationsClient, LocalPace
from facade.bulk import Outcome, ensure_many
from facade.bulk.journal import Journal
from facade.oauth import OAuth, SqliteTokenStore
from facade.observe import Recorder
from facade.redis import RedisPace, RedisReplayStore, RedisTokenStore
from facade.redis.breaker import CircuitBreaker
from facade.testing import Sandbox
from facade.webhooks import Guard, MemoryReplayStore, RelationCreated, RepeatedError
from scripts.programs import RedisServer
from tests.facade.bulk.runs import make_client, related_pairs, seed_owner_pet
from tests.facade.driving import Clock
from tests.facade.interrupting import finish_renewals, locked, sweep
from tests.facade.oauth.runs import APP, DAY
from tests.facade.responding import received
from tests.facade.webhooks.parsing import parsed

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


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_a_guard_accepts_an_interrupted_event_again_or_knows_that_it_is_done(
    kind: str, redis_server: RedisServer
) -> None:
    store = RedisReplayStore(redis_server.url, app=str(NOW))
    guard = Guard(MemoryReplayStore() if kind == "memory" else store, now=lambda: NOW)
    events: list[RelationCreated] = []
    handled: list[RelationCreated] = []
    outcomes: list[str] = []

    def work() -> None:
        with guard.once(events[-1]):
            handled.append(events[-1])

    def make() -> Callable[[], None]:
        body = f'{{"id": "r", "webhookId": "w-{len(events)}", "timestamp": "{NOW.isoformat()}"}}'
        events.append(parsed(body.encode(), RelationCreated))
        return work

    def check(outcome: BaseException) -> None:
        try:
            with guard.once(events[-1]):
                outcomes.append("new")
        except RepeatedError:
            outcomes.append("done")
            assert handled[-1] is events[-1]

    assert sweep(make, check, guard) >= 15
    assert outcomes == sorted(outcomes, reverse=True)  # done only if the whole block ran
    assert {*outcomes} == {"new", "done"}


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_a_renewal_of_a_token_can_be_repeated(
    kind: str, redis_server: RedisServer, tmp_path: Path
) -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    location = sandbox.location_id
    store = (
        SqliteTokenStore(tmp_path / "tokens.sqlite", wait=5.0)
        if kind == "sqlite"
        else RedisTokenStore(redis_server.url, app=str(tmp_path), wait=5.0)
    )
    oauth = OAuth(*APP, store=store, transport=sandbox.transport(), clock=clock)
    oauth.exchange(sandbox.oauth.install(location_id=location), unsolicited=True)
    tokens = [oauth.token(location)]

    def make() -> Callable[[], str]:
        clock.now += DAY
        return lambda: oauth.token(location)

    def check(outcome: BaseException) -> None:
        outcome.with_traceback(None)  # with it, a suspended generator keeps its lock
        assert locked(oauth, store) == []
        tokens.append(oauth.token(location))
        assert tokens.count(tokens[-1]) == 1

    assert sweep(make, check) >= 50


def test_a_client_with_oauth_makes_the_next_call() -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    oauth = OAuth(*APP, transport=sandbox.transport(), clock=clock)
    oauth.exchange(sandbox.oauth.install(location_id=sandbox.location_id), unsolicited=True)
    transport, location = sandbox.transport(), sandbox.location_id

    with AssociationsClient(oauth, location, transport=transport, deadline=10.0) as client:

        def make() -> Callable[[], object]:
            clock.now += DAY
            return lambda: client.relations.list("1")

        def check(raised: BaseException) -> None:
            assert client.relations.list("1").total == 0
            finish_renewals()
            assert locked(client, oauth) == []

        assert sweep(make, check) >= 100


@pytest.mark.parametrize("transport", [None, httpx.HTTPTransport])
def test_a_client_makes_the_next_call(
    sandbox: Sandbox, transport: Callable[[], httpx.HTTPTransport] | None
) -> None:
    association = seed_owner_pet(sandbox).id
    numbers = iter(range(10_000))
    pace = LocalPace(calls=10**6)
    own = transport and transport()

    def make() -> Callable[[], object]:
        number = next(numbers)
        return lambda: client.relations.ensure(
            association, first_record_id=f"c-{number}", second_record_id=f"p-{number}"
        )

    def check(raised: BaseException) -> None:
        assert client.relations.list("1").total == 0

    with (
        sandbox.serve() as server,
        make_client(
            sandbox, transport=own, base_url=server.url, pace=pace, deadline=10.0
        ) as client,
    ):
        assert sweep(make, check, client) >= 30
    assert {*Counter(related_pairs(sandbox)).values()} == {1}


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
    monkeypatch.setattr("facade.redis.breaker.interrupt_in", lambda error, before: None)
    breakers: list[CircuitBreaker] = []

    def command() -> str:
        if is_away:
            raise RedisConnectionError("refused")
        return "answer"

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


def outcome(number: int) -> Outcome:
    return Outcome(
        index=number,
        first_record_id=f"c-{number}",
        second_record_id=f"p-{number}",
        status="created",
        relation_id=f"r-{number}",
    )


def test_a_journal_stores_the_next_outcome(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    stored: list[int] = []
    with contextlib.closing(Journal(path, "a", "l")) as journal:

        def make() -> Callable[[], None]:
            return lambda: journal.add(outcome(1000 + len(stored)))

        def check(raised: BaseException) -> None:
            journal.add(outcome(len(stored)))
            stored.append(len(stored))

        assert sweep(make, check, journal) >= 5
    with contextlib.closing(Journal(path, "a", "l")) as again:
        assert all(again.take(0, (f"c-{one}", f"p-{one}")) for one in stored)


def test_a_journal_whose_opening_or_closing_was_interrupted_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "journal"

    def work() -> None:
        Journal(path, "a", "l").close()

    def check(raised: BaseException) -> None:
        raised.with_traceback(None)  # with it, the interrupted journal stays open
        gc.collect(0)
        with contextlib.closing(Journal(path, "a", "l")) as again:
            assert again.take(0, ("c-1", "p-1")) is not None

    with contextlib.closing(Journal(path, "a", "l")) as journal:
        journal.add(outcome(1))
    assert sweep(lambda: work, check) >= 15


def test_a_run_can_be_repeated_with_its_journal(sandbox: Sandbox, tmp_path: Path) -> None:
    association = seed_owner_pet(sandbox)
    runs: list[int] = []

    with make_client(sandbox, deadline=10.0) as client:

        def run() -> list[str]:
            number = len(runs)
            pairs = [(f"c-{number}", f"p-{other}") for other in range(3)]
            journal = tmp_path / f"journal-{number}"
            ran = ensure_many(
                client, pairs, association=association, concurrency=2, journal=journal
            )
            return [one.status for one in ran]

        def make() -> Callable[[], object]:
            runs.append(1)
            return run

        def check(raised: BaseException) -> None:
            raised.with_traceback(None)
            assert locked(client) == []
            gc.collect()  # what the traceback has kept, such as a file that was not closed yet
            assert {*run()} <= {"created", "existing", "related"}

        assert sweep(make, check, step=11) >= 10
    assert {*Counter(related_pairs(sandbox)).values()} == {1}
