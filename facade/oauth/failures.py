"""The errors of OAuth, as one tree below OAuthError.

A lost connection, a 429 and a 5xx raise errors of facade.errors. All can be pickled; none contains
a secret.
"""

import hmac
import re

from facade._core.reasons import read_reasons
from facade._core.retry import is_temporary
from facade.errors import APIStatusError, AssociationsError, RateLimitError, ServerError

# By grant type, the texts that refuse the code or refresh token. HighLevel's codes do not tell:
# `UnAuthorized!` may refer to the code, the refresh token or the credentials of the app. HighLevel
# checks a code before the credentials, so it names the code if both are wrong. It also responds
# with "Invalid client credentials!" after an authorization was revoked.
_REFUSED_GRANT = {
    "authorization_code": re.compile(r"authorization code|invalid.grant", re.IGNORECASE),
    "refresh_token": re.compile(r"^unauthorized|refresh token|invalid.grant", re.IGNORECASE),
}
_REFUSED_CLIENT = re.compile(r"client credentials|invalid.client", re.IGNORECASE)


class OAuthError(AssociationsError):
    """No token is available."""


class StateMismatchError(OAuthError):
    """The state of the callback is not the one of this session."""


class NotInstalledError(OAuthError):
    """The app is not installed for this location or agency; the store has no tokens."""


class ReauthorizationError(OAuthError):
    """HighLevel ended the authorization: `reconnect`, or let a user install the app again."""


class OAuthRefusedError(OAuthError):
    """HighLevel refused a request of this app; `code` is OAuth's, such as invalid_client."""

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        status_code: int = 0,
        code: str = "",
    ) -> None:
        super().__init__(message, method=method, path=path)
        self.status_code = status_code
        self.code = code


class TokenStoreError(OAuthError):
    """The token store cannot be read, written or locked."""


def callback_error(
    code: object, state: object, expected_state: object, user_type: object, *, unsolicited: bool
) -> Exception | None:
    """Return the error for the arguments of `exchange`, which does not contain them, or None."""
    if user_type not in ("Location", "Company"):
        return ValueError("user_type must be Location or Company")
    if not code:
        return ValueError("code is empty: the callback has none")
    if unsolicited:
        return None
    if not state or not expected_state:
        missing = "state" if not state else "expected_state"
        return StateMismatchError(
            f"{missing} is missing: pass the state of the callback and the expected_state of the "
            "session. HighLevel sends no state if the installation started in its marketplace, or "
            "if the app is installed already: then ask the user to confirm, and pass "
            "unsolicited=True"
        )
    received, kept = (str(text).encode(errors="surrogatepass") for text in (state, expected_state))
    if hmac.compare_digest(received, kept):
        return None
    return StateMismatchError(
        "the state of the callback is not that of this session: start the installation again"
    )


def refusal_code(error: APIStatusError, grant_type: str) -> str:
    """Return the code of a refusal; invalid_grant if the code or refresh token was refused.

    It is empty for an error that is not about the app or its grant: a lost connection, an outage
    or too many requests, whatever its text.
    """
    if error.status_code < 400:
        return ""
    if is_temporary(error) or isinstance(error, RateLimitError | ServerError):
        return ""
    refused_grant = _REFUSED_GRANT.get(grant_type)
    if error.status_code == 401 and refused_grant is None:
        return ""  # an access token was refused, and another one may be accepted
    reasons = read_reasons(error.body)
    text = f"{reasons.text} {reasons.label}"
    if error.status_code in (400, 401):
        if refused_grant is not None and refused_grant.search(text):
            return "invalid_grant"
        if _REFUSED_CLIENT.search(text):
            return "invalid_client"
    is_oauth = reasons.label in reasons.messages  # the format of OAuth
    return reasons.label.lower().rstrip("!").replace(" ", "_") if is_oauth else ""
