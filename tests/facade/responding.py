"""Servers with fixed responses, a request, and the events of a call, without a sandbox."""

import json
from collections.abc import Callable
from typing import Any

import attrs
import httpx

from facade.observe import CallEvent, ResponseReceived

TOKEN = "pit-5f1d-secret"
OK = httpx.Response(200, json={"id": "a1"})


Answers = httpx.Response | Exception


def in_turn(*answers: Answers) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """Answer one after another, the last one for ever, or raise it; list the requests."""
    left, requests = list(answers), list[httpx.Request]()

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.MockTransport(handle), requests


class SlowToken:
    """A source whose token is never at hand, so that it is waited for."""

    def __init__(self, token: Callable[[str], str]) -> None:
        self.token = token

    def has_fresh_token(self, _: str) -> bool:
        return False

    def renew(self, _: str, refused_token: str) -> bool:
        raise AssertionError(f"{refused_token} was not refused")


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


def lines(events: list[CallEvent]) -> list[str]:
    """Return each event on a line, without its seconds, and forget it."""
    said = []
    for event in events:
        shown = [
            str(value)
            for name, value in attrs.asdict(event).items()
            if name not in ("seconds", "location_id") and value is not None
        ]
        said.append(" ".join([type(event).__name__, *shown]))
    events.clear()
    return said
