"""What a signal handler of the app raises passes code that handles the failures of its own work."""

import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from facade._core.files import naming
from facade._core.interrupts import interrupt_in
from facade.oauth import SqliteTokenStore
from facade.observe import Recorder
from facade.redis.breaker import CircuitBreaker
from facade.redis.connection import RedisError, connect, translated_errors
from facade.testing import Sandbox
from scripts.programs import RedisServer
from tests.facade.bulk.runs import make_client
from tests.facade.interrupting import Alarm
from tests.facade.responding import received


class Limit(TimeoutError):
    """Stands in for the TimeoutError of an app's own alarm."""


@pytest.fixture
def alarm() -> Iterator[Alarm]:
    with Alarm(Limit("the app's own")) as alarm:
        yield alarm


def raised_by(work: Callable[[], object]) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        work()
    return caught.value


def test_an_error_that_a_handler_raised_is_found_in_the_main_thread_only(alarm: Alarm) -> None:
    found: list[object] = []
    error = raised_by(alarm)
    thread = Thread(target=lambda: found.append(interrupt_in(error, None)))
    thread.start()
    thread.join()
    assert (interrupt_in(error, None), found) == (alarm.error, [None])
    assert interrupt_in(Limit(), None) is interrupt_in(Limit(), error) is None


@pytest.mark.parametrize("cause", [None, ZeroDivisionError()])
def test_an_error_that_came_from_that_of_a_handler_is_traced_back_to_it(
    cause: Exception | None, alarm: Alarm
) -> None:
    def work() -> None:
        try:
            alarm()
        except Limit:
            raise RuntimeError from cause

    error = raised_by(work)
    assert interrupt_in(error, None) is alarm.error
    assert interrupt_in(error, alarm.error) is None  # it was handled before


class Handler:
    def __call__(self, *_: object) -> None:
        raise Limit

    method = __call__


@pytest.mark.parametrize("handler", [Handler(), Handler().method, partial(Handler.method, 1)])
def test_a_handler_may_be_any_callable(handler: Any) -> None:
    before = signal.signal(signal.SIGALRM, handler)
    try:
        error = raised_by(lambda: signal.raise_signal(signal.SIGALRM))
        assert interrupt_in(error, None) is error
    finally:
        signal.signal(signal.SIGALRM, before)


def fail_in_redis(alarm: Alarm) -> None:
    try:
        alarm()
    except TimeoutError as error:  # as redis does with each timeout
        raise RedisError("Timeout reading from socket") from error


def name_file(alarm: Alarm) -> None:
    with naming("a file"):
        alarm()


def translate_redis(alarm: Alarm) -> None:
    with translated_errors(None, lambda error: pytest.fail("translated")):
        fail_in_redis(alarm)


@pytest.mark.parametrize(
    "work",
    [
        name_file,
        translate_redis,
        lambda alarm: CircuitBreaker("waiting").call(partial(fail_in_redis, alarm)),
        lambda alarm: Recorder(1, today=alarm)(received({})),
    ],
)
def test_an_alarm_of_the_app_passes_as_it_was_raised(
    work: Callable[[Alarm], object], alarm: Alarm
) -> None:
    assert raised_by(lambda: work(alarm)) is alarm.error
    assert str(alarm.error) == "the app's own"


def test_an_alarm_passes_while_a_store_waits_for_its_lock(
    alarm: Alarm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.sqlite")
    monkeypatch.setattr("time.sleep", alarm)
    with store.lock("k"):
        assert raised_by(store.lock("k").__enter__) is alarm.error
    with store.lock("k"):
        pass


def test_an_alarm_during_a_command_of_redis_is_not_retried(
    alarm: Alarm, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(redis_server.url, 5.0) as client:
        client.ping()
        with monkeypatch.context() as patched:
            patched.setattr(type(client), "parse_response", alarm)
            assert raised_by(client.ping) is alarm.error
        assert client.ping()


def test_an_alarm_in_a_callback_of_events_passes(alarm: Alarm, sandbox: Sandbox) -> None:
    with make_client(sandbox, on_event=alarm) as client:
        assert raised_by(client.associations.list) is alarm.error
