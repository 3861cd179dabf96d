"""Sending: turns of the pace, observers, the log, and an httpx client of the app."""

import gzip
import logging
from typing import Any

import httpx
import pytest

import facade
from facade import (
    AssociationsClient,
    LocalPace,
    Turn,
)
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients, Clock
from tests.facade.responding import OK, TOKEN, in_turn


def test_a_client_keeps_below_the_limit_by_itself(
    clients: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()

    def sleep(seconds: float) -> None:
        clock.now += seconds

    async def async_sleep(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr("facade._core.concurrency.sleep", sleep)
    monkeypatch.setattr("facade._core.concurrency.async_sleep", async_sleep)
    sandbox = Sandbox(limit=(100, 10.0), clock=clock)
    client = clients(
        sandbox.token,
        sandbox.location_id,
        transport=sandbox.transport(),
        pace=LocalPace(clock=clock),
        retries=0,
    )
    for _ in range(301):
        client.associations.list()
    assert clock.now == pytest.approx(1030.0)


def test_without_a_pace_a_client_runs_into_the_limit(clients: Any) -> None:
    sandbox = Sandbox(limit=(2, 10.0))
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None, retries=0
    )
    client.associations.list()
    client.associations.list()
    with pytest.raises(facade.RateLimitError) as raised:
        client.associations.list()
    assert raised.value.retry_after == 10.0


def test_locations_that_share_a_client_do_not_share_a_budget(
    clients: Any, waits: list[float]
) -> None:
    sandbox = Sandbox()
    sandbox.add_location("other")
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=LocalPace(calls=1)
    )
    client.associations.list()
    client.for_location("other").associations.list()
    assert waits == []


def test_a_deadline_is_not_spent_on_a_turn_that_comes_too_late(clients: Any) -> None:
    sandbox = Sandbox()
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=LocalPace(calls=1)
    )
    client.associations.list()
    with pytest.raises(facade.APITimeoutError, match="deadline"):
        client.associations.list(deadline=5)
    assert len(sandbox.requests) == 1


class HastyPace(LocalPace):
    """Grants no turn at first, and says that the next one was due some time ago."""

    def __init__(self) -> None:
        super().__init__()
        self._refusals = [-1.0, -0.001]

    def take(self, location_id: str) -> Turn:
        if self._refusals:
            return Turn(location_id, self._refusals.pop(0), granted=False)
        return super().take(location_id)


def test_a_turn_that_is_overdue_is_not_waited_for(
    clients: Clients, sandbox: Sandbox, waits: list[float]
) -> None:
    transport = sandbox.transport()
    client = clients(sandbox.token, sandbox.location_id, transport=transport, pace=HastyPace())
    client.associations.list()
    assert waits == [0.0, 0.0]


def test_a_wait_that_is_interrupted_gives_its_turn_back(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    with facade.AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace
    ) as client:
        client.associations.list()
        monkeypatch.setattr("facade._core.concurrency.sleep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            client.associations.list()
    clock.now += 10.0
    turn = pace.take("sandbox-location")
    assert (turn.granted, turn.wait) == (True, 0.0)


def test_a_connection_that_was_never_made_costs_no_slot(clients: Any, sandbox: Sandbox) -> None:
    pace = LocalPace(calls=1)
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace, retries=0
    )
    sandbox.misbehave(faults.drop("connecting"))
    with pytest.raises(facade.ConnectFailedError):
        client.associations.list()
    assert pace.take("sandbox-location").wait == 0


@pytest.mark.parametrize("fault", [faults.drop("before_work"), faults.drop("during_answer")])
def test_a_request_without_answer_gives_its_slot_back(
    clients: Clients, sandbox: Sandbox, fault: faults.Fault
) -> None:
    clock = Clock()
    pace = LocalPace(calls=1, clock=clock)
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace, retries=0
    )
    sandbox.misbehave(fault)
    with pytest.raises(facade.ConnectionLostError):
        client.associations.list()
    turn = pace.take("sandbox-location")
    assert turn.granted
    assert turn.wait == pytest.approx(10.0)


class Observations:
    """Keeps what a client shows its observer."""

    def __init__(self) -> None:
        self.statuses: list[tuple[str, int]] = []

    def saw(self, request: httpx.Request, response: httpx.Response) -> None:
        self.statuses.append((request.method, response.status_code))


def test_an_observer_is_shown_every_exchange_that_was_answered(
    clients: Clients, sandbox: Sandbox
) -> None:
    observations = Observations()
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), observe=observations
    )
    sandbox.misbehave(faults.fail(503), times=1)
    sandbox.misbehave(faults.drop("before_work"), times=1)
    client.associations.list()
    assert sorted(observations.statuses) == [("GET", 200), ("GET", 503)]


def test_a_body_that_does_not_decode_is_a_lost_connection(clients: Clients) -> None:
    broken = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Stream(b"nope"))
    transport, _ = in_turn(broken)
    with pytest.raises(facade.ConnectionLostError):
        clients(TOKEN, "loc", transport=transport).associations.get("a1", retries=0)


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is decoded when it is read, as from a network."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Any:
        yield self._content

    async def __aiter__(self) -> Any:
        yield self._content


def test_a_body_that_is_packed_is_read(clients: Clients) -> None:
    packed = gzip.compress(b'{"id": "a1"}')
    answer = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Stream(packed))
    transport, _ = in_turn(answer)
    assert clients(TOKEN, "loc", transport=transport).associations.get("a1").id == "a1"


def test_a_line_end_in_an_id_does_not_forge_a_line_of_the_log(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="facade")
    with pytest.raises(facade.NotFoundError) as raised:
        client.associations.get("a\nb?c")
    assert raised.value.path == "/associations/a%0Ab%3Fc"
    (line,) = [record.getMessage() for record in caplog.records if record.name == "facade"]
    assert line.startswith("GET /associations/a%0Ab%3Fc: 404 in ")


def test_each_request_is_one_line_of_the_log(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="facade")
    sandbox.misbehave(faults.drop("before_work"), times=1)
    client.associations.list()
    lines = [one.getMessage() for one in caplog.records if one.levelno == logging.DEBUG]
    lines = [line for line in lines if line.startswith("GET ")]
    assert len(lines) == 2
    assert lines[0].startswith("GET /associations/: no response in ")
    assert lines[1].startswith("GET /associations/: 200 in ")


def test_a_given_httpx_client_sends_but_neither_authorizes_nor_redirects() -> None:
    transport, requests = in_turn(OK)
    with httpx.Client(transport=transport, auth=("u", "p"), follow_redirects=True) as http_client:
        with AssociationsClient(TOKEN, "loc", http_client=http_client) as client:
            assert client.associations.get("a1").id == "a1"
        assert not http_client.is_closed
    assert requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_given_httpx_client_follows_no_redirect() -> None:
    elsewhere = httpx.Response(302, headers={"Location": "https://elsewhere.test/"})
    transport, requests = in_turn(elsewhere, OK)
    with (
        httpx.Client(transport=transport, follow_redirects=True) as http_client,
        AssociationsClient(TOKEN, "loc", http_client=http_client) as client,
        pytest.raises(facade.APIStatusError) as raised,
    ):
        client.associations.get("a1")
    assert raised.value.status_code == 302
    assert len(requests) == 1
