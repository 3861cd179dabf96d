"""Responses: the class of each error, the time to wait, and no token."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import facade
from facade import APIStatusError, AssociationsError
from facade._core.response import retry_after
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.operations import new_association, new_relation
from tests.facade.responding import TOKEN, in_turn

HTML = "<html><title>520: Web server is returning an unknown error</title></html>"


def error_of(client: Any) -> AssociationsError:
    with pytest.raises(AssociationsError) as raised:
        client.associations.get("a1")
    return raised.value


@pytest.mark.parametrize(
    ("status", "message", "name"),
    [
        (400, "duplicate pair of labels", "BadRequestError"),
        (400, "Max relation limit[1] reached for record[r] for a[b]", "RelationLimitError"),
        (400, "Association not found", "NotFoundError"),
        (400, "LocationId is not specified", "BadRequestError"),
        (401, "Invalid JWT", "AuthenticationError"),
        (401, "The token is not authorized for this scope.", "MissingScopeError"),
        (401, "version header was not found.", "VersionHeaderError"),
        (401, "Version header is invalid", "VersionHeaderError"),
        (400, "Invalid API version segment 'x' at position 0", "VersionHeaderError"),
        (401, "Token's user type mismatch!", "TokenTypeError"),
        (401, "This authClass type is not allowed to access this scope.", "TokenTypeError"),
        (403, "The token does not have access to this location.", "LocationAccessError"),
        (403, "no", "PermissionDeniedError"),
        (404, "Cannot GET /associations/a1", "NotFoundError"),
        (408, "Request timeout", "APIStatusError"),
        (409, "conflict", "APIStatusError"),
        (409, "already exists", "APIStatusError"),
        (422, ["property locationId should not exist"], "UnprocessableEntityError"),
        (422, "Both object labels can not be same", "EqualLabelsError"),
        (422, "Both object labels cannot be the same", "EqualLabelsError"),
        (422, "Invalid record id : 'r' for association : a", "InvalidRecordError"),
        (429, "too many", "RateLimitError"),
        (500, "boom", "ServerError"),
        (502, "boom", "ServerError"),
        (599, "boom", "ServerError"),
        (302, "moved", "APIStatusError"),
    ],
)
def test_each_status_is_an_error_of_its_class(
    answering: Callable[..., Any], status: int, message: str | list[str], name: str
) -> None:
    body = {"statusCode": status, "message": message, "traceId": "t-1"}
    error = error_of(answering(httpx.Response(status, json=body, headers={"X-A": "1"})))
    assert type(error).__name__ == name
    assert isinstance(error, APIStatusError)
    assert error.status_code == status
    assert error.messages == ((message,) if isinstance(message, str) else tuple(message))
    assert (error.method, error.path, error.trace_id) == ("GET", "/associations/a1", "t-1")
    assert error.headers["x-a"] == "1"
    assert error.body == body


RELATION_EXISTS = [
    "Can not create duplicate relation of object Ids for given association a1",
    "Could not create relation: duplicate key",
    "Relation already exists",
    "The records have already been associated",
    "The relation exists",
]
ASSOCIATION_EXISTS = ["Duplicate Association key", "An association with this key already exists"]


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize(
    ("message", "name"),
    [
        *[(message, "DuplicateRelationError") for message in RELATION_EXISTS],
        *[(message, "DuplicateAssociationError") for message in ASSOCIATION_EXISTS],
    ],
)
def test_each_wording_of_exists_already_is_of_its_class_whatever_the_status(
    answering: Callable[..., Any], status: int, message: str, name: str
) -> None:
    client = answering(httpx.Response(status, json={"message": message}))
    create = {
        "DuplicateRelationError": new_relation,
        "DuplicateAssociationError": new_association,
    }[name]
    with pytest.raises(facade.BadRequestError) as raised:
        create(client)
    assert (type(raised.value).__name__, raised.value.status_code) == (name, status)
    assert not raised.value.outcome_unknown


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"x-ratelimit-daily-remaining": "0"}, "DailyLimitError"),
        ({"x-ratelimit-daily-remaining": "1"}, "RateLimitError"),
        ({"x-ratelimit-daily-remaining": "1", "x-ratelimit-remaining": "0"}, "RateLimitError"),
    ],
)
def test_the_headers_of_a_429_say_which_limit_is_reached(
    answering: Callable[..., Any], headers: dict[str, str], name: str
) -> None:
    client = answering(httpx.Response(429, headers=headers))
    with pytest.raises(facade.RateLimitError) as raised:
        client.associations.get("a1", retries=0)
    assert type(raised.value).__name__ == name


EDGE_PAGE = "<!DOCTYPE html><title>Access denied | Error 1010</title><p>Cloudflare</p>"


@pytest.mark.parametrize("text", ["error code: 1010", EDGE_PAGE])
def test_a_refusal_of_the_edge_says_that_the_token_is_fine_and_what_to_do(
    answering: Callable[..., Any], text: str
) -> None:
    error = error_of(answering(httpx.Response(403, text=text)))
    assert type(error) is facade.EdgeRefusalError
    assert "refuses this client, not its token: keep its User-Agent" in str(error)


@pytest.mark.parametrize(
    ("status", "message", "advice"),
    [
        (401, "Token's user type mismatch!", "use a sub-account's token, or OAuth.add_location"),
        (401, "version header is invalid", "pass another `version` to the client"),
        (422, "Invalid record id : 'r' for association : a", "relations.link finds them"),
        (429, "too many", "pace=LocalPace(calls=25)"),
    ],
)
def test_an_error_says_what_to_do_where_its_text_does_not(
    answering: Callable[..., Any], status: int, message: str, advice: str
) -> None:
    error = error_of(answering(httpx.Response(status, json={"message": message})))
    assert f"returned {status}: {message} - " in str(error)
    assert advice in str(error)


@pytest.mark.parametrize("status", [502, 504, 520, 527, 599])
def test_an_outage_with_html_is_a_server_error_that_keeps_the_page(
    answering: Callable[..., Any], status: int
) -> None:
    error = error_of(answering(httpx.Response(status, html=HTML)))
    assert isinstance(error, facade.ServerError)
    assert (error.body, error.messages, error.trace_id) == (HTML, (), None)


@pytest.mark.parametrize(
    ("raised", "name", "says"),
    [
        (httpx.ConnectError("refused"), "ConnectFailedError", "cannot connect: refused"),
        (httpx.ConnectTimeout(""), "ConnectFailedError", "cannot connect: no connection in time"),
        (httpx.PoolTimeout(""), "ConnectFailedError", "cannot connect: no connection in time"),
        (httpx.ReadTimeout(""), "APITimeoutError", "no response in time"),
        (httpx.WriteTimeout(""), "APITimeoutError", "no response in time"),
        (httpx.ReadError(""), "ConnectionLostError", "connection lost: ReadError"),
        (httpx.RemoteProtocolError("no"), "ConnectionLostError", "connection lost: no"),
    ],
)
def test_each_way_of_getting_no_answer_is_an_error_of_its_class(
    answering: Callable[..., Any], raised: Exception, name: str, says: str
) -> None:
    error = error_of(answering(raised))
    assert type(error).__name__ == name
    assert isinstance(error, facade.APIConnectionError)
    assert error.__cause__ is raised
    assert str(error) == f"GET /associations/a1: {says}"
    assert (error.method, error.path) == ("GET", "/associations/a1")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct " + "9" * 40}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-interval-milliseconds": "10000"}, 10.0),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-interval-milliseconds": "10000"}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-interval-milliseconds": "9" * 5000}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-interval-milliseconds": "-1"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-interval-milliseconds": "0"}, None),
        ({}, None),
    ],
)
def test_the_time_to_wait_is_read_from_the_headers(
    headers: dict[str, str], expected: float | None
) -> None:
    assert retry_after(headers) == expected


@pytest.mark.parametrize("status", [200, 400, 502])
def test_a_token_that_the_answer_repeats_is_not_in_the_error(clients: Clients, status: int) -> None:
    body = {"message": f"bad token {TOKEN}"}
    transport, _ = in_turn(httpx.Response(status, json=body, headers={"X-Echo": TOKEN}))
    with pytest.raises(facade.AssociationsError) as raised:
        clients(TOKEN, "loc", transport=transport).associations.get("a1", retries=0)
    assert TOKEN not in str(raised.value) + repr(vars(raised.value))
    assert raised.value.body == {"message": "bad token ***"}  # type: ignore[attr-defined]


def test_a_token_in_a_body_that_cannot_be_read_is_not_in_the_error(clients: Clients) -> None:
    transport, _ = in_turn(httpx.Response(200, json=f"{TOKEN} is yours"))
    with pytest.raises(facade.ContractError, match=r"not '\*\*\* is yours'") as raised:
        clients(TOKEN, "loc", transport=transport).associations.get("a1")
    assert raised.value.body == "*** is yours"


def test_of_a_page_ten_thousand_characters_are_looked_through(
    answering: Callable[..., Any],
) -> None:
    error = error_of(answering(httpx.Response(403, text=" " * 10_000 + "error code: 1010")))
    assert type(error) is facade.PermissionDeniedError


def test_a_wrong_token_is_an_authentication_error(clients: Any, sandbox: Sandbox) -> None:
    client = clients("pit-wrong", sandbox.location_id, transport=sandbox.transport())
    with pytest.raises(facade.AuthenticationError) as raised:
        client.associations.list()
    assert raised.value.status_code == 401
    assert "pit-wrong" not in str(vars(raised.value))
