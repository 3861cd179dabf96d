"""The content of requests."""

import json
from typing import Any

import httpx
import pytest

import facade
from facade import AssociationsClient
from facade._core.client_options import VERSION
from facade._core.request import token_of
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.responding import OK, TOKEN, in_turn


def test_a_request_carries_address_headers_and_timeouts(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    client = clients(TOKEN, "loc", transport=transport, base_url="https://example.test/base/")
    client.associations.update("a1", first_object_label="ä", second_object_label="b")
    (request,) = requests
    assert str(request.url) == "https://example.test/base/associations/a1"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["version"] == VERSION
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == (
        f"highlevel-associations/{facade.__version__} httpx/{httpx.__version__}"
    )
    assert request.extensions["timeout"] == {
        "connect": 10.0,
        "read": 30.0,
        "write": 30.0,
        "pool": 30.0,
    }


def test_the_token_and_the_version_of_the_client_win_over_those_of_generated_code() -> None:
    headers = {"Authorization": "Bearer other", "version": "v9", "X-A": "1"}
    transport, requests = in_turn(OK)
    with AssociationsClient(TOKEN, "loc", transport=transport) as client:
        client.api.get_httpx_client().request("GET", "/associations/a1", headers=headers)
    (sent,) = requests
    assert sent.headers.get_list("authorization") == [f"Bearer {TOKEN}"]
    assert sent.headers.get_list("version") == [VERSION]
    assert sent.headers["x-a"] == "1"


def test_the_token_is_that_of_the_location_of_the_call(clients: Clients) -> None:
    class Source:
        def token(self, location_id: str) -> str:
            return f"pit-{location_id}"

        def renew(self, location_id: str, token: str) -> bool:
            return False

    transport, requests = in_turn(OK)
    client = clients(Source(), "loc", transport=transport)
    client.associations.get("a1")
    client.for_location("other").associations.get("a1")
    sent = [one.headers["authorization"] for one in requests]
    assert sent == ["Bearer pit-loc", "Bearer pit-other"]


SIDES = {"first_record_id": "c1", "second_record_id": "p1"}


def test_what_a_call_adds_is_sent_beside_what_its_method_sends(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    clients(TOKEN, "loc", transport=transport).relations.create(
        "a1",
        **SIDES,
        extra_body={"pipelineId": "ü", "more": {"n": [1, None]}},
        extra_query={"expand": True, "off": False, "ids": ["a", 2], "pair": ("b",), "none": []},
        extra_headers={"X-Request-Id": "r-1"},
    )
    (request,) = requests
    assert json.loads(request.content) == {
        "locationId": "loc",
        "associationId": "a1",
        "firstRecordId": "c1",
        "secondRecordId": "p1",
        "pipelineId": "ü",
        "more": {"n": [1, None]},
    }
    assert b'"pipelineId":"\xc3\xbc","more"' in request.content  # as short as possible
    assert request.url.query == b"expand=true&off=false&ids=a&ids=2&pair=b"
    assert request.headers["x-request-id"] == "r-1"
    assert request.headers["content-length"] == str(len(request.content))


@pytest.mark.parametrize(
    ("method", "options", "says"),
    [
        ("create", {"extra_body": {"locationId": "x"}}, "extra_body cannot set locationId: the me"),
        ("list", {"extra_query": {"skip": 5, "limit": 1}}, "extra_query cannot set limit, skip:"),
        ("list", {"extra_query": {"a": None}}, "a in extra_query must be text, a number or a list"),
        ("list", {"extra_query": {"a": [["b"]]}}, r"a in extra_query must be .*, not \['b'\]"),
        ("create", {"extra_body": {"a": {1}}}, "set is not JSON serializable"),
        ("create", {"extra_body": {"a": float("nan")}}, "not JSON compliant"),
    ],
)
def test_what_a_call_cannot_add_is_refused_before_anything_is_sent(
    client: Any, sandbox: Sandbox, method: str, options: dict[str, Any], says: str
) -> None:
    arguments = SIDES if method == "create" else {}
    with pytest.raises((TypeError, ValueError), match=says):
        getattr(client.relations, method)("a1", **arguments, **options)
    assert sandbox.requests == []


def test_headers_that_describe_a_body_are_sent_only_with_one(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    client = clients(TOKEN, "loc", transport=transport)
    client.associations.get("a1")
    client.relations.delete("r1")
    for request in requests:
        assert not {"content-type", "content-length"} & request.headers.keys()
    send = client._drive(client.api.get_async_httpx_client().request)
    send("POST", "/associations/", json={"a": 1})
    send("post", "/associations/")
    assert [one.headers.get("content-type") for one in requests[2:]] == ["application/json", None]
    assert [one.headers["content-length"] for one in requests[2:]] == ["7", "0"]
    assert [one.headers["host"] for one in requests] == ["services.leadconnectorhq.com"] * 4


def test_the_generated_client_cannot_be_led_out_of_its_path(
    clients: Clients, sandbox: Sandbox
) -> None:
    client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport())
    send = client._drive(client.api.get_async_httpx_client().request)
    for path in ("/associations/.", "/associations/..", "/associations/../x"):
        with pytest.raises(ValueError, match="an id or key must not contain a path"):
            send("GET", path)
    assert sandbox.requests == []
    with pytest.raises(facade.NotFoundError):
        send("GET", "/associations/.well")


def test_the_token_of_a_request_is_read_from_its_header() -> None:
    request = httpx.Request("GET", "https://a.test", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (token_of(request), token_of(httpx.Request("GET", "https://a.test"))) == (TOKEN, "")
