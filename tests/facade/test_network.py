"""The network of the default transports ends each wait in time."""

import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpcore
import pytest

from facade._core.bounds import CallDeadline, TimeLeft
from facade._core.network import Network
from facade._core.retry import causes
from tests.facade.driving import Clock


class Stream:
    """A connection that notes the timeouts that it is given."""

    def __init__(self) -> None:
        self.timeouts: list[float | None] = []

    def read(self, max_bytes: int, timeout: float | None) -> bytes:
        self.timeouts.append(timeout)
        return b"."

    def write(self, buffer: bytes, timeout: float | None) -> None:
        self.timeouts.append(timeout)

    def start_tls(self, context: Any, host: str | None, timeout: float | None) -> "Stream":
        self.timeouts.append(timeout)
        return self


class Backend:
    """Connects to some addresses; notes to which, and with which timeouts."""

    def __init__(self, *reachable: str) -> None:
        self.reachable = reachable
        self.tried: list[tuple[str, float | None]] = []
        self.stream = Stream()
        self.takes = 0.0
        self.clock = Clock()

    def connect_tcp(self, address: str, port: int, timeout: float | None, *_: Any) -> Stream:
        self.tried.append((address, timeout))
        self.clock.now += self.takes
        if address not in self.reachable:
            raise httpcore.ConnectTimeout(f"no response of {address}")
        return self.stream


def network_of(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Network:
    network = Network(httpcore)
    monkeypatch.setattr(network, "_backend", backend)
    clock = SimpleNamespace(monotonic=backend.clock)
    monkeypatch.setattr("facade._core.network.time", clock)
    return network


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[str]]]:
    """The addresses of each name; the look-up of another one fails, that of `silent` hangs."""
    known: dict[str, list[str]] = {}
    is_over = threading.Event()

    def find(host: str, port: int, **_: Any) -> list[Any]:
        if host == "silent.test":
            is_over.wait(60)
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", find)
    yield known
    is_over.set()


def test_what_is_left_of_a_timeout_is_shared_by_the_addresses_that_are_left(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]
) -> None:
    names["api.test"] = ["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3"]  # one of them twice
    backend = Backend("10.0.0.3")
    backend.takes = 2.0
    network_of(backend, monkeypatch).connect_tcp("api.test", 443, 9.0)
    assert backend.tried == [("10.0.0.1", 3.0), ("10.0.0.2", 3.5), ("10.0.0.3", 5.0)]


def test_an_address_is_tried_even_when_the_timeout_has_passed(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]
) -> None:
    names["api.test"] = ["10.0.0.1", "10.0.0.2"]
    backend = Backend("10.0.0.2")
    backend.takes = 20.0
    network_of(backend, monkeypatch).connect_tcp("api.test", 443, 9.0)
    assert backend.tried[1] == ("10.0.0.2", 0.001)


def test_the_error_of_the_last_address_is_raised(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]
) -> None:
    names["api.test"] = ["10.0.0.1", "10.0.0.2"]
    with pytest.raises(httpcore.ConnectTimeout, match=r"no response of 10\.0\.0\.2"):
        network_of(Backend(), monkeypatch).connect_tcp("api.test", 443, None)


def test_a_name_without_an_address_is_an_error(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]
) -> None:
    names["api.test"] = []
    with pytest.raises(httpcore.ConnectError, match=r"api\.test has no address"):
        network_of(Backend(), monkeypatch).connect_tcp("api.test", 443, None)


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_an_address_is_not_looked_up(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    backend = Backend(address)
    network_of(backend, monkeypatch).connect_tcp(address, 443, 9.0)
    assert backend.tried == [(address, 9.0)]


@pytest.mark.usefixtures("names")
def test_a_look_up_that_does_not_end_ends_with_the_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = network_of(Backend(), monkeypatch)
    with pytest.raises(httpcore.ConnectTimeout, match=r"look-up of silent\.test did not end"):
        network.connect_tcp("silent.test", 443, 0.01)


@pytest.mark.usefixtures("names")
def test_the_error_of_a_look_up_is_found_although_httpcore_removes_a_cause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(httpcore.ConnectError, match="Name or service not known") as raised:
        network_of(Backend(), monkeypatch).connect_tcp("unknown.test", 443, 9.0)
    raised.value.__cause__ = None  # as by its `raise error from None`
    assert socket.gaierror in {type(one) for one in causes(raised.value)}


def connected(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Stream]:
    backend = Backend("127.0.0.1")
    stream = network_of(backend, monkeypatch).connect_tcp("127.0.0.1", 443, None)
    return stream, backend.stream


def test_each_wait_for_a_connection_takes_what_is_left_of_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    left = TimeLeft(30.0, CallDeadline(10, clock=clock))
    stream, below = connected(monkeypatch)
    stream = stream.start_tls(None, "api.test", left)
    for _ in range(2):
        clock.now += 2
        stream.write(b".", left)
        clock.now += 2
        stream.read(1, left)
    stream.read(1, 30.0)  # without a deadline
    assert below.timeouts == [10.0, 8.0, 6.0, 4.0, 2.0, 30.0]


def test_after_the_deadline_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    left = TimeLeft(30.0, CallDeadline(10, clock=clock))
    stream, below = connected(monkeypatch)
    clock.now += 10
    with pytest.raises(httpcore.ReadTimeout, match="the deadline of the call has passed"):
        stream.read(1, left)
    with pytest.raises(httpcore.WriteTimeout, match="the deadline of the call has passed"):
        stream.write(b".", left)
    assert below.timeouts == []
