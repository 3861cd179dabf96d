"""A client for HighLevel's Associations API whose names stay: `from facade import ...`."""

from typing import TYPE_CHECKING

from facade._core.options import CallOptions
from facade._core.tokens import TokenSource
from facade._sync.client import AssociationsClient
from facade.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AssociationConflictError,
    AssociationsError,
    AuthenticationError,
    BadRequestError,
    ConnectFailedError,
    ConnectionLostError,
    ContractError,
    DailyLimitError,
    DeadlineError,
    DuplicateAssociationError,
    DuplicateRelationError,
    EdgeRefusalError,
    EqualLabelsError,
    InvalidRecordError,
    LocationAccessError,
    MissingScopeError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RelationLimitError,
    ResponseTooLargeError,
    ServerError,
    TokenTypeError,
    UnprocessableEntityError,
    VersionHeaderError,
)
from facade.models import Association, Ensured, Page, Relation
from facade.pace import LocalPace, Pace, Turn
from facade.version import __version__

if TYPE_CHECKING:
    from facade._async.associations import AsyncAssociations
    from facade._async.client import AsyncAssociationsClient
    from facade._async.relations import AsyncRelations
    from facade._sync.associations import Associations
    from facade._sync.relations import Relations
    from facade.observe import Observer

__all__ = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "Association",
    "AssociationConflictError",
    "Associations",
    "AssociationsClient",
    "AssociationsError",
    "AsyncAssociations",
    "AsyncAssociationsClient",
    "AsyncRelations",
    "AuthenticationError",
    "BadRequestError",
    "CallOptions",
    "ConnectFailedError",
    "ConnectionLostError",
    "ContractError",
    "DailyLimitError",
    "DeadlineError",
    "DuplicateAssociationError",
    "DuplicateRelationError",
    "EdgeRefusalError",
    "Ensured",
    "EqualLabelsError",
    "InvalidRecordError",
    "LocalPace",
    "LocationAccessError",
    "MissingScopeError",
    "NotFoundError",
    "Observer",
    "Pace",
    "Page",
    "PermissionDeniedError",
    "RateLimitError",
    "Relation",
    "RelationLimitError",
    "Relations",
    "ResponseTooLargeError",
    "ServerError",
    "TokenSource",
    "TokenTypeError",
    "Turn",
    "UnprocessableEntityError",
    "VersionHeaderError",
    "__version__",
]

# Loaded when they are first used, so that an app does not wait for what it does not use.
_LAZY = {
    "Associations": "facade._sync.associations",
    "AsyncAssociations": "facade._async.associations",
    "AsyncAssociationsClient": "facade._async.client",
    "AsyncRelations": "facade._async.relations",
    "Observer": "facade.observe",
    "Relations": "facade._sync.relations",
}

if not TYPE_CHECKING:  # a type checker would take every name for one of these

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in _LAZY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_LAZY[name]), name)
        return value
