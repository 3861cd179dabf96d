"""A server in its own process that responds immediately or with a delay, and counts connections.

Its responses are constants in HighLevel's format, so that only the client is measured.
"""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from urllib.parse import parse_qs, urlsplit

from scripts.benchmarks.environments import ROOT

TOKEN = "pit-bench"  # noqa: S105 - it opens nothing
LOCATION, ASSOCIATION = "Tz5WcG8nJyP3kXqB6vMr", "6a4450a8b8fd9d0e2a5e3c11"

HEADERS = (
    "Content-Type: application/json; charset=utf-8\r\n"
    "X-RateLimit-Limit-Daily: 200000\r\nX-RateLimit-Daily-Remaining: 199999\r\n"
    "X-RateLimit-Interval-Milliseconds: 10000\r\n"
    # High enough that no pace waits, although it reads the headers.
    "X-RateLimit-Max: 10000000\r\nX-RateLimit-Remaining: 10000000\r\n"
)


@contextmanager
def serving(delay: float = 0.0) -> Generator[str]:
    """Serve from a new process; yield its URL.

    Proxies are removed from the environment, because httpx looks for one at each request.
    """
    proxies = {name: os.environ.pop(name) for name in [*os.environ] if _names_a_proxy(name)}
    command = [sys.executable, "-m", "scripts.benchmarks.server", str(delay)]
    try:
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None  # noqa: S101 - it is a pipe
                yield server.stdout.readline().strip()
            finally:
                server.terminate()
    finally:
        os.environ.update(proxies)


def _names_a_proxy(name: str) -> bool:
    return name.lower() in ("http_proxy", "https_proxy", "all_proxy")


def connections(url: str) -> int:
    """Return the number of connections that carried requests, without this one."""
    with urllib.request.urlopen(f"{url}/connections") as response:  # noqa: S310 - our own server
        return int(response.read())


class Connection(asyncio.Protocol):
    """A connection whose client sends a request only after the previous response."""

    used = 0  # connections of all clients

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._received = b""
        self._counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport for the responses."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP is all we listen to
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Respond when a request is complete."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        _, _, length = head.lower().partition(b"content-length:")
        if not end or len(body) < int(length.split(b"\r\n")[0] or 0):
            return
        self._received = b""
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        if target == "/connections":
            self._respond(str(Connection.used).encode())
            return
        if not self._counted:
            self._counted = True
            Connection.used += 1
        asyncio.get_running_loop().call_later(
            self._delay, self._respond, response_body(method, target)
        )

    def _respond(self, body: bytes) -> None:
        if not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\n{HEADERS}Content-Length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


@cache
def response_body(method: str, target: str) -> bytes:
    """Return an updated association, or a page with as many relations as the record's id says."""
    if method == "PUT":
        return _json({"updated": True, "association": _association(), "traceId": "0f4a1c2b"})
    parts = urlsplit(target)
    query = parse_qs(parts.query)
    skip, limit = int(query["skip"][0]), int(query["limit"][0])
    total = int(parts.path.rpartition("/")[2])
    relations = [_relation(number) for number in range(skip, min(skip + limit, total))]
    return _json({"relations": relations, "total": total, "traceId": "0f4a1c2b"})


def _json(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def _association() -> dict[str, str]:
    return {
        "id": ASSOCIATION,
        "key": "student_tutor",
        "firstObjectKey": "contact",
        "firstObjectLabel": "Student",
        "secondObjectKey": "custom_objects.tutor",
        "secondObjectLabel": "Tutor",
        "associationType": "USER_DEFINED",
        "locationId": LOCATION,
    }


def _relation(number: int) -> dict[str, str]:
    return {
        "id": f"{number:024x}",
        "associationId": ASSOCIATION,
        "firstObjectKey": "contact",
        "firstRecordId": "Kd7RmQ2xVbT9wLpN4sHf",
        "secondObjectKey": "custom_objects.tutor",
        "secondRecordId": f"{number + 2**80:024x}",
        "locationId": LOCATION,
    }


async def _serve(delay: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(delay), "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
