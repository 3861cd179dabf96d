"""What a signal handler of the app raises passes code that handles the failures of its own work."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import AssociationsClient
from facade._core.files import naming
from facade._core.interrupts import interrupt_in
from facade.oauth import SqliteTokenStore
from facade.observe import Recorder
from facade.testing import Sandbox
from tests.facade.bulk.runs import make_client
from tests.facade.interrupting import Alarm
from tests.facade.operations import new_relation
from tests.facade.responding import received
from tests.facade.serving import serving

# An interrupted connection of httpx is closed by the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Limit(TimeoutError):
    """Stands in for an app's own TimeoutError, which is easily taken for one of the network."""


@pytest.fixture
def alarm(request: pytest.FixtureRequest) -> Iterator[Alarm]:
    with Alarm(getattr(request, "param", Limit)("the app's own")) as alarm:
        yield alarm


def raised_by(work: Callable[[], object]) -> BaseException:
    with pytest.raises(BaseException, match=r"the app's own|^$") as caught:
        work()
    return caught.value


def test_an_error_that_a_handler_raised_is_found_in_the_main_thread_only(alarm: Alarm) -> None:
    found: list[object] = []
    error = raised_by(alarm)
    thread = threading.Thread(target=lambda: found.append(interrupt_in(error, None)))
    thread.start()
    thread.join()
    assert (interrupt_in(error, None), found) == (alarm.error, [None])
    assert interrupt_in(Limit(), None) is interrupt_in(Limit(), error) is None


@pytest.mark.parametrize("cause", [None, ZeroDivisionError()])
def test_the_error_of_a_handler_is_found_as_a_cause(cause: Exception | None, alarm: Alarm) -> None:
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


@pytest.mark.parametrize("handler", [Handler(), Handler().__call__, partial(Handler(), 1)])
def test_a_handler_may_be_any_callable(handler: Any) -> None:
    before = signal.signal(signal.SIGALRM, handler)
    try:
        error = raised_by(lambda: signal.raise_signal(signal.SIGALRM))
        assert interrupt_in(error, None) is error
    finally:
        signal.signal(signal.SIGALRM, before)


def name_file(alarm: Alarm) -> None:
    with naming("a file"):
        alarm()


def listen(alarm: Alarm) -> None:
    with make_client(Sandbox(), on_event=alarm) as client:
        client.associations.list()


@pytest.mark.parametrize(
    "work", [name_file, listen, lambda alarm: Recorder(1, today=alarm)(received({}))]
)
def test_an_alarm_passes_as_it_was_raised(work: Callable[[Alarm], object], alarm: Alarm) -> None:
    assert raised_by(lambda: work(alarm)) is alarm.error


def test_an_alarm_passes_while_a_store_waits_for_its_lock(
    alarm: Alarm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.sqlite")
    monkeypatch.setattr("time.sleep", alarm)
    with store.lock("k"):
        assert raised_by(store.lock("k").__enter__) is alarm.error
    with store.lock("k"):
        pass


@contextmanager
def silence(alarm: Alarm) -> Iterator[tuple[str, list[str]]]:
    """Answer nothing, and send the alarm with the first request; list the methods."""
    methods: list[str] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        methods.append(request.split(b" ")[0].decode())
        assert is_reading.wait(30)
        alarm.send()

    is_reading = threading.Event()
    with pytest.MonkeyPatch.context() as patched, serving(answer) as address:
        for name in ("recv", "recv_into"):
            read = getattr(socket.socket, name)

            def noting(*arguments: Any, read: Callable[..., Any] = read) -> Any:
                if threading.current_thread() is threading.main_thread():
                    is_reading.set()  # while httpx sends a request, it ignores an OSError
                return read(*arguments)

            patched.setattr(socket.socket, name, noting)
        yield f"http://{address}", methods


ERRORS = [LookupError, SystemExit, ConnectionResetError, Limit]
SENDERS = {"transport": httpx.HTTPTransport, "http_client": httpx.Client}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("alarm", "sender"),
    [*((error, None) for error in ERRORS), *((Limit, sender) for sender in SENDERS)],
    indirect=["alarm"],
)
def test_whatever_an_alarm_raises_ends_a_call(
    alarm: Alarm, sender: str | None, method: str, waits: list[float]
) -> None:
    options: dict[str, Any] = {sender: SENDERS[sender]()} if sender else {}
    with (
        silence(alarm) as (url, methods),
        # The deadline ends a call that a defect would repeat.
        AssociationsClient("t", "loc", base_url=url, deadline=5.0, **options) as client,
    ):
        calls = {"GET": lambda: client.relations.list("1"), "POST": lambda: new_relation(client)}
        assert raised_by(calls[method]) is alarm.error
    assert (methods, waits) == ([method], [])
    for each in options.values():
        each.close()
