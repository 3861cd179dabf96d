"""The options of one call: what takes them, which requests carry them, and what is refused."""

import math
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from typing import Any

import httpx
import pytest

from facade import AssociationOptions, AssociationsError, CallOptions
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.operations import (
    METHODS,
    OUTCOMES,
    READS,
    Server,
    arguments_of,
    call,
    new_association,
)
from tests.facade.responding import OK, TOKEN


def requests_of(clients: Clients, name: str, server: Server, **options: Any) -> list[httpx.Request]:
    """Return what a method sends, whether the server refuses it or not."""
    client = clients(TOKEN, "loc", transport=server.transport)
    with suppress(AssociationsError):
        call(client, name, **arguments_of(name), **options)
    return server.requests


Carries = Callable[[httpx.Request], bool]
# A value of each option, and whether a request carries it.
OPTIONS: dict[str, tuple[Any, Carries]] = {
    "timeout": (7.5, lambda request: {*request.extensions["timeout"].values()} == {7.5}),
    "deadline": (8.5, lambda request: max(request.extensions["timeout"].values()) <= 8.5),
    "extra_body": ({"brandNew": 1}, lambda request: b'"brandNew":1' in request.content),
    "extra_query": ({"brandNew": "1"}, lambda request: request.url.params.get("brandNew") == "1"),
    "extra_headers": ({"X-New": "1 2"}, lambda request: request.headers.get("x-new") == "1 2"),
}
NOT_CARRIED = {"retries", "max_backoff"}  # but counted and waited, below


def test_no_option_is_left_out_here() -> None:
    assert OPTIONS.keys() | NOT_CARRIED == CallOptions.__annotations__.keys()
    assert AssociationOptions.__annotations__.keys() > CallOptions.__annotations__.keys()


@pytest.mark.parametrize("method", ["create", "ensure"])
def test_cardinalities_and_limits_are_sent_if_they_are_given(
    client: Any, sandbox: Sandbox, method: str
) -> None:
    cardinality = "first_object_to_second_object_cardinality"
    limit = "second_object_to_first_object_max_limit"
    made = new_association(client, method, **{cardinality: "ONE_TO_MANY", limit: 3}, retries=1)
    association = made.item if method == "ensure" else made
    body = sandbox.requests[-1].body
    assert body["firstObjectToSecondObjectCardinality"] == "ONE_TO_MANY"
    assert (body["secondObjectToFirstObjectMaxLimit"], len(body)) == (3, 6 + 2)
    assert getattr(association, cardinality) == "ONE_TO_MANY"
    for name, wrong in ((cardinality, 3), (limit, True)):
        with pytest.raises(TypeError, match=name):
            new_association(client, method, **{name: wrong})
    assert len(sandbox.associations()) == 5


@pytest.mark.parametrize("name", METHODS)
def test_each_request_carries_the_options_that_concern_it(clients: Clients, name: str) -> None:
    values = {
        each: value
        for each, (value, _) in OPTIONS.items()
        if each != "extra_body" or name not in READS
    }
    for posts, given in product(OUTCOMES, (values, {"deadline": 8.5})):
        sent = requests_of(clients, name, Server(posts), **given)
        for request, each in product(sent, given):
            is_lookup = request.method == "GET" and name not in READS
            is_carried = OPTIONS[each][1](request)
            assert is_carried is not (is_lookup and each.startswith("extra_")), (each, request)
        # They share one deadline.
        assert len({id(one.extensions["timeout"]["read"]._deadline) for one in sent}) == 1


@pytest.mark.parametrize("name", METHODS)
def test_nothing_is_sent_with_a_wrong_option_or_too_late(clients: Clients, name: str) -> None:
    server = Server()
    with pytest.raises(TypeError, match="'timout' is not an option of a call; there are ti"):
        requests_of(clients, name, server, timout=5)
    assert requests_of(clients, name, server, deadline=0) == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"retries": 10_001}, "retries must be 0 to 10,000, not 10001"),
        ({"timeout": httpx.Timeout(5, read=None)}, "timeout must be a number of seconds, not None"),
        ({"timeout": 0.0009}, "timeout must be 0.001 seconds or more, not 0.0009"),
        ({"deadline": math.inf}, "deadline must be -1,000,000 to 1,000,000 seconds, not inf"),
        ({"max_backoff": -0.1}, "max_backoff must be 0 seconds or more, not -0.1"),
        ({"extra_headers": {"version": "v3"}}, "cannot set version: the client sends its own"),
        ({"extra_headers": {"X-A": "b\r\nX-C: d"}}, "'X-A' in extra_headers is not a valid header"),
        ({"extra_headers": {"X-A": "b "}}, "'X-A' in extra_headers is not a valid header"),
        ({"extra_headers": {"X A": "b"}}, "'X A' in extra_headers is not a valid header"),
        ({"extra_headers": {"X-A": 5}}, "X-A in extra_headers must be text, not int"),
        ({"extra_query": "a=b"}, "extra_query must be a mapping of names to values, not 'a=b'"),
        ({"extra_body": {5: 1}}, "a name in extra_body must be text, not 5"),
        ({"extra_query": {"": 1}}, "a name in extra_query must be text, not ''"),
    ],
)
def test_a_wrong_option_is_refused(clients: Clients, options: dict[str, Any], says: str) -> None:
    with pytest.raises((TypeError, ValueError), match=says):
        requests_of(clients, "relations.create", Server(), **options)


def test_what_a_call_does_not_set_is_as_the_client_has_it(
    clients: Clients, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    client, requests = clients.answering(
        httpx.Response(503), httpx.Response(503), OK, timeout=7, deadline=None, retries=2
    )
    client.associations.get("a1", max_backoff=0.75)
    parts = {"connect": 1.0, "read": 2.0, "write": 3.0, "pool": 4.0}
    for timeout in (httpx.Timeout(**parts), (1.0, 2.0, 3.0, 4.0)):
        client.associations.get("a1", timeout=timeout)
        assert requests[-1].extensions["timeout"] == parts
    assert waits == [0.5, 0.75]
    assert [one.extensions["timeout"]["read"] for one in requests] == [7, 7, 7, 2, 2]
    with pytest.raises(ValueError, match=r"deadline must be 0\.001 seconds or more, not 0\.0009"):
        clients.answering(OK, deadline=0.0009)
