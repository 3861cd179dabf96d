"""What can go wrong with tokens before the API is asked.

AssociationsError
└── OAuthError                   no token can be had
    ├── StateMismatchError       the browser that came back is not the one that was sent out
    ├── NotInstalledError        nobody has installed the app for this location or agency
    ├── ReauthorizationError     HighLevel ended the authorization: a person must install again
    ├── OAuthRefusedError        HighLevel refuses what this app sends, such as its client_secret
    └── TokenStoreError          the store cannot be read, written or locked

A lost connection, a 429 and a 5xx are those of facade.errors. All pickle. None carries a secret.
"""

from facade.errors import AssociationsError


class OAuthError(AssociationsError):
    """No token can be had."""


class StateMismatchError(OAuthError):
    """The browser that came back with a code is not the one that was sent out."""


class NotInstalledError(OAuthError):
    """The store holds nothing for this location or agency."""


class ReauthorizationError(OAuthError):
    """HighLevel ended the authorization; only a person who installs the app again renews it."""


class OAuthRefusedError(OAuthError):
    """HighLevel refuses what this app sends; `code` is OAuth's word for it, as invalid_client."""

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
