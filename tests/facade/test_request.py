"""What a request carries, and ids that stay in their segment of the path."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facade
from facade import AssociationsClient, NotFoundError
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
    assert request.headers["version"] == "2021-07-28"
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


@pytest.mark.parametrize("bad", ["", ".", ".."])
@pytest.mark.parametrize(
    "call",
    [
        lambda client, bad: client.associations.get(bad),
        lambda client, bad: client.associations.get_by_key(bad),
        lambda client, bad: client.associations.list_for_object(bad),
        lambda client, bad: client.associations.delete(bad),
        lambda client, bad: client.relations.list(bad),
        lambda client, bad: client.relations.delete(bad),
        lambda client, bad: client.associations.update(
            bad, first_object_label="a", second_object_label="b"
        ),
    ],
)
def test_an_id_that_would_leave_its_segment_is_refused_before_anything_is_sent(
    client: Any, sandbox: Sandbox, call: Callable[[Any, str], Any], bad: str
) -> None:
    with pytest.raises(ValueError, match="an id or key cannot be"):
        call(client, bad)
    assert sandbox.requests == []


def test_an_id_that_is_no_text_is_refused(client: Any) -> None:
    with pytest.raises(TypeError, match="an id or key must be text, not NoneType"):
        client.associations.get(None)


@pytest.mark.parametrize("odd", ["../../contacts/x", "a/b", "a?b=c", "a#b", "%2e%2e", "ü", "a b"])
def test_an_odd_id_stays_inside_its_segment(client: Any, sandbox: Sandbox, odd: str) -> None:
    with pytest.raises(NotFoundError):
        client.associations.get(odd)
    assert sandbox.requests[-1].operation == "get_association"


ODD_IDS = [".", "..", "a/../b", "%2e%2e", "a?b", "a#b", "\n", "\ud800", "a" * 5000]
SANDBOX = Sandbox()


@pytest.fixture(scope="module")
def sandbox_client() -> Iterator[AssociationsClient]:
    with AssociationsClient(
        SANDBOX.token, SANDBOX.location_id, transport=SANDBOX.transport(), pace=None
    ) as client:
        yield client


@settings(max_examples=300)
@given(text=st.text() | st.sampled_from(ODD_IDS))
def test_any_text_as_an_id_stays_in_its_segment_or_is_refused(
    sandbox_client: AssociationsClient, text: str
) -> None:
    before = len(SANDBOX.requests)
    try:
        sandbox_client.associations.get(text)
    except NotFoundError:
        assert SANDBOX.requests[-1].operation == "get_association"
    except ValueError:
        assert len(SANDBOX.requests) == before


@pytest.mark.parametrize("call", ["get_association", "delete_association"])
def test_the_generated_client_cannot_be_led_out_of_the_path_either(
    sandbox: Sandbox, call: str
) -> None:
    operation = import_module(f"generated_client.api.associations.{call}")
    with (
        AssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport()
        ) as client,
        pytest.raises(ValueError, match="stay in its segment of the path"),
    ):
        operation.sync_detailed("..", client=client.api)
    assert sandbox.requests == []


@pytest.mark.parametrize("ids", ["6a44", 5])
def test_one_association_id_where_a_list_is_expected_is_refused(client: Any, ids: Any) -> None:
    with pytest.raises(TypeError, match="association_ids must be a list of ids"):
        client.relations.list("r1", association_ids=ids)


def test_a_timeout_of_one_call_reaches_its_request_only(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    client = clients(TOKEN, "loc", transport=transport)
    client.associations.get("a1", timeout=2)
    client.associations.get("a1")
    assert [request.extensions["timeout"]["read"] for request in requests] == [2, 30.0]


def test_a_deadline_shortens_the_timeouts(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    clients(TOKEN, "loc", transport=transport).associations.get("a1", deadline=5)
    assert 4 < requests[0].extensions["timeout"]["read"] <= 5


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
            "extra_body cannot be sent: a GET has no body; use extra_query",
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
