"""The network of the default transports ends each wait in time."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

import httpcore
import pytest

from facade._core.bounds import CallDeadline, TimeLeft
from facade._core.network import AsyncNetwork, Network
from facade._core.retry import causes
from tests.facade.driving import Clock


class Backend:
    """Connects to some addresses; notes to which, and with which timeouts."""

    def __init__(self, *reachable: str, takes: float = 0.0) -> None:
        self.reachable, self.takes, self.clock = reachable, takes, Clock()
        self.tried: list[tuple[str, float | None]] = []
        self.stream = Mock()  # which notes the timeouts that it is given
        self.stream.start_tls.return_value = self.stream

    def connect_tcp(
        self, address: str, port: int, timeout: float | None, local_address: str
    ) -> Mock:
        assert (port, local_address) == (443, "10.0.0.9")
        self.tried.append((address, timeout))
        self.clock.now += self.takes
        if address not in self.reachable:
            raise httpcore.ConnectTimeout(f"no response of {address}")
        return self.stream


Connect = Callable[..., Any]


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Connect through a backend to a name that has these addresses; that of `silent` hangs."""
    is_over = threading.Event()

    def connect(
        backend: Backend, *addresses: str, host: str = "api.test", timeout: float | None = 9.0
    ) -> Any:
        def find(name: str, port: int) -> list[Any]:
            if name == "silent.test":
                is_over.wait(60)
            if name != "api.test":
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

        network = Network(httpcore)
        monkeypatch.setattr(network, "_backend", backend)
        monkeypatch.setattr("facade._core.network.time", Mock(monotonic=backend.clock))
        monkeypatch.setattr(socket, "getaddrinfo", find)
        return network.connect_tcp(host, 443, timeout, local_address="10.0.0.9")

    yield connect
    is_over.set()


def test_what_is_left_of_a_timeout_is_shared_by_the_addresses(connect: Connect) -> None:
    backend = Backend("10.0.0.3", takes=2.0)
    connect(backend, "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3")  # one of them twice
    assert backend.tried == [("10.0.0.1", 3.0), ("10.0.0.2", 3.5), ("10.0.0.3", 5.0)]
    backend = Backend("10.0.0.2", takes=20.0)  # an address is tried even then
    connect(backend, "10.0.0.1", "10.0.0.2")
    assert backend.tried[1] == ("10.0.0.2", 0.001)


def test_without_a_connection_the_error_of_the_last_address_is_raised(connect: Connect) -> None:
    with pytest.raises(httpcore.ConnectTimeout, match=r"no response of 10\.0\.0\.2"):
        connect(Backend(), "10.0.0.1", "10.0.0.2", timeout=None)
    with pytest.raises(httpcore.ConnectError, match=r"api\.test has no address"):
        connect(Backend())


def test_an_address_is_not_looked_up_and_a_look_up_ends_with_the_timeout(connect: Connect) -> None:
    backend = Backend("::1")
    connect(backend, host="::1")
    assert backend.tried == [("::1", 9.0)]
    with pytest.raises(httpcore.ConnectTimeout, match=r"look-up of silent\.test did not end"):
        connect(backend, host="silent.test", timeout=0.01)


def test_the_error_of_a_look_up_is_found_without_its_cause(connect: Connect) -> None:
    with pytest.raises(httpcore.ConnectError, match="Name or service not known") as raised:
        connect(Backend(), host="unknown.test")
    raised.value.__cause__ = None  # as by its `raise error from None`
    assert socket.gaierror in {type(one) for one in causes(raised.value)}


def test_each_wait_for_a_connection_takes_what_is_left_of_the_deadline(connect: Connect) -> None:
    clock, backend = Clock(), Backend("127.0.0.1")
    left = TimeLeft(30.0, CallDeadline(10, clock=clock))
    stream = connect(backend, host="127.0.0.1")
    assert stream.close is backend.stream.close
    clock.now += 1
    stream = stream.start_tls(None, "api.test", left)
    for _ in range(2):
        clock.now += 1
        stream.write(b".", left)
        clock.now += 2
        stream.read(1, left)
    stream.read(1, 30.0)  # without a deadline
    timeouts = [call.args[-1] for call in backend.stream.method_calls]
    assert timeouts == [9.0, 8.0, 6.0, 5.0, 3.0, 30.0]
    clock.now += 3  # after it, nothing is waited for
    for error, wait in ((httpcore.ReadTimeout, stream.read), (httpcore.WriteTimeout, stream.write)):
        with pytest.raises(error, match="the deadline of the call has passed"):
            wait(1, left)
    assert len(backend.stream.method_calls) == 6


def test_the_sockets_of_a_loop_that_has_ended_can_be_closed() -> None:
    raw, stream, backend = socket.socket(), Mock(), Mock()
    stream.get_extra_info.return_value = SimpleNamespace(_sock=raw)
    backend.connect_tcp = AsyncMock(return_value=stream)
    network = AsyncNetwork(Mock(AnyIOBackend=lambda: backend))
    assert asyncio.run(network.connect_tcp("api.test", 443, timeout=5.0)) is stream
    backend.connect_tcp.assert_awaited_once_with("api.test", 443, timeout=5.0)
    network.close_sockets()
    assert raw.fileno() == -1
