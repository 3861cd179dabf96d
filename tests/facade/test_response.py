"""Responses: the class of each error, the time to wait, and no token."""

import pickle
from itertools import product
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

import facade
from facade import errors
from facade._core import response as response_module
from facade._core.reading import RawResponse
from facade._core.response import redacted, retry_after, status_error
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN, Answers, new_request

RELATIONS, ONE = "/associations/relations", "/associations/a1"


def error_of(clients: Clients, answer: Answers) -> Any:
    client, _ = clients.answering(answer, retries=0)
    with pytest.raises(facade.AssociationsError) as raised:
        client.associations.get("a1")
    return raised.value


def response_error(status: int, body: Any, path: str = ONE, **headers: str) -> Any:
    """Return the error for a response."""
    headers = {f"x-ratelimit-daily-{name}": value for name, value in headers.items()}
    return status_error(method="GET", path=path, status_code=status, headers=headers, body=body)


LOCATION = "The token does not have access to this location."
SCOPE = "The token is not authorized for this scope."


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (302, "moved", errors.APIStatusError),
        (400, "duplicate opportunity relation", errors.DuplicateOpportunityError),
        (400, "OPPORTUNITY_NO_DUPLICATE", errors.DuplicateOpportunityError),
        (400, "Max relation limit[1] reached", errors.RelationLimitError),
        (400, "Association not found", errors.NotFoundError),
        (400, "Invalid API version segment 'x'", errors.VersionHeaderError),
        (403, "no version header", errors.VersionHeaderError),
        (401, "Invalid JWT", errors.AuthenticationError),
        (401, SCOPE, errors.MissingScopeError),
        (401, "Token's user type mismatch!", errors.TokenTypeError),
        (401, "This authClass type may not access this scope.", errors.TokenTypeError),
        (403, LOCATION, errors.LocationAccessError),
        (403, SCOPE, errors.MissingScopeError),
        (403, "no", errors.PermissionDeniedError),
        (403, "error code: 1010", errors.EdgeRefusalError),
        (403, "Cloudflare", errors.EdgeRefusalError),
        (403, '<th scope="row">Denied</th>', errors.PermissionDeniedError),  # an attribute of a tag
        (404, "Cannot GET /associations/a1", errors.NotFoundError),
        (409, "already exists, duplicate", errors.APIStatusError),  # of neither collection
        (422, "property locationId should not exist", errors.UnprocessableEntityError),
        (422, "Both object labels cannot be the same", errors.EqualLabelsError),
        (422, "Invalid record id : 'r' for association : a", errors.InvalidRecordError),
        (429, "too many", errors.RateLimitError),
        (500, "not found", errors.ServerError),
    ],
)
def test_the_class_of_errors(status: int, message: str, kind: type[errors.APIStatusError]) -> None:
    bodies: list[Any] = [message.upper()]  # a page, in any case
    if "<" not in message:
        bodies += [{"message": message}, {"code": message.replace(" ", "_")}]
    for body in bodies:
        assert type(response_error(status, body)) is kind


EXISTS: dict[str, tuple[type[errors.APIStatusError], list[str]]] = {
    RELATIONS: (
        errors.DuplicateRelationError,
        [
            "Can not create duplicate relation",
            "duplicate",
            "Relation already exists",
            "The pair exists already",
            "The records have already been associated",
            "They are already associated",
            "The relation exists",
        ],
    ),
    "/associations/": (
        errors.DuplicateAssociationError,
        ["Duplicate Association key", "The key already exists", "The key exists already"],
    ),
}


@pytest.mark.parametrize("path", EXISTS)
def test_each_wording_of_exists_already_is_of_its_class_whatever_the_status(path: str) -> None:
    kind, messages = EXISTS[path]
    for message, status in product(messages, (400, 409, 422)):
        error = response_error(status, {"message": message}, path)
        assert (type(error), error.outcome_unknown) == (kind, False), message


MANY = "duplicate relation, already exists, not found, invalid record id, scope, api version"


@pytest.mark.parametrize(
    ("status", "in_body", "message", "kind"),
    [
        (400, 422, "Invalid record id : 'r'", errors.InvalidRecordError),
        (400, 404, "odd", errors.NotFoundError),
        (400, 500, MANY, errors.ServerError),
        (400, 418, "odd", errors.BadRequestError),  # tells no more
        (400, 1000, "odd", errors.BadRequestError),  # is no status
        (404, 400, "odd", errors.NotFoundError),
        (502, 422, MANY, errors.ServerError),
        (408, 408, MANY, errors.APIStatusError),  # a text says nothing where nothing was judged
        (429, 429, MANY, errors.RateLimitError),
    ],
)
def test_of_two_statuses_the_more_specific_one_decides_before_any_text(
    status: int, in_body: int, message: str, kind: type[errors.APIStatusError]
) -> None:
    error = response_error(status, {"statusCode": in_body, "message": message}, RELATIONS)
    assert (type(error), error.status_code) == (kind, status)


def test_an_error_has_all_that_a_response_says(clients: Clients) -> None:
    body = {"statusCode": 404, "message": "gone", "traceId": "t-1"}
    error = error_of(clients, httpx.Response(404, json=body, headers={"X-A": "1"}))
    assert (error.status_code, error.headers["x-a"], error.body) == (404, "1", body)
    assert (error.method, error.path, error.trace_id) == ("GET", ONE, "t-1")
    assert error.messages == ("gone",)
    assert str(error).startswith(f"GET {ONE} returned 404: gone - check the id and the location")
    page = response_error(520, "<html></html>")
    assert (page.body, page.messages, page.trace_id) == ("<html></html>", (), None)
    assert page.args[0] == f"GET {ONE} returned 520: the response gives no reason"


@pytest.mark.parametrize(
    ("headers", "kind", "resets_in"),
    [
        ({"remaining": "0", "reset": "9"}, errors.DailyLimitError, 9.0),
        ({"remaining": "0"}, errors.DailyLimitError, None),
        ({"remaining": "1", "reset": "9"}, errors.RateLimitError, None),
        ({}, errors.RateLimitError, None),
    ],
)
def test_the_headers_of_a_429_say_which_limit_is_reached(
    headers: dict[str, str], kind: type[Exception], resets_in: float | None
) -> None:
    error = pickle.loads(pickle.dumps(response_error(429, None, **headers)))
    assert (type(error), getattr(error, "resets_in", None)) == (kind, resets_in)
    assert type(response_error(404, None, **headers)) is errors.NotFoundError


def test_of_a_page_ten_thousand_characters_are_looked_through() -> None:
    for blanks, kind in ((9_900, errors.EdgeRefusalError), (10_000, errors.PermissionDeniedError)):
        assert type(response_error(403, f"{' ' * blanks}error code: 1010")) is kind


@pytest.mark.parametrize(
    ("raised", "kind", "says"),
    [
        (httpx.ConnectError("no"), errors.ConnectFailedError, "cannot connect: no (AT) - check b"),
        (httpx.PoolTimeout(""), errors.ConnectFailedError, "cannot connect: no connection in time"),
        (httpx.ReadTimeout(""), errors.APITimeoutError, "no response in time from AT - pass a"),
        (httpx.ReadError(""), errors.ConnectionLostError, "connection lost: ReadError (AT) - look"),
        (httpx.RemoteProtocolError("no"), errors.ConnectionLostError, "connection lost: no (AT)"),
    ],
)
def test_each_way_of_getting_no_answer_is_an_error_of_its_class(
    clients: Clients, raised: Exception, kind: type[Exception], says: str
) -> None:
    error = error_of(clients, raised)
    assert (type(error), error.__cause__) == (kind, raised)
    at = "services.leadconnectorhq.com, port 443"
    assert str(error).startswith(f"GET {ONE}: {says.replace('AT', at)}")
    assert (error.method, error.path) == ("GET", ONE)


def test_an_error_that_is_not_of_the_http_library_is_raised_as_it_is(clients: Clients) -> None:
    with pytest.raises(TimeoutError):  # of the app's transport: the deadline has not passed
        error_of(clients, TimeoutError())


DATE = "Wed, 21 Oct 2015 07:28:"
LIMITED = {"x-ratelimit-remaining": "0", "x-ratelimit-interval-milliseconds": "10000"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct " + "9" * 40}, None),
        ({"retry-after": "10s"}, None),
        ({"retry-after": f"{DATE}30 GMT", "date": f"{DATE}00 GMT"}, 30.0),
        ({"retry-after": f"{DATE}30 GMT", "date": "today"}, 0.0),
        ({**LIMITED, "retry-after": "10s"}, 10.0),
        (LIMITED, 10.0),
        ({**LIMITED, "retry-after": "7"}, 7.0),
        ({**LIMITED, "x-ratelimit-remaining": "5"}, None),
        ({}, None),
    ],
)
def test_the_headers_say_how_long_to_wait(headers: dict[str, str], expected: float | None) -> None:
    assert retry_after(headers) == expected


@pytest.mark.parametrize(
    ("status", "body"), [(400, {"message": f"bad {TOKEN}"}), (200, f"{TOKEN} is yours")]
)
def test_a_repeated_token_is_not_in_the_error(clients: Clients, status: int, body: Any) -> None:
    error = error_of(clients, httpx.Response(status, json=body, headers={"X-Echo": TOKEN}))
    assert TOKEN not in str(error) + repr(vars(error))
    assert "***" in str(error)
    assert ("***" in str(error.body), error.headers["x-echo"]) == (True, "***")


def test_other_secrets_are_left_out_of_what_an_error_keeps_of_an_exchange() -> None:
    about: Any = SimpleNamespace(method="GET", path="/a", operation="get_association")
    response = RawResponse(400, {"x-a": f"{TOKEN} k-1"}, b'{"message": "k-1 k-2"}')
    request = httpx.Request("GET", "https://a.test", headers={"Authorization": f"Bearer {TOKEN}"})
    kept = redacted(about, request, response, ["k-1", ""])
    assert (kept["headers"], kept["body"]) == ({"x-a": "*** ***"}, {"message": "*** k-2"})
    # A request without a token has none to leave out.
    assert redacted(about, new_request(), response)["headers"] == {"x-a": f"{TOKEN} k-1"}
    error = response_module.response_error(about, new_request(), response, "it is a list")
    assert "does not match the contract: it is a list - check base_url" in str(error)
