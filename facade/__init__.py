"""A client for HighLevel's Associations API whose names stay: `from facade import ...`."""

from facade.client import AssociationsClient, AsyncAssociationsClient
from facade.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AssociationsError,
    AuthenticationError,
    BadRequestError,
    ConnectFailedError,
    ConnectionLostError,
    ContractError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnprocessableEntityError,
)
from facade.models import Association, Page, Relation

__all__ = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "Association",
    "AssociationsClient",
    "AssociationsError",
    "AsyncAssociationsClient",
    "AuthenticationError",
    "BadRequestError",
    "ConnectFailedError",
    "ConnectionLostError",
    "ContractError",
    "NotFoundError",
    "Page",
    "PermissionDeniedError",
    "RateLimitError",
    "Relation",
    "ServerError",
    "UnprocessableEntityError",
]
