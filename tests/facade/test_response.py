"""Responses: the class of each error, the time to wait, and no token."""

import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import facade
from facade import errors
from facade._core import response as response_module
from facade._core.reading import RawResponse
from facade._core.response import quoted, redacted, retry_after, status_error
from tests.facade.operations import new_association, new_relation
from tests.facade.responding import TOKEN, new_request


def error_of(client: Any) -> Any:
    with pytest.raises(facade.AssociationsError) as raised:
        client.associations.get("a1", retries=0)
    return raised.value


def response_error(status: int, message: Any, path: str = "/associations/a1") -> Any:
    """Return the error for a response; a list is of the message, all else is a body."""
    is_list = isinstance(message, list)
    body = {"message": message[0], "traceId": "t-1"} if is_list else message
    return status_error(method="GET", path=path, status_code=status, headers={}, body=body)


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (302, "moved", errors.APIStatusError),
        (400, "duplicate pair of labels", errors.BadRequestError),
        (400, "duplicate opportunity relation", errors.DuplicateOpportunityError),
        (400, "Max relation limit[1] reached for record[r] for a[b]", errors.RelationLimitError),
        (400, "Association not found", errors.NotFoundError),
        (400, "Invalid API version segment 'x' at position 0", errors.VersionHeaderError),
        (401, "Invalid JWT", errors.AuthenticationError),
        (401, "The token is not authorized for this scope.", errors.MissingScopeError),
        (401, "version header was not found.", errors.VersionHeaderError),
        (401, "Token's user type mismatch!", errors.TokenTypeError),
        (401, "This authClass type may not access this scope.", errors.TokenTypeError),
        (403, "The token does not have access to this location.", errors.LocationAccessError),
        (403, "no", errors.PermissionDeniedError),
        (404, "Cannot GET /associations/a1", errors.NotFoundError),
        (409, "already exists", errors.APIStatusError),  # of neither collection
        (422, ["property locationId should not exist"], errors.UnprocessableEntityError),
        (422, "Both object labels cannot be the same", errors.EqualLabelsError),
        (422, "Invalid record id : 'r' for association : a", errors.InvalidRecordError),
        (429, "too many", errors.RateLimitError),
        (403, "The token is not authorized for this scope.", errors.MissingScopeError),
        (422, "Record not found", errors.NotFoundError),
        (500, "not found", errors.ServerError),
        (599, "boom", errors.ServerError),
    ],
)
def test_status_and_text_are_an_error_of_a_class(
    status: int, message: str | list[str], kind: type[errors.APIStatusError]
) -> None:
    error = response_error(status, [message])
    assert type(error) is kind
    assert error.messages == ((message,) if isinstance(message, str) else tuple(message))
    assert type(response_error(status, str(message).upper())) is kind  # a page, in any case


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize(
    ("message", "kind", "path"),
    [
        ("Can not create duplicate relation", errors.DuplicateRelationError, "relations"),
        ("Could not create relation: duplicate ids", errors.DuplicateRelationError, "relations"),
        ("duplicate", errors.DuplicateRelationError, "relations"),
        ("Relation already exists", errors.DuplicateRelationError, "relations"),
        ("The pair exists already", errors.DuplicateRelationError, "relations"),
        ("The records have already been associated", errors.DuplicateRelationError, "relations"),
        ("They are already associated", errors.DuplicateRelationError, "relations"),
        ("The relation exists", errors.DuplicateRelationError, "relations"),
        ("Duplicate Association key", errors.DuplicateAssociationError, ""),
        ("An association with this key already exists", errors.DuplicateAssociationError, ""),
        ("The key exists already", errors.DuplicateAssociationError, ""),
    ],
)
def test_each_wording_of_exists_already_is_of_its_class_whatever_the_status(
    status: int, message: str, kind: type[Exception], path: str
) -> None:
    error = response_error(status, [message], f"/associations/{path}")
    assert (type(error), error.outcome_unknown) == (kind, False)


V3_CODE, RESOLUTION = "SOME_CODE", "look at the reference"
PATHS: dict[type[errors.APIStatusError], str] = {
    errors.DuplicateRelationError: "/associations/relations"
}


def body_error(status: int, body: Any, path: str = "/associations/a1") -> errors.APIStatusError:
    return status_error(method="POST", path=path, status_code=status, headers={}, body=body)


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "duplicate relation of object Ids for given a", errors.DuplicateRelationError),
        (401, "The token is not authorized for this scope.", errors.MissingScopeError),
        (400, "Association not found", errors.NotFoundError),
        (422, "Invalid record id : 'r' for association : a", errors.InvalidRecordError),
    ],
)
def test_each_form_of_an_error_body_has_the_same_class_and_text(
    status: int, message: str, kind: type[errors.APIStatusError]
) -> None:
    path = PATHS.get(kind, "/associations/a1")
    v3 = {"code": V3_CODE, "message": message, "details": ["d"], "resolution": RESOLUTION}
    bodies: tuple[Any, ...] = (
        {"statusCode": status, "message": message, "error": "Bad Request"},
        {"message": [message]},
        {"error": v3, "traceId": "t-1"},
        {"error": message},
        {"error": "bad_request", "error_description": message},
    )
    for body in bodies:
        error = body_error(status, body, path)
        assert (type(error), message in str(error)) == (kind, True), body
    error = body_error(status, bodies[2], path)
    assert f"returned {status}: {message} - {RESOLUTION}" in str(error)
    assert (error.code, error.details, error.trace_id) == (V3_CODE, ["d"], "t-1")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "OPPORTUNITY_NO_DUPLICATE", errors.DuplicateOpportunityError),
        (400, "ASSOCIATION_NOT_FOUND", errors.NotFoundError),
        (409, "CONTACT_NO_DUPLICATE", errors.APIStatusError),  # of another rule
        (500, "OPPORTUNITY_NO_DUPLICATE", errors.ServerError),
    ],
)
def test_a_code_without_a_message_is_an_error_of_a_class(
    status: int, code: str, kind: type[errors.APIStatusError]
) -> None:
    body = {"code": code, "meta": {"existingId": "o1"}}
    error = body_error(status, body, "/associations/relations")
    assert (type(error), error.code, error.details) == (kind, code, {"existingId": "o1"})
    assert str(error).endswith(f"returned {status}: {code}")


def test_a_resolution_does_not_decide_the_class() -> None:
    body = {"error": {"message": "no", "resolution": "check that the association is not found"}}
    assert type(body_error(400, body)) is errors.BadRequestError


@pytest.mark.parametrize(
    ("status", "in_body", "message", "kind"),
    [
        (400, 422, "Invalid record id : 'r'", errors.InvalidRecordError),
        (400, 422, "odd", errors.UnprocessableEntityError),
        (400, 404, "odd", errors.NotFoundError),
        (400, 429, "odd", errors.RateLimitError),
        (400, 500, "duplicate relation", errors.ServerError),
        (400, 418, "odd", errors.BadRequestError),  # tells no more
        (422, 400, "odd", errors.UnprocessableEntityError),
        (404, 400, "odd", errors.NotFoundError),
        (500, 400, "duplicate relation", errors.ServerError),
        (502, 422, "Invalid record id : 'r'", errors.ServerError),
    ],
)
def test_of_two_statuses_the_more_specific_one_decides(
    status: int, in_body: int, message: str, kind: type[errors.APIStatusError]
) -> None:
    body = {"statusCode": in_body, "message": message}
    error = body_error(status, body, "/associations/relations")
    assert (type(error), error.status_code) == (kind, status)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_text_says_nothing_about_a_request_that_was_not_judged(status: int) -> None:
    said = "duplicate relation, already exists, not found, invalid record id, scope, api version"
    kinds = {408: errors.APIStatusError, 429: errors.RateLimitError}
    error = body_error(status, {"message": said}, "/associations/relations")
    assert type(error) is kinds.get(status, errors.ServerError)


def test_the_attributes_of_the_tags_of_a_page_say_nothing() -> None:
    page = '<html><table><th scope="row">Denied</th></table></html>'
    assert type(body_error(403, page)) is errors.PermissionDeniedError


def test_an_error_has_all_that_a_response_says(answering: Callable[..., Any]) -> None:
    body = {"statusCode": 404, "message": "gone", "traceId": "t-1"}
    error = error_of(answering(httpx.Response(404, json=body, headers={"X-A": "1"})))
    assert (error.status_code, error.headers["x-a"], error.body) == (404, "1", body)
    assert (error.method, error.path, error.trace_id) == ("GET", "/associations/a1", "t-1")
    assert str(error) == "GET /associations/a1 returned 404: gone"
    page = error_of(answering(httpx.Response(520, html="<html><title>520</title></html>")))
    assert (page.body, page.messages, page.trace_id) == (
        "<html><title>520</title></html>",
        (),
        None,
    )
    assert str(page) == "GET /associations/a1 returned 520: the response gives no reason"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"x-ratelimit-daily-remaining": "0"}, errors.DailyLimitError),
        ({"x-ratelimit-daily-remaining": "1"}, errors.RateLimitError),
        ({}, errors.RateLimitError),
    ],
)
def test_the_headers_of_a_429_say_which_limit_is_reached(
    answering: Callable[..., Any], headers: dict[str, str], kind: type[Exception]
) -> None:
    headers |= {"Retry-After": "7"}
    error = error_of(answering(httpx.Response(429, headers=headers)))
    assert (type(error), error.retry_after) == (kind, 7.0)
    other = error_of(answering(httpx.Response(404, headers=headers)))
    assert type(other) is errors.NotFoundError


@pytest.mark.parametrize(
    ("status", "message", "advice"),
    [
        (401, "Token's user type mismatch!", "use a sub-account's token, or OAuth.add_location"),
        (401, "version header is invalid", "pass another `version` to the client"),
        (403, "error code: 1010", "refuses this client, not its token: keep its User-Agent"),
        (403, "<title>Access denied</title><p>Cloudflare</p>", "keep its User-Agent"),
        (422, "Invalid record id : 'r' for association : a", "relations.link finds them"),
        (422, "property locationId should not exist", "lacks the scope of the operation"),
        (429, "too many", "pace=LocalPace(calls=25)"),
    ],
)
def test_an_error_says_what_to_do_where_its_text_does_not(
    status: int, message: str, advice: str
) -> None:
    assert f"returned {status}: {message} - " in str(response_error(status, [message]))
    for error in (response_error(status, [message]), response_error(status, message)):
        assert advice in str(error)


def test_of_a_page_ten_thousand_characters_are_looked_through() -> None:
    text = "error code: 1010"
    near, far = f"{' ' * 9_900}{text}", f"{' ' * 10_000}{text}"
    kinds = [type(response_error(403, page)) for page in (near, far)]
    assert kinds == [facade.EdgeRefusalError, facade.PermissionDeniedError]


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (["Overloaded."], "Overloaded."),
        ([["One.", "Two."]], "One.; Two."),
        ("<html><TITLE>503 Not\n now</TITLE></html>", "Not now"),
        ("x" * 101, "x" * 100),
        (f"{' ' * 10_000}<title>no</title>", "<title>no</title>"),
        ([5], ""),
        ({"code": "NO_X"}, "NO_X"),
    ],
)
def test_a_response_is_quoted_in_one_line(message: Any, line: str) -> None:
    assert quoted(response_error(503, message)) == line


@pytest.mark.parametrize(
    ("raised", "name", "says"),
    [
        (httpx.ConnectError("refused"), "ConnectFailedError", "cannot connect: refused"),
        (httpx.PoolTimeout(""), "ConnectFailedError", "cannot connect: no connection in time"),
        (httpx.ReadTimeout(""), "APITimeoutError", "no response in time"),
        (httpx.ReadError(""), "ConnectionLostError", "connection lost: ReadError"),
        (httpx.RemoteProtocolError("no"), "ConnectionLostError", "connection lost: no"),
    ],
)
def test_each_way_of_getting_no_answer_is_an_error_of_its_class(
    answering: Callable[..., Any], raised: Exception, name: str, says: str
) -> None:
    error = error_of(answering(raised))
    assert (type(error).__name__, error.__cause__) == (name, raised)
    assert str(error) == f"GET /associations/a1: {says}"
    assert (error.method, error.path) == ("GET", "/associations/a1")


def test_an_error_that_is_not_of_the_http_library_is_raised_as_it_is(
    answering: Callable[..., Any],
) -> None:
    with pytest.raises(ZeroDivisionError):
        answering(ZeroDivisionError()).associations.get("a1")
    with pytest.raises(TimeoutError):  # of the app's transport: the deadline has not passed
        answering(TimeoutError()).associations.get("a1")


LIMITED = {"x-ratelimit-remaining": "0", "x-ratelimit-interval-milliseconds": "10000"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct " + "9" * 40}, None),
        (LIMITED, 10.0),
        ({**LIMITED, "retry-after": "7"}, 7.0),
        ({**LIMITED, "x-ratelimit-remaining": "5"}, None),
        ({**LIMITED, "x-ratelimit-interval-milliseconds": "9" * 5000}, None),
        ({}, None),
    ],
)
def test_the_time_to_wait_is_read_from_the_headers(
    headers: dict[str, str], expected: float | None
) -> None:
    assert retry_after(headers) == expected


def test_a_date_without_a_time_zone_is_in_utc() -> None:
    wait = retry_after({"retry-after": "2999-01-01T00:00:00"})
    assert wait == pytest.approx(retry_after({"retry-after": "2999-01-01T00:00:00Z"}), abs=5)
    assert wait is not None
    assert wait > 1e9


@pytest.mark.parametrize("status", [200, 400, 502])
def test_a_token_that_the_answer_repeats_is_not_in_the_error(
    answering: Callable[..., Any], status: int
) -> None:
    body = {"message": "bad token pit-test"}
    error = error_of(answering(httpx.Response(status, json=body, headers={"X-Echo": "pit-test"})))
    assert "pit-test" not in str(error) + repr(vars(error))
    assert (error.body, error.headers["x-echo"]) == ({"message": "bad token ***"}, "***")


def test_a_token_in_a_body_that_cannot_be_read_is_not_in_the_error(
    answering: Callable[..., Any],
) -> None:
    error = error_of(answering(httpx.Response(200, json="pit-test is yours")))
    assert "not '*** is yours'" in str(error)
    assert error.body == "*** is yours"


class About:
    """What an error is about."""

    operation, location_id, method, path = "get_association", "loc", "GET", "/a"


def test_other_secrets_are_left_out_of_what_an_error_keeps_of_an_exchange() -> None:
    response = RawResponse(400, {"x-a": f"{TOKEN} k-1"}, b'{"message": "k-1 k-2"}')
    request = httpx.Request("GET", "https://a.test", headers={"Authorization": f"Bearer {TOKEN}"})
    target = About()
    kept = redacted(target, request, response, ["k-1", ""])
    assert (kept["headers"], kept["body"]) == ({"x-a": "*** ***"}, {"message": "*** k-2"})
    assert redacted(target, new_request(), response)["headers"] == {"x-a": f"{TOKEN} k-1"}


def test_an_exchange_without_a_token_has_none_to_leave_out() -> None:
    response, target = RawResponse(200, {}, b"[]"), About()
    error = response_module.response_error(target, new_request(), response, "it is a list")
    assert str(error).endswith("does not match the contract: it is a list")


@pytest.mark.parametrize("create", [new_relation, new_association])
def test_a_refused_creation_is_told_by_its_path(
    answering: Callable[..., Any], create: Callable[[Any], Any]
) -> None:
    client = answering(httpx.Response(409, json={"message": "already exists"}))
    with pytest.raises(
        errors.DuplicateRelationError
        if create is new_relation
        else errors.DuplicateAssociationError
    ):
        create(client)


@pytest.mark.parametrize(("header", "seconds"), [({}, None), ({"x-ratelimit-daily-reset": "9"}, 9)])
def test_an_error_of_the_daily_limit_says_when_the_limit_is_reset(
    header: dict[str, str], seconds: float | None
) -> None:
    error = response_module.status_error(
        method="GET",
        path="/associations/",
        status_code=429,
        headers={"x-ratelimit-daily-remaining": "0", **header},
        body=None,
    )
    assert isinstance(error, errors.DailyLimitError)
    assert error.resets_in == seconds
    assert pickle.loads(pickle.dumps(error)).resets_in == seconds
