"""A call ends in time, whatever the name server and the server do."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any

import httpx
import pytest

from facade import (
    APITimeoutError,
    AssociationsError,
    ConnectFailedError,
    DeadlineError,
    ServerError,
)
from facade.testing import Sandbox, faults
from tests.facade.driving import MODES, Clients, Mode, run_program

pytestmark = pytest.mark.proof

# Makes two calls and prints the error of each, and how many seconds after its deadline it came. A
# program, because the thread of a slow name server delays the end of a process, unless that is
# `_exit`.
CALLS = """
import os, signal, socket, time
from facade import AssociationsError
from tests.facade.driving import Clients

signal.alarm(60)  # ends a call that a defect never ends
BEFORE
clients = Clients(MODE)
for deadline in (0.5, 2.0):
    started = time.monotonic()
    try:
        clients("pit-t", "loc", base_url=URL).relations.list("1", deadline=deadline)
    except AssociationsError as error:
        print(type(error).__name__, time.monotonic() - started - deadline, flush=True)
os._exit(0)
"""


def require_ends(mode: Mode, url: str, resolver: str) -> None:
    """Make two calls; the second, which need not load modules, must end in time."""
    given = f"MODE, URL = {mode!r}, {url!r}\n{resolver}"
    _, line = run_program(CALLS.replace("BEFORE", given), "-W", "ignore")
    name, late = line.split()
    assert name in ("DeadlineError", "APITimeoutError", "ConnectFailedError")
    assert float(late) <= 1.0


RESOLVER = """
def resolve(host, port, *arguments, **options):
    time.sleep({seconds})
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in {hosts!r}]

socket.getaddrinfo = resolve
"""


@pytest.mark.parametrize("mode", MODES)
def test_calls_end_with_their_deadlines_whatever_the_name_server_does(mode: Mode) -> None:
    # It is still busy with the first when the second asks.
    slow = RESOLVER.format(seconds=8, hosts=["127.0.0.1"])
    require_ends(mode, "http://slow.example:9", slow)
    with dead_addresses() as (hosts, port):
        dead = RESOLVER.format(seconds=0, hosts=hosts)
        require_ends(mode, f"http://dead.example:{port}", dead)


@contextmanager
def dead_addresses() -> Iterator[tuple[list[str], int]]:
    """Make six addresses at one port that accept no connection: their queues are full."""
    hosts = [f"127.0.0.{number}" for number in range(2, 8)]
    with ExitStack() as opened:
        port = 0
        for host in hosts:
            listening = opened.enter_context(socket.socket())
            listening.bind((host, port))
            listening.listen(0)
            port = listening.getsockname()[1]
        for host in hosts * 4:
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((host, port))
        yield hosts, port


HEAD = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def dripping(head: bytes, drop: bytes) -> Iterator[str]:
    """Serve a connection with a response that takes 12 seconds, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):  # the client goes away
                connection.recv(65536)
                connection.sendall(head)
                for _ in range(40):
                    connection.sendall(drop)
                    time.sleep(0.3)

        thread.submit(serve)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


# With the default pool, the suite tests it.
OWN: dict[str, dict[Mode, Callable[[], object]]] = {
    "transport": {"async": httpx.AsyncHTTPTransport, "blocking": httpx.HTTPTransport},
    "http_client": {"async": httpx.AsyncClient, "blocking": httpx.Client},
}


@pytest.mark.parametrize("option", OWN)
@pytest.mark.parametrize(
    ("mode", "drip"),
    [
        *((mode, (HEAD + b"Content-Length: 40\r\n\r\n", b" ")) for mode in MODES),
        # A blocking transport of the app's own cannot be interrupted before it returns the headers.
        ("async", (HEAD, b"X-A: b\r\n")),
    ],
)
def test_a_call_with_a_transport_of_the_app_ends_with_its_deadline_if_the_response_drips(
    mode: Mode, option: str, drip: tuple[bytes, bytes]
) -> None:
    with dripping(*drip) as url:
        error, seconds = fail(mode, url, **{option: OWN[option][mode]()}, deadline=3.0)
    assert isinstance(error, DeadlineError | APITimeoutError)
    assert seconds <= 4.0


def fail(mode: Mode, url: str, **options: Any) -> tuple[AssociationsError, float]:
    """Make one call that fails; return its error and the seconds that it took."""
    started = time.monotonic()
    with closing(Clients(mode)) as clients, pytest.raises(AssociationsError) as caught:
        clients("pit-x", "location", base_url=url, **options).associations.list()
    return caught.value, time.monotonic() - started


@pytest.mark.long
def test_a_call_with_default_options_fails_in_time_and_the_log_has_the_reason(
    closed_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "facade")
    sandbox = Sandbox()
    sandbox.misbehave(faults.fail(503))
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent, sandbox.serve() as served:
        # Half as long again as the deadline, and where no connection is made as the backoffs and a
        # slow resolver: on a busy machine a call ends later, and without a bound it never does.
        wanted: list[tuple[str, type[AssociationsError], float]] = [
            (f"http://127.0.0.1:{closed_port}", ConnectFailedError, 30),
            ("https://nowhere.invalid", ConnectFailedError, 60),
            (served.url, ServerError, 90),
            (f"http://127.0.0.1:{silent.getsockname()[1]}", APITimeoutError, 90),
        ]
        with ThreadPoolExecutor(8) as threads:
            calls = [
                (threads.submit(fail, mode, url), kind, most)
                for url, kind, most in wanted
                for mode in MODES
            ]
    for call, kind, most in calls:
        error, seconds = call.result()
        assert isinstance(error, kind)
        assert seconds <= most
    lines = [one.message for one in caplog.records if one.levelno == logging.INFO]
    ends = [line for line in lines if " fails after " in line]
    assert len(ends) == len(calls)
    assert len(lines) > len(ends)
