"""A call ends within a second of its deadline, whatever the name server and the server do."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.facade.driving import MODES, Mode, run_program

pytestmark = pytest.mark.proof

DEADLINE = 2.0

# Prints the error of one call and the seconds that it took. `_exit`, because the thread of a slow
# name server would delay the exit.
CALL = """
import asyncio, os, signal, socket, time
import httpx
from facade import AssociationsClient, AssociationsError, AsyncAssociationsClient

signal.alarm(60)  # ends a call that a defect never ends
{before}

def made(kind, is_async):
    http_client = httpx.AsyncClient if is_async else httpx.Client
    transport = httpx.AsyncHTTPTransport if is_async else httpx.HTTPTransport
    options = {{
        "default": {{}},
        "transport": {{"transport": transport()}},
        "http_client": {{"http_client": http_client()}},
    }}[{options!r}]
    return kind("pit-t", "loc", base_url={url!r}, **options)

async def call_async():
    async with made(AsyncAssociationsClient, True) as client:
        await client.relations.list("1", deadline={deadline})

def call():
    with made(AssociationsClient, False) as client:
        client.relations.list("1", deadline={deadline})

async def timed():
    started = time.monotonic()
    try:
        await call_async()
    except AssociationsError as error:
        say(error, started)

def say(error, started):
    print(type(error).__name__, time.monotonic() - started, flush=True)

if {mode!r} == "async":
    # As in an app, whose loop goes on: its end would wait for the threads.
    asyncio.get_event_loop_policy().new_event_loop().run_until_complete(timed())
else:
    started = time.monotonic()
    try:
        call()
    except AssociationsError as error:
        say(error, started)
os._exit(0)
"""


def require_end(
    mode: Mode, url: str, before: str = "", options: str = "default", deadline: float = DEADLINE
) -> None:
    """Make a call that must end within a second of its deadline."""
    program = CALL.format(mode=mode, url=url, before=before, options=options, deadline=deadline)
    (line,) = run_program(program, "-W", "ignore")
    name, seconds = line.split()
    assert name in ("DeadlineError", "APITimeoutError", "ConnectFailedError"), line
    assert float(seconds) <= deadline + 1.0, line


# A resolver blocks the thread that asks it.
SLOW_NAME_SERVER = """
def slow(host, port, *arguments, **options):
    time.sleep(8)
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

socket.getaddrinfo = slow
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_call_ends_with_its_deadline_if_the_name_server_takes_eight_seconds(mode: Mode) -> None:
    require_end(mode, "http://slow.example:9", SLOW_NAME_SERVER)


def test_a_second_call_ends_with_its_deadline_while_the_name_server_is_still_busy() -> None:
    again = SLOW_NAME_SERVER + CALLED_BEFORE
    require_end("blocking", "http://slow.example:9", again)


CALLED_BEFORE = """
with AssociationsClient("pit-t", "loc", base_url="http://slow.example:9") as client:
    try:
        client.relations.list("1", deadline=0.5)
    except AssociationsError:
        pass
"""


@contextmanager
def dead_addresses() -> Iterator[tuple[list[str], int]]:
    """Make six addresses at one port that accept no connection: their queues are full."""
    hosts = [f"127.0.0.{number}" for number in range(2, 8)]
    opened: list[socket.socket] = []
    try:
        first = socket.socket()
        opened.append(first)
        first.bind((hosts[0], 0))
        port: int = first.getsockname()[1]
        first.listen(0)
        for host in hosts[1:]:
            opened.append(socket.socket())
            opened[-1].bind((host, port))
            opened[-1].listen(0)
        for host in hosts * 4:
            waiting = socket.socket()
            opened.append(waiting)
            waiting.setblocking(False)
            waiting.connect_ex((host, port))
        yield hosts, port
    finally:
        for one in opened:
            one.close()


SIX_ADDRESSES = """
def six(host, port, *arguments, **options):
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in {hosts!r}]

socket.getaddrinfo = six
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_call_ends_with_its_deadline_if_six_addresses_are_dead(mode: Mode) -> None:
    with dead_addresses() as (hosts, port):
        url = f"http://dead.example:{port}"
        require_end(mode, url, SIX_ADDRESSES.format(hosts=hosts))


def drip_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
    for _ in range(40):
        connection.sendall(b" ")
        time.sleep(0.3)


def drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(40):
        connection.sendall(b"X-A: b\r\n")
        time.sleep(0.3)


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve each connection with `answer`, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.recv(65536)
                    answer(connection)
                except OSError:
                    pass  # the client went away

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)  # which ends `accept`


OWN = ("transport", "http_client")
# A blocking transport of the app's own cannot be interrupted before it returns the headers.
DRIPPING = [
    *((mode, options, drip_body) for mode in MODES for options in ("default", *OWN)),
    *((mode, "default", drip_headers) for mode in MODES),
    *(("async", options, drip_headers) for options in OWN),
]


@pytest.mark.parametrize(("mode", "options", "answer"), DRIPPING)
def test_a_call_ends_with_its_deadline_if_the_response_drips(
    mode: Mode, options: str, answer: Callable[[socket.socket], None]
) -> None:
    with server(answer) as url:
        require_end(mode, url, options=options, deadline=3.0)
