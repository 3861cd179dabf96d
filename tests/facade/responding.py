"""Servers with fixed responses, and a request, without a sandbox."""

import httpx

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
