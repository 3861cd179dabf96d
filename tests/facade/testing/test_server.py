"""The sandbox as a server: many connections, keep-alive, malformed requests, and closing."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import httpx
import pytest

from facade.testing import Fault, Sandbox, Server, faults
from facade.testing.messages import Request, When
from tests.facade.testing.conftest import BODY, LOSSES, keys


@pytest.fixture
def server(sandbox: Sandbox) -> Iterator[Server]:
    with sandbox.serve() as server:
        yield server


def talk(server: Server, request: bytes) -> bytes:
    """Send raw bytes; read until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(request)
        response = b""
        while part := connection.recv(65_536):
            response += part
    return response


def test_200_connections_create_as_many_associations(sandbox: Sandbox, server: Server) -> None:
    gate = threading.Barrier(200)
    headers = sandbox.headers | {"Connection": "close", "Content-Type": "application/json"}
    head = "".join(f"\r\n{name}: {text}" for name, text in headers.items())

    def create(number: int) -> int:
        body = json.dumps(BODY | {"key": f"k{number}", "firstObjectLabel": f"L{number}"})
        length = f"\r\nContent-Length: {len(body)}\r\n\r\n"
        gate.wait(60)
        response = talk(server, f"POST /associations/ HTTP/1.1{head}{length}{body}".encode())
        return int(response.split()[1])

    with ThreadPoolExecutor(200) as pool:
        statuses = set(pool.map(create, range(200)))
    assert statuses == {201}
    assert len(sandbox.requests) == 200
    assert len({one["id"] for one in sandbox.associations()[4:]}) == 200
    assert set(keys(sandbox)) == {f"k{number}" for number in range(200)}


def test_one_connection_serves_many_requests(sandbox: Sandbox, server: Server) -> None:
    accepted: list[int] = []
    with httpx.Client(headers=sandbox.headers) as http:
        for _ in range(3):
            with http.stream("GET", f"{server.url}/associations/x") as response:
                response.read()
                stream = response.extensions["network_stream"]
                accepted.append(stream.get_extra_info("client_addr")[1])
    assert len(set(accepted)) == 1


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"BREW / HTTP/1.1\r\n\r\n", 501),
        (b"GET /\xff\xfe HTTP/1.1\r\nAuthorization: \xff\r\nConnection: close\r\n\r\n", 404),
        (b"GET /associations/%ff?%ff=\xe9 HTTP/1.1\r\nConnection: close\r\n\r\n", 401),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
    ],
)
def test_a_malformed_request_is_answered(server: Server, request_bytes: bytes, status: int) -> None:
    head, _, body = talk(server, request_bytes).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nConnection: close" in head
    said = {411: "Send the body with", 414: "Request-URI Too Long"}
    assert json.loads(body)["statusCode"] == status
    assert json.loads(body)["message"].startswith(said.get(status, ""))


@pytest.mark.parametrize(("error", "is_printed"), [(BrokenPipeError, False), (KeyError, True)])
def test_an_error_is_printed_unless_the_client_has_gone(
    error: type[Exception], is_printed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    def exchange(request: Request) -> NoReturn:
        raise error

    with Server(exchange, "127.0.0.1", 0) as server:
        assert talk(server, b"GET / HTTP/1.1\r\n\r\n") == b""
    assert (error.__name__ in capsys.readouterr().err) is is_printed


def test_close_ends_idle_connections_and_may_be_called_twice(sandbox: Sandbox) -> None:
    server = sandbox.serve()
    address = "127.0.0.1", server.port
    with socket.create_connection(address, timeout=60) as idle, socket.socket() as ended:
        with server:
            idle.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert idle.recv(10_000).startswith(b"HTTP/1.1 404 ")
            server._tcp._accepted.add(ended)
        assert idle.recv(1) == b""
        server.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
    sandbox.serve(port=server.port).close()


@pytest.mark.parametrize(("fault", "error", "is_done"), LOSSES)
def test_a_connection_is_dropped_by_the_server(
    fault: Fault, error: type[httpx.TransportError], is_done: bool, sandbox: Sandbox, server: Server
) -> None:
    sandbox.misbehave(fault, times=1)
    # A server has accepted the connection already, and closes it.
    expected = httpx.RemoteProtocolError if error is httpx.ConnectError else error
    with httpx.Client(base_url=server.url, headers=sandbox.headers) as http:
        with pytest.raises(expected):
            http.post("/associations/", json=BODY)
        assert keys(sandbox) == ["pets"] * is_done
        assert http.get("/associations/x").status_code == 404


@pytest.mark.parametrize(
    ("when", "head"), [("after_work", b""), ("during_answer", b"HTTP/1.1 200 ")]
)
def test_only_a_response_that_is_cut_off_has_begun(
    when: When, head: bytes, sandbox: Sandbox, server: Server
) -> None:
    sandbox.misbehave(faults.drop(when))
    response = talk(server, b"GET /associations/x HTTP/1.1\r\n\r\n")
    assert (response[: len(head)], response[-1:]) == (head, b"{" if head else b"")
    assert bool(response) == bool(head)
