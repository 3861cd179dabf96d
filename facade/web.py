"""What a web app answers its own users if a call failed."""

from typing import Any, cast

from facade.errors import AssociationsError

__all__ = ["answer"]

# By the name of an error's class, or of its nearest base, so that not every module is loaded.
_STATUSES = {
    "AssociationsError": 502,
    "APIConnectionError": 503,
    "APITimeoutError": 504,
    "RateLimitError": 503,
    "DailyLimitError": 429,
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
    "OAuthRefusedError": 500,
    "TokenStoreError": 500,
    "JournalError": 500,
}

_TEXTS = {
    400: "HighLevel refused this.",
    403: "Connect your HighLevel account again.",
    404: "HighLevel does not have this.",
    409: "This exists in HighLevel already, or there is no room for another.",
    422: "HighLevel refused this.",
    429: "HighLevel's limit of this day is reached. Try again tomorrow.",
    500: "This service has a fault of its own: its operator has to mend it.",
    502: "HighLevel gave an answer that this service does not understand.",
    503: "HighLevel is not available at the moment. Try again in a minute.",
    504: "HighLevel did not answer in time. Try again in a minute.",
}


def answer(error: AssociationsError) -> tuple[int, str]:
    """Return a status and a text for a user: HighLevel's reasons, if a user can mend them.

    They are HighLevel's words as they came: escape them in HTML. `str(error)` is for developers,
    and belongs in the log: it names the request and what to do. A WebhookError has the status that
    HighLevel, which reads the response, needs.
    """
    names = [each.__name__ for each in type(error).__mro__]
    if "WebhookError" in names:
        return cast("Any", error).status_code, "The delivery is not handled."
    status = next((_STATUSES[name] for name in names if name in _STATUSES), 500)
    is_theirs = status in (400, 404, 409, 422)
    reasons: tuple[str, ...] = getattr(error, "messages", ()) if is_theirs else ()
    return status, "; ".join(reasons) or _TEXTS[status]
