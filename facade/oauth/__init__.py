"""OAuth with automatic token renewal: pass an `OAuth` to a client instead of a token."""

from facade.oauth.authorization import SCOPES, Authorization
from facade.oauth.failures import (
    NotInstalledError,
    OAuthError,
    OAuthRefusedError,
    ReauthorizationError,
    StateMismatchError,
    TokenStoreError,
)
from facade.oauth.flow import OAuth
from facade.oauth.grant import Grant
from facade.oauth.locations import InstalledLocation
from facade.oauth.sqlite import SqliteTokenStore
from facade.oauth.stores import ManagedTokenStore, MemoryTokenStore, TokenStore

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
