"""A client for HighLevel's Associations API with stable names: `from facade import ...`."""

from typing import TYPE_CHECKING

from facade._core.lazy import lazy_names
from facade.version import __version__

if TYPE_CHECKING:
    from facade._async.associations import AsyncAssociations
    from facade._async.client import AsyncAssociationsClient
    from facade._async.relations import AsyncRelations
    from facade._core.call_options import AssociationOptions, CallOptions
    from facade._core.tokens import TokenSource
    from facade._sync.associations import Associations
    from facade._sync.client import AssociationsClient
    from facade._sync.relations import Relations
    from facade.errors import *  # those of __all__
    from facade.models import Association, Ensured, Page, Relation
    from facade.pace import LocalPace, Pace, Turn
    from facade.rate_limits import RateLimits

__all__ = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "Association",
    "AssociationConflictError",
    "AssociationOptions",
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
    "DuplicateOpportunityError",
    "DuplicateRelationError",
    "EdgeRefusalError",
    "Ensured",
    "EqualLabelsError",
    "InvalidRecordError",
    "LocalPace",
    "LocationAccessError",
    "MissingScopeError",
    "NotFoundError",
    "Pace",
    "PaceError",
    "Page",
    "PermissionDeniedError",
    "RateLimitError",
    "RateLimits",
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

# Lazy, because pytest imports facade for its plugin in every test run of an environment, and an app
# should not load what it does not use.
_MODULES = {
    "_async.associations": ["AsyncAssociations"],
    "_async.client": ["AsyncAssociationsClient"],
    "_async.relations": ["AsyncRelations"],
    "_core.call_options": ["AssociationOptions", "CallOptions"],
    "_core.tokens": ["TokenSource"],
    "_sync.associations": ["Associations"],
    "_sync.client": ["AssociationsClient"],
    "_sync.relations": ["Relations"],
    "errors": [name for name in __all__ if name.endswith("Error")],
    "rate_limits": ["RateLimits"],
    "models": ["Association", "Ensured", "Page", "Relation"],
    "observe": [],
    "pace": ["LocalPace", "Pace", "Turn"],
}

if not TYPE_CHECKING:  # a type checker would accept any name
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
