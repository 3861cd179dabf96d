"""OAuth with automatic token renewal: pass an `OAuth` to a client instead of a token."""

from facade.oauth.failures import (
    NotInstalledError,
    OAuthError,
    OAuthRefusedError,
    ReauthorizationError,
    StateMismatchError,
    TokenStoreError,
)
from facade.oauth.flow import SCOPES, Authorization, OAuth
from facade.oauth.grant import Grant, InstalledLocation
from facade.oauth.stores import (
    ManagedTokenStore,
    MemoryTokenStore,
    SqliteTokenStore,
    TokenStore,
)

__all__ = [
    "SCOPES",
    "Authorization",
    "Grant",
    "InstalledLocation",
    "ManagedTokenStore",
    "MemoryTokenStore",
    "NotInstalledError",
    "OAuth",
    "OAuthError",
    "OAuthRefusedError",
    "ReauthorizationError",
    "SqliteTokenStore",
    "StateMismatchError",
    "TokenStore",
    "TokenStoreError",
]
