"""The sandbox as a server: one line when ready, HTTP/1.1 kept alive, a clean end."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from facade.testing import Sandbox, Server
from facade.testing.__main__ import main

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "facade.testing"]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def server(sandbox: Sandbox) -> Iterator[Server]:
    with sandbox.serve() as server:
        yield server


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command; give its process and the one line that it prints.

    Into a pipe Python writes in blocks, as into a file: the line comes because it is flushed.
    """
    with subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


def talk(server: Server, request: bytes) -> bytes:
    """Send bytes as they are; read until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    return answer


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_says_where_it_is_serves_and_ends_quietly(number: signal.Signals) -> None:
    with started("--limit", "5/10") as (process, line):
        known = re.fullmatch(
            r"(http://127\.0\.0\.1:\d+) token=pit-sandbox location=sandbox-location\n", line
        )
        assert known
        headers = {"Authorization": "Bearer pit-sandbox", "Version": "v3"}
        answer = httpx.get(f"{known[1]}/associations/x", headers=headers)
        assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (404, "4")
        process.send_signal(number)
        assert process.communicate(timeout=10) == ("", "")
        assert process.returncode == 0


def test_the_command_takes_a_token_and_a_location() -> None:
    with started("--token", "t", "--location", "l") as (_, line):
        assert line.endswith(" token=t location=l\n")
        headers = {"Authorization": "Bearer t", "Version": "v3"}
        params = {"locationId": "l", "skip": "0", "limit": "1"}
        url = f"{line.split()[0]}/associations/"
        assert httpx.get(url, headers=headers, params=params).json()["total"] == 2


def test_a_taken_port_is_one_clear_line_and_exit_code_2(server: Server) -> None:
    command = [*COMMAND, "--port", str(server.port)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.splitlines() == [
        f"Cannot listen on 127.0.0.1 port {server.port}: Address already in use. Try --port 0."
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "x"],
        ["--token", ""],
        ["--token", "a b"],
        ["--location", ""],
        ["--location", "é"],
        ["--delay", "x"],
        ["--delay", "-1"],
        ["--delay", "nan"],
        ["--delay", "inf"],
        ["--port", "65536"],
        ["--limit", "9"],
        ["--limit", "0/1"],
        ["--limit", "1/inf"],
        ["--daily-limit", "0"],
        ["--window", "none"],
    ],
)
def test_arguments_that_mean_nothing_are_exit_code_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_200_connections_at_once_are_all_served(sandbox: Sandbox, server: Server) -> None:
    gate = threading.Barrier(200)
    head = "\r\n".join(f"{name}: {text}" for name, text in sandbox.headers.items())
    request = f"GET /associations/x HTTP/1.1\r\n{head}\r\nConnection: close\r\n\r\n".encode()

    def call(_: int) -> bytes:
        gate.wait(30)
        return talk(server, request)

    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(call, range(200)))
    assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 404 Not Found"}
    assert len(sandbox.requests) == 200


def test_one_connection_serves_many_requests(sandbox: Sandbox, server: Server) -> None:
    accepted: list[int] = []
    with httpx.Client(headers=sandbox.headers) as http:
        for _ in range(3):
            with http.stream("GET", f"{server.url}/associations/x") as answer:
                answer.read()
                stream = answer.extensions["network_stream"]
                accepted.append(stream.get_extra_info("client_addr")[1])
    assert len(set(accepted)) == 1


def test_many_threads_create_as_many_associations(sandbox: Sandbox, server: Server) -> None:
    limits = httpx.Limits(max_connections=20)
    with httpx.Client(headers=sandbox.headers, limits=limits) as http:

        def create(number: int) -> str:
            body = {
                "locationId": sandbox.location_id,
                "key": f"k{number}",
                "firstObjectKey": "contact",
                "firstObjectLabel": f"L{number}",
                "secondObjectKey": "contact",
                "secondObjectLabel": "Other",
            }
            answer = http.post(f"{server.url}/associations/", json=body)
            return str(answer.raise_for_status().json()["id"])

        with ThreadPoolExecutor(20) as pool:
            ids = list(pool.map(create, range(100)))
    assert {one["id"] for one in sandbox.associations()[2:]} == set(ids)
    assert len(set(ids)) == 100


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"BREW / HTTP/1.1\r\n\r\n", 501),
        (b"GET /\xff\xfe HTTP/1.1\r\nAuthorization: \xff\r\nConnection: close\r\n\r\n", 404),
        (b"GET /associations/%ff?%ff=\xe9 HTTP/1.1\r\nConnection: close\r\n\r\n", 401),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
    ],
)
def test_bytes_that_no_client_sends_get_an_answer_in_json(
    server: Server, request_bytes: bytes, status: int
) -> None:
    head, _, body = talk(server, request_bytes).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert json.loads(body)["statusCode"] == status


def test_a_head_request_gets_no_body(server: Server) -> None:
    answer = talk(server, b"HEAD /associations/x HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.endswith(b"\r\n\r\n")


def test_closing_ends_idle_connections_and_may_happen_twice(sandbox: Sandbox) -> None:
    server = sandbox.serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert idle.recv(10_000).startswith(b"HTTP/1.1 404 ")
        server.close()
        server.close()
        assert idle.recv(1) == b""
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


def test_an_ipv6_address_stands_in_brackets(sandbox: Sandbox) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine speaks no IPv6")
    with sandbox.serve("::1") as server:
        assert server.url == f"http://[::1]:{server.port}"
        assert httpx.get(server.url).status_code == 404
