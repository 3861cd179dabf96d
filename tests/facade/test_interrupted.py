"""After an interrupt at any place, no lock is held, and the next caller gets what it asks for.

Each test interrupts the work at every place where Python would run a signal handler, one by one.
"""

import contextlib
import gc
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from facade import AssociationsClient, LocalPace
from facade.bulk import Outcome, ensure_many
from facade.bulk.journal import Journal
from facade.oauth import Grant, MemoryTokenStore, OAuth, SqliteTokenStore, TokenStore
from facade.observe import Recorder
from facade.redis import RedisPace, RedisReplayStore, RedisTokenStore
from facade.redis.breaker import CircuitBreaker
from facade.testing import Sandbox
from facade.webhooks import Guard, MemoryReplayStore, RelationCreated, RepeatedError, ReplayStore
from scripts.programs import RedisServer
from tests.facade.bulk.runs import related_pairs, seed_owner_pet
from tests.facade.driving import Clock
from tests.facade.interrupting import locked, still_locked, sweep
from tests.facade.oauth.runs import APP, DAY
from tests.facade.responding import received
from tests.facade.webhooks.parsing import parsed

# The garbage collector closes the socket of an interrupted call.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

NOW = datetime(2026, 1, 21, 10, 30, tzinfo=UTC)


def event(number: int) -> RelationCreated:
    body = f'{{"id": "r", "webhookId": "w-{number}", "timestamp": "2026-01-21T10:30:00Z"}}'
    return parsed(body.encode(), RelationCreated)


def handled(guard: Guard, event: RelationCreated) -> str:
    try:
        with guard.once(event):
            return "new"
    except RepeatedError:
        return "done"


@pytest.fixture(params=["memory", "redis"])
def replay_store(request: pytest.FixtureRequest) -> ReplayStore:
    if request.param == "memory":
        return MemoryReplayStore()
    return RedisReplayStore(request.getfixturevalue("redis_server").url, app=str(NOW))


def test_a_guard_accepts_an_interrupted_event_again_or_knows_that_it_is_done(
    replay_store: ReplayStore,
) -> None:
    guard = Guard(replay_store, now=lambda: NOW)
    events = [event(number) for number in range(200)]
    bodies: list[RelationCreated] = []

    def make() -> Callable[[], None]:
        current = events[-1]

        def work() -> None:
            with guard.once(current):
                bodies.append(current)

        return work

    outcomes: list[str] = []

    def check(outcome: BaseException) -> None:
        current = events.pop()
        outcomes.append(handled(guard, current))
        # It is done only if the whole block ran.
        assert outcomes[-1] == "new" or bodies[-1] is current

    places = sweep(make, check, guard)
    assert places >= 15
    first_done = outcomes.index("done")
    assert set(outcomes[:first_done]) == {"new"}
    assert set(outcomes[first_done:]) == {"done"}


@pytest.fixture(params=["memory", "sqlite", "redis"])
def token_store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    if request.param == "memory":
        return MemoryTokenStore(wait=5.0)
    if request.param == "sqlite":
        return SqliteTokenStore(tmp_path / "tokens.sqlite", wait=5.0)
    redis: RedisServer = request.getfixturevalue("redis_server")
    return RedisTokenStore(redis.url, app=str(tmp_path), wait=5.0)


def test_the_lock_of_a_token_store_is_free(token_store: TokenStore) -> None:
    def work() -> None:
        with token_store.lock("key"):
            token_store.save("key", Grant(access_token="t-1"))

    def check(outcome: BaseException) -> None:
        with token_store.lock("key"):
            pass

    assert sweep(lambda: work, check, token_store) >= 3


def test_a_renewal_of_a_token_can_be_repeated(token_store: TokenStore) -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    location = sandbox.location_id
    oauth = OAuth(*APP, store=token_store, transport=sandbox.transport(), clock=clock)
    oauth.exchange(sandbox.oauth.install(location_id=location), unsolicited=True)
    tokens: list[str] = [oauth.token(location)]

    def make() -> Callable[[], str]:
        clock.now += DAY
        return lambda: oauth.token(location)

    def check(outcome: BaseException) -> None:
        if not isinstance(token_store, MemoryTokenStore):
            outcome.with_traceback(None)  # with it, a suspended generator keeps its lock
        assert still_locked(oauth, token_store) == []
        token = oauth.token(location)
        assert token not in tokens
        tokens.append(token)

    assert sweep(make, check) >= 20


def test_a_recorder_records_the_next_exchange() -> None:
    recorder = Recorder(1, today=lambda: date(2026, 1, 21))
    event = received({"associations": []}, "/associations/")
    recorded = [0]

    def check(outcome: BaseException) -> None:
        before = sum(line["body"]["n"] for line in recorder.lines())
        recorder(event)
        (line,) = recorder.lines()
        recorded.append(line["body"]["n"])
        assert recorded[-1] == before + 1

    assert sweep(lambda: lambda: recorder(event), check, recorder) >= 20
    assert recorder.failures == 0


@pytest.mark.parametrize("is_away", [False, True])
def test_a_breaker_sends_the_next_command(is_away: bool) -> None:
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

    assert sweep(make, check, breakers) >= 2


def test_a_shared_pace_loses_no_turn(redis_server: RedisServer, tmp_path: Path) -> None:
    pace = RedisPace(redis_server.url, app=str(tmp_path), calls=1, seconds=3600)

    def make() -> Callable[[], object]:
        return lambda: pace.take("loc")

    def check(outcome: BaseException) -> None:
        turn = pace.take("loc")
        assert (turn.granted, turn.wait) == (True, 0)
        pace.cancel(turn)

    assert sweep(make, check, pace) >= 20


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Close the sockets and files of interrupted work here, and not in another test."""
    yield
    gc.collect()


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
    journal = Journal(path, "a", "l")
    stored: list[int] = []

    def make() -> Callable[[], None]:
        return lambda: journal.add(outcome(1000 + len(stored)))

    def check(raised: BaseException) -> None:
        journal.add(outcome(len(stored)))
        stored.append(len(stored))

    assert sweep(make, check, journal) >= 5
    journal.close()
    again = Journal(path, "a", "l")
    for number in stored:
        assert again.take(0, (f"c-{number}", f"p-{number}")) is not None
    again.close()


def test_a_journal_whose_closing_was_interrupted_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journals: list[Journal] = []

    def make() -> Callable[[], None]:
        journals.append(Journal(path, "a", "l"))
        journals[-1].add(outcome(1))
        # The sweep must not keep the journal.
        return lambda: journals[-1].close()  # noqa: PLW0108

    def check(raised: BaseException) -> None:
        raised.with_traceback(None)
        journals.clear()
        gc.collect(0)
        with contextlib.closing(Journal(path, "a", "l")) as again:
            assert again.take(0, ("c-1", "p-1")) is not None

    assert sweep(make, check, journals) >= 5


def test_a_journal_whose_opening_was_interrupted_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    Journal(path, "a", "l").close()

    def make() -> Callable[[], object]:
        return lambda: Journal(path, "a", "l").close()

    def check(raised: BaseException) -> None:
        raised.with_traceback(None)
        Journal(path, "a", "l").close()

    assert sweep(make, check) >= 10


@pytest.fixture(params=["in process", "default", "http"])
def client(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[AssociationsClient]:
    """A client of the sandbox in process, or of its server, with a static token or with OAuth."""
    options: dict[str, Any] = {"pace": LocalPace(calls=10**6), "deadline": 10.0}
    if request.param == "in process":
        options["transport"] = sandbox.transport()
        with AssociationsClient(sandbox.token, sandbox.location_id, **options) as client:
            yield client
        return
    with sandbox.serve() as server:
        options["base_url"] = server.url
        if request.param == "http":
            options["transport"] = httpx.HTTPTransport()
        with AssociationsClient(sandbox.token, sandbox.location_id, **options) as client:
            yield client


def test_a_client_makes_the_next_call(client: AssociationsClient, sandbox: Sandbox) -> None:
    association = seed_owner_pet(sandbox).id
    numbers = iter(range(10_000))

    def make() -> Callable[[], object]:
        number = next(numbers)
        return lambda: client.relations.ensure(
            association, first_record_id=f"c-{number}", second_record_id=f"p-{number}"
        )

    def check(raised: BaseException) -> None:
        assert client.relations.list("1").total == 0

    assert sweep(make, check, client) >= 30
    pairs = Counter(related_pairs(sandbox))
    assert set(pairs.values()) == {1}


def test_a_client_with_oauth_makes_the_next_call() -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    location = sandbox.location_id
    oauth = OAuth(*APP, transport=sandbox.transport(), clock=clock)
    oauth.exchange(sandbox.oauth.install(location_id=location), unsolicited=True)
    options: dict[str, Any] = {"pace": None, "transport": sandbox.transport(), "deadline": 10.0}

    with AssociationsClient(oauth, location, **options) as client:

        def make() -> Callable[[], object]:
            clock.now += DAY
            return lambda: client.relations.list("1")

        def check(raised: BaseException) -> None:
            assert client.relations.list("1").total == 0
            assert still_locked(client, oauth) == []

        assert sweep(make, check) >= 100


def test_a_run_can_be_repeated_with_its_journal(sandbox: Sandbox, tmp_path: Path) -> None:
    association = seed_owner_pet(sandbox)
    files = iter(tmp_path / f"journal-{number}" for number in range(10_000))
    used: list[Path] = []
    options: dict[str, Any] = {"pace": None, "transport": sandbox.transport(), "deadline": 10.0}

    with AssociationsClient(sandbox.token, sandbox.location_id, **options) as client:

        def run() -> list[str]:
            name = used[-1].name
            pairs = [(f"c-{name}", f"p-{number}") for number in range(3)]
            ran = ensure_many(
                client, pairs, association=association, concurrency=2, journal=used[-1]
            )
            return [one.status for one in ran]

        def make() -> Callable[[], object]:
            used.append(next(files))
            return run

        def check(raised: BaseException) -> None:
            raised.with_traceback(None)
            assert still_locked(client) == []
            gc.collect()  # what the traceback has kept, such as a file that was not closed yet
            assert set(run()) <= {"created", "existing", "related"}

        assert sweep(make, check, step=11) >= 10
    assert set(Counter(related_pairs(sandbox)).values()) == {1}


class PythonLock:
    """A lock that an interrupt within `__enter__` leaves locked."""

    __module__ = "facade.example"

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_a_lock_that_is_written_in_python_is_found_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.facade.interrupting.FACADE", __file__)
    lock = PythonLock()

    def work() -> None:
        with lock:
            pass

    found: list[list[str]] = []

    def check(outcome: object) -> None:
        found.append(locked([{1: lock}]))
        if found[-1]:
            lock.__exit__()

    sweep(lambda: work, check)
    # At the start of `work` and of `__enter__`, then after `acquire`, then at the start of
    # `__exit__` and after `release`.
    held = ["list[1]._lock"]
    assert found == [[], [], held, held, []]
