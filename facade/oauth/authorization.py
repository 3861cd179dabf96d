"""The browser's part of an installation: where a person authorizes the app, and the way back."""

import hmac
from typing import NamedTuple

from facade._core.operations import OPERATIONS
from facade.oauth.errors import StateMismatchError

AUTHORIZE_URL = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"
SCOPES = tuple(sorted({scope for one in OPERATIONS.values() for scope in one.scopes}))
"""The scopes of all operations: reading and writing associations, and relations."""


class Authorization(NamedTuple):
    """The URL to send a person's browser to, and the state to keep in its session meanwhile."""

    url: str
    state: str


def check_state(state: str | None, expected: str | None) -> None:
    """Raise StateMismatchError unless both states are there and equal."""
    if not state or not expected:
        missing = "came back with the code" if not state else "was kept in the session"
        raise StateMismatchError(
            f"no state {missing}: pass state and expected_state. HighLevel sends none for an "
            "installation that began at its marketplace, or where the app is installed already: "
            "for these ask the person to confirm, then pass unsolicited=True"
        )
    received, kept = (text.encode(errors="surrogatepass") for text in (state, expected))
    if not hmac.compare_digest(received, kept):
        raise StateMismatchError(
            "the state that came back is not this session's: start the installation again"
        )
