"""What a signal handler of the app raises passes code that handles the failures of its own work."""

import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from redis import RedisError

from facade._core.files import naming
from facade._core.interrupts import interrupt_in
from facade.oauth import SqliteTokenStore
from facade.observe import Recorder
from facade.redis.breaker import CircuitBreaker
from facade.redis.connection import connect, passing_interrupts
from facade.redis.health import translated_errors
from facade.testing import Sandbox
from scripts.programs import RedisServer
from tests.facade.interrupting import Alarm
from tests.facade.responding import received


class Limit(TimeoutError):
    """Stands in for the TimeoutError of an app's own alarm."""


@pytest.fixture
def alarm() -> Iterator[Alarm]:
    with Alarm(Limit("the app's own")) as alarm:
        yield alarm


def test_an_error_that_a_handler_raised_is_found(alarm: Alarm) -> None:
    with pytest.raises(Limit) as caught:
        alarm()
    assert interrupt_in(caught.value, None) is alarm.error


@pytest.mark.parametrize("cause", [None, ZeroDivisionError()])
def test_an_error_that_came_from_that_of_a_handler_is_traced_back_to_it(
    cause: Exception | None, alarm: Alarm
) -> None:
    def work() -> None:
        try:
            alarm()
        except Limit:
            raise RuntimeError from cause

    with pytest.raises(RuntimeError) as caught:
        work()
    assert interrupt_in(caught.value, None) is alarm.error
    assert interrupt_in(caught.value, alarm.error) is None  # it was handled before


def test_an_error_of_other_code_and_one_of_another_thread_are_not(alarm: Alarm) -> None:
    found: list[object] = []

    def work() -> None:
        with pytest.raises(Limit) as caught:
            alarm.handler(0, None)
        found.append(interrupt_in(caught.value, None))

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert found == [None]
    assert interrupt_in(Limit(), None) is None


class Handler:
    """A handler that is an object."""

    def __call__(self, number: int, frame: object) -> None:
        raise Limit

    def method(self, number: int, frame: object) -> None:
        raise Limit


def in_partial(extra: int, number: int, frame: object) -> None:
    raise Limit


@pytest.mark.parametrize("handler", [Handler(), Handler().method, partial(in_partial, 1)])
def test_a_handler_may_be_any_callable(handler: Any) -> None:
    before = signal.signal(signal.SIGALRM, handler)
    try:
        with pytest.raises(Limit) as caught:
            signal.raise_signal(signal.SIGALRM)
        assert interrupt_in(caught.value, None) is caught.value
    finally:
        signal.signal(signal.SIGALRM, before)


def thrice(work: Callable[[], None]) -> None:
    for _ in range(3):
        try:
            work()
        except OSError as error:
            failure = error
    raise failure


def test_an_interrupt_ends_retries_of_the_interrupted_work(alarm: Alarm) -> None:
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        alarm()

    with pytest.raises(Limit) as caught:
        passing_interrupts(thrice, work)
    assert caught.value is alarm.error
    assert len(calls) == 1


def test_retries_handle_every_other_error() -> None:
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        raise Limit

    with pytest.raises(Limit):
        passing_interrupts(thrice, work)
    assert len(calls) == 3


def name_file(alarm: Alarm) -> None:
    with naming("a file"):
        alarm()


def call_redis(alarm: Alarm) -> None:
    def command() -> None:
        try:
            alarm()
        except TimeoutError:  # as redis does with each timeout
            raise RedisError("Timeout reading from socket") from None

    CircuitBreaker("waiting").call(command)


def translate_redis(alarm: Alarm) -> None:
    with translated_errors(None, lambda error: pytest.fail("translated")):
        try:
            alarm()
        except TimeoutError as error:
            raise RedisError("Timeout reading from socket") from error


def record(alarm: Alarm) -> None:
    def today() -> Any:
        alarm()

    Recorder(1, today=today)(received({}))


@pytest.mark.parametrize("work", [name_file, call_redis, translate_redis, record])
def test_an_alarm_of_the_app_passes_as_it_was_raised(
    work: Callable[[Alarm], None], alarm: Alarm
) -> None:
    with pytest.raises(Limit) as caught:
        work(alarm)
    assert caught.value is alarm.error
    assert str(caught.value) == "the app's own"


def test_an_alarm_passes_while_a_store_waits_for_its_lock(
    alarm: Alarm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.sqlite")
    monkeypatch.setattr("time.sleep", lambda seconds: alarm())
    with store.lock("k"):
        with pytest.raises(Limit) as caught, store.lock("k"):
            pytest.fail("locked twice")
        assert caught.value is alarm.error
    monkeypatch.undo()
    with store.lock("k"):
        pass


def test_an_alarm_during_a_command_of_redis_is_not_retried(
    alarm: Alarm, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(redis_server.url, 5.0) as client:
        client.ping()
        parse, calls = type(client).parse_response, []

        def interrupted(self: Any, *command: Any, **options: Any) -> Any:
            calls.append(command)
            if len(calls) == 1:
                alarm()
            return parse(self, *command, **options)

        monkeypatch.setattr(type(client), "parse_response", interrupted)
        with pytest.raises(Limit) as caught:
            client.ping()
        assert caught.value is alarm.error
        assert len(calls) == 1
        assert client.ping()


def test_an_alarm_in_a_callback_of_events_passes(
    alarm: Alarm, sandbox: Sandbox, clients: Any
) -> None:
    client = clients(
        sandbox.token,
        sandbox.location_id,
        transport=sandbox.transport(),
        on_event=lambda event: alarm(),
    )
    with pytest.raises(Limit) as caught:
        client.associations.list()
    assert caught.value is alarm.error
