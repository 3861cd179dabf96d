"""An app's own alarm during a blocking call passes through as it was raised, and is not retried.

Its handler may raise a TimeoutError, as in many recipes, or another error, as Celery's
SoftTimeLimitExceeded, which is an Exception.
"""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import AssociationsClient, AssociationsError
from facade.bulk import ensure_many
from facade.oauth import MemoryTokenStore, OAuth, SqliteTokenStore
from facade.testing import Sandbox
from tests.facade.bulk.runs import seed_owner_pet
from tests.facade.driving import Clock
from tests.facade.interrupting import Alarm
from tests.facade.oauth.runs import APP, DAY
from tests.facade.silence import SilentServer


class SoftTimeLimit(Exception):
    """Stands in for Celery's SoftTimeLimitExceeded."""


class HardLimit(BaseException):
    """Stands in for an error that no `except Exception` handles."""


@pytest.fixture
def error() -> BaseException:
    """What the handler raises: the most likely one to be taken for a failure of the network."""
    return TimeoutError("the app's own")


@pytest.fixture
def alarm(error: BaseException) -> Iterator[Alarm]:
    with Alarm(error) as alarm:
        yield alarm


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Return an event that is set when the main thread begins to read from a socket.

    While httpx sends a request, it ignores an OSError.
    """
    event = threading.Event()

    def noting(read: Any) -> Any:
        def noted(*arguments: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                event.set()
            return read(*arguments)

        return noted

    for name in ("recv", "recv_into"):
        monkeypatch.setattr(socket.socket, name, noting(getattr(socket.socket, name)))
    return event


@pytest.fixture
def server(alarm: Alarm, reading: threading.Event) -> Iterator[SilentServer]:
    def act() -> None:
        assert reading.wait(30)
        alarm.send()

    with SilentServer(act) as server:
        yield server


@pytest.fixture(params=["default", "transport", "http_client"])
def options(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Options of a client: without any, with an own transport, with an own client of httpx."""
    if request.param == "default":
        yield {}
    elif request.param == "transport":
        yield {"transport": httpx.HTTPTransport()}
    else:
        with httpx.Client() as http_client:
            yield {"http_client": http_client}


# An interrupted connection of httpx is closed by the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def made(url: str, **options: Any) -> AssociationsClient:
    # The deadline ends a call that a defect would repeat.
    given: dict[str, Any] = {"base_url": url, "pace": None, "deadline": 5.0, **options}
    return AssociationsClient("pit-t", "sandbox-location", **given)


@pytest.mark.parametrize(
    "error",
    [
        SoftTimeLimit("the app's own"),
        HardLimit("the app's own"),
        ConnectionResetError("the app's own"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_it_raises_ends_a_call(
    error: BaseException, alarm: Alarm, server: SilentServer, waits: list[float]
) -> None:
    with made(server.url) as client, pytest.raises(BaseException) as caught:  # noqa: PT011
        client.relations.list("1")
    assert caught.value is error
    assert (server.methods, waits) == (["GET"], [])


def test_it_ends_a_call(
    alarm: Alarm, server: SilentServer, options: dict[str, Any], waits: list[float]
) -> None:
    with made(server.url, **options) as client, pytest.raises(BaseException) as caught:  # noqa: PT011
        client.relations.list("1")
    assert caught.value is alarm.error
    assert str(alarm.error) == "the app's own"
    assert (server.methods, waits) == (["GET"], [])


def test_it_ends_a_creation_which_is_not_looked_up(
    alarm: Alarm, server: SilentServer, waits: list[float]
) -> None:
    with made(server.url) as client, pytest.raises(BaseException) as caught:  # noqa: PT011
        client.relations.create("a", first_record_id="c", second_record_id="p")
    assert caught.value is alarm.error
    assert (server.methods, waits) == (["POST"], [])


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_it_ends_a_call_for_a_token(
    kind: str, alarm: Alarm, server: SilentServer, waits: list[float], tmp_path: Path
) -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    location = sandbox.location_id
    store = MemoryTokenStore() if kind == "memory" else SqliteTokenStore(tmp_path / "tokens")
    oauth = OAuth(*APP, store=store, transport=sandbox.transport(), clock=clock)
    oauth.exchange(sandbox.oauth.install(location_id=location), unsolicited=True)
    clock.now += DAY
    silent = OAuth(*APP, store=store, base_url=server.url, clock=clock)
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        silent.token(location)
    assert caught.value is alarm.error
    assert (server.methods, waits) == (["POST"], [])
    # The lock of the store is free, and the old refresh token is valid.
    assert oauth.token(location)


def test_it_ends_a_run_and_is_no_outcome_of_a_pair(
    alarm: Alarm, waits: list[float], tmp_path: Path, sandbox: Sandbox
) -> None:
    association = seed_owner_pet(sandbox)
    pairs = [(f"c-{number}", f"p-{number}") for number in range(40)]
    outcomes: list[Any] = []
    file = tmp_path / "journal"
    # The requests in flight end with this timeout, because the server answers none.
    with (
        SilentServer(alarm.send, at=4) as server,
        made(server.url, timeout=0.5, retries=0) as client,
    ):
        run = ensure_many(client, pairs, association=association, concurrency=4, journal=file)
        with pytest.raises(BaseException) as caught:  # noqa: PT011
            outcomes.extend(run)
        assert caught.value is alarm.error
        assert not isinstance(caught.value, AssociationsError)
        # No other pair was started. Those in flight may have been looked up.
        assert server.methods.count("POST") == 4
    assert outcomes == []
    assert file.read_text().count("\n") <= 1 + 4
    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None
    ) as client:
        again = list(ensure_many(client, pairs, association=association, journal=file))
    assert [one.status for one in again] == ["created"] * 40
