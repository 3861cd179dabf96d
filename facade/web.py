"""What a web app answers its own users if a call failed."""

from facade.errors import AssociationsError

__all__ = ["answer"]

# By the name of an error's class, or of its nearest base, so that not every module is loaded.
_STATUSES = {
    "AssociationsError": 502,
    "APIConnectionError": 503,
    "DeadlineError": 504,
    "RateLimitError": 503,
    "ServerError": 503,
    "PaceError": 503,
    "BadRequestError": 400,
    "DuplicateAssociationError": 409,
    "DuplicateRelationError": 409,
    "DuplicateOpportunityError": 409,
    "RelationLimitError": 409,
    "AssociationConflictError": 409,
    "NotFoundError": 404,
    "UnprocessableEntityError": 422,
    "AuthenticationError": 500,
    "PermissionDeniedError": 500,
    "StateMismatchError": 403,
    "ReauthorizationError": 403,
    "NotInstalledError": 403,
    "TokenStoreError": 503,
    "JournalError": 500,
}

_TEXTS = {
    400: "HighLevel refused this.",
    403: "Connect your HighLevel account again.",
    404: "HighLevel does not have this.",
    409: "This exists in HighLevel already, or there is no room for another.",
    422: "HighLevel refused this.",
    500: "This service may not use HighLevel at the moment.",
    502: "HighLevel gave an answer that this service does not understand.",
    503: "HighLevel is not available at the moment. Try again in a minute.",
    504: "HighLevel did not answer in time. Try again in a minute.",
}


def answer(error: AssociationsError) -> tuple[int, str]:
    """Return a status and a text for a user: HighLevel's reasons, if a user can mend them.

    `str(error)` is for developers, and belongs in the log: it names the request and what to do.
    """
    names = (each.__name__ for each in type(error).__mro__)
    status = next(_STATUSES[name] for name in names if name in _STATUSES)
    reasons: tuple[str, ...] = getattr(error, "messages", ()) if 400 <= status < 500 else ()
    return status, "; ".join(reasons) or _TEXTS[status]
