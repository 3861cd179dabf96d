"""Every public method passes every option of a call on, to each of its requests that it concerns.

Methods and options are read from the classes, so that a new one cannot be missing here.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from facade import (
    Association,
    Associations,
    AssociationsError,
    AsyncAssociations,
    AsyncRelations,
    CallOptions,
    Relations,
)
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN

RESOURCES: dict[str, type] = {"associations": Associations, "relations": Relations}
ASYNC_RESOURCES: dict[str, type] = {"associations": AsyncAssociations, "relations": AsyncRelations}
# The arguments of all methods, by parameter: one that is missing here is a KeyError.
ARGUMENTS: dict[str, Any] = {
    "association": Association(
        id="a1", first_object_key="contact", second_object_key="custom_objects.pet"
    ),
    "association_id": "a1",
    "association_ids": ["a1"],
    "first_object_key": "contact",
    "first_object_label": "Owner",
    "first_record_id": "c1",
    "include_internal": True,
    "key": "owner_pet",
    "limit": 20,
    "object_key": "contact",
    "page_size": 20,
    "record_id": "c1",
    "records": {"contact": "c1", "custom_objects.pet": "p1"},
    "relation_id": "r1",
    "second_object_key": "custom_objects.pet",
    "second_object_label": "Pet",
    "second_record_id": "p1",
    "skip": 0,
}


def methods_with_options(resources: dict[str, type]) -> Iterator[tuple[str, inspect.Signature]]:
    for name, resource in resources.items():
        for method, function in inspect.getmembers(resource, inspect.isfunction):
            signature = inspect.signature(function)
            kinds = {one.kind for one in signature.parameters.values()}
            if not method.startswith("_") and inspect.Parameter.VAR_KEYWORD in kinds:
                yield f"{name}.{method}", signature


SIGNATURES = dict(methods_with_options(RESOURCES))
READS = {
    f"{name}.{method}"
    for name, methods in {
        "associations": "get get_by_key list list_for_object iterate",
        "relations": "list iterate",
    }.items()
    for method in methods.split()
}


def call(client: Any, name: str, *, with_optional: bool = True, **options: Any) -> None:
    """Call a method to its end; an error of the server is no failure of the call."""
    arguments = {
        parameter.name: ARGUMENTS[parameter.name]
        for parameter in SIGNATURES[name].parameters.values()
        if parameter.name not in ("self", "options")
        and (with_optional or parameter.default is inspect.Parameter.empty)
    }
    resource, _, method = name.partition(".")
    with suppress(AssociationsError):
        result = getattr(getattr(client, resource), method)(**arguments, **options)
        if method == "iterate":
            list(result)


POSTS = {
    "unknown": lambda: httpx.Response(503),
    "created": lambda: httpx.Response(201),
    "duplicate": lambda: httpx.Response(400, json={"message": "already exists"}),
}
OUTCOMES = ["unknown created", "duplicate"]


class Server:
    """Makes a method send all that it may, and answers 429 after the first `accepted` requests.

    POSTs have the outcomes of `posts`, the last one for ever. A look-up finds nothing, the response
    to a write has no body, and a list has a page with one item, which nothing looks for, and an
    empty one.
    """

    def __init__(self, posts: str = "unknown created", accepted: int = 1000) -> None:
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._handle)
        self._posts = posts.split()
        self._accepted = accepted

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if len(self.requests) > self._accepted:
            return httpx.Response(429)
        if request.method == "POST":
            return POSTS[self._posts.pop(0) if len(self._posts) > 1 else self._posts[0]]()
        if request.method != "GET":
            return httpx.Response(200)
        if "skip" not in request.url.params:
            return httpx.Response(404)
        items = [{"id": "x9", "associationId": "a1"}] if request.url.params["skip"] == "0" else []
        return httpx.Response(200, json={"associations": items, "relations": items})


def requests_of(
    clients: Clients, name: str, server: Server | None = None, **options: Any
) -> list[httpx.Request]:
    server = server or Server()
    call(clients(TOKEN, "loc", transport=server.transport), name, **options)
    return server.requests


Carries = Callable[[httpx.Request], bool]
# A value of each option, and whether a request carries it.
OPTIONS: dict[str, tuple[Any, Carries]] = {
    "timeout": (7.5, lambda request: {*request.extensions["timeout"].values()} == {7.5}),
    "deadline": (8.5, lambda request: max(request.extensions["timeout"].values()) <= 8.5),
    "extra_body": ({"brandNew": 1}, lambda request: b'"brandNew":1' in request.content),
    "extra_query": ({"brandNew": "1"}, lambda request: request.url.params.get("brandNew") == "1"),
    "extra_headers": ({"X-New": "1"}, lambda request: request.headers.get("x-new") == "1"),
}
NOT_CARRIED = {"retries", "max_backoff"}  # but counted and waited, below
EXTRAS = {name for name in OPTIONS if name.startswith("extra_")}


def test_the_tables_have_every_method_and_every_option() -> None:
    assert OPTIONS.keys() | NOT_CARRIED == CallOptions.__annotations__.keys()
    assert SIGNATURES.keys() == dict(methods_with_options(ASYNC_RESOURCES)).keys()
    assert SIGNATURES.keys() > READS
    public = {
        f"{name}.{method}"
        for name, resource in RESOURCES.items()
        for method in vars(resource)
        if not method.startswith("_")
    }
    assert SIGNATURES.keys() == public


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_server_makes_a_method_send_all_that_it_may(clients: Clients, name: str) -> None:
    has_more = name.endswith(("create", "ensure", "link", "update", "iterate"))
    assert (len(requests_of(clients, name)) > 1) is has_more


@pytest.mark.parametrize("posts", OUTCOMES)
@pytest.mark.parametrize("with_optional", [False, True])
@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("name", SIGNATURES)
def test_a_method_sends_an_option_with_each_request_that_it_concerns(
    clients: Clients, name: str, option: str, with_optional: bool, posts: str
) -> None:
    value, carries = OPTIONS[option]
    options = {option: value, "with_optional": with_optional}
    if option == "extra_body" and name in READS:
        with pytest.raises(ValueError, match="extra_body cannot be sent with a GET request"):
            requests_of(clients, name, **options)
        return
    requests = requests_of(clients, name, Server(posts), **options)
    is_look_up = [one.method == "GET" and name not in READS for one in requests]
    expected = [not (option in EXTRAS and look_up) for look_up in is_look_up]
    assert [carries(one) for one in requests] == expected
    assert any(expected)


@pytest.mark.parametrize("posts", OUTCOMES)
@pytest.mark.parametrize("name", SIGNATURES)
def test_all_requests_of_a_method_share_the_deadline_of_the_call(
    clients: Clients, name: str, posts: str
) -> None:
    requests = requests_of(clients, name, Server(posts), deadline=8.5)
    assert len({id(one.extensions["timeout"]["read"]._deadline) for one in requests}) == 1


@pytest.mark.parametrize("retries", [0, 2])
@pytest.mark.parametrize("name", SIGNATURES)
def test_each_request_of_a_method_is_retried_as_often_as_the_call_says(
    clients: Clients, name: str, retries: int
) -> None:
    sent = requests_of(clients, name, retries=retries)
    for number in range(len(sent)):
        requests = requests_of(clients, name, Server(accepted=number), retries=retries)
        # The first POST, a 503, takes one of the retries of a creation, not of its lookups.
        posts = [one.method for one in sent[: number + 1]].count("POST")
        is_taken = retries > 0 and posts == 2 and sent[number].method == "POST"
        assert len(requests) == number + 1 + retries - is_taken


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_method_waits_no_longer_than_the_call_says(
    clients: Clients, name: str, waits: list[float]
) -> None:
    requests_of(clients, name, Server(accepted=0), max_backoff=0)
    assert waits == [0.0] * 7


@pytest.mark.parametrize("name", SIGNATURES)
@pytest.mark.parametrize("with_optional", [False, True])
@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"timout": 5}, TypeError, "'timout' is not an option of a call"),
        ({"retry": 1, "retries": 1}, TypeError, "'retry' is not an option of a call"),
        ({"timeout": "5"}, TypeError, "timeout must be a number, not '5'"),
        ({"retries": -1}, ValueError, "retries must be 0 or more, not -1"),
        ({"extra_query": "a=b"}, TypeError, "extra_query must be a mapping"),
        ({"extra_headers": {"Version": "v3"}}, ValueError, "extra_headers cannot set Version"),
    ],
)
def test_a_method_refuses_a_wrong_option_before_anything_is_sent(
    clients: Clients,
    name: str,
    with_optional: bool,
    options: dict[str, Any],
    error: type[Exception],
    says: str,
) -> None:
    server = Server()
    with pytest.raises(error, match=says):
        requests_of(clients, name, server, with_optional=with_optional, **options)
    assert server.requests == []


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_method_sends_nothing_after_its_deadline(clients: Clients, name: str) -> None:
    assert requests_of(clients, name, deadline=0) == []
