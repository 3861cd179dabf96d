"""What a refused request for tokens means, and which refresh tokens were refused.

HighLevel has no machine codes here: `UnAuthorized!` may mean the code, the refresh token or the
app's credentials, and its v3 answers in another form. So the text decides, and what was sent.
"""

import re
from collections.abc import Callable
from typing import Any, cast

from facade.errors import APIStatusError, AssociationsError
from facade.oauth.errors import OAuthRefusedError, ReauthorizationError
from facade.oauth.grant import Grant, token_digest

# By grant type, the texts that refuse what was to be exchanged. HighLevel checks a code before the
# credentials, so it names the code where both are wrong; and for an authorization that was revoked
# it says "Invalid client credentials!", too.
_REFUSED_GRANT = {
    "authorization_code": re.compile(r"authorization code|invalid.grant", re.IGNORECASE),
    "refresh_token": re.compile(r"^unauthorized|refresh token|invalid.grant", re.IGNORECASE),
}
_REFUSED_CLIENT = re.compile(r"client credentials", re.IGNORECASE)
# Seconds until a refused refresh token is tried again: the credentials may have been mended.
_REMEMBERED = 3600.0


def refusal(error: AssociationsError, grant_type: str) -> OAuthRefusedError | None:
    """Make the error of a refusal: invalid_grant if the code or refresh token was refused.

    None for an error that says nothing of the app or its grant: a lost connection, an outage, too
    many requests.
    """
    if not isinstance(error, APIStatusError):
        return None
    if not 400 <= error.status_code < 500 or error.status_code in (408, 429):
        return None  # whatever its text
    if error.status_code == 401 and grant_type not in _REFUSED_GRANT:
        return None  # it refuses an access token, and another one may do
    fields = cast("dict[str, Any]", error.body) if isinstance(error.body, dict) else {}
    given, description = fields.get("error"), fields.get("error_description")
    if isinstance(given, str) and "message" not in fields:  # OAuth's form
        code, text = given.lower().rstrip("!").replace(" ", "_"), f"{given}: {description or ''}"
        message = f"{error.method} {error.path} answered {error.status_code} {text.rstrip(': ')}"
    else:  # the form of the API
        code, text, message = "", " ".join([*error.messages, str(given)]), str(error)
    if error.status_code in (400, 401):
        refused_grant = _REFUSED_GRANT.get(grant_type)
        if refused_grant is not None and refused_grant.search(text):
            code = "invalid_grant"
        elif _REFUSED_CLIENT.search(text):
            code = "invalid_client"
    if not code:
        return None
    return OAuthRefusedError(
        message, method=error.method, path=error.path, status_code=error.status_code, code=code
    )


class RefusedRefreshTokens:
    """The refresh tokens that HighLevel refused: they are not sent again, however many calls come.

    One is kept for each key of the store, as a digest.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._refused: dict[str, tuple[str, float, str]] = {}

    def check(self, key: str, grant: Grant) -> None:
        """Raise ReauthorizationError if this grant's refresh token was refused."""
        digest, refused_at, message = self._refused.get(key, ("", 0.0, ""))
        # Not for long where the clock was set back.
        is_recent = abs(self._clock() - refused_at) < _REMEMBERED
        if is_recent and digest == token_digest(grant.refresh_token):
            raise ReauthorizationError(message)

    def add(self, key: str, grant: Grant, message: str) -> None:
        """Remember that this grant's refresh token was refused; `message` is for the error."""
        self._refused[key] = token_digest(grant.refresh_token), self._clock(), message
