"""The server of the benchmarks, in a separate process, and httpx's own calls to it.

Its responses are constants in HighLevel's format, so that only the client is measured.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import httpx

ROOT = Path(__file__).parents[2]
TOKEN = "pit-bench"  # noqa: S105 - it opens nothing
LOCATION, ASSOCIATION = "Tz5WcG8nJyP3kXqB6vMr", "6a4450a8b8fd9d0e2a5e3c11"
LABELS = {"firstObjectLabel": "Student", "secondObjectLabel": "Tutor"}

HEADERS = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
    "X-RateLimit-Limit-Daily: 200000\r\nX-RateLimit-Daily-Remaining: 199999\r\n"
    "X-RateLimit-Interval-Milliseconds: 10000\r\n"
    # High enough that no pace waits, although it reads the headers.
    "X-RateLimit-Max: 10000000\r\nX-RateLimit-Remaining: 10000000\r\n"
)


def options(url: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Version": "2021-07-28"}
    return {"base_url": url, "headers": headers}


def put(client: httpx.Client | httpx.AsyncClient) -> Callable[[], Any]:
    """Return how a client of httpx updates an association and reads the response."""
    return _reading(client, partial(client.put, f"/associations/{ASSOCIATION}", json=LABELS))


def page(client: httpx.Client | httpx.AsyncClient, relations: int) -> Callable[[], Any]:
    params: dict[str, Any] = {"locationId": LOCATION, "skip": 0, "limit": relations}
    path = f"/associations/relations/{relations}"
    return _reading(client, partial(client.get, path, params=params))


def _reading(client: object, send: Callable[[], Any]) -> Callable[[], Any]:
    async def call() -> Any:
        return (await send()).json()

    return call if isinstance(client, httpx.AsyncClient) else lambda: send().json()


@contextmanager
def serving(delay: float = 0.0) -> Generator[str]:
    """Serve from a new process; yield its URL.

    Proxies are removed from the environment, because httpx looks for one at each request.
    """
    others = {name: it for name, it in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [sys.executable, "-m", "scripts.benchmarks.server", str(delay)]
    with (
        patch.dict(os.environ, others, clear=True),
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server,
    ):
        try:
            assert server.stdout is not None  # noqa: S101 - it is a pipe
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


@cache
def response_body(method: str, target: str) -> bytes:
    """Return an updated association, or a page with as many relations as the record's id says."""
    fields = {"firstObjectKey": "contact", "secondObjectKey": "custom_objects.tutor"}
    fields["locationId"] = LOCATION
    if method == "PUT":
        association = {"id": ASSOCIATION, "key": "student_tutor", **fields, **LABELS}
        association["associationType"] = "USER_DEFINED"
        body: dict[str, Any] = {"updated": True, "association": association}
    else:
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        skip, limit = int(query["skip"][0]), int(query["limit"][0])
        total = int(parts.path.rpartition("/")[2])
        ids = {"associationId": ASSOCIATION, "firstRecordId": "Kd7RmQ2xVbT9wLpN4sHf"}
        relations = [
            {"id": f"{number:024x}", "secondRecordId": f"{number + 2**80:024x}", **ids, **fields}
            for number in range(skip, min(skip + limit, total))
        ]
        body = {"total": total, "relations": relations}
    return json.dumps({**body, "traceId": "0f4a1c2b"}, separators=(",", ":")).encode()


async def _serve(delay: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError), closing(writer):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                _, _, length = head.lower().partition(b"content-length:")
                await reader.readexactly(int(length.split(b"\r\n")[0] or 0))
                method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
                await asyncio.sleep(delay)
                body = response_body(method, target)
                writer.write(f"{HEADERS}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
