"""Refusals: each wording has its error, and a refused refresh token is not sent again."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import httpx
import pytest

from facade import AssociationsError, AuthenticationError, MissingScopeError
from facade.oauth import OAuth, OAuthError, OAuthRefusedError, ReauthorizationError
from tests.facade.oauth.conftest import App
from tests.facade.oauth.runs import DAY, LOCATION

ENDED = "ReauthorizationError"

NEST = {"statusCode": 401, "error": "Unauthorized"}
UNAUTHORIZED = {"error": "UnAuthorized!"}
WRONG_APP = UNAUTHORIZED | {"error_description": "Invalid client credentials!"}
WRONG_TOKEN = UNAUTHORIZED | {"error_description": "Invalid refresh token"}


@pytest.mark.parametrize(
    ("status", "body", "of_a_code", "of_a_refresh"),
    [
        (401, UNAUTHORIZED | {"error_description": "Authorization code not found"}, ENDED, ENDED),
        (401, WRONG_APP, "invalid_client", ENDED),
        (401, WRONG_TOKEN, "unauthorized", ENDED),
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
        (429, {"error": "invalid_grant"}, "RateLimitError", "RateLimitError"),
        (503, UNAUTHORIZED, "ServerError", "ServerError"),
    ],
)
def test_a_refusal_is_understood_by_its_text_and_by_what_was_sent(
    status: int, body: Any, of_a_code: str, of_a_refresh: str, app: App
) -> None:
    app.keep("location:l1", 0)
    oauth = app.always(status, body)

    def refusal_of(use: Callable[[], object]) -> str:
        with pytest.raises(AssociationsError) as caught:
            use()
        error = caught.value
        assert "None" not in str(error)
        if isinstance(body, dict):  # HighLevel's text, in each form
            said = body["error"] if isinstance(body.get("error"), dict) else body
            assert str(said.get("message", said.get("error"))) in str(error)
        if not isinstance(error, OAuthRefusedError):
            return type(error).__name__
        assert (error.method, error.path, error.status_code) == ("POST", "/oauth/token", status)
        return error.code

    assert refusal_of(lambda: oauth.exchange("the-code", unsolicited=True)) == of_a_code
    assert refusal_of(lambda: oauth.token("l1")) == of_a_refresh


@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (403, OAuthRefusedError)])
def test_a_401_to_a_request_without_a_grant_is_not_about_the_app(
    status: int, kind: type[AssociationsError], app: App
) -> None:
    with pytest.raises(kind):
        app.always(status, {"error": "access_denied"}).reconnect(location_id="l1")


OF_A_SCOPE = {"statusCode": 401, "message": "The token is not authorized for this scope."}


@pytest.mark.parametrize(
    ("refused", "paths"),
    [
        (WRONG_APP, ["/oauth/locationToken", "/oauth/token", "/oauth/locationToken"]),
        (OF_A_SCOPE, ["/oauth/locationToken"]),
    ],
)
def test_a_refused_agency_token_is_renewed_unless_another_one_lacked_the_scope_too(
    refused: dict[str, Any], paths: list[str], app: App
) -> None:
    tokens = {"access_token": "a-new", "expires_in": 100, "companyId": "c1"}

    def answer(request: httpx.Request) -> httpx.Response:
        if len(app.requests) == 1:
            return httpx.Response(401, json=refused)
        is_location = request.url.path == "/oauth/locationToken"
        owner = {"locationId": "l1"} if is_location else {"userType": "Company"}
        return httpx.Response(201, json=tokens | owner)

    app.keep("company:c1", user_type="Company", location_id="")
    oauth = app.answered_by(answer)
    with pytest.raises(MissingScopeError) if len(paths) == 1 else nullcontext():
        assert oauth.add_location("l1", company_id="c1").location_id == "l1"
    assert [one.url.path for one in app.requests] == paths


def uninstalled(app: App, after: float = DAY) -> OAuth:
    """Return the OAuth of an app that was uninstalled, some time later."""
    oauth = app.installed()
    app.sandbox.oauth.uninstall(LOCATION)
    app.clock.now += after
    return oauth


@pytest.mark.parametrize(
    ("passed", "asked"), [(31, 0), (3599, 0), (3600, 1), (-3599, 0), (-3600, 1), (-DAY, 1)]
)
def test_a_refused_refresh_token_rests_for_an_hour(passed: int, asked: int, app: App) -> None:
    oauth = uninstalled(app, 3 * DAY)
    before = app.asked()
    said = "location sandbox-location .*401: UnAuthorized!; .* a user must install the app again"
    for seconds, requests in [(0, 1), (passed, 1 + asked)]:
        app.clock.now += seconds  # or the clock is set back
        for _ in range(3):
            with pytest.raises(ReauthorizationError, match=said):
                oauth.token(LOCATION)
        assert app.asked() == before + requests


def test_a_token_that_another_worker_installed_is_used_after_a_refusal(app: App) -> None:
    oauth = uninstalled(app)
    with pytest.raises(ReauthorizationError):
        oauth.token(LOCATION)
    assert app.installed().token(LOCATION) == oauth.token(LOCATION)


def test_an_app_that_is_not_installed_is_not_reconnected_again_and_again(app: App) -> None:
    uninstalled(app)
    oauth, before = app(reconnects=True), app.asked()
    for _ in range(3):
        with pytest.raises(ReauthorizationError, match=r"nor reconnects it \(.*not installed"):
            oauth.token(LOCATION)
    assert app.asked() == before + 2


@pytest.mark.parametrize("status", [429, 503])
def test_while_highlevel_cannot_reconnect_the_next_call_tries_again(status: int, app: App) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_refresh = request.url.path == "/oauth/token"
        return httpx.Response(401 if is_refresh else status, json=WRONG_TOKEN)

    app.keep("location:l1", 0)
    oauth = app.answered_by(answer, reconnects=True)
    for _ in range(2):
        before = len(app.requests)
        with pytest.raises(AssociationsError) as caught:
            oauth.token("l1")
        assert not isinstance(caught.value, OAuthError)
        assert app.requests[-1].url.path == "/oauth/reconnect"
        assert len(app.requests) > before
