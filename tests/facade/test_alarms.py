"""An app's own alarm during a blocking call passes through as it was raised, and is not retried.

Its handler may raise a TimeoutError, as in many recipes, or another error, as Celery's
SoftTimeLimitExceeded, which is an Exception.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import AssociationsClient
from facade.bulk import ensure_many
from facade.oauth import MemoryTokenStore, OAuth, SqliteTokenStore
from facade.testing import Sandbox
from tests.facade.bulk.runs import make_client, seed_owner_pet
from tests.facade.driving import Clock
from tests.facade.interrupting import Alarm
from tests.facade.oauth.runs import APP, DAY
from tests.facade.operations import new_relation
from tests.facade.serving import serving

# An interrupted connection of httpx is closed by the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class SoftTimeLimit(Exception):
    """Stands in for Celery's SoftTimeLimitExceeded."""


class HardLimit(BaseException):
    """Stands in for an error that no `except Exception` handles."""


@pytest.fixture
def alarm(request: pytest.FixtureRequest) -> Iterator[Alarm]:
    """Raise a TimeoutError: the most likely error to be taken for a failure of the network."""
    with Alarm(getattr(request, "param", TimeoutError)("the app's own")) as alarm:
        yield alarm


@pytest.fixture
def methods() -> list[str]:
    """List the methods of what the silent server got."""
    return []


@pytest.fixture
def server(alarm: Alarm, methods: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Answer nothing, and send the alarm when the main thread reads from its socket.

    While httpx sends a request, it ignores an OSError.
    """
    is_reading = threading.Event()

    def noting(read: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                is_reading.set()
            return read(*arguments)

        return noted

    for name in ("recv", "recv_into"):
        monkeypatch.setattr(socket.socket, name, noting(getattr(socket.socket, name)))

    def answer(connection: socket.socket, request: bytes) -> None:
        methods.append(request.split(b" ")[0].decode())
        assert is_reading.wait(30)
        alarm.send()

    with serving(answer) as address:
        yield f"http://{address}"


def is_raised_by(call: Callable[[], object], error: BaseException) -> bool:
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        call()
    return caught.value is error and str(error) == "the app's own"


ERRORS = [SoftTimeLimit, HardLimit, ConnectionResetError, TimeoutError]


@pytest.mark.parametrize(
    ("alarm", "sender"),
    [
        *((error, None) for error in ERRORS),
        (TimeoutError, "transport"),
        (TimeoutError, "http_client"),
    ],
    indirect=["alarm"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whatever_it_raises_ends_a_call_which_is_not_looked_up(
    alarm: Alarm,
    server: str,
    sender: str | None,
    method: str,
    methods: list[str],
    waits: list[float],
) -> None:
    made = {"transport": httpx.HTTPTransport, "http_client": httpx.Client}
    options: dict[str, Any] = {sender: made[sender]()} if sender else {}
    # The deadline ends a call that a defect would repeat.
    with AssociationsClient("t", "loc", base_url=server, deadline=5.0, **options) as client:
        calls = {"GET": lambda: client.relations.list("1"), "POST": lambda: new_relation(client)}
        assert is_raised_by(calls[method], alarm.error)
    for each in options.values():
        each.close()
    assert (methods, waits) == ([method], [])


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_it_ends_a_call_for_a_token(
    kind: str, alarm: Alarm, server: str, methods: list[str], waits: list[float], tmp_path: Path
) -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    location = sandbox.location_id
    store = MemoryTokenStore() if kind == "memory" else SqliteTokenStore(tmp_path / "tokens")
    oauth = OAuth(*APP, store=store, transport=sandbox.transport(), clock=clock)
    oauth.exchange(sandbox.oauth.install(location_id=location), unsolicited=True)
    clock.now += DAY
    silent = OAuth(*APP, store=store, base_url=server, clock=clock)
    assert is_raised_by(lambda: silent.token(location), alarm.error)
    assert (methods, waits) == (["POST"], [])
    # The lock of the store is free, and the old refresh token is valid.
    assert oauth.token(location)


def test_it_ends_a_run_and_is_no_outcome_of_a_pair(
    alarm: Alarm, methods: list[str], tmp_path: Path, sandbox: Sandbox
) -> None:
    association = seed_owner_pet(sandbox)
    pairs = [(f"c-{number}", f"p-{number}") for number in range(40)]
    outcomes: list[Any] = []
    file = tmp_path / "journal"

    def answer(connection: socket.socket, request: bytes) -> None:
        methods.append(request.split(b" ")[0].decode())
        if len(methods) == 4:
            alarm.send()

    # The requests in flight end with this timeout, because the server answers none.
    with (
        serving(answer) as address,
        make_client(
            sandbox, transport=None, base_url=f"http://{address}", timeout=0.5, retries=0
        ) as client,
    ):
        run = ensure_many(client, pairs, association=association, concurrency=4, journal=file)
        assert is_raised_by(lambda: outcomes.extend(run), alarm.error)
        # No other pair was started. Those in flight may have been looked up.
        assert methods.count("POST") == 4
    assert outcomes == []
    assert file.read_text().count("\n") <= 1 + 4
    with make_client(sandbox) as client:
        again = list(ensure_many(client, pairs, association=association, journal=file))
    assert [one.status for one in again] == ["created"] * 40
