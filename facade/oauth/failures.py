"""The errors of OAuth, as one tree below OAuthError.

A lost connection, a 429 and a 5xx raise errors of facade.errors. All can be pickled; none contains
a secret.
"""

from facade.errors import AssociationsError


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
