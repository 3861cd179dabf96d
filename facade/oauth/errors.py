"""The errors of OAuth, as one tree.

AssociationsError
└── OAuthError                   no token is available
    ├── StateMismatchError       the browser that came back is not the one that was sent out
    ├── NotInstalledError        the app is not installed for this location or agency
    ├── ReauthorizationError     HighLevel ended the authorization: a person must install again
    ├── OAuthRefusedError        HighLevel refuses a request of this app, such as its client_secret
    └── TokenStoreError          the store cannot be read, written or locked

A lost connection, a 429 and a 5xx raise errors of facade.errors. All pickle; none holds a secret.
"""

from facade.errors import AssociationsError


class OAuthError(AssociationsError):
    """No token is available."""


class StateMismatchError(OAuthError):
    """The browser that came back with a code is not the one that was sent out."""


class NotInstalledError(OAuthError):
    """The store holds nothing for this location or agency."""


class ReauthorizationError(OAuthError):
    """HighLevel ended the authorization; a person must install the app again."""


class OAuthRefusedError(OAuthError):
    """HighLevel refuses a request of this app; `code` is OAuth's, such as invalid_client."""

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
