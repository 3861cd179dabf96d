"""Errors of OAuth: each wording of a refusal has its own, and all can be pickled."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from facade import AssociationsError, AuthenticationError
from facade.oauth import OAuthError, OAuthRefusedError, StateMismatchError
from tests.facade.oauth.conftest import App
from tests.facade.oauth.runs import LOCATION

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
        (401, {"error": "invalid_client"}, "invalid_client", "invalid_client"),
        (403, {"error": "access_denied"}, "access_denied", "access_denied"),
        (400, {"message": "Odd"}, "BadRequestError", "BadRequestError"),
        (401, NEST | {"message": "Odd"}, "AuthenticationError", "AuthenticationError"),
        (400, {"error": {"code": "INVALID_GRANT", "message": "Odd"}}, ENDED, ENDED),
        (401, {"error": {"code": "INVALID_CLIENT", "message": "Odd"}}, *["invalid_client"] * 2),
        (400, {"error": {"code": "X", "message": "Odd"}}, *["BadRequestError"] * 2),
        (400, {"statusCode": 500, "error": "invalid_grant"}, "ServerError", "ServerError"),
        (302, {"error": "access_denied"}, "APIStatusError", "APIStatusError"),
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


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, OAuthRefusedError), (401, AuthenticationError), (403, OAuthRefusedError)],
)
def test_a_401_to_a_request_without_a_grant_is_not_about_the_app(
    status: int, kind: type[AssociationsError], app: App
) -> None:
    with pytest.raises(kind):
        app.always(status, {"error": "access_denied"}).reconnect(location_id="l1")


REFUSED = OAuthRefusedError("o", method="POST", path="/oauth/token", status_code=401, code="c")


@pytest.mark.parametrize("error", [*(kind("o") for kind in OAuthError.__subclasses__()), REFUSED])
def test_an_error_is_pickled_and_copied_whole(error: OAuthError) -> None:
    for restored in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(restored) is type(error)
        assert (str(restored), vars(restored)) == (str(error), vars(error))
    assert OAuthRefusedError("o").status_code == 0


FORGED = {"state": "forged", "expected_state": "mine"}


@pytest.mark.parametrize(
    ("given", "kind", "why"),
    [
        ({"code": None}, ValueError, "code is empty: the callback has none"),
        ({"expected_state": "mine"}, StateMismatchError, "^state is missing"),
        ({"state": "", "expected_state": ""}, StateMismatchError, "^state is missing"),
        ({"state": "forged"}, StateMismatchError, "^expected_state is missing"),
        (FORGED, StateMismatchError, "is not that of this session"),
        (FORGED | {"state": "\ud800"}, StateMismatchError, "is not that of this session"),
    ],
)
def test_what_is_no_code_or_of_another_session_is_not_sent(
    given: dict[str, Any], kind: type[Exception], why: str, app: App
) -> None:
    with pytest.raises(kind, match=why):
        app().exchange(**{"code": app.code(), **given})
    assert app.asked() == 0
    assert app().exchange(app.code(), state="s", expected_state="s").location_id == LOCATION
