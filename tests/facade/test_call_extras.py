"""Extra fields, query parameters and headers of a call."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import facade
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN, in_turn

EXTRAS: dict[str, Any] = {
    "extra_body": {"pipelineId": "p1", "more": {"n": [1, None]}},
    "extra_query": {"expand": True, "ids": ["a", "b"], "depth": 2},
    "extra_headers": {"X-Request-Id": "r-1"},
}


SIDES = {"first_record_id": "c1", "second_record_id": "p1"}


LABELS = {"first_object_label": "Owner", "second_object_label": "Pet"}


FIELDS = {"first_object_key": "contact", "second_object_key": "pet", **LABELS}


def sent_with_extras(requests: list[httpx.Request]) -> list[str]:
    """List the requests that carry all extras; check that the others carry none."""
    found: list[str] = []
    for request in requests:
        carries = [
            "pipelineId" in request.content.decode(),
            request.url.params.multi_items()[-4:]
            == [("expand", "true"), ("ids", "a"), ("ids", "b"), ("depth", "2")],
            request.headers.get("x-request-id") == "r-1",
        ]
        if request.method == "GET":
            carries[0] = carries[1]
        assert len({*carries}) == 1
        if carries[0]:
            found.append(f"{request.method} {request.url.path}")
    return found


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda calls, extra: calls.associations.create(key="k", **FIELDS, **extra), "POST"),
        (lambda calls, extra: calls.associations.update("a", **LABELS, **extra), "PUT"),
        (lambda calls, extra: calls.associations.delete("a", **extra), "DELETE"),
        (lambda calls, extra: calls.relations.create("a", **SIDES, **extra), "POST"),
        (lambda calls, extra: calls.relations.ensure("a", **SIDES, **extra), "POST"),
        (lambda calls, extra: calls.relations.delete("r", **extra), "DELETE"),
        (lambda calls, extra: calls.associations.get("a", **extra), "GET"),
        (lambda calls, extra: calls.associations.get_by_key("k", **extra), "GET"),
        (lambda calls, extra: calls.associations.list(**extra), "GET"),
        (lambda calls, extra: calls.associations.list_for_object("contact", **extra), "GET"),
        (lambda calls, extra: calls.relations.list("c1", **extra), "GET"),
        (lambda calls, extra: list(calls.relations.iterate("c1", **extra)), "GET"),
        (lambda calls, extra: list(calls.associations.iterate(**extra)), "GET"),
    ],
)
def test_every_method_sends_what_one_call_adds(
    clients: Clients, call: Callable[[Any, Any], Any], expected: str
) -> None:
    body = {"id": "a1", "key": "k", "relations": [], "associations": []}
    transport, requests = in_turn(httpx.Response(200, json=body))
    extra = {
        name: value for name, value in EXTRAS.items() if expected != "GET" or "body" not in name
    }
    call(clients(TOKEN, "loc", transport=transport), extra)
    (sent,) = sent_with_extras(requests)
    assert sent.startswith(expected)


def test_extras_are_not_sent_when_a_method_looks_something_up(clients: Clients) -> None:
    association = {"id": "a1", "key": "k", "firstObjectKey": "contact", "secondObjectKey": "pet"}
    relation = {"id": "r1", "associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"}
    transport, requests = in_turn(
        httpx.Response(404),  # ensure: there is no association yet
        httpx.Response(500),  # its creation: the outcome is unknown
        httpx.Response(404),
        httpx.Response(404),
        httpx.Response(201, json=association),
        httpx.Response(400, json={"message": "duplicate relation"}),
        httpx.Response(200, json={"relations": [relation]}),
        httpx.Response(200, json={"updated": True}),
        httpx.Response(200, json=association),
    )
    client = clients(TOKEN, "loc", transport=transport)
    with pytest.raises(facade.ServerError):
        client.associations.ensure(key="k", **FIELDS, **EXTRAS)
    client.associations.ensure(key="k", **FIELDS, **EXTRAS)
    client.relations.ensure("a1", **SIDES, **EXTRAS)
    client.associations.update("a1", **LABELS, **EXTRAS)
    assert len(requests) == 9
    assert sent_with_extras(requests) == [
        "POST /associations/",
        "POST /associations/",
        "POST /associations/relations",
        "PUT /associations/a1",
    ]


@pytest.mark.parametrize("ids", [["a", "b"], ("a", "b")])
def test_a_list_and_a_tuple_are_repeated_parameters(clients: Clients, ids: Any) -> None:
    transport, requests = in_turn(httpx.Response(200, json={"associations": []}))
    client = clients(TOKEN, "loc", transport=transport)
    client.associations.list(extra_query={"ids": ids, "none": []})
    assert requests[0].url.params.multi_items()[-2:] == [("ids", "a"), ("ids", "b")]


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (
            lambda calls: calls.relations.create("a", **SIDES, extra_body={"locationId": "x"}),
            ValueError,
            "extra_body cannot set locationId: the method sends it",
        ),
        (
            lambda calls: calls.relations.list("c1", extra_query={"skip": 5, "limit": 1}),
            ValueError,
            "extra_query cannot set limit, skip: the method sends it",
        ),
        (
            lambda calls: calls.associations.list(extra_body={"a": 1}),
            ValueError,
            "extra_body cannot be sent with a GET request: use extra_query",
        ),
        (
            lambda calls: calls.associations.list(extra_query={"a": None}),
            TypeError,
            "a in extra_query must be text, a number or a list of these, not None",
        ),
        (
            lambda calls: calls.associations.list(extra_query={"a": [["b"]]}),
            TypeError,
            r"a in extra_query must be text, a number or a list of these, not \['b'\]",
        ),
        (
            lambda calls: calls.relations.create("a", **SIDES, extra_body={"a": {1}}),
            TypeError,
            "set is not JSON serializable",
        ),
        (
            lambda calls: calls.associations.ensure(
                key="k", **FIELDS, extra_headers={"Version": "v3"}
            ),
            ValueError,
            "extra_headers cannot set Version: the client sends its own",
        ),
    ],
)
def test_extras_that_cannot_be_sent_are_refused_before_anything_is_sent(
    client: Any, sandbox: Sandbox, call: Callable[[Any], Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        call(client)
    assert sandbox.requests == []
