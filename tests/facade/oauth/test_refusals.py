"""Refusals: each wording has its error, and a refused refresh token is not sent again."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import httpx
import pytest
from attrs import evolve

from facade import AssociationsError, MissingScopeError
from facade.oauth import (
    MemoryTokenStore,
    OAuth,
    OAuthRefusedError,
    ReauthorizationError,
)
from facade.testing import Sandbox
from tests.facade.driving import Clients, Clock
from tests.facade.oauth.conftest import Apps
from tests.facade.oauth.runs import APP, DAY, GRANT, KEY, token_requests

ENDED = "ReauthorizationError"

NEST = {"statusCode": 401, "error": "Unauthorized"}
UNAUTHORIZED = {"error": "UnAuthorized!"}
WRONG_APP = UNAUTHORIZED | {"error_description": "Invalid client credentials!"}


@pytest.mark.parametrize(
    ("status", "body", "of_a_code", "of_a_refresh"),
    [
        (401, UNAUTHORIZED | {"error_description": "Authorization code not found"}, ENDED, ENDED),
        (401, WRONG_APP, "invalid_client", ENDED),
        (
            401,
            UNAUTHORIZED | {"error_description": "Invalid refresh token"},
            "unauthorized",
            ENDED,
        ),
        (401, UNAUTHORIZED, "unauthorized", ENDED),
        (400, {"message": "Invalid grant: refresh token is invalid"}, ENDED, ENDED),
        (400, {"error": "invalid_grant"}, ENDED, ENDED),
        (400, {"error": "invalid_grant", "message": "Odd"}, ENDED, ENDED),
        (401, {"error": "invalid_client"}, "invalid_client", "invalid_client"),
        (403, {"error": "access_denied"}, "access_denied", "access_denied"),
        (400, {"message": "Odd"}, "BadRequestError", "BadRequestError"),
        (401, NEST | {"message": "Odd"}, "AuthenticationError", "AuthenticationError"),
        (400, "a page", "BadRequestError", "BadRequestError"),
        (400, {"error": {"code": "INVALID_GRANT", "message": "Odd"}}, ENDED, ENDED),
        (400, {"error": {"message": "Invalid grant: it is invalid"}}, ENDED, ENDED),
        (401, {"error": {"code": "INVALID_CLIENT", "message": "Odd"}}, *["invalid_client"] * 2),
        (401, {"error": {"message": "Invalid client credentials!"}}, *["invalid_client"] * 2),
        (400, {"error": {"code": "X", "message": "Odd"}}, *["BadRequestError"] * 2),
        (400, {"statusCode": 500, "error": "invalid_grant"}, "ServerError", "ServerError"),
        (404, {"error": "Not Found"}, "not_found", "not_found"),
        (408, {"error": "timeout"}, "APIStatusError", "APIStatusError"),
        (429, {"error": "too_many_requests"}, "RateLimitError", "RateLimitError"),
        (429, {"error": "invalid_grant"}, "RateLimitError", "RateLimitError"),
        (500, {"error": "server_error"}, "ServerError", "ServerError"),
        (503, UNAUTHORIZED, "ServerError", "ServerError"),
    ],
)
def test_a_refusal_is_understood_by_its_text_and_by_what_was_sent(
    status: int, body: Any, of_a_code: str, of_a_refresh: str
) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(status, json=body))

    def refusal_of(use: Callable[[OAuth], object]) -> str:
        store = MemoryTokenStore()
        store.save(KEY, GRANT)
        with pytest.raises(AssociationsError) as caught:
            use(OAuth(*APP, store=store, transport=transport))
        error = caught.value
        assert "None" not in str(error)
        if isinstance(body, dict):  # HighLevel's text, in each form
            said = body["error"] if isinstance(body.get("error"), dict) else body
            assert str(said.get("message", said.get("error"))) in str(error)
        if isinstance(error, OAuthRefusedError):
            assert (error.method, error.path, error.status_code) == ("POST", "/oauth/token", status)
        return error.code if isinstance(error, OAuthRefusedError) else type(error).__name__

    assert refusal_of(lambda oauth: oauth.exchange("the-code", unsolicited=True)) == of_a_code
    assert refusal_of(lambda oauth: oauth.token("sandbox-location")) == of_a_refresh


@pytest.mark.parametrize(
    ("refused", "paths"),
    [
        (WRONG_APP, ["/oauth/locationToken", "/oauth/token", "/oauth/locationToken"]),
        (
            {"statusCode": 401, "message": "The token is not authorized for this scope."},
            ["/oauth/locationToken"],
        ),
    ],
)
def test_a_refused_agency_token_is_renewed_unless_another_one_lacked_the_scope_too(
    refused: dict[str, Any], paths: list[str], clock: Clock
) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if len(asked) == 1:
            return httpx.Response(401, json=refused)
        owner = {"companyId": "c1", "userType": "Company"}
        if request.url.path == "/oauth/locationToken":
            owner = {"companyId": "c1", "locationId": "l1", "userType": "Location"}
        tokens = {"access_token": "a-new", "refresh_token": "r-new", "expires_in": 100}
        return httpx.Response(201, json=tokens | owner)

    store, end = MemoryTokenStore(), clock.now + 100
    agency = evolve(GRANT, user_type="Company", location_id="", renew_at=end, expires_at=end)
    store.save("sandbox-app:company:c1", agency)
    oauth = OAuth(*APP, store=store, transport=httpx.MockTransport(answer), clock=clock)
    with pytest.raises(MissingScopeError) if len(paths) == 1 else nullcontext():
        assert oauth.add_location("l1", company_id="c1").location_id == "l1"
    assert asked == paths


def test_the_error_for_an_ended_authorization_says_what_a_person_must_do(
    oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.oauth.uninstall(sandbox.location_id)
    clock.now += DAY
    with pytest.raises(ReauthorizationError) as caught:
        oauth.token(sandbox.location_id)
    assert str(caught.value) == (
        "HighLevel no longer renews the tokens of location sandbox-location (POST /oauth/token "
        "returned 401: UnAuthorized!; Invalid client credentials!): a user must install the "
        "app again, at authorization_url(). If this happens to all owners at once, check client_id "
        "and client_secret"
    )


def test_a_refused_refresh_token_is_sent_once_for_many_calls_and_again_after_an_hour(
    oauth: OAuth, sandbox: Sandbox, clock: Clock, clients: Clients
) -> None:
    client = clients(oauth, sandbox.location_id, transport=sandbox.transport())
    sandbox.oauth.uninstall(sandbox.location_id)
    clock.now += DAY
    asked = len(token_requests(sandbox))
    for _ in range(9):
        clock.now += 31
        with pytest.raises(ReauthorizationError):
            client.associations.list()
    assert len(token_requests(sandbox)) == asked + 1
    clock.now += 3600
    with pytest.raises(ReauthorizationError):
        client.associations.list()
    assert len(token_requests(sandbox)) == asked + 2


@pytest.mark.parametrize(("set_back", "asked"), [(3599, 0), (3600, 1), (86_400, 1)])
def test_a_refusal_is_not_remembered_for_longer_where_the_clock_is_set_back(
    set_back: int, asked: int, oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.oauth.uninstall(sandbox.location_id)
    clock.now += 3 * DAY
    with pytest.raises(ReauthorizationError):
        oauth.token(sandbox.location_id)
    before = len(token_requests(sandbox))
    clock.now -= set_back
    with pytest.raises(ReauthorizationError):
        oauth.token(sandbox.location_id)
    assert len(token_requests(sandbox)) == before + asked


def test_the_locations_of_a_revoked_agency_share_its_refusal(
    make: Apps, sandbox: Sandbox, clock: Clock
) -> None:
    oauth = make(company_id="sandbox-company")
    oauth.exchange(sandbox.oauth.install(), unsolicited=True, user_type="Company")
    sandbox.oauth.uninstall("sandbox-company")
    clock.now += DAY
    asked = len(token_requests(sandbox))
    for number in range(9):
        with pytest.raises(ReauthorizationError, match="company sandbox-company"):
            oauth.token(f"location-{number}")
    assert len(token_requests(sandbox)) == asked + 1


def test_a_token_that_another_worker_renewed_is_used_after_a_refusal(
    make: Apps, sandbox: Sandbox, clock: Clock
) -> None:
    store = MemoryTokenStore()
    one, other = make(store=store), make(store=store)
    one.exchange(make.code(), unsolicited=True)
    sandbox.oauth.uninstall(sandbox.location_id)
    clock.now += DAY
    with pytest.raises(ReauthorizationError):
        one.token(sandbox.location_id)
    other.exchange(make.code(), unsolicited=True)
    assert one.token(sandbox.location_id) == other.token(sandbox.location_id)
