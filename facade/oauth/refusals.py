"""Classifies refused token requests.

HighLevel's codes do not tell: `UnAuthorized!` may refer to the code, the refresh token or the
credentials of the app. So the text and the grant type decide, in each form of an error body.
"""

import re

from facade._core.reasons import read_reasons
from facade._core.retry import is_temporary
from facade.errors import APIStatusError, AssociationsError, RateLimitError, ServerError
from facade.oauth.failures import OAuthRefusedError

# By grant type, the texts that refuse the code or refresh token. HighLevel checks a code before the
# credentials, so it names the code if both are wrong. It also responds with "Invalid client
# credentials!" after an authorization was revoked.
_REFUSED_GRANT = {
    "authorization_code": re.compile(r"authorization code|invalid.grant", re.IGNORECASE),
    "refresh_token": re.compile(r"^unauthorized|refresh token|invalid.grant", re.IGNORECASE),
}
_REFUSED_CLIENT = re.compile(r"client credentials|invalid.client", re.IGNORECASE)
UNDERSTOOD = ("invalid_grant", "invalid_client")  # the codes that a text is read as


def refusal(error: AssociationsError, grant_type: str) -> OAuthRefusedError | None:
    """Return the error for a refusal; its code is invalid_grant if the code or token was refused.

    Returns None for an error that is not about the app or its grant: a lost connection, an outage
    or too many requests.
    """
    if not isinstance(error, APIStatusError):
        return None
    is_outage = is_temporary(error) or isinstance(error, RateLimitError | ServerError)
    if is_outage or error.status_code < 400:
        return None  # whatever its text
    if error.status_code == 401 and grant_type not in _REFUSED_GRANT:
        return None  # an access token was refused, and another one may be accepted
    reasons = read_reasons(error.body)
    text = f"{reasons.text} {reasons.label}"
    code = ""
    if reasons.label in reasons.messages:  # the format of OAuth
        code = reasons.label.lower().rstrip("!").replace(" ", "_")
    if error.status_code in (400, 401):
        refused_grant = _REFUSED_GRANT.get(grant_type)
        if refused_grant is not None and refused_grant.search(text):
            code = "invalid_grant"
        elif _REFUSED_CLIENT.search(text):
            code = "invalid_client"
    if not code:
        return None
    return OAuthRefusedError(
        error.args[0],
        method=error.method,
        path=error.path,
        status_code=error.status_code,
        code=code,
    )
