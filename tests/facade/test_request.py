"""The content of requests."""

import json
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

import facade
from facade._core.client_options import VERSION
from facade._core.request import token_of
from tests.facade.driving import Clients
from tests.facade.responding import OK, TOKEN, new_request

SIDES = {"first_record_id": "c1", "second_record_id": "p1"}


def generated(client: Any) -> Any:
    """Return what sends the requests of generated code."""
    return client._drive(client.api.get_async_httpx_client().request)


def test_a_request_carries_address_headers_and_timeouts(clients: Clients) -> None:
    client, requests = clients.answering(OK, base_url="https://example.test/base/")
    client.associations.update("a1", first_object_label="ä", second_object_label="b")
    (request,) = requests
    assert str(request.url) == "https://example.test/base/associations/a1"
    assert dict(request.headers) == {
        "host": "example.test",
        "authorization": f"Bearer {TOKEN}",
        "version": VERSION,
        "accept": "application/json",
        "content-type": "application/json",
        "content-length": str(len(request.content)),
        "user-agent": f"highlevel-associations/{facade.__version__} httpx/{httpx.__version__}",
    }
    timeouts = {"connect": 10.0, "read": 30.0, "write": 30.0, "pool": 30.0}
    assert request.extensions["timeout"] == timeouts
    assert (token_of(request), token_of(new_request())) == (TOKEN, "")
    pipeline, settings, made = client._pipeline, client._settings, {"method": "PUT", "url": "/a"}
    call = pipeline.requests.call("other", "loc", {**made, "json": 1}, Mock(), settings)
    assert pipeline.requests.build(call).content == b"1"  # a transport may read it at once


def test_token_and_version_of_the_client_win(clients: Clients) -> None:
    headers = {"Authorization": "Bearer other", "version": "v9", "accept": "text/csv"}
    client, requests = clients.answering(OK)
    generated(client)("GET", "/associations/a1", headers=headers)
    (sent,) = requests
    assert sent.headers.get_list("authorization") == [f"Bearer {TOKEN}"]
    assert sent.headers.get_list("version") == [VERSION]
    assert sent.headers.get_list("accept") == ["text/csv"]


def test_what_a_call_adds_is_sent_beside_what_its_method_sends(clients: Clients) -> None:
    client, requests = clients.answering(OK)
    client.relations.create(
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
        ("list", {"extra_body": {"a": 1}}, "extra_body cannot be sent with a GET request"),
        ("list", {"extra_query": {"skip": 5, "limit": 1}}, "extra_query cannot set limit, skip:"),
        ("list", {"extra_query": {"a": None}}, "a in extra_query must be text, a number or a list"),
        ("list", {"extra_query": {"a": [["b"]]}}, r"a in extra_query must be .*, not \['b'\]"),
        ("create", {"extra_body": {"a": float("nan")}}, "not JSON compliant"),
    ],
)
def test_what_a_call_cannot_add_is_refused_before_anything_is_sent(
    client: Any, sandbox: Any, method: str, options: dict[str, Any], says: str
) -> None:
    arguments = SIDES if method == "create" else {}
    with pytest.raises((TypeError, ValueError), match=says):
        getattr(client.relations, method)("a1", **arguments, **options)
    assert sandbox.requests == []


def test_headers_that_describe_a_body_are_sent_only_with_one(clients: Clients) -> None:
    client, requests = clients.answering(OK)
    client.associations.get("a1")
    client.relations.delete("r1")
    send = generated(client)
    send("POST", "/associations/", json={"a": 1})
    send("post", "/associations/")
    names = ("content-type", "content-length")
    assert [[one.headers.get(name) for name in names] for one in requests] == [
        [None, None],
        [None, None],
        ["application/json", "7"],
        [None, "0"],
    ]


def test_the_generated_client_cannot_be_led_out_of_its_path(clients: Clients) -> None:
    client, requests = clients.answering(OK)
    send = generated(client)
    for path in ("/associations/.", "/associations/..", "/associations/../x"):
        with pytest.raises(ValueError, match="an id or key must not contain a path"):
            send("GET", path)
    send("GET", "/associations/.well")
    assert [one.url.path for one in requests] == ["/associations/.well"]
