"""Servers with fixed responses, a request, and a received response, without a sandbox."""

import json
from typing import Any

import httpx

from facade.observe import ResponseReceived

TOKEN = "pit-5f1d-secret"
OK = httpx.Response(200, json={"id": "a1"})


def in_turn(*responses: httpx.Response) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """Answer one after another, the last one for ever; list the requests."""
    left, requests = list(responses), list[httpx.Request]()

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return left.pop(0) if len(left) > 1 else left[0]

    return httpx.MockTransport(handle), requests


def new_request() -> httpx.Request:
    return httpx.Request("GET", "https://api.test/")


def received(
    body: Any,
    path: str = "/associations/one",
    *,
    method: str = "GET",
    version: str = "",
    status: int = 200,
    sent: Any = None,
) -> ResponseReceived:
    """Return the event of a response, which a recorder gets; bodies are JSON, unless bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ResponseReceived(
        operation="other",
        location_id="loc",
        method=method,
        target=path,
        version=version,
        status_code=status,
        headers={},
        request_body=b"" if sent is None else json.dumps(sent).encode(),
        response_body=content,
    )
