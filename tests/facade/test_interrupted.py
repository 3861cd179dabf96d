"""After an interrupt at any place, no lock is held, and the next caller gets what it asks for.

Each test interrupts the work at every place where Python would run a signal handler, one by one.
"""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from facade.oauth import Grant, MemoryTokenStore, OAuth, SqliteTokenStore, TokenStore
from facade.observe import Recorder
from facade.redis import RedisPace, RedisReplayStore, RedisTokenStore
from facade.redis.breaker import CircuitBreaker
from facade.testing import Sandbox
from facade.webhooks import Guard, MemoryReplayStore, RelationCreated, RepeatedError, ReplayStore
from scripts.programs import RedisServer
from tests.facade.driving import Clock
from tests.facade.interrupting import locked, sweep
from tests.facade.oauth.runs import APP, DAY
from tests.facade.responding import received
from tests.facade.webhooks.parsing import parsed

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

    def check(outcome: object) -> None:
        assert isinstance(outcome, KeyboardInterrupt)
        assert locked(guard) == []
        current = events.pop()
        outcomes.append(handled(guard, current))
        # It is done only if the whole block ran.
        assert outcomes[-1] == "new" or bodies[-1] is current

    places = sweep(make, check)
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

    def check(outcome: object) -> None:
        assert isinstance(outcome, KeyboardInterrupt)
        assert locked(token_store) == []
        with token_store.lock("key"):
            pass

    assert sweep(lambda: work, check) >= 3


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

    def check(outcome: object) -> None:
        assert isinstance(outcome, KeyboardInterrupt)
        if not isinstance(token_store, MemoryTokenStore):
            outcome.with_traceback(None)  # with it, a suspended generator keeps its lock
        assert locked(oauth, token_store) == []
        token = oauth.token(location)
        assert token not in tokens
        tokens.append(token)

    assert sweep(make, check) >= 50


def test_a_recorder_records_the_next_exchange() -> None:
    recorder = Recorder(1, today=lambda: date(2026, 1, 21))
    event = received({"associations": []}, "/associations/")
    recorded = [0]

    def check(outcome: object) -> None:
        assert isinstance(outcome, KeyboardInterrupt)
        assert locked(recorder) == []
        before = sum(line["body"]["n"] for line in recorder.lines())
        recorder(event)
        (line,) = recorder.lines()
        recorded.append(line["body"]["n"])
        assert recorded[-1] == before + 1

    assert sweep(lambda: lambda: recorder(event), check) >= 20
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

    def check(outcome: object) -> None:
        assert isinstance(outcome, KeyboardInterrupt)
        assert locked(breakers[-1]) == []
        is_open = breakers[-1].open_seconds() > 0
        assert breakers[-1].call(lambda: "next") == (None if is_open else "next")

    assert sweep(make, check) >= 2


def test_a_shared_pace_loses_no_turn(redis_server: RedisServer, tmp_path: Path) -> None:
    pace = RedisPace(redis_server.url, app=str(tmp_path), calls=1, seconds=3600)

    def make() -> Callable[[], object]:
        return lambda: pace.take("loc")

    def check(outcome: object) -> None:
        assert isinstance(outcome, KeyboardInterrupt)
        assert locked(pace) == []
        turn = pace.take("loc")
        assert (turn.granted, turn.wait) == (True, 0)
        pace.cancel(turn)

    assert sweep(make, check) >= 20


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
