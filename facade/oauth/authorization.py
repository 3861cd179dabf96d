"""The browser part of an installation: the authorization URL and the check of the state."""

import hmac
from typing import NamedTuple

from facade._core.operations import OPERATIONS
from facade.oauth.failures import StateMismatchError

AUTHORIZE_URL = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"
SCOPES = tuple(sorted({scope for one in OPERATIONS.values() for scope in one.scopes}))
"""The scopes of all operations: reading and writing associations, and relations."""


class Authorization(NamedTuple):
    """The URL to redirect the browser to, and the state to store in its session."""

    url: str
    state: str


def check_state(state: str | None, expected: str | None) -> None:
    """Raise StateMismatchError unless both states are given and equal."""
    if not state or not expected:
        missing = "state" if not state else "expected_state"
        raise StateMismatchError(
            f"{missing} is missing: pass the state of the callback and the expected_state of the "
            "session. HighLevel sends no state if the installation started in its marketplace, or "
            "if the app is installed already: then ask the user to confirm, and pass "
            "unsolicited=True"
        )
    received, kept = (text.encode(errors="surrogatepass") for text in (state, expected))
    if not hmac.compare_digest(received, kept):
        raise StateMismatchError(
            "the state of the callback is not that of this session: start the installation again"
        )
