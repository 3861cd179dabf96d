"""A server that answers as a witness shows, for the client."""

import json
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.witnesses.reading import Exchange


class Script:
    """Answers each request with the next exchange of its method and path, the last one for ever."""

    def __init__(self, exchanges: list[Exchange]) -> None:
        self.requests: list[httpx.Request] = []
        self._left = list(exchanges)

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        found = [each for each in self._left if _is_of(each, request)]
        if not found:
            raise AssertionError(f"the witness shows no answer to {request.method} {request.url}")
        if len(found) > 1:
            self._left.remove(found[0])
        return response(found[0])


def _is_of(exchange: Exchange, request: httpx.Request) -> bool:
    method, _, target = exchange["request"].partition(" ")
    return (method, urlsplit(target).path) == (request.method, request.url.path)


def response(exchange: Exchange) -> httpx.Response:
    status, headers = exchange["status"], exchange.get("headers", {})
    if "body" in exchange:
        return httpx.Response(status, headers=headers, json=_counted(exchange))
    text = exchange.get("text", "")
    kind = {"Content-Type": "text/html"} if text.startswith("<") else {}
    return httpx.Response(status, headers={**kind, **headers}, content=text.encode())


def _counted(exchange: Exchange) -> Any:
    """Return the body with as many items as it says, each with an id and a record of its own."""
    body, count = exchange["body"], exchange.get("count", 1)
    if count == 1:
        return body
    (name,) = (name for name, value in body.items() if isinstance(value, list))
    item = json.dumps(body[name][0])
    return {
        **body,
        name: [
            json.loads(item) | {"id": f"{number}", "secondRecordId": f"contactMany{number}"}
            for number in range(1, count + 1)
        ],
    }
